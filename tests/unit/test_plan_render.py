# SPDX-License-Identifier: Apache-2.0
"""Plans of renders: what is said, that none of it has the page's URL, and what a ledger keeps. What all that run share: test_plan_archive.py."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from pulumi_opentok.core import fingerprint
from pulumi_opentok.core.desired.render import RENDER, RenderSpec
from pulumi_opentok.core.desired.running.state import RunState
from tests.things.renders import OTHER_URL, SECRET_PART, URL, render, shown, there
from tests.things.sessions import ROOM
from tests.unit.things import NOW

OVER = there(shown(status="failed", reason=f"Could not load URL {URL}"))
STATES = [RunState(session=ROOM, key=RENDER.key(render())), there(), there(shown()), there(shown(), twins=(shown("c"),)), OVER]


@pytest.mark.parametrize("state", STATES, ids=str)
@pytest.mark.parametrize("record", [None, render(), dataclasses.replace(render(), url=None), render(name="a"), render(state="stopped")], ids=str)
@pytest.mark.parametrize("spec", [render(), render(restart=True, name="b"), render(state="stopped")], ids=str)
def test_no_plan_has_the_url(spec: RenderSpec, state: RunState[Any], record: RenderSpec | None) -> None:
    plans = [RENDER.plan(spec, state, record, NOW), RENDER.plan_absent(spec, state), RENDER.plan_unknown(spec, ["session"], present=True)]
    assert SECRET_PART not in str(plans)
    assert SECRET_PART not in state.identity
    assert SECRET_PART not in repr(spec)
    assert plans[0] is not None
    assert plans[0].replaces == ()
    assert (plans[0].after or {}).get("url") in (None, fingerprint(URL))


def test_another_page_is_another_render() -> None:
    plan = RENDER.plan(render(url=OTHER_URL), there(shown()), render(), NOW)
    assert (plan.replaces, plan.reasons, plan.actions) == (("url",), ("url changed: that is another render",), ())
    assert (plan.after or {})["url"] == fingerprint(OTHER_URL)
    assert RENDER.key(render(url=OTHER_URL)) != RENDER.key(render())


@pytest.mark.parametrize("spelled", ["HTTPS://Pages.Example.com/agenda", "https://pages.example.com:443/agenda"])
def test_urls_that_are_the_same(spelled: str) -> None:
    assert RENDER.key(render(url=spelled)) == RENDER.key(render(url=OTHER_URL))
    assert RENDER.show(there(shown(url=spelled)), render(url=OTHER_URL))["url"] == OTHER_URL


@pytest.mark.parametrize(("state", "spec"), [(there(shown()), render(name="a", max_duration=60)), (there(), render(state="stopped"))], ids=str)
def test_a_round_trip_through_the_state_file_and_the_ledger(state: RunState[Any], spec: RenderSpec) -> None:
    out = RENDER.show(state, spec)
    assert set(out) == set(RENDER.outputs)
    saved = {**RENDER.said(spec), **out, "declared": {"resolution": spec.resolution}, "private": {}}
    assert RENDER.restore(out["id"], json.loads(json.dumps(saved))) == (state, spec)
    kept = {name: value for name, value in out.items() if name not in RENDER.secret_outputs} | RENDER.record_to_dict(spec)
    assert SECRET_PART not in json.dumps(kept)
    found = state.found and dataclasses.replace(state.found, url=None)
    assert RENDER.restore(out["id"], kept) == (dataclasses.replace(state, found=found), dataclasses.replace(spec, url=None))
