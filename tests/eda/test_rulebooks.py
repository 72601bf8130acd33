# SPDX-License-Identifier: Apache-2.0
"""The rulebooks of the collection on the real ansible-rulebook: the emulator posts, the rules act, the emulator's state tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import Snippet, snippets
from tests.eda.rulebook import ROOT, Rulebook
from tests.eda.source import SECRET, plugin
from tests.emulator.raw import Raw
from tests.emulator.scene import Scene

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


@pytest.mark.long
def test_a_recording_that_failed_is_restarted(tmp_path: Path) -> None:
    """The one that failed is recorded again as it was; the one that was stopped is not."""
    with Emulator() as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account:
        with Rulebook("restart_failed_archive", tmp_path, emulator) as rulebook:
            scene, stopped = Scene.of(emulator, account), Scene.of(emulator, account)
            for each in (scene, stopped):
                emulator.set_webhook(each.client.key, "archive", rulebook.url, secret=SECRET)
                emulator.publish(each.session)
            failed = scene.start("archive", name="Weekly meeting", resolution="1280x720")["id"]
            stopped.ask("POST", f"archive/{stopped.start('archive')['id']}/stop")
            emulator.fail_archive(failed)
            assert "changed=1 unreachable=0 failed=0" in " ".join(rulebook.wait_for(r"^localhost +: ok=.*")[0].split())
        found = {archive["id"]: archive for archive in emulator.all_archives()}
        assert found.pop(failed)["status"] == "failed"
        again = [archive for archive in found.values() if archive["sessionId"] == scene.session]
        assert [(archive["status"], archive["name"], archive["resolution"]) for archive in again] == [("started", "Weekly meeting", "1280x720")]
        assert len(found) == 2
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
