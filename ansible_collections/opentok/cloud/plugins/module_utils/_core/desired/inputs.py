# SPDX-License-Identifier: Apache-2.0
"""Reads declared inputs: each wrong one becomes a problem that names it, and all are found at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from ..errors import InvalidInput, Problem, join_words, not_text, quote

T = TypeVar("T")


class InputReader:
    """Takes values from ``inputs``; ``None`` is unset. ``unknown`` names inputs whose value is not known yet (a preview): not judged."""

    def __init__(self, inputs: Mapping[str, Any], unknown: Collection[str] = ()) -> None:
        self._inputs = inputs
        self._unknown = unknown
        self.problems: list[Problem] = []

    def given(self, field: str) -> bool:
        """Whether ``field`` has a value, be it one that is not known yet."""
        return field in self._unknown or self._inputs.get(field) is not None

    def problem(self, field: str, message: str) -> None:
        self.problems.append(Problem(field, message))

    def finish(self) -> None:
        """Raises :class:`InvalidInput` if anything was wrong."""
        if self.problems:
            raise InvalidInput(self.problems)

    def read(self, field: str, check: Callable[[Any], T]) -> T | None:
        """The value as ``check`` returns it; ``check`` raises :class:`InvalidInput`."""
        value = None if field in self._unknown else self._inputs.get(field)
        if value is None:
            return None
        try:
            return check(value)
        except InvalidInput as error:
            self.problems.extend(error.problems)
            return None

    def text(self, field: str) -> str | None:
        """A text; YAML makes a number of one without quotes, which is refused."""

        def check(value: Any) -> str:
            if not isinstance(value, str):
                raise InvalidInput(Problem(field, not_text(value)))
            if not value.strip():
                raise InvalidInput(Problem(field, "must not be empty or blank: leave it out instead"))
            return value

        return self.read(field, check)

    def choice(self, field: str, choices: Collection[str], default: str | None = None) -> str | None:
        """One of ``choices``."""

        def check(value: Any) -> str:
            if value not in choices:
                words = [f"'{choice}'" for choice in choices]
                raise InvalidInput(Problem(field, f"must be {' or '.join(words)}, not {quote(value)}"))
            return str(value)

        value = self.read(field, check)
        return default if value is None else value

    def flag(self, field: str) -> bool:
        """True or false; unset is false."""

        def check(value: Any) -> bool:
            if not isinstance(value, bool):
                raise InvalidInput(Problem(field, f"must be true or false, not {quote(value)}"))
            return value

        return bool(self.read(field, check))

    def text_map(self, field: str, *, saved: bool = False) -> dict[str, str]:
        """A map of texts; whole numbers, booleans and dates are written as text, as every layer does (Pulumi sends ``3`` as ``3.0``).

        A number that a layer may have changed on its way is refused, unless it is a ``saved`` one, of a version that took it.
        """

        def check(value: Any) -> dict[str, str]:
            if not isinstance(value, Mapping):
                raise InvalidInput(Problem(field, f"must be a map such as {{version: '2'}}, not {quote(value)}"))
            wrong = [key for key, item in value.items() if not isinstance(item, (str, int, float, bool, datetime.date))]
            changed = [key for key, item in value.items() if not saved and _may_be_another(item)]
            if wrong:
                raise InvalidInput(Problem(field, f"the value of {join_words(quote(key) for key in wrong)} must be a string"))
            if changed:
                because = "with a fraction or more than 15 digits is read in more than one way (1.10 as 1.1)"
                raise InvalidInput(Problem(field, f"the value of {join_words(quote(key) for key in changed)} is a number; one {because}: quote it"))
            return {as_text(key): as_text(item) for key, item in sorted(value.items(), key=lambda pair: str(pair[0]))}

        return self.read(field, check) or {}


MAX_EXACT = 10**15
"""Every whole number up to this is the same one in every layer: Pulumi has floating-point numbers only."""


def _may_be_another(value: Any) -> bool:
    return isinstance(value, (int, float)) and not (abs(value) <= MAX_EXACT and float(value).is_integer())


def as_text(value: object) -> str:
    """What is meant where YAML made something else of a text without quotes, as Ansible has it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
