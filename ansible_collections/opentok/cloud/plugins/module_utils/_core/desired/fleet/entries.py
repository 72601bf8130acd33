# SPDX-License-Identifier: Apache-2.0
"""What is declared of many projects, read into an entry each.

    defaults: {secret_max_age: 90d, on_delete: suspend}     (optional)
    projects:                                               (or tenants:)
      - {key: acme, name: ACME GmbH, status: active}
      - {name: Globex, id: 46000002}

or a map by key, where the key is the name of a project that has neither name nor id:

    projects:
      acme: {name: ACME GmbH, status: active}
      Globex:
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import InvalidInput, Problem, quote, unquoted
from ...http.connection import number_as_text
from ...secrecy import equal_as_a_whole
from ..inputs import STATELESS, Input, InputReader
from ..project.kind import PROJECT
from .distinct import distinct_keys, kind_of
from .hidden import check_no_secret_shown, hidden_label, secrets_in

LISTS = ("projects", "tenants")
STATES = ("present", "absent")

ITEM = (
    Input("key"),
    Input("state", default="present", choices=STATES),
    *(row for row in PROJECT.table if row.layers in (None, STATELESS)),
    Input("publish", type="list", elements="raw", only_present=True),
    Input("notify", type="list", elements="raw", only_present=True),
)
"""The options of one project: those of the kind, how texts call it (``key``), whether it is to be there, where its credentials go, and who hears."""

NAMING = ("key", "name", "id")
"""What says which project is meant, and in this order what stands for it in texts. ``id`` is also called ``existing_id``."""

KEYS = tuple(dict.fromkeys(name for row in ITEM for name in (*row.aliases, row.name)))
SETTINGS = tuple(name for name in KEYS if name not in (*NAMING, "existing_id", "state"))
"""What ``defaults`` may say of every project."""

LISTED = {"publish": "places such as file:/etc/acme/opentok.json", "notify": "hooks such as webhook:https://deploy.example.com/opentok"}
"""What is a list of texts, and what those are."""

OTHER_NAMES = {alias: row.name for row in ITEM for alias in row.aliases if alias not in NAMING}

ONLY_PRESENT = tuple(row.name for row in ITEM if row.only_present)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """One project: ``inputs`` of its declaration, and the ``label`` (``key``, else its name, else its id) that stands for it in texts.

    ``state``: ``absent`` ends its life as ``on_delete`` says. ``publish``: where its credentials go, see ``places.py``; ``notify``: the hooks after.
    ``written``: under what other name an input was written.
    """

    label: str
    inputs: Mapping[str, Any] = dataclasses.field(repr=False)
    key: str | None = None
    state: str = "present"
    publish: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    written: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)

    __eq__ = equal_as_a_whole


@dataclasses.dataclass(frozen=True, kw_only=True)
class Declarations:
    """All entries, and what the ``defaults`` say of ``on_delete`` for what is not declared any more.

    ``secrets``: the retired secrets that they name in clear, for who has to hide them.
    """

    entries: tuple[Entry, ...]
    on_delete: str = "delete"
    secrets: frozenset[str] = dataclasses.field(default=frozenset(), repr=False)

    __eq__ = equal_as_a_whole


def read_declarations(document: Any) -> Declarations:
    """The declarations of a whole file. Raises as :func:`declarations_of`."""
    if not isinstance(document, Mapping):
        raise InvalidInput(Problem("projects", f"missing: the file must be a map with a list 'projects' or 'tenants', not {kind_of(document)}"))
    strange = [str(key) for key in document if key not in (*LISTS, "defaults")]
    if strange:
        raise InvalidInput([Problem(hidden_label(key), "is no key of such a file: it has projects (or tenants) and defaults") for key in strange])
    given = [name for name in LISTS if name in document]
    if len(given) != 1:
        raise InvalidInput(Problem("projects", "give either projects or tenants, not both" if given else "missing: a list of projects (or tenants)"))
    return declarations_of(document[given[0]], document.get("defaults"), called=given[0])


def declarations_of(projects: Any, defaults: Any = None, *, called: str = "projects") -> Declarations:
    """The declarations of a list of projects, or of a map of them by key (``None``: nothing but the key).

    Checks the shape; the values are checked with the rest of a project's rules. ``called``: what texts call the list. Raises
    :class:`InvalidInput` with every problem.
    """
    rows = _rows(projects, called)
    usual, problems = _mapping(defaults or {}, "defaults", SETTINGS)
    for field in LISTED:
        wrong = _targets(usual.get(field), "defaults", field)[1]
        problems += wrong
        if wrong:
            usual.pop(field)
    written = _written(defaults)
    found = [_entry(row, number, usual, written) for number, row in enumerate(rows, 1)]
    entries = [entry for entry, _wrong in found]
    problems += [problem for _entry_, wrong in found for problem in wrong]
    problems += distinct_keys(entry for entry in entries if entry.key is not None)
    reader = InputReader(usual)
    declared = reader.table(row for row in PROJECT.table if row.name == "on_delete")
    problems += [Problem(f"defaults: {problem.field}", problem.message) for problem in reader.problems]
    secrets = frozenset(secret for inputs in (usual, *(entry.inputs for entry in entries)) for secret in secrets_in(inputs))
    check_no_secret_shown(entries, secrets)
    if problems:
        raise InvalidInput(problems)
    return Declarations(entries=tuple(entries), secrets=secrets, **declared)


def _rows(projects: Any, called: str) -> list[Any]:
    if isinstance(projects, Mapping):
        return [_keyed(key, row) for key, row in projects.items()]
    if not isinstance(projects, (list, tuple)):
        raise InvalidInput(Problem(called, f"must be a list of maps, or a map by key, not {kind_of(projects)}; of nobody it is []"))
    return list(projects)


def _keyed(key: Any, row: Any) -> Any:
    """An item of a map as one of a list."""
    if row is not None and not isinstance(row, Mapping):
        return _Wrong(key, row)
    row = row or {}
    named = any(row.get(name) is not None for name in ("name", "id", "existing_id"))
    return {**row, **({} if named else {"name": key}), "key": _key_of(key, row.get("key"))}


@dataclasses.dataclass(frozen=True)
class _Wrong:
    """An item of a map that is no project."""

    key: Any
    row: Any


@dataclasses.dataclass(frozen=True)
class _Contradiction:
    """A key within an item that is another one than that of the map."""

    key: Any
    within: Any


def _key_of(key: Any, within: Any) -> Any:
    return key if within is None or number_as_text(within) == number_as_text(key) else _Contradiction(key, within)


def _entry(row: Any, number: int, usual: Mapping[str, Any], written: Mapping[str, str]) -> tuple[Entry, list[Problem]]:
    """The entry that a row declares, and all that is wrong with its shape."""
    label = _label(row, number)
    own, wrong = _mapping(row.row if isinstance(row, _Wrong) else row, label, KEYS)
    written = {**{name: also for name, also in written.items() if name not in own}, **_written(row)}
    key = number_as_text(own.pop("key", None))
    state = own.pop("state", None)
    listed = {field: own.pop(field, None) for field in LISTED}
    problems = [*wrong, *_key_problems(key, label), *_same_id(own, label)]
    if state not in (None, *STATES):
        problems.append(Problem(f"{label}: state", f"must be 'present' or 'absent', not {quote(state)}"))
    inherited = dict(usual)
    if state == "absent":
        given = {**own, **listed}
        problems += [
            Problem(f"{label}: {written.get(name, name)}", "contradicts state: absent (on_delete says how it ends): leave it out")
            for name in ONLY_PRESENT
            if given.get(name) not in (None, [], {})
        ]
        inherited = {name: value for name, value in usual.items() if name not in ONLY_PRESENT}
    targets: dict[str, tuple[str, ...]] = {}
    for field, given_here in listed.items():
        usually = inherited.pop(field, None)
        targets[field], wrong = _targets(given_here if given_here is not None else usually, label, field)
        problems += wrong
    key = key if isinstance(key, str) else None
    return Entry(label=label, inputs={**inherited, **own}, key=key, state=str(state or "present"), written=written, **targets), problems


def _label(row: Any, number: int) -> str:
    place = f"entry {number}"
    if isinstance(row, _Wrong):
        row = {"key": row.key}
    names = (row.get(name) for name in (*NAMING, "existing_id")) if isinstance(row, Mapping) else ()
    named = (number_as_text(name.key if isinstance(name, _Contradiction) else name) for name in names if name is not None)
    return hidden_label(next((name for name in named if isinstance(name, str) and name.strip()), place), place)


def _mapping(row: Any, label: str, keys: Sequence[str]) -> tuple[dict[str, Any], list[Problem]]:
    if not isinstance(row, Mapping):
        return {}, [Problem(label, f"must be a map such as {{name: ACME GmbH, status: active}}, not {kind_of(row)}")]
    row, twice = _by_one_name(row)
    wrong = [key for key in row if key not in keys]
    problems = [Problem(f"{label}: {hidden_label(str(key))}", f"is no key of it: the keys are {', '.join(keys)}") for key in wrong]
    problems += [Problem(f"{label}: {name}", f"is given twice, also as {alias}, its other name: give one of them") for name, alias in twice]
    return {name: value for name, value in row.items() if name in keys}, problems


def _written(row: Any) -> dict[str, str]:
    """By the name of the table, the other name under which ``row`` has it."""
    return {OTHER_NAMES[key]: key for key in row if key in OTHER_NAMES} if isinstance(row, Mapping) else {}


def _by_one_name(row: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The row by the names of the table, and what is in it by two names."""
    twice = [(name, alias) for alias, name in OTHER_NAMES.items() if row.get(alias) is not None and row.get(name) is not None]
    return {OTHER_NAMES.get(key, key): value for key, value in row.items() if value is not None or key not in OTHER_NAMES}, twice


