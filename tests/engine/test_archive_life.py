# SPDX-License-Identifier: Apache-2.0
"""The life of a recording on the real engine: never there, started, quiet, ended elsewhere, started again, another resolution, another name, gone."""

from __future__ import annotations

from typing import Any

import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.archives.calls import Archives
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired.archive.kind import ARCHIVE
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack


@pytest.mark.long
def test_life(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    wanted: dict[str, Any] = {"state": "stopped"}

    def program() -> None:
        room = opentok.Session("room", project=opentok.Project("acme", name="ACME GmbH"), media_mode="routed")
        opentok.Archive("recording", session=room, **wanted)

    platform = ProjectStack(new_stack, opentok_emulator)
    platform.stack.program = program
    assert platform.planned().changes == {"create": 4}
    assert platform.up().ok().warnings == ()
    assert platform.up_again_is_quiet()
    there, session = archives_of(platform), platform.emulator.all_sessions()[0]["id"]

    wanted["state"] = "running"
    assert f"nobody is connected to session {session}" in platform.up().text
    platform.emulator.publish(session)
    assert f"to do: record session {session} (composed)" in platform.planned().text
    platform.up().ok()
    (first,) = running(there)
    assert platform.up_again_is_quiet()
    assert not platform.refresh(expect_no_changes=True).ok().changed

    there.stop(first)
    platform.emulator.advance(5)
    for outcome in (platform.refresh().ok(), platform.preview().ok()):
        assert any(f"archive {first} has ended (status available), 'user initiated'" in text for text in outcome.warnings), outcome.text
    assert (platform.up_again_is_quiet(), running(there)) == (True, [])
    wanted["restart"] = True
    platform.up().ok()
    (second,) = running(there)
    assert platform.up_again_is_quiet()

    wanted["resolution"] = "1280x720"
    planned = platform.planned()
    stops = f"to do: stop archive {second}: session {session} is recorded no longer; what was recorded is kept"
    assert any(text.startswith(stops) for text in planned.warnings), planned.text
    assert planned.ops("recording") == ["update"]
    platform.up().ok()
    (third,) = running(there)
    wanted["layout"] = {"type": "pip"}
    platform.up().ok()
    assert (platform.up_again_is_quiet(), running(there)) == (True, [third])

    wanted["name"] = "Weekly meeting"
    platform.requests()
    assert any("name changed: that is another archive" in text for text in platform.planned().warnings)
    platform.up().ok()
    order = [row["operation"] for row in opentok_emulator.journal() if row["operation"] in ("archive.start", "archive.stop")]
    assert order == ["archive.stop", "archive.start"], "OpenTok records one at a time"
    assert platform.up_again_is_quiet()
    assert platform.leaks() == []
    (last,) = running(there)
    destroyed = platform.destroy().ok()
    assert f"stop archive {last}: session {session} is recorded no longer" in destroyed.text
    assert platform.requests()["archive.stop"] == 1


def running(there: Archives) -> list[str]:
    return [one.id for one in there.list().items if one.status in ARCHIVE.runs]


def archives_of(platform: ProjectStack) -> Archives:
    live = platform.live("acme")
    return OpenTok(Credentials(key=live["id"], secret=live["secret"], kind="project"), api_url=platform.emulator.url).archives
