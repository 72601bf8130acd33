# SPDX-License-Identifier: Apache-2.0
"""What a run says: under the resource that it is about, once, and nothing that will not happen."""

from __future__ import annotations

import re

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack


@pytest.mark.long
def test_under_its_resource_once_and_only_what_will_happen(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    ignored: dict[str, opentok.ProjectStatus] = {"a": "active"}

    def left_alone() -> None:
        opentok.Project("a", name="A", status=ignored["a"], opts=pulumi.ResourceOptions(ignore_changes=["status"]))

    platform = ProjectStack(new_stack, opentok_emulator, {"b": {"name": "B", "status": "active", "on_delete": "suspend"}}, also=left_alone)
    assert platform.up().ok().under.keys() <= {"", "proof-dev"}
    a, b = platform.id_of("a"), platform.id_of("b")
    for project in (a, b):
        opentok_emulator.edit_project(project, status="SUSPENDED")
    drifted = platform.preview(refresh=True).ok()
    assert "a" not in drifted.under, "its status is to be ignored"
    assert drifted.under["b"] == (f"to do: activate project {b} 'B': its key works again",), "once, though it is compared twice"
    refreshed = platform.refresh().ok()
    assert refreshed.under.keys() & {"a", "b"} == set(), "a refresh does nothing about it"

    ignored["a"] = "suspended"
    platform.wanted["b"]["secret_max_age"] = "90d"
    planned = platform.up().ok()
    assert "a" not in planned.under
    assert planned.under["b"] == (f"to do: activate project {b} 'B': its key works again",)

    del platform.wanted["b"]
    # No provider is asked in the preview of a removal: the properties are all that can say what it means.
    assert re.search(r'on_delete *: "suspend"', platform.preview().ok().stdout)
    removed = platform.up().ok()
    (said,) = removed.under["b"]
    assert said.startswith(f"suspend project {b} 'B' instead of deleting it (on_delete: suspend)")
    assert platform.emulator.project(b) is not None
