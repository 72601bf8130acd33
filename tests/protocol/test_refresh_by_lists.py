# SPDX-License-Identifier: Apache-2.0
"""A refresh of many resources asks for lists in place of each one, and believes of a list nothing but that all is as it was."""

from __future__ import annotations

import collections
import copy
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest

from pulumi_opentok._shared_lists import LIFE, MANY, SharedLists
from pulumi_opentok.callback import CallbackProvider
from pulumi_opentok.core import PlanError
from pulumi_opentok.emulator import Emulator
from tests.core.odd_server import Answer, OddServer, Row, answered_with, status_instead
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer, Saved
from tests.protocol.engine_log import EngineLog
from tests.protocol.runs import by_account, declare
from tests.protocol.test_requests import operations

PATIENCE = 60
"""Seconds, after which a test that waits for what does not come fails."""
PROJECTS = 8
WORKERS = 4
"""Reads at a time: threads of the SDK's server."""


def refreshed(server: DynamicServer, resources: list[tuple[type[Any], Saved]]) -> list[Saved | None]:
    """All at once, as the engine does it."""
    with ThreadPoolExecutor(len(resources)) as pool:
        numbered = enumerate(resources)
        return list(pool.map(lambda row: server.of(row[1][0]).named(f"r{row[0]}").refresh(row[1][1]), numbered))


class Stack(NamedTuple):
    """Projects that an earlier run has declared at a server that holds reads by id until it is asked for a list, so that many are under way."""

    opentok: OddServer
    saved: list[Saved]
    start: Callable[[], DynamicServer]

    def refreshed(self, *odd: Any) -> tuple[list[Saved | None], dict[str, int]]:
        """By a new run, whose lists meet what is ``odd``; and what was asked for."""
        listed = threading.Event()

        def held(_: OddServer, work: Callable[[], Answer]) -> Answer:
            assert listed.wait(PATIENCE), "nobody asks for the list"
            return work()

        def told(what: Any) -> Any:
            def tell(server: OddServer, work: Callable[[], Answer]) -> Answer | None:
                listed.set()
                answer: Answer | None = what(server, work)
                return answer

            return tell

        self.opentok.asked.clear()
        self.opentok.next("get", *[held] * (MANY - 1))
        self.opentok.next("list", *map(told, odd))
        server = self.start()
        return refreshed(server, [(server.provider_class, one) for one in self.saved]), dict(self.opentok.asked)


@pytest.fixture(scope="module")
def declared() -> Iterator[tuple[OddServer, list[Saved]]]:
    opentok = OddServer()
    first = DynamicServer(opentok.env)
    first.configure()
    yield opentok, [declare(first, name=f"P{number}") for number in range(PROJECTS)]
    first.close()
    opentok.close()


@pytest.fixture
def stack(declared: tuple[OddServer, list[Saved]], start_server: StartServer) -> Iterator[Stack]:
    opentok, saved = declared
    rows = copy.deepcopy(opentok.rows)
    yield Stack(opentok, saved, lambda: start_server(env=opentok.env))
    opentok.rows = rows
    opentok.odd.clear()


def behaves(_: OddServer, work: Callable[[], Answer]) -> Answer:
    return work()


def altered(**fields: Any) -> Any:
    """A list whose last row is otherwise; `None`: it has no such field."""

    def alter(_: OddServer, work: Callable[[], Answer]) -> Answer:
        status, rows = work()
        last: Row = {name: value for name, value in {**rows[-1], **fields}.items() if value is not None}
        return status, [*rows[:-1], last]

    return alter


def without_the_last(_: OddServer, work: Callable[[], Answer]) -> Answer:
    status, rows = work()
    return status, rows[:-1]


def test_one_list_confirms_all(stack: Stack) -> None:
    found, asked = stack.refreshed(behaves)
    assert found == stack.saved
    assert asked == {"list": 1, "get": MANY - 1}


@pytest.mark.parametrize(
    "odd",
    [without_the_last, altered(status="SUSPENDED"), altered(status="ODD"), altered(secret=None), altered(secret="0" * 40), altered(name="another")],
    ids=["cut", "another status", "an odd status", "no secret", "another secret", "another name"],
)
def test_what_it_does_not_confirm_is_read_by_its_id(stack: Stack, odd: Any) -> None:
    """A list that lags, is cut or odd makes nothing gone or changed."""
    found, asked = stack.refreshed(odd)
    assert found == stack.saved
    assert (asked["list"], asked["get"] <= MANY) == (1, True)


@pytest.mark.parametrize("odd", [status_instead(403), answered_with({"a": "list?"}), answered_with([1])], ids=["refused", "no list", "no rows"])
def test_one_that_cannot_be_had_costs_a_read_for_each(stack: Stack, odd: Any) -> None:
    found, asked = stack.refreshed(odd)
    assert found == stack.saved
    assert asked == {"list": 1, "get": PROJECTS}


