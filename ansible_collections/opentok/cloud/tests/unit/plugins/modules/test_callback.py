# SPDX-License-Identifier: Apache-2.0
"""The real main() of callback and callback_info against a project on 127.0.0.1."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.modules.callback import main
from ansible_collections.opentok.cloud.plugins.modules.callback_info import main as info

from .account_server import AccountServer
from .conftest import Run

HOST = "https://hooks.example.com"
JOINED: dict[str, Any] = {"project": "46000001", "group": "connection", "event": "created", "url": f"{HOST}/a"}
PASSWORD = "hunter2-hunter2"


@pytest.fixture
def there(account: AccountServer) -> AccountServer:
    """An account with the project 46000001."""
    account.add("There")
    return account


def add(there: AccountServer, callback_id: str, url: str, event: str = "created") -> None:
    row = {"id": callback_id, "group": "connection", "event": event, "url": url, "createdAt": 1600000000000 + len(there.callbacks)}
    there.callbacks[callback_id] = row


def predicted(run: Run, **options: Any) -> dict[str, Any]:
    """The result of a run that does what check mode says, and of which nothing is left to do."""
    planned, done = run(main, check=True, **options), run(main, **options)
    for part in ("changed", "actions", "before", "after", "diff"):
        assert planned[part] == done[part]
    assert bool(done["actions"]) is done["changed"] is True
    again = run(main, **options)
    assert (again["changed"], again["actions"], again["diff"], again["callback"]) == (False, [], [], done["callback"])
    return done


def test_its_life(there: AccountServer, run: Run) -> None:
    done = predicted(run, **JOINED)
    assert done["actions"] == ["register a callback in project 46000001: connection/created to 'https://hooks.example.com/a'"]
    assert [row["url"] for row in there.callbacks.values()] == [f"{HOST}/a"]
    assert (done["callback"]["account_key"], done["callback"]["duplicates"]) == ("100001", [])
    there.callbacks.clear()
    assert predicted(run, **JOINED)["actions"] == done["actions"], "removed elsewhere"
    removed = predicted(run, **JOINED, state="absent")
    assert (removed["callback"], there.callbacks) == (None, {})


def test_duplicates_are_one(there: AccountServer, run: Run) -> None:
    for number in (1, 2, 3):
        add(there, str(number), f"{HOST}/a")
    done = predicted(run, **JOINED)
    assert [text.split()[2] for text in done["actions"]] == ["2", "3"]
    assert (list(there.callbacks), done["callback"]["callback_id"], done["before"]["duplicates"]) == (["1"], "1", ["2", "3"])


def test_prune_has_a_bound(there: AccountServer, run: Run) -> None:
    for number, url in enumerate((f"{HOST}/old", f"{HOST}.evil.example/a", "https://other.example.com/a")):
        add(there, str(number), url)
    add(there, "left", f"{HOST}/left", event="destroyed")
    done = predicted(run, **JOINED, prune=f"{HOST}/*")
    assert [text.split()[0] for text in done["actions"]] == ["register", "remove"]
    assert {row["url"] for row in there.callbacks.values()} == {f"{HOST}/a", f"{HOST}.evil.example/a", "https://other.example.com/a", f"{HOST}/left"}


def test_the_project_pair_is_enough(there: AccountServer, run: Run) -> None:
    pair = {"account_key": None, "account_secret": None, "api_key": "46000001", "api_secret": there.projects["46000001"]["secret"]}
    made = run(main, **{**JOINED, **pair, "project": None})["callback"]
    assert (made["project"], made["account_key"], there.requests) == ("46000001", None, ["GET", "POST", "GET"])
    assert run(info, **pair)["callbacks"] == [made]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"project": "no id"}, "project"),
        ({"project": None}, "project"),
        ({"event": "status"}, "event"),
        ({"url": "hooks.example.com"}, "url"),
        ({"url": f"https://joe:{PASSWORD}@hooks.example.com/"}, "url"),
        ({"prune": "*"}, "prune"),
        ({"prune": f"https://joe:{PASSWORD}@hooks.example.com/*"}, "prune"),
    ],
    ids=str,
)
def test_bad_input_names_its_field(there: AccountServer, run: Run, options: dict[str, Any], field: str) -> None:
    result = run(main, **{**JOINED, **options})
    assert [problem["field"] for problem in result["failure"]["problems"]] == [field]
    assert "\n" not in result["msg"]
    assert PASSWORD not in str(result)
    assert there.requests == []


def test_what_is_read(there: AccountServer, run: Run) -> None:
    for number, (url, event) in enumerate(((f"{HOST}/a", "created"), (f"{HOST}/a", "created"), (f"{HOST}/b", "destroyed"))):
        add(there, str(number), url, event)
    every = run(info, project="46000001")
    assert [(one["callback_id"], one["duplicates"]) for one in every["callbacks"]] == [("0", ["1"]), ("1", ["0"]), ("2", [])]
    assert (every["changed"], there.requests) == (False, ["GET", "GET"])
    left = run(info, project=46000001, event="destroyed", group="connection")["callbacks"]
    assert [one["url"] for one in left] == [f"{HOST}/b"]
    assert run(info, project="46000001", group="archive")["callbacks"] == []
    assert run(info)["failure"]["problems"][0]["field"] == "project"
