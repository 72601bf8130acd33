# SPDX-License-Identifier: Apache-2.0
"""Both commands of the README on a Debian that has nothing yet: minimal chroots, without Go, as a user and as root. For root on Debian.

    python -m tools.fresh                          all of it: hours
    python -m tools.fresh --releases sid --users root --commands demo

Each run is a row of FRESH.md. What a command printed is kept in the cache, in `fresh/`.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tools.engine.places import cache_root

REPO = Path(__file__).resolve().parents[1]
RELEASES = ("trixie", "sid")
"""The stable and the next Debian."""
PACKAGES = "python3,python3-venv,make,git,ca-certificates"
USER = "someone"
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
HANDED_ON = ("PIP_CERT", "PIP_DEFAULT_TIMEOUT", "PIP_INDEX_URL", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "GOPROXY", "GOSUMDB")
"""What leads pip and Go to their index on this machine."""
RECORD = Path(__file__).with_name("FRESH.md")


class Impossible(Exception):
    """It cannot be tried here. The text is one line."""


@dataclass(frozen=True)
class Tried:
    """One command in one chroot."""

    commit: str
    release: str
    python: str
    user: str
    command: str
    status: int
    seconds: float

    def row(self) -> str:
        result = "ok" if self.status == 0 else f"exit status {self.status}"
        day = datetime.datetime.now(datetime.timezone.utc).date()
        return f"| {day} | {self.commit} | {self.release} | {self.python} | {self.user} | `{self.command}` | {result} | {self.seconds:.0f} s |\n"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.fresh")
    parser.add_argument("--releases", nargs="+", default=RELEASES)
    parser.add_argument("--users", nargs="+", choices=(USER, "root"), default=(USER, "root"))
    parser.add_argument("--commands", nargs="+", default=("demo", "test"))
    wanted = parser.parse_args(arguments)
    worst = 0
    try:
        for release in wanted.releases:
            for tried in try_out(release, wanted.users, wanted.commands):
                worst = max(worst, abs(tried.status))
                with RECORD.open("a", encoding="utf-8") as record:
                    record.write(tried.row())
    except Impossible as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return min(worst, 1)


def try_out(release: str, users: Sequence[str], commands: Sequence[str]) -> Iterator[Tried]:
    """Each command as each user, in a clone of what is committed here. One chroot a user: the second one would find what the first one made."""
    for user in users:
        with debian(release) as root:
            python = output("chroot", str(root), "python3", "--version").removeprefix("Python ")
            home = Path("/root" if user == "root" else f"/home/{user}")
            inside(root, "root", "useradd", "--create-home", USER)
            subprocess.run(["git", "clone", "--quiet", str(REPO), f"{root}{home}/clone"], check=True)
            commit = output("git", "-C", f"{root}{home}/clone", "rev-parse", "--short", "HEAD")
            inside(root, "root", "chown", "--recursive", f"{user}:{user}", f"{home}/clone")
            for command in commands:
                log = cache_root(os.environ) / "fresh" / f"{release}-{user}-{command}.log"
                log.parent.mkdir(parents=True, exist_ok=True)
                print(f"{release} (Python {python}), as {user}: make {command} > {log}", flush=True)
                started = time.monotonic()
                with log.open("w", encoding="utf-8") as file:
                    status = inside(root, user, "make", "-C", f"{home}/clone", command, home=home, printed=file).returncode
                print(f"    {'ok' if status == 0 else f'exit status {status}'}", flush=True)
                yield Tried(commit, release, python, user, f"make {command}", status, time.monotonic() - started)


@contextlib.contextmanager
def debian(release: str) -> Iterator[Path]:
    """A minimal one in a folder; gone afterwards, with its mounts."""
    if os.geteuid() != 0:
        raise Impossible("only root can make a chroot: run it as root")
    if shutil.which("debootstrap") is None:
        raise Impossible("there is no debootstrap here: apt-get install debootstrap")
    root = Path(tempfile.mkdtemp(prefix=f"fresh-{release}-", dir="/var/tmp"))
    root.chmod(0o755)  # the user has to get in
    try:
        bootstrap = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", release, str(root), mirror()]
        made = subprocess.run(bootstrap, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise Impossible(f"debootstrap {release} failed: {(made.stdout.strip().splitlines() or ['it said nothing'])[-1]}")
        for name in ("etc/resolv.conf", CERTIFICATES):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"/{name}", root / name)
        subprocess.run(["mount", "-t", "proc", "proc", f"{root}/proc"], check=True)
        subprocess.run(["mount", "--rbind", "--make-rslave", "/dev", f"{root}/dev"], check=True)
        yield root
    finally:
        for place in ("dev", "proc"):
            subprocess.run(["umount", "--recursive", "--lazy", f"{root}/{place}"], check=False, stderr=subprocess.DEVNULL)
        if str(root) in Path("/proc/self/mountinfo").read_text(encoding="utf-8"):
            raise Impossible(f"{root} still has mounts and is left as it is: umount them, then remove it")
        shutil.rmtree(root)


def inside(root: Path, user: str, *command: str, home: Path = Path("/root"), printed: IO[str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs it in the chroot with nothing of this process's environment but what leads to the package index."""
    own = {"HOME": str(home), "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **handed_on(os.environ)}
    env = [f"{name}={value}" for name, value in own.items()]
    full = ["chroot", f"--userspec={user}:{user}", str(root), "env", "--ignore-environment", *env, *command]
    return subprocess.run(full, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT, text=True, check=printed is None)


def handed_on(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name in HANDED_ON or name.lower().endswith("_proxy")}


def mirror() -> str:
    """The one that apt of this machine takes Debian from."""
    found = output("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian", "Label: Debian")
    if not found:
        raise Impossible("apt of this machine has no list of Debian's: apt-get update, on a Debian")
    return found.splitlines()[0]


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
