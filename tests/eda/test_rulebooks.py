# SPDX-License-Identifier: Apache-2.0
"""The rulebooks of the collection on the real ansible-rulebook: the emulator posts, the rules act, the emulator's state tells."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import Snippet, snippets
from tests.eda.rulebook import ROOT, Rulebook
from tests.eda.source import SECRET, plugin
from tests.emulator.raw import Raw
from tests.emulator.scene import Scene, new_session

RULEBOOKS = sorted((ROOT / "ansible_collections/opentok/cloud/extensions/eda/rulebooks").glob("*.yml"))


@pytest.mark.long
def test_a_tenant_is_suspended_on_abuse(tmp_path: Path) -> None:
    """A hundred clients of one project suspend it; ninety-nine of another do not."""
    with Emulator() as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account:
        with Rulebook("suspend_on_abuse", tmp_path, emulator) as rulebook:
            quiet, loud = Scene.of(emulator, account), Scene.of(emulator, account)
            for scene, clients in ((quiet, 99), (loud, 100)):
                emulator.set_webhook(scene.client.key, "session", rulebook.url, secret=SECRET)
                for _ in range(clients):
                    emulator.connect(scene.session)
            emulator.settle()
            while not all(each["delivered"] for each in emulator.deliveries()):
                emulator.advance(5)  # a rule engine on a busy machine may have been late for one
            assert "changed=1 unreachable=0 failed=0" in " ".join(rulebook.wait_for(r"^localhost +: ok=.*")[0].split())
        states = {scene.client.key: emulator.project(scene.client.key) for scene in (quiet, loud)}
        assert [state and state["status"] for state in states.values()] == ["VALID", "SUSPENDED"]
        assert SECRET not in "".join(rulebook.output)


ATTACK = r"""'\x7b\x7b lookup("pipe", "touch ~/ran") }}'"""
"""A name that would run a command when an action renders it."""


@pytest.mark.long
def test_recordings_that_failed_are_restarted(tmp_path: Path) -> None:
    """Those that failed together are recorded again as they were; the one that was stopped is not. What a name says is not run."""
    with Emulator() as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account:
        with Rulebook("restart_failed_archive", tmp_path, emulator) as rulebook:
            scene = Scene.of(emulator, account)
            emulator.set_webhook(scene.client.key, "archive", rulebook.url, secret=SECRET)
            composed, individual, stopped = (dataclasses.replace(scene, session=new_session(scene.client)) for _ in range(3))
            for each in (composed, individual, stopped):
                emulator.publish(each.session)
            failed = [
                composed.start("archive", name=ATTACK, resolution="1280x720")["id"],
                individual.start("archive", name="Weekly meeting", outputMode="individual")["id"],
            ]
            stopped.ask("POST", f"archive/{stopped.start('archive')['id']}/stop")
            for archive in failed:
                emulator.fail_archive(archive)
            for _ in failed:  # each by a playbook of its own
                assert "changed=1 unreachable=0 failed=0" in " ".join(rulebook.wait_for(r"^localhost +: ok=.*")[0].split()), "".join(rulebook.output)
        found = {archive["id"]: archive for archive in emulator.all_archives()}
        assert [found.pop(archive)["status"] for archive in failed] == ["failed", "failed"]
        again = {archive["sessionId"]: [archive.get(name) for name in ("status", "name", "outputMode", "resolution")] for archive in found.values()}
        assert again[composed.session] == ["started", """⧵x7b⧵x7b lookup("pipe", "touch ~/ran") ❵❵""", "composed", "1280x720"]
        assert again[individual.session] == ["started", "Weekly meeting", "individual", None]
        assert len(found) == 3
        assert not (tmp_path / "ran").exists()
        assert SECRET not in "".join(rulebook.output)


def rulebook_snippets() -> list[Snippet]:
    return [snippet for snippet in snippets() if snippet.runner == "rulebook"]


def test_the_docs_show_the_rulebooks_as_they_are() -> None:
    shown = {snippet.words[0]: snippet.text for snippet in rulebook_snippets()}
    assert shown == {path.stem: path.read_text(encoding="utf-8").partition("---\n")[2] for path in RULEBOOKS}


@pytest.mark.parametrize("path", RULEBOOKS, ids=lambda path: path.stem)
def test_the_sources_of_the_rulebooks_have_valid_options(path: Path) -> None:
    for ruleset in yaml.safe_load(path.read_text(encoding="utf-8")):
        for source in ruleset["sources"]:
            options: dict[str, Any] = {**source["opentok.cloud.webhook"], "port": 5000, "signature_secret": SECRET}
            assert plugin()["checked"](options).host == "127.0.0.1"