def _key_problems(key: Any, label: str) -> list[Problem]:
    if isinstance(key, _Contradiction):
        return [Problem(f"{label}: key", f"is {quote(key.within)} in it, but the map of projects has it as {quote(key.key)}: leave it out")]
    if key is None or (isinstance(key, str) and key.strip() and key.isprintable()):
        return []
    return [Problem(f"{label}: key", f"must be a text on one line, not {quote(key)}{unquoted(key)}")]


def _same_id(own: dict[str, Any], label: str) -> list[Problem]:
    """``id`` and ``existing_id`` are one option: of a layer that gives both names it is the same value."""
    if own.get("id") is None or own.get("existing_id") is None:
        return []
    one, other = own["id"], own.pop("existing_id")
    if number_as_text(one) == number_as_text(other):
        return []
    return [Problem(f"{label}: existing_id", f"is {quote(other)}, and id, its other name, is {quote(one)}: give one of them")]


def _targets(given: Any, label: str, field: str) -> tuple[tuple[str, ...], list[Problem]]:
    if given is None:
        return (), []
    if not isinstance(given, (list, tuple)) or not all(isinstance(target, str) for target in given):
        what = kind_of(given) if not isinstance(given, (list, tuple)) else "one of other things"
        return (), [Problem(f"{label}: {field}", f"must be a list of {LISTED[field]}, not {what}")]
    return tuple(given), []
