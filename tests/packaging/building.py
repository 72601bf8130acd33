# SPDX-License-Identifier: Apache-2.0
"""Builds what is shipped, offline, with the tools of the running environment."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
COLLECTION = REPO / "ansible_collections" / "opentok" / "cloud"
CORE = COLLECTION / "plugins" / "module_utils" / "_core"


def run(*command: str | Path, cwd: Path) -> str:
    """Standard output of a command that must succeed; its standard error is the failure."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command} exited {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def build(kind: str, source: Path, out: Path) -> Path:
    """`wheel` or `sdist` of the folder `source`, in `out`."""
    run(sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", out, source, cwd=out)
    (made,) = out.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return made


def build_editable(out: Path) -> Path:
    """The wheel that `pip install --editable` installs, by the same hook of the build backend."""
    code = "import sys, hatchling.build; hatchling.build.build_editable(sys.argv[1])"
    run(sys.executable, "-c", code, out, cwd=REPO)
    (made,) = out.glob("*.whl")
    return made


def build_collection(out: Path) -> Path:
    """The collection's tarball."""
    run(Path(sys.executable).parent / "ansible-galaxy", "collection", "build", "--output-path", out, COLLECTION, cwd=out)
    (made,) = out.glob("*.tar.gz")
    return made


def unpack(archive: Path, out: Path) -> Path:
    """Unpacks a tar archive into `out`."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if not (out / member.name).resolve().is_relative_to(out.resolve()) or member.isdev():
                raise AssertionError(f"{archive.name} has {member.name}")
        tar.extractall(out)
    return out


def core_files() -> dict[str, bytes]:
    """What the core is: path below it -> content, of all files that Python can import."""
    return {path.relative_to(CORE).as_posix(): path.read_bytes() for path in CORE.rglob("*.py")}


def core_version() -> str:
    """VERSION of core/version.py, read as text: nothing is imported."""
    line = next(line for line in (CORE / "version.py").read_text(encoding="utf-8").splitlines() if line.startswith("VERSION"))
    return line.split('"')[1]
