# SPDX-License-Identifier: Apache-2.0
"""Absence is proven, on the real engine: neither `refresh` nor `destroy` takes a gateway's 404 for "gone"."""

from __future__ import annotations

import pytest

from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack
from tests.gateway import HTML_404, gateway


@pytest.mark.long
def test_a_gateway_that_says_404(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    wanted = {kind: {"name": kind, "on_delete": kind} for kind in ("delete", "suspend", "retain")}
    with gateway(opentok_emulator.url) as between:
        platform = ProjectStack(new_stack, opentok_emulator, wanted, env=between.env(opentok_emulator.env))
        platform.up().ok()
        before, kept = opentok_emulator.all_projects(), platform.stack.resources()
        between.instead = lambda method, path: HTML_404
        for run in (platform.refresh, platform.destroy):
            outcome = run()
            assert outcome.code != 0
            assert "it does not prove that anything is gone: is the address right (" in outcome.text
            assert between.url in outcome.text
            assert set(platform.stack.resources()) == set(kept), "the state still has them"
        assert opentok_emulator.all_projects() == before
        between.instead = lambda method, path: None
        opentok_emulator.delete_project(platform.id_of("delete"))
        platform.refresh().ok()
        assert set(kept) - set(platform.stack.resources()) == {"delete"}, "the API itself says that it is gone"
        platform.destroy().ok()
        assert {row["name"]: row["status"] for row in opentok_emulator.all_projects()} == {"suspend": "SUSPENDED", "retain": "VALID"}
        assert platform.leaks() == []
