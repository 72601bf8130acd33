# SPDX-License-Identifier: Apache-2.0
"""A SIP trunk as a Pulumi resource. The logic is in ``core.desired.sip_trunk``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import pulumi

from ._dynamic import KindProvider
from ._properties import properties
from ._resource import KindResource
from .core.desired.sip_trunk.kind import SHOWN, SIP_TRUNK


class SipTrunkProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a SIP trunk: never rename or move it."""

    kind = SIP_TRUNK


class SipTrunk(KindResource, module="opentok", name="SipTrunk"):
    """A SIP trunk: the checked document that calls out of sessions are made with.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    front = opentok.SipTrunk(
        "front",
        uri="sip:+15551234567@sip.example.com;transport=tls",
        sender="+15557654321@example.com",
        username="acme",
        password=pulumi.Config().require_secret("sipPassword"),
        password_version=1,
        require_encryption=True,
    )
    pulumi.export("trunk", front.document)
    ```

    ## What to know

    OpenTok keeps no trunk: nothing is sent to it, no credentials are needed, and nothing is ever dialled here. The document is in clear
    and never holds the password, so raise ``password_version`` whenever the password changes: that is how those who read it see a change.
    """

    fingerprint: pulumi.Output[str]
    """Of the document: ``sha256:`` and 64 hex digits."""
    name: pulumi.Output[str | None]
    uri: pulumi.Output[str]
    sender: pulumi.Output[str | None]
    headers: pulumi.Output[Mapping[str, str] | None]
    username: pulumi.Output[str | None]
    password: pulumi.Output[str | None]
    """A secret output."""
    password_version: pulumi.Output[int | None]
    secure: pulumi.Output[bool]
    video: pulumi.Output[bool]
    observe_force_mute: pulumi.Output[bool]
    require_encryption: pulumi.Output[bool]
    enabled: pulumi.Output[bool]
    verify: pulumi.Output[bool | None]

    def __init__(
        self,
        resource_name: str,
        *,
        uri: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        sender: pulumi.Input[str] | None = None,
        headers: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        username: pulumi.Input[str] | None = None,
        password: pulumi.Input[str] | None = None,
        password_version: pulumi.Input[int] | None = None,
        secure: pulumi.Input[bool] | None = None,
        video: pulumi.Input[bool] | None = None,
        observe_force_mute: pulumi.Input[bool] | None = None,
        require_encryption: pulumi.Input[bool] | None = None,
        enabled: pulumi.Input[bool] | None = None,
        verify: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        :param str resource_name: The name of the resource.
        :param uri: Whom to call: ``sip:user@host``, with ``;transport=tls`` for encrypted signalling. Without password and headers.
        :param name: A name for people, at most 255 bytes.
        :param sender: What the far end sees, ``user@host``; a user part in E.164 form is shown by phones.
        :param headers: Added to the INVITE: names to values of at most 1,024 bytes. They are published in clear.
        :param username: For HTTP digest, together with ``password``.
        :param password: Always encrypted in the state, also when it is given in clear.
        :param password_version: A whole number from 1 (the default), to be raised with every change of the password.
        :param secure: Encrypted media (SRTP). Default: false.
        :param video: Send and take video as well. Default: false.
        :param observe_force_mute: The caller is muted with the session and toggles that with ``*6``. Default: false.
        :param require_encryption: The URI must ask for TLS, and ``secure`` is then true. Default: false.
        :param enabled: With false nobody dials it. Default: true.
        :param verify: At create and update look the gateway up and connect to it, and fail if that fails. Default: false.
        """
        given = {"uri": uri, "name": name, "sender": sender, "headers": headers, "username": username, "password": password}
        flags = {"secure": secure, "video": video, "observe_force_mute": observe_force_mute, "require_encryption": require_encryption}
        values = {**given, **flags, "password_version": password_version, "enabled": enabled, "verify": verify}
        super().__init__(SipTrunkProvider(), resource_name, *properties(SIP_TRUNK, values, opts))

    @property
    def document(self) -> pulumi.Output[Mapping[str, Any]]:
        """What calls are made with, beside the password: see ``docs/sip-trunk.md``. Secret where an input of it is."""
        return pulumi.Output.all(**{name: getattr(self, name) for name in SHOWN}).apply(lambda shown: SIP_TRUNK.derived(shown)["document"])

    @staticmethod
    def get(resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> NoReturn:  # noqa: A002
        """There is nothing to look up. Raises ``pulumi.RunError`` that says what to do instead."""
        instead = "export its document in the stack that declares it, and read that with a pulumi.StackReference"
        raise pulumi.RunError(f"SipTrunk.get({resource_name!r}): OpenTok keeps no SIP trunks, so none can be looked up: {instead}")
