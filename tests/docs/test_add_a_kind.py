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
RUN = """
import json, sys
from ansible.module_utils.testing import patch_module_args
from ansible_collections.opentok.cloud.plugins.modules import stream_layout
with patch_module_args(json.loads(sys.argv[1])):
    stream_layout.main()
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
        stream = opentok.publish(room)["streamId"]

        def run(**options: Any) -> dict[str, Any]:
            settings = {"api_url": opentok.url, "account_key": opentok.account_key, "account_secret": opentok.account_secret}
            declared = {"session": room, "stream_id": stream, "layout_classes": ["focus", "big"]}
            command = [sys.executable, "-c", RUN, json.dumps({**settings, **declared, **options})]
            done = subprocess.run(command, cwd=copy, env={"PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False)
            assert done.stdout, done.stderr
            result: dict[str, Any] = json.loads(done.stdout)
            return result

        check, made, again = run(_ansible_check_mode=True), run(), run(layout_classes=["big", "focus"])
        assert (check["changed"], check["actions"], classes(opentok, room)) == (True, made["actions"], {stream: ["big", "focus"]})
        assert made["actions"] == [f"give stream {stream} the layout classes big and focus"]
        assert check["stream_layout"] == made["stream_layout"] == again["stream_layout"]
        assert (again["changed"], again["actions"]) == (False, [])
        wrong = run(session="no id", stream_id="a b", layout_classes=["two words"])["failure"]["problems"]
        assert [problem["field"] for problem in wrong] == ["session", "stream_id", "layout_classes"]
        assert run(layout_classes=["full"])["before"]["layout_classes"] == ["big", "focus"]
        assert (run(state="absent")["changed"], run(state="absent")["changed"]) == (True, False)
        assert classes(opentok, room) == {stream: []}
        assert "not found" in run(stream_id="nobody")["msg"]


def test_a_provider_that_pulumi_runs(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Here only its dotted path is needed: what runs is the copy's, in the server's process, which finds it where it starts.
    monkeypatch.chdir(copy)
    load("pulumi_opentok.core.desired.stream_layout", copy / PLACES["_core/"] / "desired" / "stream_layout.py", monkeypatch)
    module = load("pulumi_opentok.stream_layout", copy / "pulumi_opentok" / "stream_layout.py", monkeypatch)
    with Emulator(projects=[(ACME, SECRET, "Acme")]) as opentok:
        server = DynamicServer({**opentok.env, "PYTHONPATH": str(copy)}, provider=module.StreamLayoutProvider)
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
    room = new_room(opentok)
    first, second = (opentok.publish(room)["streamId"] for _ in range(2))
    inputs = {"session": room, "stream_id": first, "layout_classes": ["focus", "big"]}
    assert list(server.check({**inputs, "session": 5, "layout_classes": ["two words"]})[1]) == ["session", "layout_classes"]
    assert list(server.check({})[1]) == ["session", "stream_id", "layout_classes"], "what has to be there"
    saved = declare(server, **inputs)
    assert up(server, saved, inputs)[0] == "same"
    assert server.refresh(saved) == saved
    done, changed = up(server, saved, {**inputs, "layout_classes": ["full"]})
    assert (done, changed.id, classes(opentok, room)) == ("update", saved.id, {first: ["full"], second: []})
    client(opentok).streams.set_layout_classes(room, {first: ["elsewhere"]})
    drifted = server.refresh(changed)
    assert drifted is not None
    assert (drifted.outs["layout_classes"], up(server, drifted, {**inputs, "layout_classes": ["full"]})[0]) == (["elsewhere"], "update")
    done, moved = up(server, changed, {**inputs, "stream_id": second, "layout_classes": ["full"]})
    assert (done, moved.id != saved.id, classes(opentok, room)) == ("replace", True, {first: [], second: ["full"]})
    client(opentok).streams.set_layout_classes(room, {second: []})
    assert server.refresh(moved) is None, "gone"
    server.delete(moved)


def new_room(opentok: Emulator) -> str:
    return client(opentok).sessions.create(media_mode="routed").session_id


def classes(opentok: Emulator, room: str) -> dict[str, list[str]]:
    return {stream["streamId"]: stream["layoutClassList"] for stream in (opentok.session(room) or {})["streams"]}


def client(opentok: Emulator) -> OpenTok:
    return OpenTok(Credentials(key=ACME, secret=SECRET, kind="project"), api_url=opentok.url)
