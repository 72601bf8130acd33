# SPDX-License-Identifier: Apache-2.0
"""A secret that stands where it would be shown: in a name, a key, a trigger. It is refused, and not shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import LIKE_A_SECRET, NOT_SHOWN, InvalidInput, Problem
from ...secrecy import finder
from ..retired import is_fingerprint

if TYPE_CHECKING:
    from .entries import Entry


def hidden_label(text: str, instead: str = NOT_SHOWN) -> str:
    """``text``, if it can stand in an error as it is, and is not already what stands for a secret."""
    return instead if text == NOT_SHOWN or LIKE_A_SECRET.search(text) else text


def secrets_in(inputs: Mapping[str, Any]) -> Iterator[str]:
    """The secrets that a declaration names in clear, as retired ones."""
    given = inputs.get("retired_secrets")
    items = given.split(",") if isinstance(given, str) else given if isinstance(given, (list, tuple)) else ()
    for item in items:
        if isinstance(item, str) and item.strip() and not is_fingerprint(item):
            yield item.strip()


def check_no_secret_shown(entries: Iterable[Entry], secrets: Collection[str]) -> None:
    """None of these secrets stands where it is shown: at OpenTok, in the output, in the ledger. Raises :class:`InvalidInput`."""
    holds_one = finder(secrets)
    problems = []
    for number, entry in enumerate(entries, 1):
        for field, text in _shown(entry) if secrets else ():
            if holds_one(text):
                problems.append(Problem(f"entry {number}: {field}", "holds a secret, which everyone could see there: take it out, and rotate it"))
    if problems:
        raise InvalidInput(problems)


def _shown(entry: Entry) -> Iterator[tuple[str, str]]:
    """What is shown of an entry."""
    triggers = entry.inputs.get("secret_triggers")
    named = [("key", entry.key), *((name, entry.inputs.get(name)) for name in ("name", "id", "existing_id"))]
    named += [(field, target) for field, targets in (("publish", entry.publish), ("notify", entry.notify)) for target in targets]
    if isinstance(triggers, Mapping):
        named += [("secret_triggers", str(text)) for pair in triggers.items() for text in pair]
    return ((field, text) for field, text in named if isinstance(text, str))
