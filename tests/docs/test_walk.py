# SPDX-License-Identifier: Apache-2.0
"""The walk-through of examples/emulator: its commands in their order, in one shell, against the emulator that its first command starts."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.docs.snippets import ROOT, of_page
from tests.docs.test_snippets import EmulatorInShell, in_shell

PAGE = ROOT / "examples" / "emulator" / "README.md"
SNIPPETS = of_page(PAGE)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone after `make test`, of which the example's folder may be written to."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "examples" / "emulator", folder / "examples" / "emulator", ignore=shutil.ignore_patterns("work", "__pycache__"))
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


@pytest.mark.long
def test_the_walk(clone: Path) -> None:
    """As written but for the two ports, which may be taken on this machine."""
    start, *steps = [snippet for snippet in SNIPPETS if snippet.runner]
    assert (start.runner, {step.runner for step in steps}) == ("emulator", {"walk"})
    lines = "".join(step.text for step in steps).replace("9000", free_port())
    cache = subprocess.run([sys.executable, "-m", "pip", "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
    with EmulatorInShell(start, clone) as exports:
        # A step that fails must not leave the listener behind: it would hold the shell's output open.
        # One that has ended meanwhile is no failure either.
        trap = "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT"
        done = in_shell(f"{trap}\nexport PIP_CACHE_DIR='{cache}' PIP_DISABLE_PIP_VERSION_CHECK=1\n{lines}", clone, exports)
        assert done.returncode == 0, done.stdout + done.stderr
        url = exports["OPENTOK_API_URL"] + "/_emulator"
        journal = requests.get(url + "/journal", timeout=60).json()["entries"]
        deliveries = requests.get(url + "/deliveries", timeout=60).json()["deliveries"]
        archives = requests.get(url + "/archives", timeout=60).json()["archives"]
    said = done.stdout.splitlines()
    work = clone / "examples" / "emulator" / "work"
    assert [archive["status"] for archive in archives] == ["available"] * 2
    assert len([entry for entry in journal if entry["fault"] == "drop_after" and entry["operation"] == "archive.start"]) == 1
    assert len([entry for entry in journal if entry["operation"] == "session.create" and entry["status"] == 503]) == 1
    assert {"as it should be: nobody is there", "no room this time"} <= set(said)
    (size, seconds) = re.findall(r"^work/consultation.mp4: (\d+) bytes, (\d+) s$", done.stdout, re.MULTILINE)[0]
    assert (int(size), int(seconds) >= 30) == ((work / "consultation.mp4").stat().st_size, True)
    assert "the answer was lost, the recording runs" in done.stderr
    expected = "error: (Session not found|Failed to generate session)|the answer was lost"
    assert [line for line in done.stderr.splitlines() if not re.match(expected, line)] == []
    assert [delivery["delivered"] for delivery in deliveries] == [True] * len(deliveries)
    assert [delivery["event"] for delivery in deliveries if delivery["attempts"] > 1] == ["stopped", "available"]
    told = (work / "events.log").read_text(encoding="utf-8").splitlines()
    assert len(told) == len(set(told)) == len(deliveries)
    secret = json.loads((work / "clinic.json").read_text(encoding="utf-8"))["api_secret"]
    assert secret not in done.stdout + done.stderr
    assert [line for line in said if re.search(r"^ +1 (connection dropped|503 Service Unavailable)$", line)] != []


def test_the_commands_of_the_app_are_those_of_its_help() -> None:
    text = (PAGE.parent / "app.py").read_text(encoding="utf-8")
    assert re.findall(r"python app\.py (\w+)", text) == re.findall(r'"(\w+)": \w+', text[text.index("COMMANDS") :])


def test_the_page_and_the_compose_file_name_the_same_port_and_secret() -> None:
    page, compose = (PAGE.parent / name for name in ("README.md", "compose.yaml"))
    for word in ("9000", "only-opentok-and-this-clinic-know-it"):
        assert word in page.read_text(encoding="utf-8")
        assert word in compose.read_text(encoding="utf-8")
    assert os.path.relpath(PAGE, ROOT) in (ROOT / "README.md").read_text(encoding="utf-8")
