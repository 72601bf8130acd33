# SPDX-License-Identifier: Apache-2.0
"""A workspace in which `pulumi stack init` costs nothing from its second time on: the same files are copied."""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from pulumi import automation as auto

from tests.engine.key_service import PROVIDER

Kept = dict[tuple[str, ...], Path]


class StackWorkspace(auto.LocalWorkspace):
    """The workspace of an inline program in `home`, which has the backend, PULUMI_HOME and `work`. The environment is the stack's, as in each run."""

    def __init__(self, home: Path, command: auto.PulumiCommand, settings: auto.ProjectSettings) -> None:
        super().__init__(work_dir=str(home / "work"), pulumi_command=command, project_settings=settings, secrets_provider=PROVIDER)
        self._home = home
        self._project = settings.name
        self._like = (str(command.command), settings.name)

    def create_stack(self, stack_name: str) -> None:
        """`pulumi stack init`."""
        kept = _kept().get((*self._like, stack_name))
        if kept is not None:
            shutil.copytree(kept, self._home, dirs_exist_ok=True)
            self._select(stack_name)
            return
        super().create_stack(stack_name)
        kept = _kept()[(*self._like, stack_name)] = Path(tempfile.mkdtemp(dir=_folder()))
        shutil.copytree(self._home / "backend", kept / "backend")
        settings = f"work/Pulumi.{stack_name}.yaml"
        (kept / "work").mkdir()
        shutil.copyfile(self._home / settings, kept / settings)

    def _select(self, stack_name: str) -> None:
        """`pulumi stack select`: the CLI remembers by the path of the project's file."""
        digest = hashlib.sha1(str(self._home.resolve() / "work" / "Pulumi.yaml").encode(), usedforsecurity=False).hexdigest()
        file = self._home / "pulumi-home" / "workspaces" / f"{self._project}-{digest}-workspace.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"stacks": {f"file://{self._home / 'backend'}": f"organization/{self._project}/{stack_name}"}}), encoding="utf-8")


@functools.cache
def _kept() -> Kept:
    return {}


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="stacks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
