# SPDX-License-Identifier: Apache-2.0
"""One stack on the real engine, isolated in a folder of its own."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pulumi import automation as auto
from pulumi.automation._stack import StackInitMode
from pulumi.automation.events import EngineEvent

from tests.engine import key_service
from tests.engine.command import EngineCommand, failure
from tests.engine.environment import environment, stack_environment, whole_environment
from tests.engine.outcome import Outcome, outcome
from tests.engine.program import folder_program, mirror
from tests.engine.workspace import StackWorkspace

Program = Callable[[], Any]


class EngineStack:
    """A stack: a program, its config, its state.

        stack = EngineStack(engine, tmp_path, program, config={"opentok:accountKey": "100"})
        stack.up().ok()
        assert stack.preview(expect_no_changes=True).code == 0

    Args:
        engine: the folder that `ensure_engine` returns.
        home: an empty folder for its PULUMI_HOME, backend and settings.
        program: the inline program; it runs in this process, with `env` as its environment. `stack.program = ...` replaces it
            between runs.
        folder: instead of `program`, a folder with `Pulumi.yaml` and `__main__.py`. It is mirrored with links, so that
            `Pulumi.<stack>.yaml` is written beside the links and never into the folder.
        config: as `set_config` takes it; a value that is an `auto.ConfigValue(..., secret=True)` is a secret.
        env: variables for the program, the engine and the providers; `stack.env` may be changed between runs. No `PULUMI_*` or
            `OPENTOK_*` variable of the surrounding process reaches them.
        project: name of an inline program's project; a folder has its own in `Pulumi.yaml`.
        stack: name of the stack.
    """

    def __init__(
        self,
        engine: Path,
        home: Path,
        program: Program | None = None,
        *,
        folder: Path | None = None,
        config: Mapping[str, str | auto.ConfigValue] | None = None,
        env: Mapping[str, str] | None = None,
        project: str = "proof",
        stack: str = "dev",
    ) -> None:
        if (program is None) == (folder is None):
            raise ValueError("give either a program or a folder")
        self.home, self.name = home, stack
        self.env = {**stack_environment(engine, home), **key_service.variables(), **(env or {})}
        self.events: list[EngineEvent] = []
        """All events of all runs, for a search for secrets."""
        (home / "backend").mkdir(parents=True)
        self._command = command = EngineCommand(engine)
        if folder is not None:
            self.work_dir = mirror(folder, home / "work")
            self.program: Program = folder_program(self.work_dir)
            workspace = auto.LocalWorkspace(work_dir=str(self.work_dir), pulumi_command=command, secrets_provider=key_service.PROVIDER)
        else:
            self.work_dir = home / "work"
            self.work_dir.mkdir()
            self.program = program or (lambda: None)
            settings = auto.ProjectSettings(name=project, runtime="python", main=str(self.work_dir))
            workspace = StackWorkspace(home, command, settings)
        with environment(self.env):
            self._stack = QuickStack.create(stack, workspace)
        self.project = str(workspace.project_settings().name)
        if config:
            self.set_all_config(config)

    def set_config(self, key: str, value: str, secret: bool = False) -> None:
        """`pulumi config set`; the key with its namespace (`opentok:accountKey`)."""
        self.set_all_config({key: auto.ConfigValue(value, secret=secret)})

    def set_all_config(self, config: Mapping[str, str | auto.ConfigValue]) -> None:
        """Sets several keys with one start of the CLI."""
        values = {key: value if isinstance(value, auto.ConfigValue) else auto.ConfigValue(value) for key, value in config.items()}
        with environment(self.env):
            self._stack.set_all_config(values)

    def remove_config(self, key: str) -> None:
        """`pulumi config rm`."""
        with environment(self.env):
            self._stack.remove_config(key)

    def preview(self, expect_no_changes: bool = False, refresh: bool = False, diff: bool = True, **more: Any) -> Outcome:
        """`pulumi preview`. With `expect_no_changes` the code is 7 where something would change."""
        return self._run(self._stack.preview, expect_no_changes=expect_no_changes, refresh=refresh, diff=diff, **more)

    def up(self, expect_no_changes: bool = False, refresh: bool = False, diff: bool = True, **more: Any) -> Outcome:
        """`pulumi up --yes`; `more` as `pulumi.automation.Stack.up` takes it."""
        return self._run(self._stack.up, expect_no_changes=expect_no_changes, refresh=refresh, diff=diff, **more)

    def refresh(self, expect_no_changes: bool = False, diff: bool = True, **more: Any) -> Outcome:
        """`pulumi refresh --yes`: reads the world into the state. A step's op is `update` or `delete` where it drifted."""
        return self._run(self._stack.refresh, expect_no_changes=expect_no_changes, diff=diff, **more)

    def destroy(self, diff: bool = True, **more: Any) -> Outcome:
        """`pulumi destroy --yes`."""
        return self._run(self._stack.destroy, diff=diff, **more)

    def rename(self, name: str) -> None:
        """`pulumi stack rename`."""
        done = self.cli("stack", "rename", name, "--stack", self.name)
        if done.returncode:
            raise AssertionError(done.stderr)
        self.name = self._stack.name = name

    def outputs(self) -> dict[str, Any]:
        """The exports of the program, secrets in clear."""
        with environment(self.env):
            return {key: output.value for key, output in auto.Stack.outputs(self._stack).items()}

    def secret_outputs(self) -> set[str]:
        """The names of the exports that are secrets."""
        with environment(self.env):
            return {key for key, output in auto.Stack.outputs(self._stack).items() if output.secret}

    def exported(self) -> dict[str, Any]:
        """The deployment of `pulumi stack export --show-secrets`: decrypted, so no place to look for leaks."""
        with environment(self.env):
            return dict(self._stack.export_stack().deployment or {})

    def state_path(self) -> Path:
        """The state file in the backend."""
        return self.home / "backend" / ".pulumi" / "stacks" / self.project / f"{self.name}.json"

    def state_text(self) -> str:
        """The state file as it lies on the disk: the place to look for leaked secrets."""
        return self.state_path().read_text(encoding="utf-8")

    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources in the state file by their name in the program, secrets encrypted; without the stack and the providers."""
        latest = json.loads(self.state_text())["checkpoint"]["latest"] or {}
        found = (row for row in latest.get("resources", []) if not str(row["type"]).startswith("pulumi:p"))
        return {str(row["urn"]).rsplit("::", 1)[-1]: row for row in found}

    def everything_on_disk(self) -> str:
        """All files of the stack (state, its backups and history, settings) as one text, for a search for secrets."""
        files = sorted(path for path in self.home.rglob("*") if path.is_file() and not path.is_symlink())
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)

    def cli(self, *args: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """The CLI itself with the stack's environment, as one types it: `stack.cli("stack", "output")`. Does not raise."""
        return subprocess.run(
            [self._command.command, "--non-interactive", *args],
            cwd=self.work_dir,
            env=whole_environment(self.env),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def _run(self, operation: Callable[..., Any], **options: Any) -> Outcome:
        events: list[EngineEvent] = []
        options = {"program": self.program, "color": "never", "on_event": events.append, **options}
        drop_abandoned_coroutines()
        with environment(self.env):
            try:
                done = operation(**options)
            except auto.CommandError as error:
                return outcome(*failure(error), events)
            finally:
                self.events.extend(events)
        return outcome(0, done.stdout, done.stderr, events)


def drop_abandoned_coroutines() -> None:
    """Ends what a failed inline program leaves behind here, where its complaint is expected.

    The SDK's coroutine of the program is never awaited to its end; collected at some later point it complains there ("no running event
    loop"), and in the middle of an `ast.parse` CPython 3.11 dies of it.
    """
    before, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        gc.collect()
    finally:
        sys.unraisablehook = before


class QuickStack(auto.Stack):
    """After each operation the Automation API starts the CLI three more times for outputs and history; no test looks at those."""

    @classmethod
    def create(cls, stack_name: str, workspace: auto.Workspace) -> QuickStack:
        """A new stack."""
        return cls(stack_name, workspace, StackInitMode.CREATE)

    def outputs(self) -> auto.OutputMap:
        """None: `EngineStack.outputs` asks when they are wanted."""
        return {}

    def info(self, show_secrets: bool = True) -> auto.UpdateSummary:
        """A stand-in."""
        now = datetime.now(timezone.utc)
        return auto.UpdateSummary(kind="update", start_time=now, message="", environment={}, config={}, result="succeeded")
