# SPDX-License-Identifier: Apache-2.0
"""A client token as a Pulumi resource. The logic is in ``core.desired.token``."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from ._dynamic import KindProvider
from ._properties import properties
from ._resource import KindResource
from .core.desired.token import TOKEN


class TokenProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a token: never rename or move it."""

    kind = TOKEN


class Token(KindResource, module="opentok", name="Token"):
    """A token with which clients connect to a session.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    room = opentok.Session("room", project="46123456")
    guest = opentok.Token("guest", session=room.session_id, role="subscriber", expires_in="12h", renew_before="2h")
    pulumi.export("guestToken", guest.token)
    ```

    ## When it is issued anew

    When an input changes, when it has expired or is nearer to its end than ``renew_before`` (at the next ``up``), and when the project's
    secret was rotated: seen by ``refresh``, and in the same ``up`` where the session was given a :class:`Project`. Else it stays the same.
    A token that was handed out cannot be called back but by a rotation of the secret.
    """

    token: pulumi.Output[str]
    """The token. A secret output."""
    expires_at: pulumi.Output[str]
    """When it ends, RFC 3339 in UTC."""
    api_key: pulumi.Output[str]
    """The API key of the session's project."""
    secret_fingerprint: pulumi.Output[str]
    """Of the project's secret that signed it: ``sha256:`` and 64 hex digits."""
    valid: pulumi.Output[bool]
    """Whether that was still the project's secret when it was seen last."""
    session: pulumi.Output[str]
    role: pulumi.Output[str]
    expires_in: pulumi.Output[str]
    data: pulumi.Output[str | None]
    layout_classes: pulumi.Output[Sequence[str]]
    renew_before: pulumi.Output[str | None]
    token_format: pulumi.Output[str]
    signed_with: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        *,
        session: pulumi.Input[str],
        role: pulumi.Input[str] | None = None,
        expires_in: pulumi.Input[str] | None = None,
        data: pulumi.Input[str] | None = None,
        layout_classes: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        renew_before: pulumi.Input[str] | None = None,
        token_format: pulumi.Input[str] | None = None,
        signed_with: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        :param str resource_name: The name of the resource.
        :param session: The id of the session.
        :param role: ``publisher`` (default), ``subscriber``, ``moderator`` or ``publisheronly``.
        :param expires_in: How long it is good for: ``24h`` (default), ``7d``, ``P30D``; at most 30 days.
        :param data: At most 1,000 bytes that the other clients see. No personal data, it ends up in logs.
        :param layout_classes: Layout classes of the client's streams.
        :param renew_before: The next ``up`` issues a new one when it ends sooner than this. Default: when it has ended.
        :param token_format: ``jwt`` (default) or the older ``t1``.
        :param signed_with: The fingerprint of the project's secret (``project.secret_fingerprint``): another one asks for a new token.
        """
        values = {
            "session": session,
            "role": role,
            "expires_in": expires_in,
            "data": data,
            "layout_classes": layout_classes,
            "renew_before": renew_before,
            "token_format": token_format,
            "signed_with": signed_with,
        }
        super().__init__(TokenProvider(), resource_name, *properties(TOKEN, values, opts))
