# SPDX-License-Identifier: Apache-2.0
"""No plan, and no refusal to plan, shows a secret, whatever is wanted, there and remembered;
its before and after are plain JSON."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pulumi_opentok.core import PlanError
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectState
from tests.unit.things import ACCOUNT, ELSEWHERE, ID, NOW, OTHER_ACCOUNT, SECRET, TWIN, project, record, spec

names = st.sampled_from(["acme", "beta", "Müller \"& Söhne\" 🎉"])
statuses = st.sampled_from(["active", "suspended"])
triggers = st.dictionaries(st.sampled_from(["v", "w"]), st.sampled_from(["1", "2"]))
ends = st.sampled_from(["delete", "suspend", "retain"])
accounts = st.sampled_from([ACCOUNT, OTHER_ACCOUNT, None])

projects = st.builds(project, id=st.sampled_from([ID, TWIN]), name=names, status=statuses)
specs = st.builds(
    spec,
    account_key=accounts,
    name=st.none() | names,
    status=st.none() | statuses,
    on_delete=ends,
    existing_id=st.none() | st.just(ID),
    adopt=st.booleans(),
    allow_duplicate_name=st.booleans(),
    secret_triggers=triggers,
)
states = (
    st.builds(ProjectState, project=projects)
    | st.builds(ProjectState, namesakes=st.lists(projects, max_size=2).map(tuple))
    | st.just(ProjectState(missing_id=ID))
)
records = st.none() | st.builds(
    record,
    account_key=accounts,
    name=names,
    on_delete=ends,
    secret_triggers=triggers,
    secret_fingerprint=st.sampled_from([record().secret_fingerprint, ELSEWHERE, None]),
)


@given(specs, states, records)
def test_any_plan(wanted: Any, state: Any, before: Any) -> None:
    for make in (lambda: PROJECT.plan(wanted, state, before, NOW), lambda: PROJECT.plan_absent(wanted, state)):
        try:
            plan = make()
        except PlanError as error:
            refusal = error
        else:
            refusal = None
        if refusal is not None:
            assert SECRET not in str(refusal)
            continue
        assert SECRET not in repr(plan)
        assert SECRET not in json.dumps([plan.before, plan.after])
        assert not (plan.replaces and plan.actions)
        assert plan.changes or (plan.before == plan.after)
