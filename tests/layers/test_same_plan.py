# SPDX-License-Identifier: Apache-2.0
"""Pulumi's preview and Ansible's check mode say the same of the same change, in the same words: both read them off one plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok._announce import TO_DO
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack
from tests.playbooks.ansible_run import AnsibleRun

NAME = "Müller & Söhne “GmbH”"


@pytest.mark.long
def test_preview_and_check_mode_say_the_same(new_stack: NewStack, opentok_emulator: Emulator, tmp_path: Path) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": NAME, "status": "active"}})
    platform.up().ok()
    leaked = platform.live("acme")["secret"]
    ansible = AnsibleRun(tmp_path, opentok_emulator)
    changes: list[dict[str, Any]] = [
        {"status": "suspended"},
        {"status": "active", "retired_secrets": [leaked]},
        {"status": "suspended", "retired_secrets": [leaked]},
    ]
    tasks = [{"name": str(number), "opentok.cloud.project": {"name": NAME, **change}} for number, change in enumerate(changes)]
    played = ansible.play(tasks, "--check")
    predicted = [played.succeeded().of(str(number)).result for number in range(len(changes))]
    for change, result in zip(changes, predicted, strict=True):
        platform.wanted["acme"] = {"name": NAME, **change}
        preview = platform.planned()
        said = [text.removeprefix(TO_DO) for text in (*preview.warnings, *preview.infos) if text.startswith(TO_DO)]
        assert said == result["actions"] != []
        differs = {key for key, value in result["before"].items() if result["after"][key] != value}
        shown = {"status"} & set(preview.step("acme").diff)
        assert shown == {"status"} & differs
    assert leaked not in played.output
