# SPDX-License-Identifier: Apache-2.0
"""Since when something has drifted: remembered while it lasts, over looks that failed or saw only some, of one account."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pulumi_opentok.core.desired.drift import prometheus
from pulumi_opentok.core.desired.drift.document import AS_DECLARED, COULD_NOT_LOOK, DRIFT, document, item, undeclared
from pulumi_opentok.core.desired.drift.first_seen import carried
from tests.cli.drift_document import checked

FIRST, SECOND, THIRD = (datetime.datetime(2026, 11, day, 3, tzinfo=datetime.timezone.utc) for day in (1, 2, 3))
THEN, NOW = "2026-11-01T03:00:00Z", "2026-11-03T03:00:00Z"


def drifted(key: str, result: str = DRIFT, kind: str = "project") -> Any:
    actions = ["suspend it: its key stops working"] if result == DRIFT else []
    return item(key, kind=kind, result=result, actions=actions, disruptive=actions, error="HTTP 503" if result == COULD_NOT_LOOK else None)


def looked(*items: Any, at: datetime.datetime = THIRD, account: str = "1", strangers: tuple[str, ...] = (), errors: tuple[str, ...] = ()) -> Any:
    others = [undeclared(key, key) for key in strangers]
    return document(items, source="test", looked_at=at, account_key=account, undeclared=others, errors=errors)


BEFORE = carried(looked(drifted("acme"), drifted("globex", AS_DECLARED), at=FIRST, strangers=("7",)), None)

CASES = {
    "it lasts": (looked(drifted("acme")), BEFORE, {"acme": THEN}),
    "it is new": (looked(drifted("globex")), BEFORE, {"globex": NOW}),
    "it is over": (looked(drifted("acme", AS_DECLARED)), BEFORE, {"acme": None}),
    "nobody looked before": (looked(drifted("acme")), None, {"acme": NOW}),
    "another account": (looked(drifted("acme"), account="2"), BEFORE, {"acme": NOW}),
    "another kind of the name": (looked(drifted("acme", kind="session")), BEFORE, {"acme": NOW}),
    "undeclared still": (looked(strangers=("7", "8")), BEFORE, {"7": THEN, "8": NOW}),
    "nobody could look at it": (looked(drifted("acme", COULD_NOT_LOOK)), BEFORE, {"acme": THEN}),
    "nobody could look at anything": (looked(errors=("HTTP 503",)), BEFORE, {"acme": THEN, "7": THEN}),
    "the engine stopped before it": (looked(drifted("bad", COULD_NOT_LOOK)), BEFORE, {"bad": None, "acme": THEN}),
    "it was forgotten since": (looked(drifted("bad", AS_DECLARED)), BEFORE, {"bad": None}),
}


@pytest.mark.parametrize("case", CASES)
def test_since_when(case: str) -> None:
    now, before, expected = CASES[case]
    found = checked(carried(now, before))
    assert {one["key"]: one["first_seen"] for one in (*found["items"], *found["undeclared"])} == expected
    unseen = [one for one in (*found["items"], *found["undeclared"]) if one["result"] == COULD_NOT_LOOK]
    assert [one for one in unseen if one["actions"] or one["disruptive"]] == [], "what would have been done then is not known now"
    assert found["summary"]["could_not_look"] == sum(one in found["items"] for one in unseen)
    assert found["summary"]["declared"] >= len(found["items"])


def test_it_is_remembered_over_a_look_that_failed() -> None:
    blind = carried(looked(at=SECOND, errors=("HTTP 503",)), BEFORE)
    again = carried(looked(drifted("acme"), strangers=("7",)), blind)
    assert [one["first_seen"] for one in (*again["items"], *again["undeclared"])] == [THEN, THEN]
    assert carried(again, None) == again, "a document that is rendered once more keeps what it knows"


def test_since_when_a_rotation_is_due() -> None:
    """By a trigger only a look can say it: the first that saw it, be it that the rotation waits for its window."""
    due = {"reasons": ["secret_triggers 'a' changed"], "since": None, "opens": "2026-11-07T02:00:00Z"}
    first, *later = (looked(item("acme", result=AS_DECLARED, due=due), drifted("globex"), at=at) for at in (FIRST, SECOND, THIRD))
    before = carried(first, None)
    for now in (later[0], looked(drifted("acme", COULD_NOT_LOOK), at=SECOND), later[1]):
        before = checked(carried(now, before))
    assert before["items"][0]["due"]["since"] == THEN
    families = {one.name: one.samples for one in text_string_to_metric_families(prometheus.of_document(before))}
    moments = {
        name: [(sample.labels["key"], sample.value) for sample in families[f"opentok_rotation_{name}_timestamp_seconds"]]
        for name in ("due", "waits_until")
    }
    assert moments == {"due": [("acme", FIRST.timestamp())], "waits_until": [("acme", 1794016800)]}
