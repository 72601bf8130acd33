# SPDX-License-Identifier: Apache-2.0
"""A home folder for ansible-test: its own caches, the stand-in for get-pip, and the user's pip configuration as a file.

ansible-test hands on HOME but neither XDG_* nor PIP_* variables, so what pip needs to reach the index has to be a file there.
"""

from __future__ import annotations

import ast
import io
import os
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

STAND_IN = Path(__file__).with_name("get_pip_stand_in.py")
PIP_VERSION = """\
import sys, types
from ansible_test._internal.python_requirements import get_venv_packages
print(get_venv_packages(types.SimpleNamespace(version="%d.%d" % sys.version_info[:2]))["pip"])
"""


def prepare(home: Path, python: Path) -> None:
    """Makes `home` ready for the ansible-test of this interpreter; does nothing twice but copying the stand-in and the pip configuration."""
    version = subprocess.run([str(python), "-c", PIP_VERSION], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    if not list(cache.glob(f"pip-{version}-*.whl")):
        _pip("download", "--quiet", "--no-deps", "--dest", str(cache), f"pip=={version}")
    shutil.copyfile(STAND_IN, cache / f"get_pip_{version.replace('.', '_')}.py")
    _write_private(home / ".config" / "pip" / "pip.conf", _pip_configuration())


def _pip_configuration() -> str:
    """The effective pip configuration of this process, environment included, as the text of a file."""
    configuration = ConfigParser(interpolation=None)
    lines = sorted(_pip("config", "list").splitlines(), key=lambda line: line.startswith(":env:"))
    for line in lines:
        name, value = line.split("=", 1)
        section, option = name.replace(":env:", "global").rsplit(".", 1)
        configuration.read_dict({section: {option: ast.literal_eval(value)}})
    text = io.StringIO()
    configuration.write(text)
    return text.getvalue()


def _pip(*arguments: str) -> str:
    return subprocess.run([sys.executable, "-m", "pip", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def _write_private(path: Path, text: str) -> None:
    """An index address can hold a password."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
