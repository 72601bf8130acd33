# SPDX-License-Identifier: Apache-2.0
"""docs/opentok-projects.md names every command, option, key and exit status."""

from __future__ import annotations

import argparse

from pulumi_opentok.cli import arguments, errors
from pulumi_opentok.core.desired.fleet.entries import KEYS
from tests.cli.test_account import OUTCOME, OUTPUTS
from tests.cli.test_files import PLANNED, SUMMARY
from tests.engine.environment import REPO

PAGE = (REPO / "docs" / "opentok-projects.md").read_text(encoding="utf-8")
UNSAID = {"--help", "--account-secret", "--version", "--parallel", "--file"}
"""What `--help` says well enough, or what is no option but refused as one."""


def test_every_option_is_named() -> None:
    commands = next(action for action in arguments.parser()._actions if isinstance(action, argparse._SubParsersAction)).choices
    options = {option for command in commands.values() for action in command._actions for option in action.option_strings if option.startswith("--")}
    assert [word for word in (*commands, *sorted(options - UNSAID)) if word not in PAGE] == []


def test_every_key_and_status_is_named() -> None:
    statuses = {errors.OK, errors.FAILED, errors.USAGE, errors.DUE, *(errors.SIGNALLED + number for number in (1, 2, 15))}
    assert [key for key in (*KEYS, *OUTCOME, *OUTPUTS, *PLANNED, *SUMMARY) if f"`{key}`" not in PAGE] == []
    assert [status for status in statuses if f"\n| {status} | " not in PAGE] == []
