# SPDX-License-Identifier: Apache-2.0
"""The release archive of the plugin, for `pulumi plugin install --file`: needs a Python where it is unpacked, and nothing else.

It holds a launcher, the wheel and all that the plugin imports, at the versions of requirements-dev.txt: what is plain Python once, what is compiled
once for each Python.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from tools.engine.places import cache_root
from tools.lock import one_at_a_time

HERE = Path(__file__).resolve().parent
LOCK = HERE.parents[1] / "requirements-dev.txt"
NAME = "pulumi-resource-opentok"
NOT_NEEDED = {"debugpy", "rich", "markdown-it-py", "mdurl", "pygments"}
"""A debugger for programs, and what only the commands print with."""
PLATFORMS = ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_28_x86_64")
"""glibc 2.28 or later: Debian 10, RHEL 8, Ubuntu 20.04."""


class NoArchive(Exception):
    """What the archive holds cannot be had. The text is one line."""


def requirements(lock: Path = LOCK) -> str:
    """The lines of the lock file, hashes included, of what the plugin imports."""
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^ *#.*\n", "", lock.read_text(encoding="utf-8"))):
        found[canonicalize_name(re.split(r"[=\[ ]", entry, maxsplit=1)[0])] = entry.strip()
    return "\n".join(found[name] for name in sorted(needed())) + "\n"


def needed() -> set[str]:
    """The names of the distributions that `pulumi-opentok` requires, as they are installed here, without those that the plugin does not import."""
    names, waiting = set[str](), ["pulumi-opentok"]
    while waiting:
        for line in distribution(waiting.pop()).requires or ():
            requirement = Requirement(line)
            name = canonicalize_name(requirement.name)
            if name not in names | NOT_NEEDED and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
                names.add(name)
                waiting.append(name)
    return names


def download(python: str, environ: Mapping[str, str] | None = None) -> list[Path]:
    """The wheels for a Python (`3.13`), their hashes compared; kept in `~/.cache/pulumi-opentok/plugin/`.

    Raises:
        NoArchive: pip has no wheel of one, or cannot get it.
    """
    environ = os.environ if environ is None else environ
    wanted = requirements()
    folder = cache_root(environ) / "plugin" / f"{python}-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"
    with one_at_a_time(folder.parent / "lock", lambda: None):
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(prefix=".wheels-", dir=folder.parent) as scratch:
                _pip_download(Path(scratch), wanted, python, environ)
                os.replace(f"{scratch}/wheels", folder)
    return sorted(folder.glob("*.whl"))


def _pip_download(scratch: Path, wanted: str, python: str, environ: Mapping[str, str]) -> None:
    lines = scratch / "requirements.txt"
    lines.write_text(wanted, encoding="utf-8")
    platforms = [option for platform in PLATFORMS for option in ("--platform", platform)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--implementation", "cp", "--python-version", python, *platforms]
    command += ["--dest", str(scratch / "wheels"), "--requirement", str(lines)]
    done = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoArchive(f"no wheels for Python {python}: {(done.stderr.strip().splitlines() or ['pip said nothing'])[-1]}")


def contents(wheel: Path, wheels: Mapping[str, Iterable[Path]]) -> dict[str, bytes]:
    """Path in the archive -> content; `wheels` are those of each Python."""
    found = {f"lib/{name}": data for name, data in _unpacked(wheel).items()}
    for python, group in wheels.items():
        for path in group:
            plain = any(tag.abi in ("none", "abi3") for tag in parse_wheel_filename(path.name)[3])
            place = "lib" if plain else f"lib-{python}"
            found |= {f"{place}/{name}": data for name, data in _unpacked(path).items()}
    launcher = (HERE / NAME).read_text(encoding="utf-8").replace("@PYTHONS@", " ".join(f"python{python}" for python in wheels))
    return {NAME: launcher.encode(), "launch.py": (HERE / "launch.py").read_bytes(), **found}


def write(archive: Path, files: Mapping[str, bytes]) -> None:
    """A `.tar.gz` that is the same, byte by byte, for the same files."""
    with archive.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(files[name]), 0o755 if name == NAME else 0o644
            tar.addfile(member, io.BytesIO(files[name]))


def version(wheel: Path) -> str:
    """Of the distribution in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return str(Parser().parsestr(archive.read(name).decode())["Version"])


def _unpacked(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        return {re.sub(r"^[^/]*\.data/(?:pure|plat)lib/", "", name): archive.read(name) for name in names}
