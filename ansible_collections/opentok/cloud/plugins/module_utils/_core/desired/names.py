# SPDX-License-Identifier: Apache-2.0
"""Names that people, or a server, take for the same: pure functions.

The API has no other handle than the exact name. A server that writes names in its own way (trims, normalises, cuts) would be asked for the
same project in every run.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Collection

SHORTEST_CUT = 30
"""Characters: no server cuts a name after fewer."""

_CASES: tuple[Callable[[str], str], ...] = (str, str.lower, str.casefold)
_FORMS: tuple[Callable[[str], str], ...] = (
    str,
    lambda name: unicodedata.normalize("NFC", name),
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: unicodedata.normalize("NFKC", name),
    lambda name: unicodedata.normalize("NFKD", name),
)

_Way = tuple[Callable[[str], str], bool, Callable[[str], str]]
"""What is done with case, with blanks, and with Unicode forms."""


def alike(name: str) -> str:
    """The same for names that differ only in case, blanks or Unicode form."""
    if name.isascii():
        return _collapsed(name.lower())
    return _collapsed(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()))


def cut_from(sent: str, there: str) -> bool:
    """Whether ``there`` is the beginning of the longer name ``sent``, and long enough for a limit."""
    return SHORTEST_CUT <= len(there) < len(sent) and sent.startswith(there)


def similar(one: str, other: str) -> bool:
    """Whether one could be taken for the other, or cut from it."""
    return alike(one) == alike(other) or cut_from(one, other) or cut_from(other, one)


class Writing:
    """How a server writes names, as far as the ``names`` that it has show it: what it does to one it would have done to all others."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._longest = max(map(len, names), default=0)
        self._ways: dict[_Way, bool] = {}

    def could_become(self, sent: str, there: str) -> bool:
        """Whether the server may have made ``there`` of ``sent``."""
        if cut_from(sent, there):
            return self._longest <= len(there)
        return any(_rewritten(sent, *way) == there and self._may(way) for way in itertools.product(_CASES, (False, True), _FORMS))

    def _may(self, way: _Way) -> bool:
        """Whether all names are as this way of writing leaves them."""
        if way not in self._ways:
            self._ways[way] = all(_rewritten(name, *way) == name for name in self._names)
        return self._ways[way]


def difference(one: str, other: str) -> str:
    """What two names differ in, for a text: ``in case``, ``in blanks and in Unicode form``, ``in length``."""
    if cut_from(one, other) or cut_from(other, one):
        return f"in length ({len(one)} and {len(other)} characters)"
    if alike(one) != alike(other):
        return "in spelling"
    found = []
    for what, without in (("case", str.casefold), ("blanks", _collapsed), ("Unicode form", _plain)):
        if not _same_but_for(without, one, other):
            found.append(f"in {what}")
    return " and ".join(found)


def _same_but_for(without: Callable[[str], str], one: str, other: str) -> bool:
    """Whether the names are the same when everything is levelled but what ``without`` levels."""
    for each in (str.casefold, _collapsed, _plain):
        if each is not without:
            one, other = each(one), each(other)
    return one == other


def _rewritten(name: str, case: Callable[[str], str], collapse: bool, form: Callable[[str], str]) -> str:
    name = case(form(name))
    return _collapsed(name) if collapse else name


def _collapsed(name: str) -> str:
    return " ".join(name.split())


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name)
