# SPDX-License-Identifier: Apache-2.0
"""The plugin as a process, the console script itself: how it starts, how it ends, and that it never outlives its engine."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from pulumi_opentok import _package
from pulumi_opentok.core.version import VERSION
from pulumi_opentok.emulator import Emulator
from tests.descendants import descendants
from tests.engine.environment import whole_environment
from tests.engine.plugin import NAME
from tests.gateway import Answer, Gateway, gateway
from tests.protocol.conftest import engine_log
from tests.protocol.dynamic_server import DEADLINE
from tests.protocol.engine_log import EngineLog

__all__ = ["engine_log"]

SCRIPT = str(Path(sys.prefix, "bin", NAME))
URN = "urn:pulumi:dev::proof::opentok:index:Project::acme"
INTO_A_SHELL = ["sh", "-c", '"$@" & wait', "sh", SCRIPT]
"""Its parent is a shell, which a test can kill."""


class Plugin:
    """One that runs. ``command``: what starts it, which may be somebody between."""

    def __init__(self, *command: str, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(command, env=whole_environment(env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        (self.pid,) = [pid for pid, words in descendants() if SCRIPT in words and words[0] != "sh" and pid in _family(self.process.pid)]
        self._handle = os.pidfd_open(self.pid)
        self.channel = grpc.insecure_channel(f"127.0.0.1:{self.port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def create(self, name: str = "Acme", **more: str) -> Any:
        properties = struct_pb2.Struct()
        properties.update({"name": name, "status": "suspended", **more})
        return self.stub.Create(provider_pb2.CreateRequest(urn=URN, properties=properties), timeout=DEADLINE)

    def until_it_refuses(self) -> None:
        """It has seen that it is to end."""
        with contextlib.suppress(ConnectionRefusedError):
            while not threading.Event().wait(0.01):
                socket.create_connection(("127.0.0.1", self.port)).close()

    def ended(self) -> tuple[str, str]:
        """What else it printed, when it has ended: an event, so nothing is timed."""
        select.select([self._handle], [], [])
        return self.process.communicate()

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        self.process.kill()
        self.process.communicate()
        self.channel.close()
        os.close(self._handle)


def _family(pid: int) -> set[int]:
    """The process and its children."""
    children = Path("/proc", str(pid), "task", str(pid), "children").read_text(encoding="utf-8").split()
    return {pid, *map(int, children)}


Start = Callable[..., Plugin]


@pytest.fixture
def start(opentok_emulator: Emulator) -> Iterator[Start]:
    with contextlib.ExitStack() as stack:

        def started(*command: str, env: dict[str, str] | None = None) -> Plugin:
            plugin = Plugin(*command, env=opentok_emulator.env if env is None else env)
            stack.callback(plugin.close)
            return plugin

        yield started


@pytest.fixture
def held(opentok_emulator: Emulator) -> Iterator[tuple[Gateway, threading.Event, threading.Event]]:
    """A way to OpenTok on which the answer to a create waits: one event tells that the project is made, the other lets the answer go."""
    made, go = threading.Event(), threading.Event()

    def hold(method: str, path: str, answer: Answer) -> Answer:
        if (method, path) == ("POST", "/v2/project"):
            made.set()
            assert go.wait(DEADLINE)
        return answer

    with gateway(opentok_emulator.url) as way:
        way.changed = hold
        yield way, made, go
        go.set()


def ask(*arguments: str) -> str:
    return subprocess.run([SCRIPT, *arguments], env=whole_environment({}), capture_output=True, text=True, check=True, input="").stdout


def test_what_it_says_of_itself() -> None:
    assert ask("--version") == f"{NAME} {VERSION}\n"
    assert ask("--help").startswith(f"usage: {NAME} ADDRESS\n")
    assert json.loads(ask("--schema")) == _package.package()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_idle_one_ends_at_a_signal(start: Start, engine_log: EngineLog, number: signal.Signals) -> None:
    plugin = start(SCRIPT, engine_log.address)
    os.kill(plugin.pid, number)
    assert plugin.ended() == ("", ""), "one line of output in its whole life, the port"
    assert plugin.process.returncode == 0


def test_what_is_begun_is_finished_and_answered(
    start: Start, engine_log: EngineLog, opentok_emulator: Emulator, held: tuple[Gateway, threading.Event, threading.Event]
) -> None:
    """At a first signal, which comes from elsewhere than the engine, that can go on to ask; and at a second one."""
    way, made, go = held
    plugin = start(SCRIPT, engine_log.address, env=way.env(opentok_emulator.env))
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(plugin.create)
        assert made.wait(DEADLINE)
        os.kill(plugin.pid, signal.SIGTERM)
        plugin.stub.Cancel(empty_pb2.Empty(), timeout=DEADLINE)
        os.kill(plugin.pid, signal.SIGINT)
        plugin.until_it_refuses()
        go.set()
        row = answer.result().id
    assert plugin.ended() == ("", "")
    assert [(project["id"], project["status"]) for project in opentok_emulator.all_projects()] == [(row, "SUSPENDED")]


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_it_ends_when_its_parent_is_killed(
    start: Start, engine_log: EngineLog, opentok_emulator: Emulator, held: tuple[Gateway, threading.Event, threading.Event], busy: bool
) -> None:
    """With a call under way, all of that: a project would else be left half made, and nobody knows of it."""
    way, made, go = held
    plugin = start(*INTO_A_SHELL, engine_log.address, env=way.env(opentok_emulator.env))
    assert plugin.pid != plugin.process.pid
    with ThreadPoolExecutor() as pool:
        if busy:
            answer = pool.submit(plugin.create)
            assert made.wait(DEADLINE)
            plugin.channel.close()
            assert answer.exception() is not None
        plugin.process.kill()
        plugin.until_it_refuses()
        go.set()
        assert plugin.ended() == ("", "")
    assert [project["status"] for project in opentok_emulator.all_projects()] == ["SUSPENDED"] * busy
    assert [words for _pid, words in descendants() if SCRIPT in words] == [], "nothing is left"


def test_it_ends_when_the_engine_is_gone_and_its_parent_is_not(start: Start) -> None:
    """A script that somebody put between the two."""
    engine = EngineLog()
    plugin = start(*INTO_A_SHELL, engine.address)
    engine.stop()
    assert plugin.ended() == ("", "")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nonsense", "127.0.0.1:"])
def test_an_engine_that_is_not_there(address: str) -> None:
    """As when it is killed while Python starts; or somebody has typed it."""
    done = subprocess.run([SCRIPT, address], env=whole_environment({}), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert f"nothing serves at {address}: " in done.stderr


@pytest.mark.parametrize("how", ["closed", "nobody reads"])
def test_nobody_to_tell_the_port(engine_log: EngineLog, how: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = ["sh", "-c", 'exec "$@" >&-', "sh"] if how == "closed" else []
    done = subprocess.run(
        [*command, SCRIPT, engine_log.address], env=whole_environment({}), stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, f"{NAME}: nobody reads the port that it serves: its standard output is closed\n")


def test_one_without_an_engine_is_attached_to_it_later(start: Start, engine_log: EngineLog) -> None:
    """As a debugger's plugin, which outlives engines: PULUMI_DEBUG_PROVIDERS leads them to it."""
    plugin = start(SCRIPT, "-v=3", "--logtostderr")
    made = plugin.create(onDelete="suspend")
    plugin.stub.Attach(plugin_pb2.PluginAttach(address=engine_log.address), timeout=DEADLINE)
    plugin.stub.Delete(provider_pb2.DeleteRequest(id=made.id, urn=URN, properties=made.properties), timeout=DEADLINE)
    assert engine_log.urns == [URN]
    os.kill(plugin.pid, signal.SIGINT)
    plugin.ended()


def test_two_at_once(start: Start, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    """The engine starts one for each `Provider`."""
    one, other = start(SCRIPT, engine_log.address), start(SCRIPT, engine_log.address)
    assert one.port != other.port
    made = one.create("One"), other.create("Other")
    os.kill(one.pid, signal.SIGTERM)
    one.ended()
    assert other.create("Another").id not in {row.id for row in made}
    assert len(opentok_emulator.all_projects()) == 3
