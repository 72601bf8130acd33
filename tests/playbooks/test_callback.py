# SPDX-License-Identifier: Apache-2.0
"""Callbacks by real playbooks: found by what they are, one of several that are the same, pruned within a bound; check mode is the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.callbacks import Callbacks
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.playbooks.sessions import account_pair, project_pair, task
from tests.things.callback import JOINED, OTHER_URL, URL
from tests.things.rows import HIDDEN
from tests.things.sessions import ACME, ACME_SECRET, PROJECTS, UNIFIED

PLAIN = "http://hooks.example.com/plain"


@pytest.fixture
def opentok() -> Iterator[Emulator]:
    with Emulator(projects=PROJECTS) as emulator:
        yield emulator


def callbacks_of(opentok: Emulator) -> Callbacks:
    return OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=opentok.url).callbacks


def steps(title: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    return [task(f"{title}: {step}", "callback", options, check_mode=step == "check") for step in ("check", "run", "again")]


def assert_predicted(played: Played, title: str, requests: list[str]) -> dict[str, Any]:
    """Check mode only reads and says what the run does, a second run changes nothing; gives the run's result."""
    check, run, again = (played.of(f"{title}: {step}") for step in ("check", "run", "again"))
    assert {*check.requests, *again.requests} <= {"project.get", "callback.list"}, title
    assert [name for name in run.requests if name not in ("project.get", "callback.list")] == requests, title
    for part in ("changed", "actions", "before", "after", "diff"):
        assert check.result[part] == run.result[part], (title, part)
    assert (again.result["changed"], again.result["actions"], again.result["callback"]) == (False, [], run.result["callback"]), title
    return run.result


@pytest.mark.long
def test_the_life_of_callbacks(tmp_path: Path, opentok: Emulator) -> None:
    there = callbacks_of(opentok)
    for url in (f"{URL}-old", "https://elsewhere.example.com/a"):
        there.register("connection", "created", url)
    twins = [there.register("archive", "status", URL).id for _ in range(2)]
    base = {**account_pair(opentok), **JOINED}
    lost = [["POST", "faults", {"operation": "callback.register", "kind": "drop_after"}]]
    tasks = [
        *steps("new", base),
        *steps("moved", {**base, "url": OTHER_URL, "prune": "https://hooks.example.com/*"}),
        *steps("the same twice", {**base, "group": "archive", "event": "status"}),
        *steps("by the project pair", {**project_pair(opentok), "group": "connection", "event": "destroyed", "url": PLAIN}),
        task("lost", "callback", {**base, "group": "stream"}, vars={"opentok_control": lost}),
        task("read", "callback_info", {**account_pair(opentok), "project": int(ACME)}),
        task("read some", "callback_info", {**account_pair(opentok), "project": ACME, "group": "archive"}),
        *steps("absent", {**base, "url": OTHER_URL, "state": "absent"}),
    ]
    played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "-vvv").succeeded()

    new = assert_predicted(played, "new", ["callback.register"])
    assert new["actions"] == [f"register a callback in project {ACME}: connection/created to '{URL}'"]
    moved = assert_predicted(played, "moved", ["callback.register", "callback.delete", "callback.delete"])
    gone = [f"no more connection/created to '{url}'" for url in (f"{URL}-old", URL)]
    assert [text.rpartition(": ")[2] for text in moved["actions"][1:]] == gone
    assert [text.partition(": ")[0] for text in moved["warnings"]] == ["done"] * 2
    assert [text for text in gone if "planned: remove callback" in played.output and text in played.output] == gone
    same = assert_predicted(played, "the same twice", ["callback.delete"])
    assert (same["callback"]["callback_id"] in twins, same["before"]["duplicates"] + [same["callback"]["callback_id"]]) == (True, twins[::-1])
    plain = assert_predicted(played, "by the project pair", ["callback.register"])
    assert (plain["callback"]["project"], plain["callback"]["account_key"]) == (ACME, None)
    assert "http:// posts each event unencrypted across the internet" in plain["warnings"][0]
    assert played.of("lost").requests.count("callback.register") == 1
    assert "the list of the project shows that it was registered" in played.of("lost").result["warnings"][0]
    every = played.of("read").result["callbacks"]
    assert [one["url"] for one in every] == ["https://elsewhere.example.com/a", URL, OTHER_URL, PLAIN, URL]
    assert [one["id"] for one in played.of("read some").result["callbacks"]] == [same["callback"]["id"]]
    removed = assert_predicted(played, "absent", ["callback.delete"])
    assert (removed["callback"], removed["after"]) == (None, {})
    assert OTHER_URL not in {one.url for one in there.list()}
    assert [secret for secret in (ACME_SECRET, opentok.account_secret) if secret in played.output] == []


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a password": ({"url": f"https://joe:{HIDDEN}@hooks.example.com/a"}, "url: must not contain a user name or password"),
    "no URL": ({"url": "hooks.example.com/a"}, "url: must be an http or https URL"),
    "another platform": ({"project": UNIFIED}, "project: must be a project id (= API key) such as '46123456'"),
    "another group": ({"event": "status"}, "event: must be 'created' or 'destroyed' with group 'connection', not 'status'"),
    "no bound": ({"prune": "https://*"}, "prune: must be a URL with its whole host"),
    "no event": ({"event": "updated"}, "value of event must be one of: status, created, destroyed, got: updated"),
}
"""Options and what is said of them; the whole table is for the unit tests."""


def test_bad_input_is_refused_before_any_request(tmp_path: Path, opentok: Emulator) -> None:
    base = {**account_pair(opentok), **JOINED}
    tasks = [task(title, "callback", {**base, **options}, ignore_errors=True) for title, (options, _) in BAD.items()]
    played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "-vvv").succeeded()
    for title, (_, says) in BAD.items():
        failed = played.of(title)
        assert (failed.outcome, failed.requests) == ("failed", []), title
        assert says in failed.result["msg"], title
        assert HIDDEN not in str(failed.result), title
    assert opentok.journal() == []
