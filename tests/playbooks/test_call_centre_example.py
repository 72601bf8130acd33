# SPDX-License-Identifier: Apache-2.0
"""The example `examples/ansible/call-centre` as its README walks through it, each step that declares also a second time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jwt
import pytest

from tests.playbooks.ansible_run import Played
from tests.playbooks.call_centre import EXAMPLE, PASSWORD, SECRET_KEY, Walk, sessions

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator


def changed(played: Played) -> list[str]:
    """What changed, by the last word of the task."""
    return [name.split()[-1] for name in played.changed()]


@pytest.mark.long
def test_the_walk(tmp_path: Path, opentok_emulator: Emulator) -> None:
    walk = Walk(EXAMPLE / "README.md", tmp_path, opentok_emulator)

    walk.exports()
    foretold = walk.plays("site.yml", "--check --diff")
    assert (changed(foretold), opentok_emulator.all_projects()) == (["project", "log", "bucket", "need"], [])
    assert changed(walk.plays("site.yml")) == ["project", "session", "log", "bucket", "need"]
    assert changed(walk.again("ansible-playbook site.yml")) == []
    (room,), (project,) = sessions(opentok_emulator), opentok_emulator.all_projects()
    secrets = {PASSWORD, SECRET_KEY, project["secret"], opentok_emulator.account_secret}

    walk.plays("tokens.yml")
    tokens = {agent: (walk.folder / f"{agent}.token").read_text(encoding="utf-8") for agent in ("ines", "tom")}
    assert [jwt.decode(token, project["secret"], algorithms=["HS256"])["connection_data"] for token in tokens.values()] == ["agent ines", "agent tom"]
    assert (walk.folder / "ines.token").stat().st_mode & 0o777 == 0o600

    assert changed(walk.plays("call.yml")) == ["desk"]
    walk.rings_and_is_answered()
    assert changed(walk.plays("call.yml")) == []
    assert changed(walk.plays("press.yml", "-e digits=1p2#")) == ["keys"]
    assert walk.calls() == [("ACTIVE", "1p2#")]

    walk.edits(walk.folder)
    foretold = walk.plays("site.yml", "--check --diff")
    assert changed(foretold) == ["project"]
    assert "every client token" in foretold.output
    assert changed(walk.plays("site.yml")) == ["project"]
    assert changed(walk.again("ansible-playbook site.yml")) == []
    assert changed(walk.plays("call.yml")) == [], "the call outlives the secret"
    assert sessions(opentok_emulator) == [room]
    (rotated,) = opentok_emulator.all_projects()
    assert rotated["secret"] != project["secret"]
    walk.plays("tokens.yml")
    jwt.decode((walk.folder / "ines.token").read_text(encoding="utf-8"), rotated["secret"], algorithms=["HS256"])

    assert changed(walk.plays("hang-up.yml")) == ["up"]
    assert walk.calls() == [("HANGUP", "1p2#")]
    walk.ended()
    seen = walk.printed + (walk.folder / "ledger.json").read_text(encoding="utf-8")
    assert [secret for secret in (*secrets, rotated["secret"], *tokens.values()) if secret in seen] == []
