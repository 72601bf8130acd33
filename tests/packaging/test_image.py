# SPDX-License-Identifier: Apache-2.0
"""The emulator's image and its compose file. No Docker engine runs where these tests do, so no image is built here.

All but Docker itself is done on this machine: the files that the Dockerfile copies, its build commands, its start command, its health check.
What remains unproven is that `docker build` and `docker compose up` do the same: the base image, the user, the volume.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from pulumi_opentok.emulator.cli import parser
from tests.packaging.building import REPO
from tests.packaging.environments import clean

FOLDER = REPO / "docker" / "emulator"
COMPOSE = REPO / "examples" / "emulator" / "compose.yaml"
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


@dataclass(frozen=True)
class Instruction:
    """One line of a Dockerfile, continuation lines joined."""

    name: str
    text: str

    def command(self) -> list[str]:
        """The command in its exec form: a JSON list of words, which no shell reads."""
        words: list[str] = json.loads(self.text[self.text.index("[") :])
        assert all(isinstance(word, str) for word in words)
        return words


def instructions() -> list[Instruction]:
    text = re.sub(r"^#.*\n", "", (FOLDER / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line.strip() for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]
    return [Instruction(*line.split(maxsplit=1)) for line in lines]


def stages() -> list[list[Instruction]]:
    found: list[list[Instruction]] = []
    for instruction in instructions():
        if instruction.name == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def the(name: str) -> Instruction:
    """The one instruction of that name in the last stage."""
    (found,) = [instruction for instruction in stages()[-1] if instruction.name == name]
    return found


def test_the_instructions() -> None:
    assert {instruction.name for instruction in instructions()} <= INSTRUCTIONS
    build, image = stages()
    assert build[0].text == "python:3.13-slim AS build"
    assert image[0].text == "python:3.13-slim", "the version that builds the environment has to be the one that runs it"
    assert not [each for each in instructions() if re.search(r"secret|token|password", each.text, re.IGNORECASE)]


def test_it_does_not_run_as_root_and_its_folder_is_its_own() -> None:
    names = [instruction.name for instruction in stages()[-1]]
    assert re.fullmatch(r"[1-9]\d*", the("USER").text), "a number: who checks for root cannot look a name up"
    assert f"--uid {the('USER').text} " in the("RUN").text
    assert names.index("RUN") < names.index("USER") < names.index("ENTRYPOINT")
    assert the("VOLUME").text == the("WORKDIR").text == "/data"
    assert "--owner=emulator /data" in the("RUN").text


def test_ports_and_paths_agree() -> None:
    start = [*the("ENTRYPOINT").command(), *the("CMD").command()]
    arguments = parser().parse_args(start[1:])
    assert (start[0], arguments.host, str(arguments.port)) == ("opentok-emulator", "0.0.0.0", the("EXPOSE").text)
    assert arguments.data.startswith(the("VOLUME").text + "/")
    assert f"'127.0.0.1', {arguments.port}" in the("HEALTHCHECK").text


def copied() -> list[str]:
    """What of the tree the build copies."""
    return [word for each in stages()[0] if each.name == "COPY" for word in each.text.split()[:-1]]


def test_what_is_copied_is_there_and_not_ignored() -> None:
    lines = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert lines[0] == "*"
    assert sorted(line[1:] for line in lines if line.startswith("!")) == sorted(copied())
    assert [name for name in copied() if not (REPO / name).exists()] == []


@pytest.fixture
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment that the build stage makes, by its own commands, in another place than /opt/emulator."""
    source = tmp_path_factory.mktemp("source")
    for name in copied():
        if (REPO / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "output")
            shutil.copytree(REPO / name, source / name, symlinks=True, ignore=ignored)
        else:
            shutil.copy(REPO / name, source)
    folder = tmp_path_factory.mktemp("opt") / "emulator"
    (run,) = [instruction.text for instruction in stages()[0] if instruction.name == "RUN"]
    assert run.count("/opt/emulator") == 2
    script = run.replace("/opt/emulator", str(folder)).replace("python -m venv", f"{shlex.quote(sys.executable)} -m venv", 1)
    done = subprocess.run(["sh", "-ec", script], cwd=source, env=clean(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@contextmanager
def running(built: Path, data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """What the image starts, on a free port of this machine: process and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    start = [*the("ENTRYPOINT").command(), *the("CMD").command()]
    start = [word.replace("8765", port).replace("/data", str(data)).replace("0.0.0.0", "127.0.0.1") for word in start]
    process = subprocess.Popen(start, cwd=data, env=environment(built), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"OpenTok emulator listening on http://127.0.0.1:{port}\n"
        yield process, port
    finally:
        process.kill()
        process.communicate()


def environment(built: Path) -> dict[str, str]:
    """As in the image, where ENV sets PATH; with a proxy that is not there, as companies have them."""
    assert the("ENV").text == "PATH=/opt/emulator/bin:$PATH"
    return {**clean(), "PATH": f"{built}/bin:/usr/bin:/bin", "http_proxy": "http://127.0.0.1:9", "NO_PROXY": "", "no_proxy": ""}


def is_healthy(built: Path, port: str) -> bool:
    check = [word.replace("8765", port) for word in the("HEALTHCHECK").command()]
    return subprocess.run(check, env=environment(built), capture_output=True, check=False).returncode == 0


@pytest.mark.long
def test_what_is_installed_starts_is_healthy_keeps_its_data_and_ends(built: Path, tmp_path: Path) -> None:
    # Pulumi belongs to the package and takes its room, but no memory.
    loads = "import sys, pulumi_opentok.emulator.app; print([name for name in ('pulumi', 'grpc', 'ansible') if name in sys.modules])"
    done = subprocess.run([str(built / "bin" / "python"), "-c", loads], cwd=tmp_path, env=clean(), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")
    with running(built, tmp_path) as (process, port):
        url = f"http://127.0.0.1:{port}/_emulator"
        assert is_healthy(built, port)
        page = requests.get(url + "/", timeout=60)
        assert (page.status_code, "OpenTok emulator" in page.text) == (200, True)
        requests.post(url + "/accounts", json={"key": "5", "secret": "x"}, timeout=60).raise_for_status()
        process.send_signal(signal.SIGTERM)  # what `docker stop` sends
        assert process.wait() == 0
        assert not is_healthy(built, port)
    assert [file.name for file in tmp_path.iterdir()] == ["emulator.sqlite"]
    with running(built, tmp_path) as (_, port):
        keys = [account["key"] for account in requests.get(f"http://127.0.0.1:{port}/_emulator/accounts", timeout=60).json()["accounts"]]
        assert "5" in keys


def services() -> dict[str, Any]:
    described: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    assert set(described) == {"services", "volumes"}
    found: dict[str, Any] = described["services"]
    return found


def test_the_compose_file_fits_what_it_names() -> None:
    opentok, app = services()["opentok"], services()["app"]
    context = (COMPOSE.parent / opentok["build"]["context"]).resolve()
    assert (context, (context / opentok["build"]["dockerfile"]).resolve()) == (REPO, FOLDER / "Dockerfile")
    assert opentok["ports"] == ["127.0.0.1:8765:8765"], "the control plane is not signed: it is for this machine only"
    assert opentok["volumes"] == [f"opentok:{the('VOLUME').text}"]
    assert app["depends_on"] == {"opentok": {"condition": "service_healthy"}}
    assert app["environment"]["OPENTOK_API_URL"] == f"http://opentok:{the('EXPOSE').text}"
    arguments = parser().parse_args([*the("ENTRYPOINT").command()[1:], *opentok["command"]])
    assert arguments.allow_hosts == ["opentok"]
    (project,) = arguments.projects
    assert (project.key, project.secret) == (app["environment"]["OPENTOK_API_KEY"], app["environment"]["OPENTOK_API_SECRET"])
    named = re.findall(r"[\w-]+\.(?:py|txt)", " ".join(app["command"]))
    assert named
    assert [name for name in named if not (COMPOSE.parent / name).is_file()] == []


def test_docker_compose_takes_the_compose_file() -> None:
    """The client's own check, which needs no engine."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0:
            done = subprocess.run([*command, "-f", str(COMPOSE), "config", "--quiet"], capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, "")
            return
    pytest.skip("no docker compose here: the Compose plugin of Docker's client, or docker-compose, runs it")
