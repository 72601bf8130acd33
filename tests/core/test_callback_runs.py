# SPDX-License-Identifier: Apache-2.0
"""Callbacks against the emulator: registered once whatever happens to an answer, one of several that are the same, pruned within a bound."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_opentok.core import Connection, Credentials, Forbidden, PlanError
from pulumi_opentok.core.api.callbacks import Callbacks
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.callback import apply
from pulumi_opentok.core.desired.callback.kind import CALLBACK
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.errors import ApiError, OutcomeUnknown
from pulumi_opentok.emulator import Emulator
from tests.things.callback import JOINED, OTHER_URL, URL
from tests.things.sessions import ACME

SECRET = "acm3" * 10
REGISTERED = f"register a callback in project {ACME}: connection/created to '{URL}'"


class Acme:
    """The callbacks of a project, as an application of its own sees them."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = OpenTok(Credentials(key=ACME, secret=SECRET, kind="project"), api_url=emulator.url)

    def run(self, *, check: bool = False, absent: bool = False, **inputs: Any) -> Report:
        run = Run(CALLBACK, Scope(Connection.resolve(environ=self.emulator.env)), check=check)
        return (run.absent if absent else run.present)({**JOINED, **inputs})

    def register(self, url: str = URL, event: str = "created") -> str:
        return self.client.callbacks.register("connection", event, url).id

    def there(self) -> list[str]:
        return [one.id for one in self.client.callbacks.list()]

    def urls(self) -> set[str | None]:
        return {one.url for one in self.client.callbacks.list()}

    def asked(self, *operations: str) -> list[str]:
        """The operations since the last look, of these."""
        found = [str(row["operation"]) for row in self.emulator.journal()]
        self.emulator.clear_journal()
        return [name for name in found if name.startswith("callback.") and (not operations or name in operations)]


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Iterator[Acme]:
    monkeypatch.setattr(apply, "UNIT", 0.001)
    with Emulator(projects=[(ACME, SECRET, "Acme")]) as emulator:
        yield Acme(emulator)


def test_registered_once_and_found_again(acme: Acme) -> None:
    planned = acme.run(check=True)
    assert (planned.actions, acme.there(), acme.asked("callback.register")) == ((REGISTERED,), [], [])
    made = acme.run()
    assert made.shown is not None
    assert planned.shown == {**made.shown, **dict.fromkeys(("id", "callback_id", "account_key", "created_at"))}
    assert (made.actions, made.warnings, acme.there()) == ((REGISTERED,), (), [made.shown["callback_id"]])
    acme.asked()
    again = acme.run()
    assert (again.changed, again.shown, acme.asked()) == (False, made.shown, ["callback.list"])
    for report in (acme.run(absent=True), acme.run(absent=True, check=True)):
        assert report.shown is None
    assert acme.there() == []


LOST = ["drop_after", "truncate", "garble", "html", "after"]


@pytest.mark.parametrize("kind", LOST)
def test_an_answer_that_was_lost_is_looked_for(acme: Acme, kind: str) -> None:
    acme.emulator.fault("callback.register", kind)
    report = acme.run()
    assert report.shown is not None
    assert (report.actions, acme.there()) == ((REGISTERED,), [report.shown["callback_id"]])
    assert len(acme.asked("callback.register")) == 1
    (warning,) = report.warnings
    assert f"the list of the project shows that it was registered: callback {report.shown['callback_id']}" in warning
    assert not acme.run().changed


def test_what_comes_late_is_waited_for(acme: Acme) -> None:
    acme.emulator.fault("callback.register", "drop_after")
    acme.emulator.fault("callback.list", "lag", after=1, changes=1, seconds=3600)
    report = acme.run()
    assert report.shown is not None
    assert acme.asked() == ["callback.list", "callback.register", "callback.list", "callback.list"]
    assert acme.there() == [report.shown["callback_id"]]


def test_one_that_is_not_seen_is_not_sent_again(acme: Acme) -> None:
    acme.emulator.fault("callback.register", "drop_before")
    with pytest.raises(OutcomeUnknown, match=r"is not seen: it was sent once and got no usable answer.*run again, which looks first"):
        acme.run()
    assert acme.asked() == ["callback.list", "callback.register", *["callback.list"] * 3]
    assert acme.run().actions == (REGISTERED,)
    assert len(acme.there()) == 1


def test_where_nothing_can_be_looked_at_nothing_is_sent_again(acme: Acme) -> None:
    acme.emulator.fault("callback.register", "drop_after")
    acme.emulator.fault("callback.list", "status", status=500, after=1, times=20)
    with pytest.raises(OutcomeUnknown, match=r"was lost .*and the callbacks of the project cannot be listed to see whether it was registered"):
        acme.run()
    assert len(acme.asked("callback.register")) == 1
    acme.emulator.clear_faults()
    assert (acme.run().changed, len(acme.there())) == (False, 1)


def test_what_is_refused_is_said_as_it_is(acme: Acme) -> None:
    acme.emulator.fault("callback.register", "status", status=400)
    with pytest.raises(ApiError, match=r"callback\.register of a callback of project 46000001: HTTP 400"):
        acme.run()
    assert (acme.asked("callback.register"), acme.there()) == (["callback.register"], [])


