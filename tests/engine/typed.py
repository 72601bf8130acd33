# SPDX-License-Identifier: Apache-2.0
"""The CLI as one types it: `pulumi up` in a shell, in a copy of a project's folder, whatever its language, and what a person then reads."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests import forking
from tests.engine import plugin
from tests.engine.environment import stack_environment, whole_environment
from tools import languages
from tools.engine.places import cache_root
from tools.language_host import install

DONE = re.compile(r"^ \S+ +\S+ (\S+) (created|updated|replaced|deleted) \(", re.MULTILINE)
FROM_PATH = " from $PATH at "
"""What the CLI says of a host or a plugin that it finds there."""
UNDER = re.compile(r"^  \S+ \((\S+)\):\n((?:^(?:    .*)?\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """What a line that was typed came to."""

    line: str
    code: int
    text: str

    @property
    def done(self) -> dict[str, str]:
        """Resource's name -> what was done: `created`, `updated`, `replaced`, `deleted`."""
        return dict(DONE.findall(self.text))

    @property
    def under(self) -> dict[str, list[str]]:
        """Resource's name -> the messages that stand under it at the end of the run; without those of what is found on PATH."""
        _, _, diagnostics = self.text.rpartition("\nDiagnostics:\n")
        found = {name: [line.strip() for line in lines.splitlines() if line.strip()] for name, lines in UNDER.findall(diagnostics)}
        ours = {name: [line for line in lines if FROM_PATH not in line] for name, lines in found.items()}
        return {name: lines for name, lines in ours.items() if lines}

    def ok(self) -> Said:
        """Itself, if the status was 0."""
        assert self.code == 0, f"{self.line} exited {self.code}\n{self.text}"
        return self


class Shell:
    """A shell in `work_dir`, a copy of `folder`, with a home of its own and without this process's settings of Pulumi and OpenTok.

    Nobody can answer a question there, so none is asked (`PULUMI_SKIP_CONFIRMATIONS`).

    Raises:
        NoLanguage: programs of the folder's language cannot run here.
    """

    def __init__(self, engine: Path, home: Path, folder: Path, env: Mapping[str, str]) -> None:
        self.home, self.work_dir = home, Path(shutil.copytree(folder, home / "work", symlinks=True))
        (home / "bin").mkdir()
        plugin.install(home / "bin")
        language = _language(folder)
        _speak(language, folder, self.work_dir, home / "bin")
        (home / "backend").mkdir()
        # Its backend holds even after `pulumi login --local`, which would take the home of the user and not HOME.
        own = stack_environment(engine, home)
        own["PULUMI_PYTHON_CMD"] = forking.command("pulumi.dynamic", "tools.language_host")  # seconds of imports in each run
        own |= {"PATH": f"{home / 'bin'}:{own['PATH']}", "HOME": str(home), "LC_ALL": "C.UTF-8", "PULUMI_SKIP_CONFIRMATIONS": "true"}
        own |= {
            "go": {"XDG_CACHE_HOME": str(cache_root(os.environ).parent)},  # where its host looks for the program
            "nodejs": {"PULUMI_NODEJS_TRANSPILE_ONLY": "true"},  # seconds of a compiler in each run
        }.get(language, {})
        self.env = {**own, **env}
        self.printed = ""
        """All that was printed so far."""

    def __call__(self, line: str, **env: str) -> Said:
        """Types it. A line of several commands ends with the first that fails."""
        done = subprocess.run(
            ["bash", "-e"],
            cwd=self.work_dir,
            env=whole_environment({**self.env, **env}),
            input=line,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.printed += done.stdout
        return Said(line, done.returncode, done.stdout)

    def edit(self, name: str, old: str, new: str) -> None:
        """Edits a file of the folder, in one place."""
        file = self.work_dir / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        file.write_text(text.replace(old, new), encoding="utf-8")

    def everything_on_disk(self) -> str:
        """All files that the CLI wrote or may have written, as one text, for a search for secrets."""
        files = sorted(path for path in self.home.rglob("*") if path.is_file() and not path.is_symlink())
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


def _language(folder: Path) -> str:
    project = folder / "Pulumi.yaml"
    runtime = yaml.safe_load(project.read_text(encoding="utf-8"))["runtime"] if project.exists() else "python"
    return str(runtime if isinstance(runtime, str) else runtime["name"])


def _speak(language: str, folder: Path, work_dir: Path, programs: Path) -> None:
    """Puts the language's host into `programs`, and what a program imports where it looks for it."""
    if language == "yaml":
        (programs / languages.YAML_HOST).symlink_to(languages.yaml_host())
        return
    install(programs, language)
    if language == "nodejs":
        languages.link_node_modules(work_dir)
    elif language == "go":
        languages.go_program(folder)
