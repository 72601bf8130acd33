# SPDX-License-Identifier: Apache-2.0
"""docs/architecture.md says how to add a kind: its files, written into a copy of the tree and nothing else touched, are a kind in both layers."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import snippets
from tests.kinds.kinds import COLLECTION, ROOT
from tests.protocol.dynamic_server import DynamicServer
from tests.protocol.runs import declare, up

PLUGINS = (COLLECTION / "plugins").relative_to(ROOT)
PLACES = {"_core/": PLUGINS / "module_utils" / "_core", "plugins/": PLUGINS, "pulumi_opentok/": Path("pulumi_opentok")}
ACME, SECRET = "46000001", "acm3" * 10
URL = "https://pages.example.com/a"
RUN = """
import json, sys
from ansible.module_utils.testing import patch_module_args
from ansible_collections.opentok.cloud.plugins.modules import render
with patch_module_args(json.loads(sys.argv[1])):
    render.main()
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree with the files of the page."""
    for name in ("pulumi_opentok", "ansible_collections"):
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "output", "tests", "emulator"))
    written = {snippet.words[0]: snippet.text for snippet in snippets() if snippet.runner == "file"}
    assert len(written) == len(PLACES)
    for name, text in written.items():
        short = next(short for short in PLACES if name.startswith(short))
        path = tmp_path / PLACES[short] / name.removeprefix(short)
        assert not path.exists()
        path.write_text("from __future__ import annotations\n\n" + text, encoding="utf-8")
    return tmp_path


def test_a_module_that_ansible_runs(copy: Path) -> None:
    with Emulator(projects=[(ACME, SECRET, "Acme")]) as opentok:
        room = new_room(opentok)

        def run(**options: Any) -> dict[str, Any]:
            settings = {"api_url": opentok.url, "account_key": opentok.account_key, "account_secret": opentok.account_secret}
            command = [sys.executable, "-c", RUN, json.dumps({**settings, "session": room, "url": URL, **options})]
            done = subprocess.run(command, cwd=copy, env={"PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False)
            assert done.stdout, done.stderr
            result: dict[str, Any] = json.loads(done.stdout)
            return result

        check, made, again = run(_ansible_check_mode=True), run(), run()
        assert (check["changed"], check["actions"]) == (True, made["actions"])
        assert made["actions"] == [f"render {URL} into session {room}"]
        assert {**check["render"], "id": made["render"]["id"]} == made["render"] == again["render"]
        assert (again["changed"], again["actions"]) == (False, [])
        assert [problem["field"] for problem in run(url="ftp://pages.example", session="no id")["failure"]["problems"]] == ["session", "url"]
        assert (run(state="absent")["changed"], run(state="absent")["changed"]) == (True, False)
        assert running(opentok) == []


def test_a_provider_that_pulumi_runs(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Here only its dotted path is needed: what runs is the copy's, in the server's process, which finds it where it starts.
    monkeypatch.chdir(copy)
    load("pulumi_opentok.core.desired.render", copy / PLACES["_core/"] / "desired" / "render.py", monkeypatch)
    module = load("pulumi_opentok.render", copy / "pulumi_opentok" / "render.py", monkeypatch)
    with Emulator(projects=[(ACME, SECRET, "Acme")]) as opentok:
        server = DynamicServer({**opentok.env, "PYTHONPATH": str(copy)}, provider=module.RenderProvider)
        try:
            live(server, opentok)
        finally:
            server.close()


def load(name: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


def live(server: DynamicServer, opentok: Emulator) -> None:
    inputs = {"session": new_room(opentok), "url": URL}
    assert list(server.check({**inputs, "url": "ftp://pages.example", "session": 5})[1]) == ["session", "url"]
    assert list(server.check({})[1]) == ["session", "url"], "what has to be there"
    saved = declare(server, **inputs)
    assert up(server, saved, inputs)[0] == "same"
    assert server.refresh(saved) == saved
    done, moved = up(server, saved, {**inputs, "url": "https://pages.example.com/b"})
    assert (done, moved.id != saved.id) == ("replace", True)
    assert running(opentok) == ["https://pages.example.com/b"]
    client(opentok).renders.stop(moved.id.partition("/")[2])
    assert server.refresh(moved) is None, "gone"
    server.delete(moved)


def new_room(opentok: Emulator) -> str:
    return client(opentok).sessions.create(media_mode="routed").session_id


def running(opentok: Emulator) -> list[str | None]:
    return [there.url for there in client(opentok).renders.iterate() if there.status in ("starting", "started")]


def client(opentok: Emulator) -> OpenTok:
    return OpenTok(Credentials(key=ACME, secret=SECRET, kind="project"), api_url=opentok.url)