def test_what_has_changed_and_what_is_gone_are_found(stack: Stack, engine_log: EngineLog) -> None:
    *_, suspended, rotated, gone = (one.id for one in stack.saved)
    stack.opentok.rows[suspended]["status"] = "SUSPENDED"
    stack.opentok.rows[rotated]["secret"] = "9" * 40
    del stack.opentok.rows[gone]
    found, asked = stack.refreshed(behaves)
    assert found[:-3] == stack.saved[:-3]
    now = [one and (one.outs["status"], one.outs["api_secret"].value == "9" * 40) for one in found[-3:]]
    assert now == [("suspended", False), ("active", True), None]
    assert (asked["list"], asked["get"] <= MANY - 1 + 3) == (1, True)
    assert engine_log.texts("warning") == [f"project {rotated}: api_secret was changed elsewhere; the state now has the current one"]


def test_few_are_read_by_their_ids(stack: Stack) -> None:
    """Whatever account they belong to."""
    stack.opentok.asked.clear()
    server = stack.start()
    assert refreshed(server, [(server.provider_class, one) for one in stack.saved[: MANY - 1]]) == stack.saved[: MANY - 1]
    assert [server.refresh(one) for one in stack.saved] == stack.saved, "one after the other"
    assert dict(stack.opentok.asked) == {"get": MANY - 1 + PROJECTS}


def test_after_a_write_there_are_no_lists(stack: Stack) -> None:
    server = stack.start()
    changed = server.update(stack.saved[0], {**stack.saved[0].inputs, "on_delete": "retain"})
    stack.opentok.asked.clear()
    now = [changed, *stack.saved[1:]]  # it says what to do with the project and changes nothing of it
    assert refreshed(server, [(server.provider_class, one) for one in now]) == now
    assert dict(stack.opentok.asked) == {"get": PROJECTS}


def test_a_list_that_is_under_way_when_a_write_begins_is_not_used() -> None:
    lists, barrier = SharedLists(), threading.Barrier(MANY, timeout=PATIENCE)

    def load() -> list[str]:
        lists.end()
        return ["before"]

    def read(number: int) -> Any:
        with lists.asking_for(str(number)):
            barrier.wait()
            return lists.get("projects", load, of_many=True)

    with ThreadPoolExecutor(MANY) as pool:
        assert list(pool.map(read, range(MANY))) == [None] * MANY
    assert lists.get("callbacks", lambda: ["before"]) is None


def test_a_list_has_a_short_life_and_one_that_fails_is_not_asked_for_again_and_again() -> None:
    now, asked = [0.0], collections.Counter[str]()
    lists = SharedLists(clock=lambda: now[0])

    def rows() -> list[str]:
        asked["list"] += 1
        if asked["list"] == 1:
            raise PlanError("no")
        return ["a"]

    assert [lists.get("projects", rows) for _ in range(3)] == [None] * 3
    now[0] += LIFE + 1
    assert [lists.get("projects", rows) for _ in range(3)] == [["a"]] * 3
    now[0] += LIFE + 1
    assert lists.get("projects", rows) == ["a"]
    assert asked["list"] == 3


@pytest.fixture
def opentok_emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


def test_callbacks_and_their_projects(opentok_emulator: Emulator, start_server: StartServer) -> None:
    """One list of projects, and one of each project's callbacks; their secrets come with the first."""
    first = start_server(env=by_account(opentok_emulator))
    projects = [declare(first, name=f"P{number}") for number in range(PROJECTS)]
    events = [("connection", "created"), ("connection", "destroyed"), ("stream", "created")]
    callbacks = [
        declare(first.of(CallbackProvider), project=project.id, group=group, event=event, url="https://hooks.example.com/a")
        for project in projects[:5]
        for group, event in events
    ]
    first.close()
    server = start_server(env=by_account(opentok_emulator))
    opentok_emulator.fault("project.get", "delay", seconds=2, times=MANY - 1)
    opentok_emulator.clear_journal()
    everything = [*((server.provider_class, one) for one in projects), *((CallbackProvider, one) for one in callbacks)]
    assert refreshed(server, everything) == [*projects, *callbacks]
    asked = operations(opentok_emulator)
    assert asked.pop("project.get") < WORKERS
    assert asked == {"project.list": 1, "callback.list": 5}

    server = start_server(env=by_account(opentok_emulator))
    start_server(env=by_account(opentok_emulator)).of(CallbackProvider).delete(callbacks[0])
    opentok_emulator.clear_journal()
    assert refreshed(server, [(CallbackProvider, one) for one in callbacks[:3]]) == [None, *callbacks[1:3]]
    assert operations(opentok_emulator)["callback.list"] == 2, "what is not in a list is looked for once more"
