# SPDX-License-Identifier: Apache-2.0
"""What is declared of a callback and what is registered: the list of a project is all that shows it."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

from ...api.account import check_id
from ...api.callbacks import Callback, Callbacks, same_url
from ...checks import id_problems
from ...errors import InvalidInput, PlanError, quote
from ..scope import Scope


@dataclasses.dataclass(frozen=True, kw_only=True)
class CallbackSpec:
    """What is declared. ``prune``: other URLs of this event that match it are to be registered no longer."""

    project: str | None = None
    group: str | None = None
    event: str | None = None
    url: str | None = None
    prune: str | None = None

    @property
    def what(self) -> str:
        """For texts: ``connection/created to 'https://hooks.example.com/a'``."""
        return f"{self.group}/{self.event} to {quote(self.url, 200)}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class CallbackState:
    """What is registered as ``spec``; without an ``id``, the API's own, nothing is.

    ``duplicates`` are the ids of others of the same project, event and URL, ``pruned`` what else is registered and is not to be.
    """

    spec: CallbackSpec
    id: str | None = None
    account_key: str | None = None
    created_at: datetime.datetime | None = None
    duplicates: tuple[str, ...] = ()
    pruned: tuple[Callback, ...] = ()


def find(scope: Scope, spec: CallbackSpec) -> CallbackState:
    """What is registered of what is declared."""
    listed = _listed(scope, str(spec.project))
    pruned = tuple(one for one in listed if _is_pruned(one, spec))
    same = [one for one in listed if _is(one, spec)]
    if not same:
        return CallbackState(spec=spec, pruned=pruned)
    return dataclasses.replace(_state(scope, spec, same), pruned=pruned)


def read(scope: Scope, identity: str) -> CallbackState:
    """What is registered under the id of the project, a slash and its own id."""
    project, wanted = parts(identity)
    found = [state for state in every(scope, project) if state.id == wanted]
    return found[0] if found else CallbackState(spec=CallbackSpec(project=project))


def every(scope: Scope, project: str) -> list[CallbackState]:
    """Every callback of a project, each with the ids of those that are the same."""
    listed = _listed(scope, project)
    specs = [CallbackSpec(project=project, group=one.group, event=one.event, url=one.url) for one in listed]
    return [
        _state(scope, spec, [one, *(other for other in listed if other.id != one.id and _is(other, spec))])
        for one, spec in zip(listed, specs, strict=True)
    ]


def parts(identity: str) -> tuple[str, str]:
    """The project's id and the callback's own. Raises :class:`PlanError`."""
    project, _slash, one = identity.partition("/")
    try:
        check_id(project)
        wrong = bool(id_problems("id", one))
    except InvalidInput:
        wrong = True
    if wrong:
        raise PlanError(f"callback {quote(identity)}: must be the id of its project, a slash and its own id, such as '46123456/95771'")
    return project, one


def _listed(scope: Scope, project: str) -> list[Callback]:
    """The oldest first: of two that are the same, every run that sees both keeps that one."""
    found = scope.signed(project, lambda signer: Callbacks(scope.transport, signer).list())
    return sorted(found, key=lambda one: (one.created_at is None, one.created_at.timestamp() if one.created_at else 0, one.id))


def _state(scope: Scope, spec: CallbackSpec, same: Sequence[Callback]) -> CallbackState:
    first, *others = same
    return CallbackState(
        spec=dataclasses.replace(spec, prune=None),
        id=first.id,
        account_key=scope.account_key,
        created_at=first.created_at,
        duplicates=tuple(one.id for one in others),
    )


def _is(one: Callback, spec: CallbackSpec) -> bool:
    return (one.group, one.event) == (spec.group, spec.event) and same_url(one.url, spec.url)


def _is_pruned(one: Callback, spec: CallbackSpec) -> bool:
    if spec.prune is None or one.url is None or (one.group, one.event) != (spec.group, spec.event) or same_url(one.url, spec.url):
        return False
    from ..wildcards import matches  # here: it is rarely asked for, and Ansible compiles anew in every run what is imported

    return matches(spec.prune, one.url)
