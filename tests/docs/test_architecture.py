# SPDX-License-Identifier: Apache-2.0
"""docs/architecture.md names files that are there, all but those that it asks to write. Its snippets are run by test_snippets.py."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import snippets
from tests.kinds.kinds import COLLECTION, ROOT
from tests.protocol.dynamic_server import DynamicServer
from tests.protocol.runs import declare, up

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = {"_core/": "plugins/module_utils/_core/", "plugins/": "plugins/", "_module.py": "plugins/module_utils/_module.py"}
TO_WRITE = "callback"


def test_the_files_are_there() -> None:
    named = set(re.findall(r"(?<![\w/.])((?:_core|tests|docs|pulumi_opentok|plugins|ansible_collections)/[\w/.]+\.\w+)", PAGE))
    assert len(named) > 20
    missing = {name for name in named if TO_WRITE not in name and not (ROOT / name).exists() and not (COLLECTION / where(name)).exists()}
    assert missing == set()


def where(name: str) -> str:
    """A name as the page shortens it."""
    return next((whole + name.removeprefix(short) for short, whole in PLACES.items() if name.startswith(short)), name)


def test_it_is_found() -> None:
    assert "docs/architecture.md" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_kind_of_the_page_is_one_for_pulumi_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its whole declaration there is a class of two lines; nothing else was touched for it."""
    (code,) = [snippet.text for snippet in snippets() if snippet.file.name == "architecture.md" and "CALLBACK = " in snippet.text]
    provider = "from pulumi_opentok._dynamic import KindProvider\n\nclass CallbackProvider(KindProvider):\n    kind = CALLBACK\n"
    (tmp_path / "callback_of_the_docs.py").write_text(code.partition("# What a playbook")[0] + provider, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("callback_of_the_docs")
    with Emulator(projects=[("46000001", "acm3" * 10, "Acme")]) as opentok:
        server = DynamicServer({**opentok.env, "PYTHONPATH": f"{ROOT}:{tmp_path}"}, provider=module.CallbackProvider)
        try:
            live(server, opentok)
        finally:
            server.close()


def live(server: DynamicServer, opentok: Emulator) -> None:
    inputs = {"project": 46000001, "group": "connection", "event": "created", "url": "https://hooks.example.com/a"}
    assert list(server.check({**inputs, "url": "ftp://x", "event": 5})[1]) == ["event", "url"]
    saved = declare(server, **inputs)
    assert up(server, saved, inputs)[0] == "same"
    assert server.refresh(saved) == saved
    done, moved = up(server, saved, {**inputs, "url": "https://hooks.example.com/b"})
    assert (done, moved.id != saved.id) == ("replace", True)
    client = OpenTok(Credentials(key="46000001", secret="acm3" * 10, kind="project"), api_url=opentok.url)
    assert [there.url for there in client.callbacks.list()] == ["https://hooks.example.com/b"]
    client.callbacks.delete(moved.id.partition("/")[2])
    assert server.refresh(moved) is None, "gone"
    server.delete(moved)
