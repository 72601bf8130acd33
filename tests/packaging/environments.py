# SPDX-License-Identifier: Apache-2.0
"""Throw-away environments: what is tested is installed in them, its dependencies come from elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from tests.packaging.building import run


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the variables that its programs get."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @classmethod
    def make(cls, folder: Path) -> Environment:
        """A new one without pip, that sees the dependencies of the running environment, but not its editable install.

        A path in a .pth file is added after the environment's own and its .pth files are not read, so the running environment's
        link to this source tree has no effect there.
        """
        run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
        made = cls(folder)
        paths = sysconfig.get_paths()
        site = Path(made.output("import sysconfig; print(sysconfig.get_path('purelib'))").strip())
        (site / "dependencies.pth").write_text(f"{paths['purelib']}\n{paths['platlib']}\n", encoding="utf-8")
        return made

    def install(self, wheel: Path) -> Environment:
        """Installs a wheel without its dependencies; returns itself."""
        pip(self.python, "install", "--no-deps", "--no-index", str(wheel))
        return self

    def output(self, code: str, *, pythonpath: Path | None = None) -> str:
        """What the code prints there. It runs away from the source tree."""
        env = clean(pythonpath)
        done = subprocess.run([str(self.python), "-c", code], cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{code}\n{done.stdout}\n{done.stderr}")
        return done.stdout


def pip(python: Path, *args: str) -> None:
    """The running environment's pip, for another interpreter."""
    run(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", python, *args, cwd=Path(os.sep))


def clean(pythonpath: Path | None = None) -> dict[str, str]:
    """This process's environment without what would lead an interpreter to the source tree."""
    env = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}}
    return env if pythonpath is None else {**env, "PYTHONPATH": str(pythonpath)}
