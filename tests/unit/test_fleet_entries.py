# SPDX-License-Identifier: Apache-2.0
"""Declarations of many projects: a list or a map of them, and what is refused before anyone has looked."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.fleet.entries import KEYS, SETTINGS, Entry, declarations_of, read_declarations
from pulumi_opentok.core.desired.fleet.places import places_of
from pulumi_opentok.core.desired.fleet.undeclared import Limit, Undeclared

SECRET = "hunter2hunter2"
"""No longer than it has to be to count as a secret: quotes alone do not hide it."""

RULES: dict[str, Any] = {"rotation_window": {"start": "02:00", "end": "05:00"}, "retired_secrets": [SECRET], "rotate": "never"}


def test_a_map_says_the_same_as_a_list() -> None:
    mapped: dict[Any, Any] = {"acme": {"name": "ACME GmbH"}, "Globex": None, "initech": {"id": 46000001}, 5: {"existing_id": "46000002", "key": "5"}}
    mapped["Umbrella"] = {"name": None}
    listed = [
        {"key": "acme", "name": "ACME GmbH"},
        {"key": "Globex", "name": "Globex"},
        {"key": "initech", "id": 46000001},
        {"key": 5, "existing_id": "46000002"},
        {"key": "Umbrella", "name": "Umbrella"},
    ]
    assert declarations_of(mapped) == declarations_of(listed) == read_declarations({"tenants": mapped})
    assert [entry.label for entry in declarations_of(mapped).entries] == ["acme", "Globex", "initech", "5", "Umbrella"]


def test_defaults_stand_behind_each_entry() -> None:
    defaults = {**RULES, "on_delete": "suspend", "publish": ["file:/x/{key}"]}
    declared = declarations_of({"a": {"rotate": "always"}, "b": {"publish": []}, "c": {"state": "absent"}}, defaults)
    first, second, third = declared.entries
    assert (first.inputs["rotate"], first.publish, second.publish) == ("always", ("file:/x/{key}",), ())
    assert (third.inputs, third.publish) == ({"name": "c", "on_delete": "suspend"}, ()), "what contradicts its end is not inherited"
    assert (declared.on_delete, declared.secrets) == ("suspend", {SECRET})
    assert SECRET not in repr(declared)


def test_one_table_of_options() -> None:
    assert {"key", "state", "id", "existing_id", "name", "status", "rotate", "publish", "retired_secrets"} <= set(KEYS)
    assert {"adopt", "allow_duplicate_name", "take_by_name", "rotate_because"}.isdisjoint(KEYS)
    assert set(KEYS) - set(SETTINGS) == {"key", "name", "id", "existing_id", "state"}


WRONG: list[tuple[Any, Any, dict[str, str]]] = [
    (None, None, {"projects": "must be a list of maps, or a map by key, not nothing"}),
    ("acme", None, {"projects": "must be a list of maps, or a map by key, not str"}),
    ({"a": "b"}, None, {"a": "must be a map"}),
    ({"a": [], "b": 5}, None, {"a": "not list", "b": "not int"}),
    ({"a": {"key": "b"}}, None, {"a: key": "is 'b' in it, but the map of projects has it as 'a'"}),
    ({"": None}, None, {"entry 1: key": "must be a text on one line, not ''"}),
    ({None: None}, None, {}),
    ({True: {"name": "x"}}, None, {"x: key": "must be a text on one line, not True: quote it"}),
    ({"two\nlines": {"name": "x"}}, None, {"two\nlines: key": "must be a text on one line"}),
    ([{"key": "k", "name": "a"}, {"key": "k", "name": "b"}], None, {"k": "is declared 2 times"}),
    ([5, None, []], None, {"entry 1": "not int", "entry 2": "not nothing", "entry 3": "not list"}),
    ({"a": {"id": 1, "existing_id": 2}}, None, {"a: existing_id": "is 2, and id, its other name, is 1: give one of them"}),
    ({"a": {"state": "gone"}}, None, {"a: state": "must be 'present' or 'absent', not 'gone'"}),
    ({"a": {"state": ["absent"]}}, None, {"a: state": "must be 'present' or 'absent'"}),
    ({"a": {"state": "absent", "status": "active", "publish": ["x"]}}, None, {"a: status": "contradicts", "a: publish": "contradicts"}),
    ({"a": {"publish": "file:/x"}}, None, {"a: publish": "must be a list of places such as file:/etc/acme/opentok.json, not str"}),
    ({"a": {"publish": [5]}}, None, {"a: publish": "must be a list of places"}),
    ({"a": {"nmae": 1, 5: 6}}, None, {"a: nmae": "is no key of it", "a: 5": "is no key of it"}),
    ([], 5, {"defaults": "must be a map"}),
    ([], {"name": "a", "id": 1, "state": "absent"}, {"defaults: name": "is no key", "defaults: id": "is no key", "defaults: state": "is no key"}),
    ([], {"on_delete": "burn"}, {"defaults: on_delete": "must be 'delete'"}),
    ([{"name": f"x{SECRET}y", "retired_secrets": [SECRET]}], None, {"entry 1: name": "holds a secret"}),
    ([{"key": SECRET, "name": "a"}, {"name": "b", "retired_secrets": f"{SECRET},x"}], None, {"entry 1: key": "holds a secret"}),
    ([{"name": "b", "secret_triggers": {"old": SECRET}}], {"retired_secrets": [SECRET]}, {"entry 1: secret_triggers": "holds a secret"}),
    ([{"name": "b", "publish": [f"file:/x/{SECRET}"]}], {"retired_secrets": [SECRET]}, {"entry 1: publish": "holds a secret"}),
    ([{"name": "0123456789" * 4, "statsu": 1, "0a" * 20: 2}], None, {"entry 1: statsu": "is no key", "entry 1: (not shown: it looks": ""}),
]


@pytest.mark.parametrize(("projects", "defaults", "says"), WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_what_is_refused(projects: Any, defaults: Any, says: dict[str, str]) -> None:
    if not says:
        assert declarations_of(projects, defaults).entries[0].label == "entry 1"  # its name is refused with the values
        return
    with pytest.raises(InvalidInput) as caught:
        declarations_of(projects, defaults)
    problems = caught.value.problems
    assert len(problems) == len(says)
    for (field, message), problem in zip(says.items(), problems, strict=True):
        assert problem.field.startswith(field)
        assert message in problem.message
    assert SECRET not in str(caught.value)


def test_ten_thousand_entries_that_name_a_retired_secret_each() -> None:
    rows = {f"tenant number {number}": {"retired_secrets": [f"{number:040x}"]} for number in range(10_000)}
    assert len(declarations_of(rows).secrets) == 10_000
    rows["last"] = {"name": f"is {9_999:040x}", "retired_secrets": []}
    with pytest.raises(InvalidInput, match="entry 10001: name: holds a secret"):
        declarations_of(rows)


PLACES: list[tuple[Entry, list[str], list[str] | str]] = [
    (Entry(label="a", key="a", inputs={"id": 46}, publish=("file:/x/{key}",)), ["file:/y/{id}"], ["file:/y/46", "file:/x/a"]),
    (Entry(label="a", inputs={"existing_id": "46"}, publish=("file:/x/{id}{id}",)), [], ["file:/x/4646"]),
    (Entry(label="a", inputs={}, publish=("file:/x/{key}",)), [], "no key is declared"),
    (Entry(label="a", inputs={}, publish=("file:/x/{nam}",)), [], "unknown placeholder {nam}"),
    (Entry(label="a", key="../a", inputs={}, publish=("file:/x/{key}",)), [], "cannot be part of a place"),
    (Entry(label="a", key="a", inputs={}, publish=("file:/x/a", "file:/x/{key}")), [], "has 'file:/x/a' twice"),
]


@pytest.mark.parametrize(("entry", "targets", "found"), PLACES, ids=[str(number) for number in range(len(PLACES))])
def test_places(entry: Entry, targets: list[str], found: list[str] | str) -> None:
    if isinstance(found, list):
        assert places_of(entry, targets) == found
        return
    with pytest.raises(InvalidInput, match="publish: ") as caught:
        places_of(entry, targets)
    assert found in str(caught.value)


NO_LIMITS = (-1, "-1", "", "101%", "1.5%", 1.5, True, [3], "all")
BOUNDS: list[tuple[dict[str, Any], str | Limit]] = [
    ({"purge_limit": 3}, Limit(number=3)),
    ({"purge_limit": " 12 "}, Limit(number=12)),
    ({"purge_limit": 0}, Limit(number=0)),
    ({"purge_limit": "10%"}, Limit(number=10, percent=True)),
    ({}, "purge_limit: missing: say how many"),
    ({"purge_limit": None}, "purge_limit: missing"),
    ({"undeclared": "delete"}, "undeclared: must be 'ignore' or 'report' or 'purge', not 'delete'"),
    ({"undeclared": True, "purge_limit": 1}, "undeclared: must be"),
    *(
        ({"purge_limit": value}, "purge_limit: must be a whole number such as 3, or a part")
        for value in (-1, "-1", "", "101%", "1.5%", 1.5, True, [3], "all")
    ),
    *(({"purge_limit": 1, "purge_pattern": value}, "purge_pattern: must be a pattern of names") for value in ("", " ", 5, ["*"], datetime.date.min)),
]


@pytest.mark.parametrize(("options", "says"), BOUNDS, ids=[str(number) for number in range(len(BOUNDS))])
def test_bounds_of_a_purge(options: dict[str, Any], says: str | Limit) -> None:
    whole = {"undeclared": "purge", **options}
    if isinstance(says, Limit):
        assert Undeclared.read(whole).purge_limit == says
        return
    with pytest.raises(InvalidInput) as caught:
        Undeclared.read(whole)
    assert says in str(caught.value)


def test_a_part_of_the_account_is_rounded_down() -> None:
    assert [Limit(number=10, percent=True).of(total) for total in (0, 9, 10, 19, 1000)] == [0, 0, 1, 1, 100]
