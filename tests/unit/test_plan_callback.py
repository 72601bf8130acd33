# SPDX-License-Identifier: Apache-2.0
"""The plans of a callback as a table: what is declared, what is registered, and what follows. What is shown and saved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput, PlanError
from pulumi_opentok.core.api.callbacks import Callback, same_url
from pulumi_opentok.core.desired import NOT_YET_KNOWN
from pulumi_opentok.core.desired.callback.kind import CALLBACK
from pulumi_opentok.core.desired.callback.state import CallbackState, parts
from tests.things.callback import BAD_PATTERNS, GOOD_CALLBACKS, JOINED, MADE_AT, OTHER_URL, URL, callback, registered
from tests.things.rows import HIDDEN
from tests.things.sessions import ACME, GLOBEX
from tests.unit.things import NOW


@pytest.mark.parametrize("pattern", BAD_PATTERNS, ids=str)
def test_a_pattern_without_a_bound_is_refused(pattern: Any) -> None:
    with pytest.raises(InvalidInput, match=r"^prune: must be a URL with its whole host, in which \* stands") as caught:
        callback(prune=pattern)
    assert HIDDEN not in str(caught.value)


@pytest.mark.parametrize("inputs", GOOD_CALLBACKS, ids=lambda value: str(value)[:60])
def test_what_is_taken(inputs: dict[str, Any]) -> None:
    declared = {**JOINED, **inputs}
    assert CALLBACK.parse(declared) == CALLBACK.parse(CALLBACK.canonical(declared))


@pytest.mark.parametrize("name", CALLBACK.inputs)
def test_what_is_not_known_yet_is_not_judged(name: str) -> None:
    """Nor is what goes with it, whatever it will be."""
    for inputs in (JOINED, {**JOINED, "group": "archive", "event": "status"}):
        CALLBACK.parse({key: value for key, value in inputs.items() if key != name}, unknown=[name])
    with pytest.raises(InvalidInput, match="event: must be 'status'"):
        CALLBACK.parse({**JOINED, "event": "no event"}, unknown=["project", "group", "url"])


def test_the_project_of_the_pair_is_the_default() -> None:
    assert CALLBACK.parse({**JOINED, "project": None}, api_key=GLOBEX).project == GLOBEX


NOTHING = CallbackState(spec=callback())
HTTP = "url: http:// posts each event unencrypted across the internet: use https://"
ONCE_TOO_OFTEN = f"of project {ACME}: it is the same as callback 1, so each event is posted more than once"
OLD = Callback(id="7", group="connection", event="created", url=OTHER_URL, created_at=None)
PRUNED = f"remove callback 7 of project {ACME}: no more connection/created to '{OTHER_URL}'"

PLANNED: list[tuple[dict[str, Any], CallbackState, bool, list[str], list[str]]] = [
    # declared, what is there, whether a run has recorded it, what is done, what is warned of
    ({}, NOTHING, False, [f"register a callback in project {ACME}: connection/created to '{URL}'"], []),
    ({}, registered(), False, [f"take over callback 1 of project {ACME}: it is registered already"], []),
    ({}, registered(), True, [], []),
    ({}, registered(duplicates=("2", "3")), True, [f"remove callback {one} {ONCE_TOO_OFTEN}" for one in "23"], []),
    ({"url": "HTTPS://Hooks.Example.com:443/a"}, registered(), True, [], []),
    ({}, registered(pruned=(OLD,)), True, [PRUNED], []),
    ({}, CallbackState(spec=callback(), pruned=(OLD,)), True, [f"register a callback in project {ACME}: connection/created to '{URL}'", PRUNED], []),
    *(
        ({"url": url}, NOTHING, False, [f"register a callback in project {ACME}: connection/created to '{url}'"], [HTTP] if public else [])
        for url, public in (
            ("http://hooks.example.com/a", True),
            ("http://8.8.8.8:8080/", True),
            ("http://[2600::1]/", True),
            ("https://8.8.8.8/", False),
            ("http://localhost:8080/", False),
            ("http://127.0.0.1/", False),
            ("http://10.0.0.1/", False),
            ("http://[::1]/", False),
            ("http://receiver/", False),
            ("http://receiver.internal./", False),
        )
    ),
]


@pytest.mark.parametrize(("declared", "state", "recorded", "texts", "warnings"), PLANNED, ids=lambda value: str(value)[:50])
def test_plan(declared: dict[str, Any], state: CallbackState, recorded: bool, texts: list[str], warnings: list[str]) -> None:
    spec = callback(**declared)
    plan = CALLBACK.plan(spec, state, callback() if recorded else None, NOW)
    assert (list(plan.texts), list(plan.warnings), plan.replaces) == (texts, warnings, ())
    assert [action.text for action in plan.actions if action.disrupts] == [text for text in texts if text == PRUNED]
    assert plan.changes_api is any(action.do != "adopt" for action in plan.actions)
    assert plan.after is not None
    assert (plan.after["url"], plan.after["duplicates"], plan.after["id"] == NOT_YET_KNOWN) == (spec.url, [], state.id is None)
    assert plan.before == (CALLBACK.show(state, None) if state.id else None)


REPLACED = [
    ({"url": OTHER_URL}, ("url",)),
    ({"url": "https://hooks.example.com/A"}, ("url",)),
    ({"url": "https://hooks.example.com:8443/a"}, ("url",)),
    ({"event": "destroyed"}, ("event",)),
    ({"group": "stream"}, ("group",)),
    ({"project": GLOBEX}, ("project",)),
    ({"group": "archive", "event": "status", "url": OTHER_URL}, ("group", "event", "url")),
]


@pytest.mark.parametrize(("declared", "replaces"), REPLACED, ids=str)
def test_what_is_replaced(declared: dict[str, Any], replaces: tuple[str, ...]) -> None:
    plan = CALLBACK.plan(callback(**declared), registered(), callback(), NOW)
    assert (plan.replaces, plan.actions) == (replaces, ())
    (reason,) = plan.reasons
    assert reason.startswith("a callback cannot be changed (")
    assert all(name in reason for name in replaces)


def test_its_end() -> None:
    plan = CALLBACK.plan_absent(callback(), registered(duplicates=("2",)))
    first = f"remove callback 1 of project {ACME}: no more connection/created to '{URL}'"
    assert plan.texts == (first, f"remove callback 2 {ONCE_TOO_OFTEN}")
    assert ([action.disrupts for action in plan.actions], plan.after) == ([True, False], None)
    assert CALLBACK.plan_absent(callback(), NOTHING).actions == ()


@pytest.mark.parametrize("state", [registered(), registered(duplicates=("2",)), registered(account_key=None, created_at=None)], ids=str)
def test_a_round_trip_through_the_state_file(state: CallbackState) -> None:
    shown = CALLBACK.show(state, callback())
    assert (tuple(shown), tuple(CALLBACK.show(NOTHING, None))) == (CALLBACK.outputs, CALLBACK.outputs)
    saved = json.loads(json.dumps({**shown, "declared": {}, "private": {}}))
    assert CALLBACK.restore(shown["id"], saved) == (state, callback())
    assert CALLBACK.plan(callback(), *CALLBACK.restore(shown["id"], saved), NOW).changes == bool(state.duplicates)


def test_what_is_shown() -> None:
    ids = {"id": f"{ACME}/1", "callback_id": "1", "account_key": "100"}
    assert MADE_AT.year == 2026
    assert CALLBACK.show(registered(), None) == {**ids, **JOINED, "created_at": "2026-01-02T03:04:05Z", "duplicates": []}


SAME = [
    (URL, URL, True),
    ("http://h", "http://h:80/", True),
    ("https://H.example/a?b", "https://h.example:443/a?b", True),
    ("https://h/a", "https://h/a/", False),
    ("https://h/a", "http://h/a", False),
    ("https://h/?a", "https://h/?b", False),
    ("https://[", "https://[", True),
    ("https://[", "https://h", False),
    (None, URL, False),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME, ids=str)
def test_the_same_url(one: str | None, other: str | None, same: bool) -> None:
    assert (same_url(one, other), same_url(other, one)) == (same, same)


@pytest.mark.parametrize("identity", ["", "1", f"{ACME}/", "/1", f"{ACME}/1/2", "a b/1", f"{ACME}/1\n", "29f760f8-7ce1/1"], ids=repr)
def test_an_id_that_is_none(identity: str) -> None:
    with pytest.raises(PlanError, match=r"must be the id of its project, a slash and its own id, such as '46123456/95771'"):
        parts(identity)
