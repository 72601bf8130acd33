# SPDX-License-Identifier: Apache-2.0
"""Runs a Pulumi program in this process without an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc, set_all_config, set_mocks
from pulumi.runtime.settings import ROOT

from tests.engine.stack import drop_abandoned_coroutines


class Recorder(mocks.Mocks):
    """Keeps what is registered. A new resource gets its name as id and `outputs` (by resource name) on top of its inputs.

    `answers`: of functions, by token. Without any, functions find no mocks but an engine, and send their requests. `requests` are then those that
    registered or read a resource, by its name.
    """

    def __init__(self, outputs: Mapping[str, Mapping[str, Any]] | None = None, answers: Mapping[str, Any] | None = None) -> None:
        self.resources: list[mocks.MockResourceArgs] = []
        self.calls: list[mocks.MockCallArgs] = []
        self.requests: dict[str, Any] = {}
        self.answers = answers
        self._outputs = outputs or {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.resources.append(args)
        return args.resource_id or f"id-of-{args.name}", {**args.inputs, **self._outputs.get(args.name, {})}

    def call(self, args: mocks.MockCallArgs) -> Any:
        assert self.answers is not None, f"no program of these tests calls a function of a plugin: {args.token}"
        self.calls.append(args)
        return self.answers[args.token]

    def inputs_of(self, name: str) -> dict[str, Any]:
        """The inputs of the resource of this name."""
        return next(row.inputs for row in self.resources if row.name == name)

    def in_clear(self, name: str) -> dict[str, Any]:
        """The same, secret ones as they were given."""
        return {key: rpc.unwrap_rpc_secret(value) for key, value in self.inputs_of(name).items()}


class AsAnEngine:
    """A monitor that is no mock, as far as anyone can tell."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._monitor = mocks.MockMonitor(recorder)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  (as gRPC calls it)
        self._recorder.requests[request.name] = request
        return self._monitor.RegisterResource(request)

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        self._recorder.requests[request.name] = request
        return self._monitor.ReadResource(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._monitor, name)


def run_program(
    program: Callable[[], Any],
    recorder: Recorder | None = None,
    *,
    config: Mapping[str, str] | None = None,
    project: str = "proof",
    stack: str = "dev",
    preview: bool = False,
) -> tuple[Any, bool]:
    """Runs `program` to its end. The value of the output that it returns (`None` while it is unknown), and whether that is a secret."""
    loop = asyncio.new_event_loop()
    # The futures of a failed program are never asked for their errors, and say so when they are collected, at the very end of the tests even.
    loop.set_exception_handler(lambda _loop, _context: None)
    asyncio.set_event_loop(loop)
    recorder = recorder or Recorder()
    monitor: Any = AsAnEngine(recorder) if recorder.answers is None else None
    set_mocks(recorder, project=project, stack=stack, preview=preview, monitor=monitor)
    set_all_config(dict(config or {}))
    found: list[tuple[Any, bool]] = []

    def body() -> pulumi.Output[None]:
        output = pulumi.Output.from_input(program())

        async def note() -> None:
            found.append((await output.future(), await output.is_secret()))

        return pulumi.Output.from_input(note())

    try:
        mocks.test(body)()
    except Exception:
        drop_abandoned_coroutines()
        raise
    finally:
        set_all_config({})
        # The root of a program that failed first would be that of all that follow in this process, and wait for ever in a loop that has ended.
        ROOT.set(None)
        loop.close()
    return found[0]
