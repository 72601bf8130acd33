# SPDX-License-Identifier: Apache-2.0
"""The recording of a session as a Pulumi resource. The logic is in ``core.desired.archive``."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, Self, TypedDict, Unpack, overload

import pulumi

from ._args import Args, arguments_of
from ._dynamic import KindProvider
from ._resource import KindResource
from .composed_args import IncludedStreamArgs, IncludedStreamArgsDict, LayoutArgs, LayoutArgsDict, Resolution, RunState, StreamMode
from .core.desired.archive.kind import ARCHIVE
from .session import Session


class ArchiveProvider(KindProvider):
    """The class whose dotted path is in every state file that holds an archive: never rename or move it."""

    kind = ARCHIVE


OutputMode = Literal["composed", "individual"]
ArchiveOnDelete = Literal["stop", "delete", "keep"]


class RoomArchiveArgsDict(TypedDict, total=False):
    """The arguments of an :class:`Archive`, but for the session, which a room gives."""

    name: pulumi.Input[str] | None
    """The name of the archive, at most 80 characters. It tells apart several archives of a session. Default: ``multi_archive_tag``, or no name."""
    output_mode: pulumi.Input[OutputMode] | None
    """``composed`` (default; one MP4 file) or ``individual`` (a file for each stream, in a ZIP file)."""
    layout: pulumi.Input[LayoutArgs | LayoutArgsDict] | None
    """How a composed archive arranges the streams. It is changed while the archive runs. Default: ``bestFit``."""
    resolution: pulumi.Input[Resolution] | None
    """The width and height of a composed archive. Default: ``640x480``."""
    has_audio: pulumi.Input[bool] | None
    """Whether audio is recorded. Default: ``True``."""
    has_video: pulumi.Input[bool] | None
    """Whether video is recorded. Default: ``True``."""
    stream_mode: pulumi.Input[StreamMode] | None
    """``auto`` (default; all streams) or ``manual`` (those of ``streams``)."""
    streams: pulumi.Input[Sequence[pulumi.Input[IncludedStreamArgs | IncludedStreamArgsDict]]] | None
    """The streams of a ``manual`` archive, which are added and taken out while it runs. Default: they are left alone. At most 50, and 16 with
    video in a composed archive."""
    multi_archive_tag: pulumi.Input[str] | None
    """Lets a session have several archives at the same time: a tag that none of the others has."""
    max_bitrate: pulumi.Input[int] | None
    """The highest bitrate of a composed archive, 100,000 to 6,000,000 bits per second. Not with ``quantization_parameter``."""
    quantization_parameter: pulumi.Input[int] | None
    """The quality of a composed archive, 15 (best) to 45 (some of OpenTok's SDKs say 40)."""
    has_transcription: pulumi.Input[bool] | None
    """Whether it is transcribed. Default: ``False``."""
    transcription_language: pulumi.Input[str] | None
    """The language of the transcription, such as ``en-US`` (BCP 47)."""
    transcription_summary: pulumi.Input[bool] | None
    """Whether the transcription has a summary."""
    state: pulumi.Input[RunState] | None
    """``running`` (default): the session is being recorded. ``stopped``: it is not; one that never was is left so."""
    restart: pulumi.Input[bool] | None
    """Whether another archive is started when this one has ended elsewhere (somebody stopped it, everybody left, it failed or reached the
    longest duration). Default: ``False``, which only shows it."""
    on_delete: pulumi.Input[ArchiveOnDelete] | None
    """What deleting the resource does: ``stop`` it (default; its file is kept), ``delete`` its file too, or ``keep`` it running."""


class ArchiveArgsDict(RoomArchiveArgsDict, total=False):
    """An :class:`ArchiveArgs` as a dict."""

    session: Required[Session | pulumi.Input[str]]
    """The :class:`Session` that is recorded, or a session's id. It must be routed."""


class ArchiveArgs(Args, takes=ArchiveArgsDict):
    """The arguments of an :class:`Archive`."""

    def __init__(self, **arguments: Unpack[ArchiveArgsDict]) -> None:
        super().__init__(arguments)


class Archive(KindResource, provider=ArchiveProvider):
    """The recording of a session: that it is being recorded, or that it is not.

    ## Example Usage

    ```python
    import pulumi_opentok as opentok

    acme = opentok.Project("acme", name="ACME GmbH")
    room = opentok.Session("room", project=acme, media_mode="routed")
    opentok.Archive("recording", session=room, resolution="1280x720", state="stopped")
    ```

    ## What to know

    OpenTok records a session only once a client has connected; until then ``state="running"`` is an error that says so. ``layout`` and
    ``streams`` are changed in place; any other change stops the archive and starts another one, which the preview says. An archive that has
    ended elsewhere cannot go on: ``refresh`` shows it (``status``, ``reason``), and ``restart=True`` starts another one. No start is ever
    sent twice: if its answer is lost, the list of the archives says whether it records.
    """

    archive_id: pulumi.Output[str | None]
    """The id of the archive that records or recorded last. ``None`` if there was none yet."""
    account_key: pulumi.Output[str | None]
    """The key of the account that the project belongs to. ``None`` with the project pair."""
    project: pulumi.Output[str]
    """The id of the session's project."""
    session: pulumi.Output[str]
    """The session that is recorded, as declared; ``session_id`` is the same."""
    session_id: pulumi.Output[str]
    """The session's id."""
    status: pulumi.Output[str | None]
    """``started``, ``paused``, ``stopped``, ``uploaded``, ``available``, ``expired``, ``failed`` or ``deleted``, as the last refresh found it."""
    reason: pulumi.Output[str | None]
    """Why it was stopped or has failed."""
    created_at: pulumi.Output[str | None]
    """When it was started, RFC 3339 in UTC."""
    updated_at: pulumi.Output[str | None]
    """When it last changed, RFC 3339 in UTC."""
    duration: pulumi.Output[float | None]
    """How many seconds were recorded, 0 while it records."""
    size: pulumi.Output[int | None]
    """The bytes of its file, 0 until that is made."""
    sha256sum: pulumi.Output[str | None]
    """The SHA-256 of its file in base64, once that is made."""
    name: pulumi.Output[str | None]
    """Its name."""
    output_mode: pulumi.Output[OutputMode | None]
    """``composed`` (one file) or ``individual`` (one of each stream)."""
    layout: pulumi.Output[Mapping[str, Any] | None]
    """As declared: OpenTok does not show it."""
    resolution: pulumi.Output[Resolution | None]
    """The width and height of a composed archive, such as ``1280x720``."""
    has_audio: pulumi.Output[bool | None]
    """Whether audio is recorded."""
    has_video: pulumi.Output[bool | None]
    """Whether video is recorded."""
    stream_mode: pulumi.Output[StreamMode | None]
    """``auto`` (all streams) or ``manual`` (those of ``streams``)."""
    streams: pulumi.Output[Sequence[Mapping[str, Any]] | None]
    """The streams of a ``manual`` archive, as the last refresh found them."""
    multi_archive_tag: pulumi.Output[str | None]
    """What tells it apart from other archives of the session."""
    max_bitrate: pulumi.Output[int | None]
    """The highest bitrate of a composed archive, in bits per second."""
    quantization_parameter: pulumi.Output[int | None]
    """The quality of a composed archive, where it was chosen in place of ``max_bitrate``."""
    has_transcription: pulumi.Output[bool | None]
    """Whether it is transcribed."""
    transcription_language: pulumi.Output[str | None]
    """The language of the transcription, such as ``en-US``."""
    transcription_summary: pulumi.Output[bool | None]
    """Whether the transcription has a summary."""
    state: pulumi.Output[RunState | None]
    """As declared; ``status`` says what is."""
    restart: pulumi.Output[bool | None]
    """As declared: whether another archive is started when this one has ended elsewhere."""
    on_delete: pulumi.Output[ArchiveOnDelete | None]
    """As declared: what deleting the resource does. ``None``: ``stop``."""

    @overload
    def __init__(self, resource_name: str, args: ArchiveArgs | ArchiveArgsDict, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[ArchiveArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`ArchiveArgs` or dict. :class:`ArchiveArgsDict` says what each means.
        :param opts: The options of the resource.
        """
        values, opts = arguments_of("Archive", ArchiveArgsDict, *args, **keywords)
        session = values.get("session")
        if isinstance(session, Session):
            values["session"] = session.id
        super().__init__(resource_name, values, opts)

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Self:  # noqa: A002
        """Looks up the recording of a session without managing it: the archive that records, or else the last one.

        :param str resource_name: The name of the resource.
        :param id: The output ``id`` of another stack's :class:`Archive`, or for archives without a name the session's id.
        """
        nothing: Any = dict.fromkeys(ArchiveArgsDict.__required_keys__)
        return cls(resource_name, nothing, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
