# SPDX-License-Identifier: Apache-2.0
"""The live broadcast of a session as a Pulumi resource. The logic is in ``core.desired.broadcast``."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, Self, TypedDict, Unpack, overload

import pulumi

from ._args import Args, arguments_of
from ._dynamic import KindProvider
from ._resource import KindResource
from .composed_args import IncludedStreamArgs, IncludedStreamArgsDict, LayoutArgs, LayoutArgsDict, Resolution, RunState, StreamMode
from .core.desired.broadcast.kind import BROADCAST
from .session import Session


class BroadcastProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a broadcast: never rename or move it."""

    kind = BROADCAST


BroadcastOnDelete = Literal["stop", "keep"]


class HlsArgsDict(TypedDict, total=False):
    """An :class:`HlsArgs` as a dict."""

    dvr: pulumi.Input[bool] | None
    """Whether viewers can go back, up to two hours. Default: ``False``."""
    low_latency: pulumi.Input[bool] | None
    """Whether the delay is short; not together with ``dvr``. Default: ``False``."""


class HlsArgs(Args, takes=HlsArgsDict):
    """An HLS output, which browsers and players fetch."""

    def __init__(self, **arguments: Unpack[HlsArgsDict]) -> None:
        super().__init__(arguments)


class RtmpArgsDict(TypedDict, total=False):
    """An :class:`RtmpArgs` as a dict."""

    server_url: Required[pulumi.Input[str]]
    """Where it is sent: ``rtmp://`` or ``rtmps://``. Kept encrypted, because some services want the key in it."""
    stream_name: Required[pulumi.Input[str]]
    """The stream name, for most services the key that lets one broadcast there. Kept encrypted."""
    id: pulumi.Input[str] | None
    """Identifies the output among those of the broadcast. Default: OpenTok assigns one."""


class RtmpArgs(Args, takes=RtmpArgsDict):
    """An RTMP output, which is sent to a service such as a video platform."""

    def __init__(self, **arguments: Unpack[RtmpArgsDict]) -> None:
        super().__init__(arguments)


class BroadcastArgsDict(TypedDict, total=False):
    """A :class:`BroadcastArgs` as a dict."""

    session: Required[Session | pulumi.Input[str]]
    """The :class:`Session` that is broadcast, or a session's id. It must be routed."""
    hls: pulumi.Input[HlsArgs | HlsArgsDict] | None
    """An HLS output; ``{}`` for one with its defaults. ``hls`` or ``rtmp`` has to be given."""
    rtmp: pulumi.Input[Sequence[pulumi.Input[RtmpArgs | RtmpArgsDict]]] | None
    """RTMP outputs, at most five."""
    layout: pulumi.Input[LayoutArgs | LayoutArgsDict] | None
    """How the streams are arranged. It is changed while the broadcast runs. Default: ``bestFit``."""
    resolution: pulumi.Input[Resolution] | None
    """The width and height. Default: ``640x480``."""
    has_audio: pulumi.Input[bool] | None
    """Whether there is audio. Default: ``True``."""
    has_video: pulumi.Input[bool] | None
    """Whether there is video. Default: ``True``."""
    stream_mode: pulumi.Input[StreamMode] | None
    """``auto`` (default; all streams) or ``manual`` (those of ``streams``)."""
    streams: pulumi.Input[Sequence[pulumi.Input[IncludedStreamArgs | IncludedStreamArgsDict]]] | None
    """The streams of a ``manual`` broadcast, which are added and taken out while it runs. Default: they are left alone. At most 50, and 16
    with video."""
    max_duration: pulumi.Input[int] | None
    """After how many seconds it ends, 60 to 36,000. Default: 14,400. That end is no drift."""
    max_bitrate: pulumi.Input[int] | None
    """The highest bitrate, 100,000 to 6,000,000 bits per second."""
    multi_broadcast_tag: pulumi.Input[str] | None
    """Lets a session have several broadcasts at the same time: a tag that none of the others has."""
    state: pulumi.Input[RunState] | None
    """``running`` (default): the session is being broadcast. ``stopped``: it is not; one that never was is left so."""
    restart: pulumi.Input[bool] | None
    """Whether another broadcast is started when this one has ended elsewhere, be it because it has lasted ``max_duration``. Default: ``False``."""
    on_delete: pulumi.Input[BroadcastOnDelete] | None
    """What deleting the resource does: ``stop`` it (default), which cuts off its viewers, or ``keep`` it running."""


