# SPDX-License-Identifier: Apache-2.0
"""Functions in a program that is typed `pulumi up`: not known before what they ask about, then read in each run; a wrong one ends it in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import account
from tests.engine.typed import Shell

PROGRAM = """\
import pulumi
import pulumi_opentok as opentok

acme = opentok.Project("acme", name="Acme")
room = opentok.Session("room", project=acme, media_mode="routed")
archives = opentok.get_archives_output(project=acme, session=room.session_id)
pulumi.export("names", archives.apply(lambda found: [archive.name for archive in found]))
pulumi.export("urls", archives.apply(lambda found: [archive.url for archive in found]))
pulumi.export("room", room.session_id)
# here
"""
WRONG = {
    "opentok.get_streams(session='room')": "error: get_streams: session: must be a session id such as '1_MX40",
    "opentok.get_streams_output(session=acme.id)": "error: get_streams: session: must be a session id such as '1_MX40",
    "opentok.get_project(name='Akme')": "error: get_project: no project of account 10000001 is named 'Akme'",
}


@pytest.mark.long
def test_in_a_typed_program(engine: Path, tmp_path: Path, opentok_emulator: Emulator) -> None:
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: proof\nruntime: python\n", encoding="utf-8")
    (folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "home").mkdir()
    shell = Shell(engine, tmp_path / "home", folder, opentok_emulator.env)
    shell("pulumi login --local && pulumi stack init dev").ok()
    assert "[unknown]" in shell("pulumi preview").ok().text
    assert "archive.list" not in [row["operation"] for row in opentok_emulator.journal()]
    shell("pulumi up --yes --skip-preview").ok()

    def outputs() -> dict[str, object]:
        return dict(json.loads(shell("pulumi stack output --json 2> /dev/null").ok().text))

    assert (outputs()["names"], outputs()["urls"]) == ([], [])
    (acme,) = account(opentok_emulator).projects.list()
    ours = OpenTok(acme.credentials, api_url=opentok_emulator.url)
    room = str(outputs()["room"])
    opentok_emulator.publish(room)
    ours.archives.start(room)
    # Only outputs of the stack change.
    assert "archive.list" in [row["operation"] for row in opentok_emulator.journal()]
    shell("pulumi up --yes --skip-preview").ok()
    assert len(list(outputs()["names"])) == 1  # type: ignore[call-overload]
    assert "[secret]" in str(outputs()["urls"])

    for line, said in WRONG.items():
        shell.edit("__main__.py", "# here", f"{line}  # here")
        failed = shell("pulumi preview")
        assert failed.code not in (0, 7)
        (told,) = failed.under["proof-dev"]
        assert told.startswith(said)
        shell.edit("__main__.py", f"{line}  # here", "# here")
    assert acme.secret not in shell.printed
