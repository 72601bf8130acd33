# SPDX-License-Identifier: Apache-2.0
"""The example `examples/pulumi/call-centre` as its README walks through it, each `up` also a second time."""

from __future__ import annotations

import json
from pathlib import Path

import jwt
import pytest

from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import Outcome
from tests.engine.project_stack import NewStack
from tests.engine.stack import EngineStack
from tests.playbooks.ansible_run import ROOT
from tests.playbooks.call_centre import PASSWORD, SECRET_KEY, URI, Walk

EXAMPLE = ROOT / "examples" / "pulumi" / "call-centre"
THERE, BACK = "cd ../../ansible/call-centre", "cd ../../pulumi/call-centre"
TOKENS = ["call-centre-session-ines", "call-centre-session-tom"]
TENANT = ["call-centre", "call-centre-project", "call-centre-session", "call-centre-sip-trunk"]
RESOURCES = [*TENANT, *TOKENS, "call-created", "call-destroyed", "calls", "recordings", "wallboard"]


def changed(outcome: Outcome) -> list[str]:
    return sorted({step.name for step in outcome.ok().steps if step.op != "same"})


def own_copy(stack: EngineStack, name: str) -> None:
    """A file instead of the link to the example's, to be edited."""
    file = stack.work_dir / name
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content)


@pytest.mark.long
def test_the_walk(new_stack: NewStack, tmp_path: Path, opentok_emulator: Emulator) -> None:
    walk = Walk(EXAMPLE / "README.md", tmp_path, opentok_emulator)
    stack = new_stack(folder=EXAMPLE, env=opentok_emulator.env)
    own_copy(stack, "call-centre.yaml")

    walk.exports()
    assert walk.next("pulumi login --local")
    assert walk.next("pulumi stack init").split()[-1] == stack.name, "which the fixture has made"
    for name, secret in (("SIP_PASSWORD", PASSWORD), ("ARCHIVE_SECRET_KEY", SECRET_KEY)):
        _, _, setting = walk.next(f'printf %s "${name}" | pulumi ').partition("pulumi ")
        assert stack.cli(*setting.split(), "--stack", stack.name, stdin=secret).returncode == 0
    walk.next("pulumi up")
    assert changed(stack.up()) == sorted(RESOURCES)
    assert changed(stack.up(expect_no_changes=True)) == []
    before = stack.outputs()
    (project,) = opentok_emulator.all_projects()
    assert (project["name"], before["trunk"]["uri"]) == ("Acme call centre", URI)
    claims = [jwt.decode(token, project["secret"], algorithms=["HS256"]) for token in before["tokens"].values()]
    assert [claim["connection_data"] for claim in claims] == [f"agent {name}" for name in before["tokens"]]
    assert {claim["session_id"] for claim in claims} == {before["session_id"]}

    saving, _, target = walk.next("pulumi stack output --json > ").removeprefix("pulumi ").partition(" > ")
    assert (EXAMPLE / target).parent.resolve() == ROOT / "examples" / "ansible" / "call-centre"
    said = stack.cli(*saving.split(), "--stack", stack.name)
    assert json.loads(said.stdout)["tokens"] == dict.fromkeys(before["tokens"], "[secret]")
    (walk.folder / Path(target).name).write_text(said.stdout, encoding="utf-8")
    walk.next(THERE)
    assert walk.plays("call.yml").changed() == ["Call the front desk"]
    walk.rings_and_is_answered()
    walk.plays("press.yml")
    assert walk.calls() == [("ACTIVE", "1p2#")]
    walk.next(BACK)

    walk.edits(stack.work_dir)
    walk.next("pulumi up")
    assert changed(stack.up()) == ["call-centre-project", *TOKENS]
    walk.next("pulumi preview --expect-no-changes")
    assert stack.preview(expect_no_changes=True).code == 0
    after = stack.outputs()
    (rotated,) = opentok_emulator.all_projects()
    assert {name for name in before if before[name] != after[name]} == {"tokens"}
    for token in after["tokens"].values():
        jwt.decode(token, rotated["secret"], algorithms=["HS256"])
    walk.next(THERE)
    assert walk.plays("call.yml").changed() == []
    walk.plays("hang-up.yml")
    assert walk.calls() == [("HANGUP", "1p2#")]
    walk.next(BACK)

    tokens = (*before["tokens"].values(), *after["tokens"].values())
    secrets = {PASSWORD, SECRET_KEY, opentok_emulator.account_secret, project["secret"], rotated["secret"], *tokens}
    assert [secret for secret in secrets if secret in stack.everything_on_disk() + walk.printed] == []
    walk.next("pulumi destroy")
    stack.destroy().ok()
    assert opentok_emulator.all_projects() == []
    walk.ended()
