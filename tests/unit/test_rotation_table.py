# SPDX-License-Identifier: Apache-2.0
"""The rotation planner does what its table says, and each of its rules is held by some row."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from types import ModuleType

import pytest

from pulumi_opentok.core.desired.project import rotation_plan
from pulumi_opentok.core.desired.project.rotation_plan import RotationRecord, RotationSpec, fingerprints, triggers_to_remember
from tests.unit.rotation_table import DAY, NOW, ROWS, A, B, Row, mismatch

MUTATIONS = {
    "always is ignored": ("    if spec.always:\n", "    if False:\n"),
    "why it is always is not told": ("spec.always_because or ", ""),
    "retired secrets are ignored": ("    if live in spec.retired:\n", "    if False:\n"),
    "a retired secret need not be live": ("    if live in spec.retired:\n", "    if spec.retired:\n"),
    "what was begun is forgotten": ("    if record and record.pending == live:\n", "    if False:\n"),
    "what was begun is always begun again": ("    if record and record.pending == live:\n", "    if record and record.pending:\n"),
    "changed triggers are ignored": ("    if changed:\n", "    if False:\n"),
    "a first value rotates": ("before.get(key, value) not in", "before.get(key) not in"),
    "fingerprints are not values": ("not in (value, fingerprint(value))]", "not in (value,)]"),
    "values are not compared": ("not in (value, fingerprint(value))]", "not in (before.get(key, value),)]"),
    "a rotation elsewhere is not told": ("record.secret in (None, live):\n        return (reason,), ()", "True:\n        return (reason,), ()"),
    "a begun rotation counts as elsewhere": ("record is None or record.pending or record", "record is None or record"),
    "fail does not fail": ('spec.on_external == "fail"', "False"),
    "adopt does not adopt": ('spec.on_external == "adopt":\n        return (), (', 'False:\n        return (), ('),
    "adopt is always": ('    if spec.on_external == "adopt":\n        return (), (', "    if True:\n        return (), ("),
    "age is ignored": ("    if due is None or spec.max_age is None or now < due:\n", "    if True:\n"),
    "age is always due": ("or now < due:", "or False:"),
    "age is due a moment late": ("or now < due:", "or now <= due:"),
    "age of another secret counts": ("    if record is None or record.secret not in (None, live):\n", "    if record is None:\n"),
    "age counts only for a remembered secret": (
        "    if record is None or record.secret not in (None, live):\n",
        "    if record is None or record.secret != live:\n",
    ),
    "the window is ignored": ("    if spec.window is None or spec.window.is_open(now):\n", "    if True:\n"),
    "the window never opens": ("spec.window is None or spec.window.is_open(now)", "spec.window is None"),
    "triggers always wait": ('if spec.window.applies_to == "all" else', "if True else"),
    "triggers never wait": ('if spec.window.applies_to == "all" else', "if False else"),
    "waiting is not told": ("    if waiting:\n", "    if False:\n"),
    "what waits is done": ("reasons=() if waiting else urgent", "reasons=waiting or urgent"),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    assert mismatch(rotation_plan, row) is None


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_rule_that_is_switched_off_is_noticed(mutation: str) -> None:
    mutant = mutated(*MUTATIONS[mutation])
    assert [row.name for row in ROWS if mismatch(mutant, row)] != []


def mutated(old: str, new: str) -> ModuleType:
    """The planner with one place changed."""
    source = Path(str(rotation_plan.__file__)).read_text(encoding="utf-8")
    assert source.count(old) == 1, f"{source.count(old)} places are {old!r}"
    mutant = ModuleType(f"{rotation_plan.__name__}_mutant")
    mutant.__package__ = rotation_plan.__package__
    sys.modules[mutant.__name__] = mutant
    try:
        exec(compile(source.replace(old, new), "mutant", "exec"), mutant.__dict__)
    finally:
        del sys.modules[mutant.__name__]
    return mutant


def test_a_new_secret_is_one_more_version_first_seen_now() -> None:
    before = RotationRecord(secret=A, since=NOW - DAY, version=3, pending=A, triggers={"v": "1"})
    assert before.after_seeing(A, NOW) is before
    assert before.after_seeing(B, NOW) == dataclasses.replace(before, secret=B, since=NOW, version=4, pending=None, previous=A)
    assert RotationRecord().after_seeing(B, NOW) == RotationRecord(secret=B)


def test_the_secret_before_is_no_news_but_a_server_that_lags() -> None:
    after = RotationRecord(secret=B, since=NOW, version=2, previous=A)
    assert after.after_seeing(A, NOW + DAY) is after
    assert not rotation_plan.decide(RotationSpec(retired=frozenset({A}), triggers={"v": "1"}, on_external="fail"), after, A, NOW).reasons


def test_due_at() -> None:
    assert RotationRecord(since=NOW).due_at(DAY) == NOW + DAY
    assert RotationRecord(since=NOW).due_at(None) is None
    assert RotationRecord().due_at(DAY) is None


@pytest.mark.parametrize(
    ("spec", "live", "remembered"),
    [
        ({"triggers": {"v": "1", "w": "1"}}, A, {"v": "1", "w": "1"}),
        ({"triggers": {"v": "2", "w": "1"}}, A, {"v": "1", "w": "1"}),
        ({"triggers": {"v": "2"}, "on_external": "adopt"}, A, {"v": "1"}),
        ({"triggers": {"v": "2"}, "on_external": "adopt"}, B, {"v": "2"}),
        ({"triggers": {"v": "2"}}, B, {"v": "1"}),
        ({"triggers": {}}, A, {}),
    ],
)
def test_a_change_that_has_not_rotated_stays_due(spec: dict[str, object], live: str, remembered: dict[str, str]) -> None:
    assert triggers_to_remember(RotationSpec(**spec), RotationRecord(triggers={"v": "1"}, secret=A), live) == remembered


def test_what_nothing_is_remembered_of_is_not_adopted() -> None:
    spec = RotationSpec(triggers={"v": "2"}, on_external="adopt")
    assert triggers_to_remember(spec, RotationRecord(triggers={"v": "1"}), B) == {"v": "1"}


def test_saved_triggers_show_no_value() -> None:
    saved = fingerprints({"v": "hunter2"})
    assert "hunter2" not in str(saved)
    assert fingerprints(saved) == saved
