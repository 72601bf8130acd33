# SPDX-License-Identifier: Apache-2.0
"""Machines of one network, made of namespaces: each has its own network, hostname, processes, mounts, home and ``/tmp``. Nothing leaves this one.

    with network("server", "runner-1") as machines:
        machines["runner-1"].start(["opentok-projects", "list"], env={...})
        machines["runner-1"].cut()
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.environment import REPO, whole_environment

NEEDED = ("ip", "unshare", "setpriv")


def require_namespaces() -> None:
    """Skips where no namespaces can be made: they need root and iproute2 (`sudo make test T=tests/ledgers`, and CI's containers)."""
    if os.geteuid() != 0:
        pytest.skip("only root can make network namespaces: run `sudo make test T=tests/ledgers`")
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} missing: apt-get install iproute2 util-linux")
    tried = subprocess.run(["unshare", "--net", "--mount", "--pid", "--uts", "--fork", "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"only root with all its rights can make namespaces, which a container may lack: {tried.stderr.strip()}")


@dataclass(frozen=True)
class Machine:
    """``folder`` is its ``/tmp`` and its home."""

    name: str
    namespace: str
    address: str
    folder: Path

    @property
    def inside(self) -> list[str]:
        """A command that runs another one in its network."""
        return ["ip", "netns", "exec", self.namespace]

    def start(self, command: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[str]:
        """Its output, errors among it, is on the process's ``stdout``. It dies with all that it has started."""
        script = f"hostname {self.name} && mount --bind {shlex.quote(str(self.folder))} /tmp && cd /tmp && exec {shlex.join(command)}"
        apart = ["unshare", "--mount", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script]
        environ = {name: value for name, value in whole_environment({}).items() if not name.startswith(("PG", "ANSIBLE_", "OPENTOK_"))}
        own = {"HOME": "/tmp", "TMPDIR": "/tmp", "PYTHONPATH": str(REPO), "LC_ALL": "C.UTF-8", "no_proxy": "*", **env}
        return subprocess.Popen(
            [*self.inside, *apart], env={**environ, **own}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def cut(self) -> None:
        """Its cable is pulled."""
        _ip("netns", "exec", self.namespace, "ip", "link", "set", "eth0", "down")


@contextlib.contextmanager
def network(*names: str) -> Iterator[dict[str, Machine]]:
    """Machines of these names, that can reach each other; the first one is reached from here as well."""
    require_namespaces()
    tag = f"{os.getpid() % 100_000:x}"
    prefix = f"198.18.{os.getpid() % 250}"  # of the block for tests of networks
    folders = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    made: dict[str, Machine] = {}
    try:
        for number, name in enumerate(names, 1):
            machine = Machine(name, f"{tag}-{name}", f"{prefix}.{number}", folders / name)
            machine.folder.mkdir()
            _ip("netns", "add", machine.namespace)
            made[name] = machine
        hub = made[names[0]]
        _inside(hub, "link", "add", "eth0", "type", "bridge")
        for number, machine in enumerate(made.values(), 1):
            if machine is not hub:
                _plug(machine.namespace, "eth0", hub, f"port{number}")
            _inside(machine, "addr", "add", f"{machine.address}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _inside(machine, "link", "set", device, "up")
        _plug(None, f"ot{tag}", hub, "port0")
        _ip("addr", "add", f"{prefix}.254/24", "dev", f"ot{tag}")
        _ip("link", "set", f"ot{tag}", "up")
        yield made
    finally:
        for machine in made.values():
            _ip("netns", "del", machine.namespace)
        shutil.rmtree(folders)


def _plug(namespace: str | None, device: str, hub: Machine, port: str) -> None:
    where = [] if namespace is None else ["netns", namespace]
    _ip("link", "add", port, "netns", hub.namespace, "type", "veth", "peer", "name", device, *where)
    _inside(hub, "link", "set", port, "master", "eth0", "up")


def _inside(machine: Machine, *arguments: str) -> None:
    _ip("-n", machine.namespace, *arguments)


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (arguments, done.stderr)
