# SPDX-License-Identifier: Apache-2.0
"""The projects that are imported, each with a key: a name for it in stacks, playbooks and paths."""

from __future__ import annotations

import collections
import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence

LONGEST = 50
"""Characters of a key that come from the project's name."""

PLAIN = "project"
"""What a key begins with where the name gives nothing that it could begin with."""

RESERVED = frozenset({"pulumi", "y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Not the text itself to some reader of YAML, or the name of something else in a program."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Imported:
    """``inputs``: name or existing_id, and status. ``key``: of ASCII letters, digits and hyphens, a letter first, the key of no other project."""

    key: str
    id: str
    inputs: Mapping[str, str]


def imported(found: Sequence[tuple[str, Mapping[str, str]]]) -> list[Imported]:
    """The projects with their keys, whatever their order. ``found``: the id and the inputs of each."""
    keys = {id_: _key(inputs.get("name", "")) for id_, inputs in found}
    distinct = {id_: f"{PLAIN}-{id_}" for id_, key in keys.items() if not key}
    while True:
        # Ids have no hyphen and differ, so those that end with one never clash with each other.
        count = collections.Counter({**keys, **distinct}.values())
        clashing = {id_: f"{key}-{id_}" for id_, key in keys.items() if id_ not in distinct and count[key] > 1}
        if not clashing:
            return [Imported(key={**keys, **distinct}[id_], id=id_, inputs=inputs) for id_, inputs in found]
        distinct.update(clashing)


def _key(name: str) -> str:
    letters = (char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    key = "-".join(re.findall("[a-z0-9]+", "".join(letters)))[:LONGEST].rstrip("-")
    if key.isdigit():
        return ""  # with PLAIN before it, it would look like the id of another project
    return f"{PLAIN}-{key}" if key[:1].isdigit() or key in RESERVED else key
