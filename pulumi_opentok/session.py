# SPDX-License-Identifier: Apache-2.0
"""An OpenTok session as a Pulumi resource. The logic is in ``core.desired.session``."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from typing import Any, Literal, Self, TypedDict, Unpack, overload

import pulumi

from ._args import Args, arguments_of
from ._dynamic import KindProvider
from ._resource import KindResource
from .core.desired.session import SESSION
from .project import Project
from .token import SessionTokenArgsDict, Token, TokenArgs


class SessionProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a session: never rename or move it."""

    kind = SESSION


MediaMode = Literal["relayed", "routed"]
ArchiveMode = Literal["manual", "always"]
ArchiveResolution = Literal["640x480", "480x640", "1280x720", "720x1280", "1920x1080", "1080x1920"]


class TenantSessionArgsDict(TypedDict, total=False):
    """The arguments of a :class:`Tenant`'s session: all but ``project``, which is the tenant's."""

    media_mode: pulumi.Input[MediaMode] | None
    """``relayed`` (default; media go from client to client) or ``routed`` (needed for archives, broadcasts, SIP and ``e2ee``)."""
    archive_mode: pulumi.Input[ArchiveMode] | None
    """``manual`` (default) or ``always`` (recorded from the first client on; needs ``routed``)."""
    archive_name: pulumi.Input[str] | None
    """The name of its archives, 1 to 80 characters; only with ``always``."""
    archive_resolution: pulumi.Input[ArchiveResolution] | None
    """The resolution of its archives; only with ``always``."""
    location: pulumi.Input[str] | None
    """An IPv4 address near the clients."""
    e2ee: pulumi.Input[bool] | None
    """Encrypts media from end to end; needs ``routed``, and ``archive_mode`` must not be ``always``."""
    existing_id: pulumi.Input[str] | None
    """Takes over the session with this id instead of creating one. It must be as declared, as far as its id shows."""


class RoomSessionArgsDict(TypedDict, total=False):
    """The arguments of a :class:`RecordedRoom`'s session: it is ``routed``, and how it is recorded is the room's ``archive``."""

    archive_name: pulumi.Input[str] | None
    """The name of its archives, 1 to 80 characters; only with ``archive="always"``."""
    archive_resolution: pulumi.Input[ArchiveResolution] | None
    """The resolution of its archives; only with ``archive="always"``."""
    location: pulumi.Input[str] | None
    """An IPv4 address near the clients."""
    e2ee: pulumi.Input[bool] | None
    """Encrypts media from end to end; not with ``archive="always"``."""
    existing_id: pulumi.Input[str] | None
    """Takes over the session with this id instead of creating one. It must be as declared, as far as its id shows."""


class SessionArgsDict(TenantSessionArgsDict, total=False):
    """A :class:`SessionArgs` as a dict."""

    project: Project | pulumi.Input[str] | None
    """The :class:`Project` that it belongs to, or a project's id. Default: the project whose pair (``api_key``) is in use."""


class SessionArgs(Args, takes=SessionArgsDict):
    """The arguments of a :class:`Session`."""

    def __init__(self, **arguments: Unpack[SessionArgsDict]) -> None:
        super().__init__(arguments)


class Session(KindResource, provider=SessionProvider):
    """A session (a room) of an OpenTok project.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    acme = opentok.Project("acme", name="ACME GmbH")
    room = opentok.Session("room", project=acme, media_mode="routed")
    pulumi.export("roomId", room.session_id)
    pulumi.export("agentToken", room.token("agent", role="moderator", expires_in="7d", renew_before="1d"))
    ```

    ## What to know

    A session never expires, and the API can neither show, change nor delete one. So changing any input replaces the
    session (the id changes), ``refresh`` only decodes the id, and deleting the resource forgets the session: whoever has its id and a
    token can still use it. With the account pair you pass no project secret around, and rotating one changes no session.
    """

    _token_type = Token

    session_id: pulumi.Output[str]
    """The session's id; the same as ``id``."""
    api_key: pulumi.Output[str]
    """The API key of its project."""
    project: pulumi.Output[str]
    """The id of its project; the same as ``api_key``."""
    created_at: pulumi.Output[str | None]
    """When it was created, RFC 3339 in UTC. ``None`` if its id is an old one that does not show it."""
    media_mode: pulumi.Output[MediaMode]
    """``relayed`` or ``routed``."""
    archive_mode: pulumi.Output[ArchiveMode | None]
    """``manual`` or ``always``. ``None`` with ``Session.get``: an id does not show it."""
    archive_name: pulumi.Output[str | None]
    """The name of its archives. ``None`` with ``Session.get``."""
    archive_resolution: pulumi.Output[ArchiveResolution | None]
    """The resolution of its archives, such as ``1280x720``. ``None`` with ``Session.get``."""
    location: pulumi.Output[str | None]
    """The IPv4 address that servers were chosen by."""
    e2ee: pulumi.Output[bool | None]
    """Whether media are encrypted from end to end. ``None`` with ``Session.get``."""
    existing_id: pulumi.Output[str | None]
    """As declared: the session that was taken over."""

    @overload
    def __init__(self, resource_name: str, args: SessionArgs | SessionArgsDict | None = None, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[SessionArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`SessionArgs` or dict. :class:`SessionArgsDict` says what each means.
        :param opts: The options of the resource.
        """
        values, opts = arguments_of("Session", SessionArgsDict, *args, **keywords)
        project = values.get("project")
        self._project = project if isinstance(project, Project) else None
        if self._project is not None:
            values["project"] = self._project.key
        super().__init__(resource_name, values, opts)

    def token(self, name: str, *, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[SessionTokenArgsDict]) -> pulumi.Output[str]:
        """A client token for this session, as a secret output. It is the resource ``<session>-<name>`` of type :class:`Token`, takes the
        arguments of :class:`SessionTokenArgsDict`, and stays the same until it is due."""
        given = TokenArgs(**arguments, session=self.id)
        if self._project is not None:
            given.signed_with = self._project.secret_fingerprint
        parent = pulumi.ResourceOptions(parent=self)
        return self._token_type(f"{self.pulumi_resource_name}-{name}", given, pulumi.ResourceOptions.merge(parent, opts)).token

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Self:  # noqa: A002
        """Looks up a session without managing it: what its id says, without any request.

        :param str resource_name: The name of the resource.
        :param id: The session's id.
        """
        return cls(resource_name, opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
