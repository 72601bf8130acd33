# SPDX-License-Identifier: Apache-2.0
"""A stack of OpenTok projects: what it declares is a dict that a test changes between runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pulumi

import pulumi_opentok as opentok
from pulumi_opentok.core import Account, Credentials
from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import NO_CHANGES_EXPECTED, Outcome
from tests.engine.stack import EngineStack

NewStack = Callable[..., EngineStack]


class ProjectStack:
    """Declares a `Project` of the `package` for each entry of `wanted`: resource name -> arguments. `also` is called after that, in the same program.

    Runs are made through its methods, which keep what was printed and each secret that a project ever had: `leaks` searches for those.
    """

    def __init__(
        self,
        new_stack: NewStack,
        emulator: Emulator,
        wanted: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        env: Mapping[str, str] | None = None,
        also: Callable[[], Any] = lambda: None,
        package: ModuleType = opentok,
        **options: Any,
    ) -> None:
        self.emulator = emulator
        self.package = package
        self.wanted: dict[str, dict[str, Any]] = {name: dict(arguments) for name, arguments in (wanted or {}).items()}
        self.also = also
        self.stack = new_stack(self._program, env=emulator.env if env is None else env, **options)
        self.secrets: set[str] = set()
        self._printed: list[str] = []

    def _program(self) -> None:
        for name, arguments in self.wanted.items():
            project = self.package.Project(name, **arguments)
            pulumi.export(f"{name}Key", project.api_key)
            pulumi.export(f"{name}Secret", project.api_secret)
        self.also()

    def preview(self, **options: Any) -> Outcome:
        return self._noted(self.stack.preview(**options))

    def up(self, **options: Any) -> Outcome:
        return self._noted(self.stack.up(**options))

    def refresh(self, **options: Any) -> Outcome:
        return self._noted(self.stack.refresh(**options))

    def destroy(self, **options: Any) -> Outcome:
        return self._noted(self.stack.destroy(**options))

    def planned(self) -> Outcome:
        """A preview that must find something to do, and must do nothing."""
        before = self.emulator.all_projects()
        self.emulator.clear_journal()
        outcome = self.preview(expect_no_changes=True)
        assert outcome.code == NO_CHANGES_EXPECTED, outcome.text
        assert self._asked_or_done() == {}
        assert self.emulator.all_projects() == before
        return outcome

    def quiet(self) -> bool:
        """Whether a preview finds nothing to do and asks OpenTok nothing."""
        return self._nothing_by(self.preview)

    def up_again_is_quiet(self) -> bool:
        """Whether one more `up` does nothing and asks OpenTok nothing."""
        return self._nothing_by(self.up)

    def _asked_or_done(self) -> dict[str, int]:
        """The requests but for looks at what runs in a session: a preview looks whether that has ended by itself, see docs/archives.md."""
        looks = {f"{kind}.{how}" for kind in ("archive", "broadcast", "render") for how in ("get", "list")}
        asked = self.requests()
        if looks & asked.keys():
            looks.add("project.get")  # for the secret to sign with
        return {name: count for name, count in asked.items() if name not in looks}

    def _nothing_by(self, run: Callable[..., Outcome]) -> bool:
        self.emulator.clear_journal()
        outcome = run(expect_no_changes=True)
        return outcome.ok().code == 0 and not outcome.changed and self._asked_or_done() == {}

    def requests(self) -> Counter[str]:
        """How often each operation was asked for since the journal was cleared; clears it."""
        found = Counter(str(row["operation"]) for row in self.emulator.journal())
        self.emulator.clear_journal()
        return found

    def id_of(self, name: str) -> str:
        """The id in the state of the resource of this name."""
        return str(self.stack.resources()[name]["id"])

    def live(self, name: str) -> dict[str, Any]:
        """What OpenTok has under the id of this resource."""
        found = self.emulator.project(self.id_of(name))
        assert found is not None, f"{name} is not there"
        return found

    def names(self) -> list[str]:
        """The names of all projects at OpenTok."""
        return sorted(row["name"] for row in self.emulator.all_projects())

    def leaks(self) -> list[str]:
        """The secrets that anything printed, told as an event or wrote to disk."""
        self._note_secrets()
        events = json.dumps(self.stack.events, default=lambda value: getattr(value, "__dict__", str(value)))
        assert '"resource_pre_event": {' in events
        seen = "\n".join((*self._printed, events, self.stack.everything_on_disk()))
        assert self.secrets
        return sorted(secret for secret in self.secrets if secret in seen)

    def _noted(self, outcome: Outcome) -> Outcome:
        self._note_secrets()
        self._printed.append(outcome.text)
        return outcome

    def _note_secrets(self) -> None:
        self.secrets |= {row["secret"] for row in self.emulator.all_projects()}
        self.secrets |= {secret for _, secret in self.emulator.all_accounts()}


def account(emulator: Emulator, pair: tuple[str, str] | None = None) -> Account:
    """Somebody else with the account's credentials."""
    key, secret = pair or (emulator.account_key, emulator.account_secret)
    return Account(Credentials(key=key, secret=secret, kind="account"), api_url=emulator.url)
