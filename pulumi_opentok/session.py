# SPDX-License-Identifier: Apache-2.0
"""An OpenTok session as a Pulumi resource. The logic is in ``core.desired.session``."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from ._dynamic import KindProvider
from ._properties import properties
from ._resource import KindResource
from .core.desired.session import SESSION
from .project import Project
from .token import Token


class SessionProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a session: never rename or move it."""

    kind = SESSION


class Session(KindResource, module="opentok", name="Session"):
    """A session (a room) of an OpenTok project.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    acme = opentok.Project("acme", name="ACME GmbH")
    room = opentok.Session("room", project=acme, media_mode="routed")
    pulumi.export("room", room.session_id)
    pulumi.export("agentToken", room.token("agent", role="moderator", expires_in="7d", renew_before="1d"))
    ```

    ## What to know

    A session never expires, and the API can neither show, change nor delete one. So a change of any input is a replacement (another
    session id), ``refresh`` only decodes the id, and deleting the resource forgets the session: whoever has its id and a token can
    still use it. With the account pair no project secret is passed around, and a rotation of it changes no session.
    """

    session_id: pulumi.Output[str]
    """The session's id; the same as ``id``."""
    api_key: pulumi.Output[str]
    """The API key of its project."""
    project: pulumi.Output[str]
    """The id of its project; the same as ``api_key``."""
    created_at: pulumi.Output[str | None]
    """When it was made, RFC 3339 in UTC. ``None`` where an old id does not show it."""
    media_mode: pulumi.Output[str]
    """``relayed`` or ``routed``."""
    archive_mode: pulumi.Output[str | None]
    """``manual`` or ``always``. ``None`` with ``Session.get``: an id does not show it."""
    archive_name: pulumi.Output[str | None]
    archive_resolution: pulumi.Output[str | None]
    location: pulumi.Output[str | None]
    e2ee: pulumi.Output[bool | None]
    """Whether media are encrypted from end to end. ``None`` with ``Session.get``."""
    existing_id: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        *,
        project: Project | pulumi.Input[str] | None = None,
        media_mode: pulumi.Input[str] | None = None,
        archive_mode: pulumi.Input[str] | None = None,
        archive_name: pulumi.Input[str] | None = None,
        archive_resolution: pulumi.Input[str] | None = None,
        location: pulumi.Input[str] | None = None,
        e2ee: pulumi.Input[bool] | None = None,
        existing_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        :param str resource_name: The name of the resource.
        :param project: The :class:`Project` that it belongs to, or a project's id. Default: that of the project pair (``api_key``).
        :param media_mode: ``relayed`` (default; from client to client) or ``routed`` (needed for archives, broadcasts, SIP, e2ee).
        :param archive_mode: ``manual`` (default) or ``always`` (recorded from the first client on; needs ``routed``).
        :param archive_name: The name of its archives, 1 to 80 characters; only with ``always``.
        :param archive_resolution: The resolution of its archives, such as ``1280x720``; only with ``always``.
        :param location: An IPv4 address near the clients.
        :param e2ee: Encrypt from end to end; needs ``routed`` and no ``always``.
        :param existing_id: Take over the session of this id instead of making one; it must be as declared, as far as an id shows.
        """
        self._project = project if isinstance(project, Project) else None
        archive = {"archive_mode": archive_mode, "archive_name": archive_name, "archive_resolution": archive_resolution}
        values = {"media_mode": media_mode, **archive, "location": location, "e2ee": e2ee, "existing_id": existing_id}
        values["project"] = project.id if isinstance(project, Project) else project
        super().__init__(SessionProvider(), resource_name, *properties(SESSION, values, opts))

    def token(
        self,
        name: str,
        *,
        role: pulumi.Input[str] | None = None,
        expires_in: pulumi.Input[str] | None = None,
        data: pulumi.Input[str] | None = None,
        layout_classes: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        renew_before: pulumi.Input[str] | None = None,
        token_format: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> pulumi.Output[str]:
        """A client token for this session, as a secret output: the resource ``<session>-<name>`` of type :class:`Token`, whose
        parameters these are. It stays the same between ups until it is due."""
        made = Token(
            f"{self.pulumi_resource_name}-{name}",
            session=self.session_id,
            role=role,
            expires_in=expires_in,
            data=data,
            layout_classes=layout_classes,
            renew_before=renew_before,
            token_format=token_format,
            signed_with=self._project.secret_fingerprint if self._project is not None else None,
            opts=pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), opts),
        )
        return made.token

    @staticmethod
    def get(resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Session:  # noqa: A002
        """A session that is not managed here: what its id says, without any request.

        :param str resource_name: The name of the resource.
        :param id: The session's id.
        """
        return Session(resource_name, opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