class BroadcastArgs(Args, takes=BroadcastArgsDict):
    """The arguments of a :class:`Broadcast`."""

    def __init__(self, **arguments: Unpack[BroadcastArgsDict]) -> None:
        super().__init__(arguments)


class Broadcast(KindResource, provider=BroadcastProvider):
    """The live broadcast of a session: that it is being broadcast, or that it is not.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    acme = opentok.Project("acme", name="ACME GmbH")
    stage = opentok.Session("stage", project=acme, media_mode="routed")
    show = opentok.Broadcast("show", session=stage, hls={"dvr": True}, max_duration=7200, state="stopped")
    pulumi.export("watch", show.hls_url)
    ```

    ## What to know

    OpenTok broadcasts a session only while a client is connected; until then ``state="running"`` is an error that says so. ``layout`` and
    ``streams`` are changed in place; any other change stops the broadcast, which cuts off its viewers, and starts another one with another
    ``hls_url``. A broadcast that has ended elsewhere cannot go on: ``refresh`` shows it, and ``restart=True`` starts another one. No start
    is ever sent twice: if its answer is lost, the list of the broadcasts says whether it runs.
    """

    broadcast_id: pulumi.Output[str | None]
    """The id of the broadcast that runs or ran last. ``None`` if there was none yet."""
    account_key: pulumi.Output[str | None]
    """The key of the account that the project belongs to. ``None`` with the project pair."""
    project: pulumi.Output[str]
    """The id of the session's project."""
    session: pulumi.Output[str]
    """The session that is broadcast, as declared; ``session_id`` is the same."""
    session_id: pulumi.Output[str]
    """The session's id."""
    status: pulumi.Output[str | None]
    """``started`` or ``stopped``, as the last refresh found it."""
    hls_url: pulumi.Output[str | None]
    """What players fetch, about 20 seconds after the start. ``None`` without an HLS output and once it has ended."""
    hls_status: pulumi.Output[str | None]
    """``connecting``, ``ready``, ``live``, ``ended`` or ``error``."""
    created_at: pulumi.Output[str | None]
    """When it was started, RFC 3339 in UTC."""
    updated_at: pulumi.Output[str | None]
    """When it last changed, RFC 3339 in UTC."""
    hls: pulumi.Output[Mapping[str, Any] | None]
    """As declared."""
    rtmp: pulumi.Output[Sequence[Mapping[str, Any]] | None]
    """The RTMP outputs, each with ``id``, ``status`` (``connecting``, ``live``, ``offline`` or ``error``) and the host of its ``server_url``.
    Secret."""
    layout: pulumi.Output[Mapping[str, Any] | None]
    """As declared: OpenTok does not show it."""
    resolution: pulumi.Output[Resolution | None]
    """The width and height."""
    has_audio: pulumi.Output[bool | None]
    """Whether there is audio."""
    has_video: pulumi.Output[bool | None]
    """Whether there is video."""
    stream_mode: pulumi.Output[StreamMode | None]
    """``auto`` (all streams) or ``manual`` (those of ``streams``)."""
    streams: pulumi.Output[Sequence[Mapping[str, Any]] | None]
    """The streams of a ``manual`` broadcast, as the last refresh found them."""
    max_duration: pulumi.Output[int | None]
    """After how many seconds it ends."""
    max_bitrate: pulumi.Output[int | None]
    """The highest bitrate, in bits per second."""
    multi_broadcast_tag: pulumi.Output[str | None]
    """The tag, as declared."""
    state: pulumi.Output[RunState | None]
    """As declared; ``status`` says what is."""
    restart: pulumi.Output[bool | None]
    """Whether another one is started when this one has ended elsewhere."""
    on_delete: pulumi.Output[BroadcastOnDelete | None]
    """What deleting the resource does."""

    @overload
    def __init__(self, resource_name: str, args: BroadcastArgs | BroadcastArgsDict, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[BroadcastArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`BroadcastArgs` or dict. :class:`BroadcastArgsDict` says what each means.
        :param opts: The options of the resource.
        """
        values, opts = arguments_of("Broadcast", BroadcastArgsDict, *args, **keywords)
        session = values.get("session")
        if isinstance(session, Session):
            values["session"] = session.id
        super().__init__(resource_name, values, opts)

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Self:  # noqa: A002
        """Looks up the broadcast of a session that runs, without managing it. OpenTok shows no tag, so none of several can be told apart.

        :param str resource_name: The name of the resource.
        :param id: The session's id.
        """
        nothing: Any = dict.fromkeys(BroadcastArgsDict.__required_keys__)
        return cls(resource_name, nothing, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
