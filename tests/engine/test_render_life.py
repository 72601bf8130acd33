# SPDX-License-Identifier: Apache-2.0
"""The life of a page in a session on the real engine: rendered, quiet, failed, rendered again, another resolution, another page, gone."""

from __future__ import annotations

from typing import Any

import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.api.renders import Renders
from pulumi_opentok.core.desired.render import RENDER
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack
from tests.things.renders import OTHER_URL, SECRET_PART, URL


@pytest.mark.long
def test_life(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    wanted: dict[str, Any] = {"url": URL}

    def program() -> None:
        room = opentok.Session("room", project=opentok.Project("acme", name="ACME GmbH"), media_mode="routed")
        opentok.Render("board", session=room, **wanted)

    platform = ProjectStack(new_stack, opentok_emulator)
    platform.stack.program = program
    assert platform.planned().changes == {"create": 4}
    assert platform.up().ok().warnings == ()
    there, session = renders_of(platform), platform.emulator.all_sessions()[0]["id"]
    (first,) = running(there)
    assert platform.up_again_is_quiet()
    platform.emulator.fail_render(first)
    for outcome in (platform.refresh().ok(), platform.preview().ok()):
        assert any(f"render {first} has failed, 'Could not load URL'" in text for text in outcome.warnings), outcome.text
    assert (platform.up_again_is_quiet(), running(there)) == (True, [])
    wanted["restart"] = True
    platform.up().ok()
    (second,) = running(there)

    wanted["resolution"] = "1920x1080"
    planned = platform.planned()
    stops = f"to do: stop render {second}: session {session} shows its page no longer; it cannot be changed (resolution), so another one is started"
    assert (stops in planned.warnings, planned.ops("board")) == (True, ["update"]), planned.text
    platform.up().ok()
    assert (platform.up_again_is_quiet(), len(running(there))) == (True, 1)

    wanted["url"] = f"{OTHER_URL}?key={SECRET_PART}"
    assert any("url changed: that is another render" in text for text in platform.planned().warnings)
    platform.up().ok()
    assert [one.url for one in there.iterate() if one.status in RENDER.runs] == [wanted["url"]]
    assert platform.up_again_is_quiet()
    assert (platform.leaks(), SECRET_PART in platform.stack.everything_on_disk()) == ([], False)
    (last,) = running(there)
    destroyed = platform.destroy().ok()
    assert f"stop render {last}: session {session} shows its page no longer" in destroyed.text
    assert running_ids_gone(opentok_emulator)


def running(there: Renders) -> list[str]:
    return [one.id for one in there.iterate() if one.status in RENDER.runs]


def running_ids_gone(emulator: Emulator) -> bool:
    """Stopped before its project went."""
    order = [row["operation"] for row in emulator.journal() if row["operation"] in ("render.stop", "project.delete")]
    return order[-2:] == ["render.stop", "project.delete"]


def renders_of(platform: ProjectStack) -> Renders:
    live = platform.live("acme")
    return OpenTok(Credentials(key=live["id"], secret=live["secret"], kind="project"), api_url=platform.emulator.url).renders
