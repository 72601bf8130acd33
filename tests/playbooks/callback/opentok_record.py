# SPDX-License-Identifier: Apache-2.0
"""Ansible callback: a JSON line for each result, with the requests that the emulator saw since the one before, and one before each playbook.

A task's variable ``opentok_control`` lists calls of the emulator's control plane, ``[method, path, body]``, to make before the task starts:
a fault, a change behind Ansible's back. Faults end with their task.
"""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: opentok_record
type: aggregate
short_description: Record results for tests
description: [Record results for tests.]
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "opentok_record"

    def __init__(self) -> None:
        super().__init__()
        self._file = open(os.environ["OPENTOK_RECORD_FILE"], "a", encoding="utf-8")  # noqa: SIM115  (as long as the process)
        self._http = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._faults = False
        self._seen = 0
        self._requests()

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{os.environ['OPENTOK_RECORD_CONTROL']}/_emulator/{path}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        with self._http.open(request) as answer:
            return json.loads(answer.read() or b"null")

    def v2_playbook_on_start(self, playbook: Any) -> None:
        self._write({})

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        if self._faults:
            self._control("DELETE", "faults")
        calls = task.vars.get("opentok_control", [])
        self._faults = any(path == "faults" for method, path, body in calls)
        for method, path, body in calls:
            self._control(method, path, body)

    def _requests(self) -> list[str]:
        entries = self._control("GET", f"journal?since={self._seen}")["entries"]
        self._seen = max([self._seen, *(entry["seq"] for entry in entries)])
        return [entry["operation"] for entry in entries]

    def _record(self, result: Any, outcome: str) -> None:
        # ansible-core 2.19 renamed what a callback gets; the old names warn there.
        said = result.result if hasattr(result, "result") else result._result
        task = result.task if hasattr(result, "task") else result._task
        self._write({"task": task.get_name(), "outcome": outcome, "result": said, "requests": self._requests()})

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, default=str) + "\n")
        self._file.flush()

    def v2_runner_on_ok(self, result: Any) -> None:
        self._record(result, "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._record(result, "failed")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._record(result, "skipped")

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._record(result, "item ok")

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._record(result, "item failed")
