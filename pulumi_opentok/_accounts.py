# SPDX-License-Identifier: Apache-2.0
"""Guards against credentials of the wrong account: they would make what exists look as if it were gone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from ._entries import provider_of
from .core import PlanError
from .core.desired import Scope
from .core.errors import Forbidden
from .core.http.connection import SECRET_SETTINGS

_in_question: list[str] = []
"""Why the account of this run is in question. A process of a provider lives for one run."""


@contextlib.contextmanager
def recorded_credentials(settings: Mapping[str, Any]) -> Iterator[None]:
    """Errors inside say that the credentials may be outdated: refresh and destroy run no program, so the engine passes recorded ones."""
    try:
        yield
    except Forbidden as error:
        if not any(settings.get(name) for name in SECRET_SETTINGS):
            raise
        told = "`pulumi refresh` and `pulumi destroy` use the secret in the state: if it has changed since the last `pulumi up`"
        raise PlanError(f"{error} ({told}, run them with --run-program)") from None


def require_account(what: str, scope: Scope, saved: Mapping[str, Any]) -> None:
    """Another account would answer "not found", which would look like "gone", and the next run would create it again.

    ``what``: ``project 46123456``. ``saved``: its saved outputs. Raises :class:`PlanError`.
    """
    if (owner := _other_owner(scope, saved)) is not None:
        raise PlanError(f"{_belongs(what, owner, scope)}: nothing was read or changed; use the credentials of account {owner}")


def require_same_or_asked_for(what: str, scope: Scope, saved: Mapping[str, Any], *, explicit: str | None) -> None:
    """Another account means a replacement only if another ``explicit`` Provider asks for it: the wrong credentials may be a mistake."""
    owner = _other_owner(scope, saved)
    if owner is None or explicit not in (None, provider_of(saved)):
        return
    _in_question.append(_belongs(what, owner, scope))
    raise PlanError(
        f"{_in_question[-1]}: use the credentials of account {owner}. To move it to account {scope.account_key} on purpose, declare that account"
        " as another Provider (account_key, account_secret) and pass it in the resource's options (provider=...)"
    )


def refuse_deletes_if_in_question(what: str) -> None:
    """Raises :class:`PlanError` if a comparison of this run found credentials of another account."""
    if _in_question:
        raise PlanError(f"{what} is not deleted: this run deletes nothing, because its account is in question ({_in_question[-1]})")


def _other_owner(scope: Scope, saved: Mapping[str, Any]) -> str | None:
    owner: str | None = saved.get("account_key")
    return owner if owner and scope.account_key not in (None, "", owner) else None


def _belongs(what: str, owner: str, scope: Scope) -> str:
    return f"{what} belongs to account {owner}, but the credentials are of account {scope.account_key}"
