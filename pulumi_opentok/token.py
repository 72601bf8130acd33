# SPDX-License-Identifier: Apache-2.0
"""A client token as a Pulumi resource. The logic is in ``core.desired.token``."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from collections.abc import Sequence
from typing import Any, Literal, Required, TypedDict, Unpack, overload

import pulumi

from ._args import Args, arguments_of
from ._dynamic import KindProvider
from ._resource import KindResource
from .core.desired.token import TOKEN


class TokenProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a token: never rename or move it."""

    kind = TOKEN


Role = Literal["publisher", "subscriber", "moderator", "publisheronly"]
TokenFormat = Literal["jwt", "t1"]


class SessionTokenArgsDict(TypedDict, total=False):
    """The arguments of a token that a session issues: ``Session.token()``, ``Tenant.token()``."""

    role: pulumi.Input[Role] | None
    """``publisher`` (default), ``subscriber``, ``moderator`` or ``publisheronly``."""
    expires_in: pulumi.Input[str] | None
    """How long it is valid: ``24h`` (default), ``7d``, ``P30D``; at most 30 days."""
    data: pulumi.Input[str] | None
    """At most 1,000 bytes that the other clients see. Put no personal data here: it ends up in logs."""
    layout_classes: pulumi.Input[Sequence[pulumi.Input[str]]] | None
    """Layout classes of the client's streams."""
    renew_before: pulumi.Input[str] | None
    """The next ``up`` issues a new token if this one expires sooner than this. Default: once it has expired."""
    token_format: pulumi.Input[TokenFormat] | None
    """``jwt`` (default) or the older ``t1``."""


class TokenArgsDict(SessionTokenArgsDict, total=False):
    """A :class:`TokenArgs` as a dict."""

    session: Required[pulumi.Input[str]]
    """The id of the session."""
    signed_with: pulumi.Input[str] | None
    """The fingerprint of the project's secret (``project.secret_fingerprint``): when it changes, a new token is issued."""


class TokenArgs(Args, takes=TokenArgsDict):
    """The arguments of a :class:`Token`."""

    def __init__(self, **arguments: Unpack[TokenArgsDict]) -> None:
        super().__init__(arguments)


class Token(KindResource, provider=TokenProvider):
    """A token that clients connect to a session with.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    room = opentok.Session("room", project="46123456")
    guest = opentok.Token("guest", session=room.session_id, role="subscriber", expires_in="12h", renew_before="2h")
    pulumi.export("guestToken", guest.token)
    ```

    ## When a new one is issued

    When an input changes; when it has expired, or expires sooner than ``renew_before`` (at the next ``up``); and when the project's secret
    was rotated, which ``refresh`` sees, and the same ``up`` if ``signed_with`` follows its fingerprint. Otherwise it stays the same.
    Only a rotation of the secret revokes a token that was handed out.
    """

    token: pulumi.Output[str]
    """The token. A secret output."""
    expires_at: pulumi.Output[str]
    """When it expires, RFC 3339 in UTC."""
    api_key: pulumi.Output[str]
    """The API key of the session's project."""
    secret_fingerprint: pulumi.Output[str]
    """The fingerprint of the project secret that signed it: ``sha256:`` and 64 hex digits."""
    valid: pulumi.Output[bool]
    """Whether that was still the project's secret when it was last seen."""
    session: pulumi.Output[str]
    """The id of the session."""
    role: pulumi.Output[Role]
    """``publisher``, ``subscriber``, ``moderator`` or ``publisheronly``."""
    expires_in: pulumi.Output[str]
    """How long it is valid from the time of issue, such as ``7d``."""
    data: pulumi.Output[str | None]
    """What the other clients see of whoever connects with it."""
    layout_classes: pulumi.Output[Sequence[str]]
    """The layout classes of the client's streams."""
    renew_before: pulumi.Output[str | None]
    """As declared: how soon before it expires a new one is issued."""
    token_format: pulumi.Output[TokenFormat]
    """``jwt`` or ``t1``."""
    signed_with: pulumi.Output[str | None]
    """As declared: the fingerprint of the project's secret."""

    @overload
    def __init__(self, resource_name: str, args: TokenArgs | TokenArgsDict, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[TokenArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`TokenArgs` or dict. :class:`TokenArgsDict` says what each means.
        :param opts: The options of the resource.
        """
        values, opts = arguments_of("Token", TokenArgsDict, *args, **keywords)
        super().__init__(resource_name, values, opts)