def test_a_list_that_fails_after_the_registration_is_a_warning(acme: Acme) -> None:
    acme.emulator.fault("callback.list", "status", status=500, after=1, times=20)
    report = acme.run()
    acme.emulator.clear_faults()
    assert report.shown is not None
    assert (report.actions, report.unfinished, acme.there()) == ((REGISTERED,), None, [report.shown["callback_id"]])
    assert "cannot be listed to see whether it is the only one" in report.warnings[0]


def test_a_request_that_arrives_twice_leaves_one(acme: Acme) -> None:
    acme.emulator.fault("callback.register", "twice")
    report = acme.run()
    assert report.shown is not None
    assert (acme.there(), report.shown["duplicates"]) == ([report.shown["callback_id"]], [])
    assert "was registered more than once at the same moment" in report.warnings[0]


def test_runs_at_the_same_moment_leave_one(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    """All have looked before any registers, and have registered before any looks again."""
    together = threading.Barrier(3)
    register = Callbacks.register

    def at_once(self: Callbacks, *args: str) -> Any:
        together.wait(30)
        try:
            return register(self, *args)
        finally:
            together.wait(30)

    monkeypatch.setattr(Callbacks, "register", at_once)
    with ThreadPoolExecutor(3) as pool:
        reports = [pool.submit(acme.run) for _ in range(3)]
    shown = [report.result().shown for report in reports]
    (left,) = acme.there()
    assert [one and one["callback_id"] for one in shown] == [left] * 3
    assert len(acme.asked("callback.register")) == 3


def test_the_oldest_of_the_same_is_kept(acme: Acme) -> None:
    ids = []
    for url in (URL, OTHER_URL, "HTTPS://hooks.EXAMPLE.com:443/a", URL):
        ids.append(acme.register(url))
        acme.emulator.advance(60)
    first, elsewhere, second, third = ids
    again = f"it is the same as callback {first}, so each event is posted more than once"
    planned, report = acme.run(check=True), acme.run()
    assert planned.actions == report.actions == tuple(f"remove callback {one} of project {ACME}: {again}" for one in (second, third))
    assert (planned.plan.before or {})["duplicates"] == [second, third]
    assert (planned.plan.after, report.shown) == (report.plan.after, report.plan.after)
    assert acme.there() == [first, elsewhere]
    assert not acme.run().changed


def test_absent_ends_all_that_are_the_same(acme: Acme) -> None:
    acme.register()
    acme.register()
    other = acme.register(OTHER_URL)
    assert len(acme.run(absent=True).actions) == 2
    assert acme.there() == [other]


def test_what_stops_half_way_is_not_finished(acme: Acme) -> None:
    for _ in range(3):
        acme.register()
        acme.emulator.advance(60)
    acme.emulator.fault("callback.delete", "status", status=500, after=1, times=20)
    report = acme.run()
    acme.emulator.clear_faults()
    assert (len(report.actions), len(acme.there()), isinstance(report.unfinished, ApiError)) == (1, 2, True)
    assert len((report.shown or {})["duplicates"]) == 1
    assert len(acme.run().actions) == 1


BOUND = "https://hooks.example.com/acme/*"
UNTOUCHED = [
    "https://hooks.example.com/other",
    "https://hooks-example.com/acme/x",
    "https://hooks.example.com.evil.example/acme/x",
    "http://hooks.example.com/acme/x",
]


def test_pruned_is_what_matches_and_nothing_else(acme: Acme) -> None:
    for url in ("https://hooks.example.com/acme/old", "https://hooks.example.com/acme/?a=b", *UNTOUCHED):
        acme.register(url)
    acme.register("https://hooks.example.com/acme/left", event="destroyed")
    new = "https://hooks.example.com/acme/new"
    planned, report = acme.run(check=True, url=new, prune=BOUND), acme.run(url=new, prune=BOUND)
    assert planned.actions == report.actions
    assert [text.rpartition(" to ")[2] for text in report.actions] == [
        f"'{new}'",
        "'https://hooks.example.com/acme/old'",
        "'https://hooks.example.com/acme/?a=b'",
    ]
    assert [action.disrupts for action in report.plan.actions] == [False, True, True]
    assert acme.urls() == {new, *UNTOUCHED, "https://hooks.example.com/acme/left"}
    assert not acme.run(url=new, prune=BOUND).changed


def test_a_pattern_without_a_star_is_one_url(acme: Acme) -> None:
    acme.register(OTHER_URL)
    acme.register(f"{OTHER_URL}/more")
    acme.run(prune=OTHER_URL)
    assert acme.urls() == {URL, f"{OTHER_URL}/more"}


def test_a_url_that_opentok_writes_otherwise_is_an_error_and_not_left(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each run would register one more."""
    register = Callbacks.register
    monkeypatch.setattr(Callbacks, "register", lambda self, group, event, url: register(self, group, event, url.lower()))
    with pytest.raises(PlanError, match="OpenTok wrote down another URL than was sent, so the callback was removed again"):
        acme.run(url="https://hooks.example.com/A")
    assert acme.there() == []


def test_a_suspended_project_says_so(acme: Acme) -> None:
    acme.emulator.edit_project(ACME, status="SUSPENDED")
    with pytest.raises(Forbidden, match="46000001 is suspended: activate the project"):
        acme.run()


def test_a_project_of_nobody_is_an_error_that_names_both(acme: Acme) -> None:
    with pytest.raises(PlanError, match=f"there is no project 46000009 in account {acme.emulator.account_key}"):
        acme.run(project="46000009")
