# SPDX-License-Identifier: Apache-2.0
"""The secret is marked twice: by the provider in every answer, and by the resource in the program."""

from __future__ import annotations

import pulumi

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import DynamicServer
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import declare
from tests.protocol.wire import Secret
from tests.things.sessions import ROOM


def test_the_provider_marks_it_in_every_answer(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    (live,) = [row["secret"] for row in opentok_emulator.all_projects()]
    assert saved.outs["api_secret"] == Secret(live)

    # The state that is sent carries no mark, so that none can be put back by the engine.
    unmarked = {**saved.outs, "api_secret": live}
    assert server.read(saved.id, unmarked).outs["api_secret"] == Secret(live)

    rotated = server.update(saved, {"name": "Acme", "secret_triggers": {"v": "2"}})
    (new,) = [row["secret"] for row in opentok_emulator.all_projects()]
    assert new != live
    assert rotated.outs["api_secret"] == Secret(new)
    for secret in (live, new):
        assert secret not in str(rotated.outs)

    assert server.read(saved.id, {"name": None}).outs["api_secret"] == Secret(new), "as Project.get reads"


def test_the_resource_marks_it() -> None:
    recorder = Recorder()
    mine = pulumi.ResourceOptions(additional_secret_outputs=["name"], protect=True)
    run_program(lambda: [opentok.Project("p", name="T", opts=mine), opentok.Project.get("g", "46000001"), opentok.Token("t", session=ROOM)], recorder)
    marked = {name: sorted(recorder.requests[name].additionalSecretOutputs) for name in ("p", "g", "t")}
    assert marked == {"p": ["api_secret", "name"], "g": ["api_secret"], "t": ["token"]}
    assert recorder.requests["p"].protect is True
