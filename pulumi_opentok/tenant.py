# SPDX-License-Identifier: Apache-2.0
"""A tenant as one Pulumi component: its project, a session in it, a SIP trunk, where its archives go and its events are posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack, overload

import pulumi

from ._args import arguments_of
from .archive_storage import ArchiveStorage
from .callback import Callback
from .project import Project
from .session import Session
from .sip_trunk import SipTrunk
from .tenant_args import PARTS, TenantArgs, TenantArgsDict, callback_names, problems
from .token import SessionTokenArgsDict


class Tenant(pulumi.ComponentResource):
    """All that one tenant needs: its own project, a default session (a room) in it, the SIP trunk for outgoing calls, where its archives are
    uploaded, and who hears of its events.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    acme = opentok.Tenant(
        "acme",
        name="ACME GmbH",
        session={"media_mode": "routed"},
        sip_trunk={"uri": "sip:+15551234567@sip.example.com;transport=tls", "require_encryption": True},
        callbacks=[{"group": "connection", "event": "created", "url": "https://hooks.example.com/acme"}],
    )
    pulumi.export("acmeRoom", acme.session_id)
    pulumi.export("acmeAgent", acme.token("agent", role="moderator"))
    ```

    ## What to know

    The parts are separate resources, ``<tenant>-project``, ``<tenant>-session``, ``<tenant>-sip-trunk``, ``<tenant>-storage`` and
    ``<tenant>-callback-<group>-<event>``: they are replaced, rotated and deleted as such. When the whole tenant goes, storage and callbacks share
    the fate of its project: they are gone with one that is deleted, and stay set on one that is suspended or retained. To use other credentials
    than the stack's, pass ``opts=ResourceOptions(provider=...)``.
    """

    _project_type = Project
    _session_type = Session
    _sip_trunk_type = SipTrunk
    _storage_type = ArchiveStorage
    _callback_type = Callback

    project: Project
    """Its project."""
    session: Session
    """Its default session."""
    sip_trunk: SipTrunk | None
    """``None`` if none is declared."""
    storage: ArchiveStorage | None
    """``None`` if none is declared."""
    callbacks: Sequence[Callback]
    """In the order of the declaration."""
    api_key: pulumi.Output[str]
    """The API key of the project, the same as its id."""
    api_secret: pulumi.Output[str]
    """The project's current secret. A secret output."""
    secret_fingerprint: pulumi.Output[str]
    """``sha256:`` and 64 hex digits: tells secrets apart without showing them."""
    session_id: pulumi.Output[str]
    """The id of the session."""
    trunk: pulumi.Output[Mapping[str, Any] | None]
    """What calls are made with, except the password; ``None`` without a trunk."""
    trunk_fingerprint: pulumi.Output[str | None]
    """The fingerprint of that document; ``None`` without a trunk."""

    @overload
    def __init__(self, resource_name: str, args: TenantArgs | TenantArgsDict, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[TenantArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`TenantArgs` or dict. :class:`TenantArgsDict` says what each means.
        :param opts: The options of the resource.

        Raises ``pulumi.RunError`` that names each unknown argument of a part.
        """
        given, opts = arguments_of("Tenant", TenantArgsDict, *args, **keywords)
        parts = {part: given.get(part) for part in PARTS}
        project, session, sip_trunk, storage = parts.values()
        callbacks = given.get("callbacks")
        if wrong := problems(parts, callbacks):
            raise pulumi.RunError(f"Tenant({resource_name!r}): {'; '.join(wrong)}")
        # Merging puts each provider under its own package. Under another key (``{"opentok": europe}`` reads well) the parts would not find
        # it, and go to the default account without a word.
        super().__init__("opentok:index:Tenant", resource_name, {}, pulumi.ResourceOptions.merge(None, opts))
        mine = pulumi.ResourceOptions(parent=self)
        self.project = self._project_type(f"{resource_name}-project", name=given["name"], **(project or {}), opts=mine)
        self.session = self._session_type(f"{resource_name}-session", project=self.project, **(session or {}), opts=mine)
        self.sip_trunk = None if sip_trunk is None else self._sip_trunk_type(f"{resource_name}-sip-trunk", sip_trunk, mine)
        # With a project that is deleted they are gone, and the calls of one that is suspended would be refused.
        with_it = pulumi.ResourceOptions(parent=self, deleted_with=self.project)
        self.storage = None if storage is None else self._storage_type(f"{resource_name}-storage", project=self.project, **storage, opts=with_it)
        named = zip(callback_names(callbacks or ()), callbacks or (), strict=True)
        self.callbacks = [self._callback_type(f"{resource_name}-{name}", project=self.project, **args, opts=with_it) for name, args in named]
        self.api_key = self.project.api_key
        self.api_secret = self.project.api_secret
        self.secret_fingerprint = self.project.secret_fingerprint
        self.session_id = self.session.session_id
        nothing: pulumi.Output[Any] = pulumi.Output.from_input(None)
        self.trunk = nothing if self.sip_trunk is None else self.sip_trunk.document
        self.trunk_fingerprint = nothing if self.sip_trunk is None else self.sip_trunk.fingerprint
        names = ("api_key", "api_secret", "secret_fingerprint", "session_id", "trunk", "trunk_fingerprint")
        self.register_outputs({name: getattr(self, name) for name in names})

    def token(self, name: str, *, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[SessionTokenArgsDict]) -> pulumi.Output[str]:
        """A client token for the session, as a secret output: see :meth:`Session.token`."""
        return self.session.token(name, opts=opts, **arguments)
