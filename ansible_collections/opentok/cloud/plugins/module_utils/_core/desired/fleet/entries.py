# SPDX-License-Identifier: Apache-2.0
"""What is declared of many projects: the document of a file, read into an entry each.

    defaults: {secret_max_age: 90d, on_delete: suspend}     (optional)
    projects:                                               (or tenants:)
      - {key: acme, name: ACME GmbH, status: active}
      - {name: Globex, id: 46000002}
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from ...errors import InvalidInput, Problem, join_words, quote, unquoted
from ...http.connection import number_as_text
from ...secrecy import equal_as_a_whole
from ..inputs import InputReader
from ..project.kind import PROJECT
from ..project.state import ProjectSpec

LISTS = ("projects", "tenants")
NAMING = ("key", "name", "id")
SETTINGS = ("status", "on_delete", "secret_triggers", "secret_max_age", "retired_secrets", "rotation_window", "on_external_rotation")
KEYS = (*NAMING, *SETTINGS)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """One project: ``inputs`` of its declaration, and the ``label`` (``key``, else its name, else its id) that stands for it in texts."""

    label: str
    inputs: Mapping[str, Any] = dataclasses.field(repr=False)

    __eq__ = equal_as_a_whole


@dataclasses.dataclass(frozen=True, kw_only=True)
class Declarations:
    """All entries of a document, and what its ``defaults`` say of ``on_delete`` for what is not declared any more."""

    entries: tuple[Entry, ...]
    on_delete: str = "delete"


def read_declarations(document: Any) -> Declarations:
    """Checks the shape; the values are checked with the rest of a project's rules. Raises :class:`InvalidInput` with every problem."""
    rows = _rows(document)
    defaults, problems = _mapping(document.get("defaults") or {}, "defaults", SETTINGS)
    entries = []
    for number, row in enumerate(rows, 1):
        label = _label(row, number)
        inputs, wrong = _mapping(row, label, KEYS)
        problems.extend(wrong)
        entries.append(Entry(label=label, inputs={**defaults, **inputs}))
    problems.extend(_twice((entry.label, entry.label) for entry in entries if entry.inputs.get("key") is not None))
    reader = InputReader(defaults)
    declared = reader.table(row for row in PROJECT.table if row.name == "on_delete")
    problems.extend(Problem(f"defaults: {problem.field}", problem.message) for problem in reader.problems)
    if problems:
        raise InvalidInput(problems)
    return Declarations(entries=tuple(entries), **declared)


def check_distinct(specs: Iterable[tuple[Entry, ProjectSpec]]) -> None:
    """No two entries mean one project, as far as that shows before anyone has looked. Raises :class:`InvalidInput`."""
    pairs = list(specs)
    problems = _twice((f"id {spec.id}", entry.label) for entry, spec in pairs if spec.id is not None)
    problems += _twice((f"name {quote(spec.name)}", entry.label) for entry, spec in pairs if spec.id is None)
    if problems:
        raise InvalidInput(problems)


def _rows(document: Any) -> list[Any]:
    if not isinstance(document, Mapping):
        raise InvalidInput(Problem("projects", f"missing: the file must be a map with a list 'projects' or 'tenants', not {_kind(document)}"))
    strange = [str(key) for key in document if key not in (*LISTS, "defaults")]
    if strange:
        raise InvalidInput([Problem(key, "is no key of such a file: it has projects (or tenants) and defaults") for key in strange])
    given = [name for name in LISTS if name in document]
    if len(given) != 1:
        raise InvalidInput(Problem("projects", "give either projects or tenants, not both" if given else "missing: a list of projects (or tenants)"))
    rows = document[given[0]]
    if not isinstance(rows, list):
        raise InvalidInput(Problem(given[0], f"must be a list of maps, not {_kind(rows)}; of nobody it is []"))
    return rows


def _label(row: Any, number: int) -> str:
    names = (row.get(key) for key in NAMING) if isinstance(row, Mapping) else ()
    named = (number_as_text(name) for name in names if name is not None)
    return next((name for name in named if isinstance(name, str) and name.strip()), f"entry {number}")


def _mapping(row: Any, label: str, keys: tuple[str, ...]) -> tuple[dict[str, Any], list[Problem]]:
    if not isinstance(row, Mapping):
        return {}, [Problem(label, f"must be a map such as {{name: ACME GmbH, status: active}}, not {_kind(row)}")]
    wrong = [Problem(f"{label}: {key}", f"is no key of it: the keys are {', '.join(keys)}") for key in row if key not in keys]
    key = number_as_text(row.get("key"))
    if key is not None and not (isinstance(key, str) and key.strip() and key.isprintable()):
        wrong.append(Problem(f"{label}: key", f"must be a text on one line, not {quote(row['key'])}{unquoted(row['key'])}"))
    return dict(row), wrong


def _twice(named: Iterable[tuple[str, str]]) -> list[Problem]:
    """A problem for each name that several entries have."""
    by_name: dict[str, list[str]] = {}
    for name, label in named:
        by_name.setdefault(name, []).append(label)
    several = {name: labels for name, labels in by_name.items() if len(labels) > 1}
    return [
        Problem(name, f"is declared {len(labels)} times (by {join_words(labels)}): each entry needs a project of its own")
        for name, labels in several.items()
    ]


def _kind(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__
