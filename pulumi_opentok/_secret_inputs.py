# SPDX-License-Identifier: Apache-2.0
"""Inputs that a program marks secret.

The engine sends a provider every value in clear, so the program says by name which are secret, and no text of the provider shows those.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pulumi

from .core.desired.durations import duration_text, parse_duration
from .core.errors import InvalidInput, one_line
from .core.http.redaction import HIDDEN

SECRET = "__secret"
"""Among inputs and outputs: the names of the inputs that are secret. Absent where none is. Part of the state format."""

SHORTEST_START = 8
"""Characters: what a cut text shows of a secret value is taken for its start from here on."""

WORD_OF_A_TEXT = 3
"""Characters: a value of at most so many is looked for as it is written, since "a" and "In" are words of every text."""


def awaitable_twice(value: Any) -> Any:
    """``value`` with a future in place of each coroutine in it, which only one reader could await."""
    if isinstance(value, dict):
        return {name: awaitable_twice(item) for name, item in value.items()}
    if isinstance(value, list):
        return [awaitable_twice(item) for item in value]
    return asyncio.ensure_future(value) if inspect.iscoroutine(value) else value


def secret_names(values: Mapping[str, Any]) -> pulumi.Output[list[str] | None] | None:
    """The names of the ``values`` that are secret or hold something that is. ``None``: none can be."""
    doubtful = {name: value for name, value in values.items() if not (value is None or isinstance(value, (str, bool, int, float)))}
    return pulumi.Output.from_input(_secret_among(doubtful)) if doubtful else None


async def _secret_among(values: Mapping[str, Any]) -> list[str] | None:
    outputs = {name: pulumi.Output.from_input(value) for name, value in values.items()}
    return sorted([name for name, output in outputs.items() if await output.is_secret()]) or None


class Hidden:
    """Values that no text may show. ``Hidden()`` hides nothing."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self._texts = sorted({text for value in values for leaf in _leaves(value) for text in _spellings(leaf)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(_whole(text) for text in self._texts)) if self._texts else None

    def mask(self, text: str) -> str:
        """``text`` with three asterisks in place of each hidden value, also of one that was cut."""
        if self._pattern is None:
            return text
        return self._cut(self._pattern.sub(HIDDEN, text))

    def mask_pieces(self, text: str) -> str:
        """The same, for a text about a hidden value itself, which may quote a part of it."""

        def piece(found: re.Match[str]) -> str:
            said = found[1].rstrip("…").lower()
            return f"'{HIDDEN}'" if said and any(said in hidden.lower() for hidden in self._texts) else found[0]

        return re.sub(r"'([^']*)'", piece, self.mask(text))

    def _cut(self, text: str) -> str:
        shown, *rest = text.split("…")
        for more in rest:
            starts = [hidden[:size] for hidden in self._texts for size in range(len(hidden), SHORTEST_START - 1, -1) if shown.endswith(hidden[:size])]
            if starts:
                shown = shown[: -len(max(starts, key=len))] + HIDDEN
            shown = f"{shown}…{more}"
        return shown


def hidden_values(*property_maps: Mapping[str, Any]) -> Hidden:
    """What the property maps of one operation, each with its own names of secrets, say is hidden."""
    names = {name for properties in property_maps for name in properties.get(SECRET) or ()}
    found = [properties[name] for properties in property_maps for name in names if name in properties]
    # The outputs show the live value, the declared one may be another.
    found += [declared[name] for properties in property_maps for name in names if name in (declared := properties.get("__declared") or {})]
    return Hidden(found)


def _leaves(value: Any) -> Iterator[str]:
    """Every text in ``value``, numbers as they are written; a key of a map may be as secret as what it leads to."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(key)
            yield from _leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, float) and value.is_integer():
        yield str(int(value))
        yield str(value)
    elif isinstance(value, (str, int, float)):
        yield str(value)


def _spellings(text: str) -> Iterator[str]:
    """The ways in which a text of ours may write this value."""
    for form in (text, unicodedata.normalize("NFC", text), one_line(text)):
        if form.strip():
            yield form.strip()
    try:
        yield duration_text(parse_duration(text, ""))
    except InvalidInput:
        return


def _whole(text: str) -> str:
    """A pattern: ``text``, where it is not a part of a longer word."""
    start, end = (r"(?<!\w)" if text[0].isalnum() else "", r"(?!\w)" if text[-1].isalnum() else "")
    written = f"(?i:{re.escape(text)})" if len(text) > WORD_OF_A_TEXT else re.escape(text)
    return f"{start}{written}{end}"
