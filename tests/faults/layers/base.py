# SPDX-License-Identifier: Apache-2.0
"""What a layer is asked to do, and what it tells."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.faults.opentok import OpenTokProcess
from tests.faults.schedule import Step


@dataclasses.dataclass
class Declaration:
    """What is declared of a project; not ``present``: that it shall be gone."""

    name: str
    present: bool = True
    status: str | None = None
    trigger: int = 1
    retired: list[str] = dataclasses.field(default_factory=list)

    def inputs(self) -> dict[str, Any]:
        """For the kind, without what is unset."""
        given: dict[str, Any] = {"name": self.name}
        if not self.present:
            return given
        given["secret_triggers"] = {"n": str(self.trigger)}
        if self.status:
            given["status"] = self.status
        if self.retired:
            given["retired_secrets"] = list(self.retired)
        return given


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What the run of one declaration came to. ``ok``: it was told to be done; else there is an ``error``.

    ``shown`` are the outputs, ``kept``: they (or a record of them) are kept although it is not ``ok``. ``warnings``: what a person is told.
    """

    ok: bool
    changed: bool = False
    shown: Mapping[str, Any] | None = dataclasses.field(default=None, repr=False)
    kept: bool = False
    error: str = ""
    warnings: tuple[str, ...] = ()


@dataclasses.dataclass
class Result:
    """What a run came to. No outcome of a project: the run did not get there. ``texts`` is all that was printed, logged and saved.

    ``failed``: what failed that belongs to no declaration.
    """

    outcomes: dict[str, Outcome] = dataclasses.field(default_factory=dict)
    killed: bool = False
    failed: str = ""
    texts: list[str] = dataclasses.field(default_factory=list, repr=False)


class Layer(abc.ABC):
    """A layer with what it remembers, in a folder of its own. ``party``: which of two that run at once; ``ledger``: one that both share."""

    remembers_begun = True
    """Whether a rotation that a killed run began is understood by the next."""

    deletes_unsaved = True
    """Whether a project is deleted whose create was killed before anything was saved of it, when it is then no longer declared."""

    looks_always = True
    """Whether it looks at OpenTok in each run; Pulumi does when it is asked to."""

    quiet_run = True
    """Whether a second clean run is made to see that it changes nothing."""

    publishes = True
    """Whether it writes the credentials to a file."""

    def __init__(self, opentok: OpenTokProcess, folder: Path, *, party: int = 0, ledger: Path | None = None) -> None:
        self.opentok = opentok
        self.folder = folder
        self.party = party
        self.ledger = ledger or folder / "ledger.json"
        self.at = ""
        """The URL of the ledger, where it is no file."""
        self.of_ledger: Mapping[str, str] = {}
        """Variables that lead a client to it."""
        self.lifetime: float | None = None
        """Seconds after which it is dead to others that share the ledger; ``None``: as it is by itself."""
        self.at_once = False
        """Whether another party runs at the same moment: then nothing may be done in this process."""
        self.url = ""
        """Where OpenTok is reached; empty: itself."""
        self.blocked: Callable[[], None] = lambda: None
        """Called while it waits for the ledger; returns when another try is worth it."""
        self.frozen: Callable[[int], None] = lambda process: None
        """Lets a process stand still; returns when it may go on."""
        (self.ledger.parent / "published").mkdir(exist_ok=True)

    @abc.abstractmethod
    def run(self, declared: Mapping[str, Declaration], step: Step, *, timeout: float) -> Result:
        """Runs all declarations."""

    def env(self, timeout: float) -> dict[str, str]:
        """Variables that lead a client to OpenTok."""
        there = {"OPENTOK_API_URL": self.url} if self.url else {}
        return {**self.opentok.env, **self.of_ledger, **there, "OPENTOK_TIMEOUT": str(timeout)}

    def identity(self, name: str) -> str | None:
        """The id that is remembered for the name, where that is what decides; ``None``: the name does."""
        return None

    def holds(self, project: str) -> bool:
        """Whether anything that is remembered would delete the project of this id, were it not declared."""
        return False

    def title(self, name: str) -> str:
        """What the project of this name is called at OpenTok."""
        return name

    def place(self, name: str) -> Path:
        """Where its credentials are published."""
        return self.ledger.parent / "published" / f"{name}.json"

    def saved(self) -> str:
        """All that is kept between runs, as text."""
        return "\n".join(path.read_text() for path in sorted(self.folder.iterdir()) if path.is_file())

    def end(self) -> None:  # noqa: B027 - most have nothing to end
        """After the last run."""

    def _do(self, what: str) -> None:
        doings = {"restart": self.opentok.restart, "die": self.opentok.die, "come back": self.opentok.come_back, "blocked": self.blocked}
        doings[what]()

    def _answered(self, connection: Any) -> Any:
        """What a child tells; what it asks to be done to OpenTok until then is done. Raises :class:`EOFError` when it was killed."""
        while True:
            kind, content = connection.recv()
            if kind != "do":
                return kind, content
            self._do(content)
            connection.send(None)


def asking(connection: Any) -> Any:
    """For a child: lets its parent do something to OpenTok."""

    def do(what: str) -> None:
        connection.send(("do", what))
        connection.recv()

    return do
