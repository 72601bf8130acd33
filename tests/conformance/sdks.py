# SPDX-License-Identifier: Apache-2.0
"""An SDK in its own process, and the things that it made there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conformance.installing import HERE


class SdkError(Exception):
    """What the SDK raised or returned as an error: the name of its ``kind``, its text, and in Go the HTTP ``status``."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(f"{answer['type']}: {answer['error']}")
        self.kind, self.text, self.status = str(answer["type"]), str(answer["error"]), answer.get("status") or None
        self.kept: int | None = answer.get("$kept")


class Sdk:
    """A process that runs one SDK. ``called`` has the methods that were called, as the table of coverage names them."""

    def __init__(self, language: str, command: list[str], log: Path) -> None:
        self.language, self.log = language, log
        self.called: set[str] = set()
        with log.open("w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)

    def ask(self, **request: Any) -> Any:
        """The SDK's result. Raises :class:`SdkError`."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("started without pipes")
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the {self.language} SDK's process has ended: {self.log.read_text(encoding='utf-8')[-2000:]}")
        answer = json.loads(line)
        if "error" in answer:
            raise SdkError(answer)
        return self._meant(answer["result"])

    def _meant(self, value: Any) -> Any:
        if isinstance(value, dict) and "$kept" in value:
            fields = {name: self._meant(one) for name, one in value["value"].items()}
            return Thing(self, value["$kept"], value["$type"], fields)
        if isinstance(value, list):
            return [self._meant(one) for one in value]
        return {name: self._meant(one) for name, one in value.items()} if isinstance(value, dict) else value

    def client(self, url: str, key: str, secret: str, kind: str = "") -> Thing:
        """The SDK's client with this pair; ``kind`` is its class where there are two."""
        made = self.ask(new=kind or {"python": "Client", "go": "OpenTok"}[self.language], args=[key, secret, url])
        if not isinstance(made, Thing):
            raise TypeError(f"no client but {made!r}")
        return made

    def function(self, name: str, *args: Any) -> Any:
        """The result of a function of the package."""
        self.called.add(name)
        return self.ask(call=name, args=args)

    def public(self) -> set[str]:
        """The names of all that is public in the SDK."""
        return set(self.ask(public=True))

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate(timeout=30)


class Thing:
    """Something in the SDK's process: its class's name, its fields as they were when it was made, and its methods."""

    def __init__(self, sdk: Sdk, number: int, kind: str, fields: dict[str, Any]) -> None:
        self.sdk, self.kind, self.fields = sdk, kind, fields
        self._number = number

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """What a method returns, or a property's value."""
        self.sdk.called.add(f"{self.kind}.{method}")
        return self.sdk.ask(on=self._number, call=method, args=args, **({"kwargs": kwargs} if kwargs else {}))

    def put(self, name: str, value: Any) -> None:
        """Sets a property."""
        self.sdk.called.add(f"{self.kind}.{name}")
        self.sdk.ask(on=self._number, call=name, set=value)

    def __getitem__(self, field: str) -> Any:
        return self.fields[field]


def member(name: str) -> dict[str, str]:
    """A member of one of the Python SDK's enumerations: ``member("MediaModes.routed")``."""
    return {"$enum": name}


def start_python(folder: Path, log: Path) -> Sdk:
    """The official Python SDK. -S and -E: it sees nothing of this environment."""
    return Sdk("python", [sys.executable, "-S", "-E", str(HERE / "python" / "driver.py"), str(folder)], log)


def start_go(program: Path, log: Path) -> Sdk:
    """The community Go SDK."""
    return Sdk("go", [str(program)], log)
