# SPDX-License-Identifier: Apache-2.0
"""A SIP trunk as a Pulumi resource. The logic is in ``core.desired.sip_trunk``."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from collections.abc import Mapping
from typing import Any, NoReturn, Required, TypedDict, Unpack, overload

import pulumi

from ._args import Args, arguments_of
from ._dynamic import KindProvider
from ._resource import KindResource
from .core.desired.sip_trunk.kind import SHOWN, SIP_TRUNK


class SipTrunkProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a SIP trunk: never rename or move it."""

    kind = SIP_TRUNK


class SipTrunkArgsDict(TypedDict, total=False):
    """A :class:`SipTrunkArgs` as a dict."""

    uri: Required[pulumi.Input[str]]
    """Whom to call: ``sip:user@host``, with ``;transport=tls`` for encrypted signalling. Without password and headers."""
    name: pulumi.Input[str] | None
    """A name for people, at most 255 bytes."""
    sender: pulumi.Input[str] | None
    """The caller that the far end sees, ``user@host``; phones show a user part in E.164 form."""
    headers: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    """Headers added to the INVITE, with values of at most 1,024 bytes. They are published in clear."""
    username: pulumi.Input[str] | None
    """For HTTP digest authentication, together with ``password``."""
    password: pulumi.Input[str] | None
    """Always encrypted in the state, even if it is given in clear."""
    password_version: pulumi.Input[int] | None
    """A whole number from 1 (default). Raise it whenever the password changes."""
    secure: pulumi.Input[bool] | None
    """Encrypts media (SRTP). Default: false."""
    video: pulumi.Input[bool] | None
    """Sends and receives video as well. Default: false."""
    observe_force_mute: pulumi.Input[bool] | None
    """The caller is muted with the session and toggles that with ``*6``. Default: false."""
    require_encryption: pulumi.Input[bool] | None
    """Refuses a ``uri`` without TLS, and sets ``secure``. Default: false."""
    enabled: pulumi.Input[bool] | None
    """If false, nobody calls through it. Default: true."""
    verify: pulumi.Input[bool] | None
    """Looks the gateway up and connects to it on create and update, and fails if it cannot. Default: false."""


class SipTrunkArgs(Args, takes=SipTrunkArgsDict):
    """The arguments of a :class:`SipTrunk`."""

    def __init__(self, **arguments: Unpack[SipTrunkArgsDict]) -> None:
        super().__init__(arguments)


class SipTrunk(KindResource, provider=SipTrunkProvider):
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

    OpenTok keeps no trunks: nothing is sent to it, no credentials are needed, and nobody is called. The document is in clear and never
    holds the password, so raise ``password_version`` whenever the password changes: only that shows its readers the change.
    """

    fingerprint: pulumi.Output[str]
    """Of the document: ``sha256:`` and 64 hex digits."""
    name: pulumi.Output[str | None]
    """Its name, for people."""
    uri: pulumi.Output[str]
    """Whom to call."""
    sender: pulumi.Output[str | None]
    """The caller that the far end sees."""
    headers: pulumi.Output[Mapping[str, str] | None]
    """Headers that are added to the INVITE."""
    username: pulumi.Output[str | None]
    """For HTTP digest authentication."""
    password: pulumi.Output[str | None]
    """A secret output."""
    password_version: pulumi.Output[int | None]
    """Which password it is, from 1; raised whenever the password changes."""
    secure: pulumi.Output[bool]
    """Whether media are encrypted (SRTP)."""
    video: pulumi.Output[bool]
    """Whether video is sent and received as well."""
    observe_force_mute: pulumi.Output[bool]
    """Whether the caller is muted with the session."""
    require_encryption: pulumi.Output[bool]
    """Whether signalling and media have to be encrypted."""
    enabled: pulumi.Output[bool]
    """Whether calls may be made through it."""
    verify: pulumi.Output[bool | None]
    """As declared: whether the gateway is connected to on create and update."""

    @overload
    def __init__(self, resource_name: str, args: SipTrunkArgs | SipTrunkArgsDict, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[SipTrunkArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`SipTrunkArgs` or dict. :class:`SipTrunkArgsDict` says what each means.
        :param opts: The options of the resource.
        """
        values, opts = arguments_of("SipTrunk", SipTrunkArgsDict, *args, **keywords)
        super().__init__(resource_name, values, opts)

    @property
    def document(self) -> pulumi.Output[Mapping[str, Any]]:
        """What calls are made with, except the password: see ``docs/sip-trunk.md``. Secret if one of its inputs is."""
        return pulumi.Output.all(**{name: getattr(self, name) for name in SHOWN}).apply(lambda shown: SIP_TRUNK.derived(shown)["document"])

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> NoReturn:  # noqa: A002
        """Raises ``pulumi.RunError``, which says what to do instead: there is nothing to look up."""
        instead = "export its document in the stack that declares it, and read that with a pulumi.StackReference"
        raise pulumi.RunError(f"SipTrunk.get({resource_name!r}): OpenTok keeps no SIP trunks, so none can be looked up: {instead}")
