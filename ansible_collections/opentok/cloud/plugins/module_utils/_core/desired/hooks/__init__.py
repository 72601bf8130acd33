# SPDX-License-Identifier: Apache-2.0
"""The built-in hooks after a publication, by the text that names what is notified.

    exec:systemctl reload acme                     a program, which gets what has changed as JSON on stdin
    webhook:https://deploy.example.com/opentok     a URL, to which the same is posted
    kubernetes-rollout:acme/deployment/web         a workload of Kubernetes, which is restarted

To add one, write a module like ``webhook.py``, a function and a line in ``_MAKERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...errors import InvalidInput, Problem, quote
from ..notify import Hook


def _exec(place: str, *, allow_http: bool) -> Hook:
    from .command import CommandHook

    return CommandHook.of(place)


def _webhook(place: str, *, allow_http: bool) -> Hook:
    from .webhook import Webhook

    return Webhook.of(place, allow_http=allow_http)


def _rollout(place: str, *, allow_http: bool) -> Hook:
    from .rollout import RolloutHook

    return RolloutHook.of(place)


_MAKERS: dict[str, tuple[str, Callable[..., Hook]]] = {
    "exec": ("exec:COMMAND", _exec),
    "webhook": ("webhook:URL", _webhook),
    "kubernetes-rollout": ("kubernetes-rollout:NAMESPACE/KIND/NAME", _rollout),
}
"""By scheme: how a hook is written, and what makes it of what follows the colon."""


def hooks(targets: Sequence[Any] | None, *, allow_http: bool = False) -> tuple[Hook, ...]:
    """What ``targets`` name; runs nothing. ``allow_http``: as of the connection. Raises :class:`InvalidInput` with every one that is wrong."""
    wanted: Sequence[Any] = [targets] if isinstance(targets, str) else targets or ()
    found: list[Hook] = []
    problems: list[Problem] = []
    for target in wanted:
        try:
            hook = _hook(target, allow_http)
        except InvalidInput as error:
            problems.extend(error.problems)
            continue
        if any(hook.mark == other.mark for other in found):
            problems.append(Problem("notify", f"has {hook.where} twice"))
        found.append(hook)
    if problems:
        raise InvalidInput(problems)
    return tuple(found)


def _hook(target: Any, allow_http: bool) -> Hook:
    if not isinstance(target, str):
        raise InvalidInput(Problem("notify", f"must be a text such as webhook:https://deploy.example.com/opentok, not {type(target).__name__}"))
    scheme, colon, place = target.partition(":")
    if scheme not in _MAKERS or not colon:
        *ways, last = (written for written, make in _MAKERS.values())
        # Without what follows: a URL that lacks its scheme may have a secret in it.
        raise InvalidInput(Problem("notify", f"must be {', '.join(ways)} or {last}, and does not begin so: {quote(scheme)}"))
    if not target.isprintable():
        raise InvalidInput(Problem("notify", f"{scheme}: has a character in it that cannot be printed"))
    if not place.strip():
        raise InvalidInput(Problem("notify", f"{quote(target)} names nothing after the colon"))
    return _MAKERS[scheme][1](place, allow_http=allow_http)
