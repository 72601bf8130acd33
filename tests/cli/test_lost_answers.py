# SPDX-License-Identifier: Apache-2.0
"""What the command says where the answer to a change is lost: not sent, not known or done, in one line with what to do next."""

from __future__ import annotations

import json

import pytest

from pulumi_opentok.emulator.faults import KINDS
from tests.cli.running import Command

NOT_KNOWN = "not known whether it was done: run again"
LOST = ("after", "html", "drop_before", "drop_after", "late", "truncate", "garble", "status")
OTHERS = ("delay", "trickle", "lag", "foreign", "unchanged", "rename", "twice")
"""Kinds by which no answer to these is lost, but for ``foreign``, which `delete` does not know."""


def test_all_kinds_are_in_the_tables() -> None:
    assert sorted(KINDS) == sorted((*LOST, *OTHERS))


@pytest.mark.parametrize("operation", ["project.set_status", "project.delete"])
def test_each_lost_answer(operation: str, command: Command) -> None:
    """All in one run: the fault that befalls each project is another one."""
    ends = operation == "project.delete"
    kinds = LOST if ends else (*LOST, "foreign")
    for kind in kinds:
        one = command.projects.create(kind)
        command.emulator.clear_faults()
        command.emulator.fault(operation, kind, times=None, **({"seconds": 0.1} if kind == "late" else {}))
        if ends:
            done = command("apply", "-f", "-", "--yes", stdin=json.dumps({"projects": [{"id": one.id, "state": "absent"}]}))
            summary = "1 project: 0 changed, 0 as declared, 1 not known"
        else:
            done = command("suspend", one.id, "--yes")
            summary = "1 project: 0 suspended, 0 suspended already, 1 not known"
        assert (done.code, done.out.splitlines()[-1]) == (3, summary), kind
        (line,) = done.err.splitlines()
        said = "the server may or may not have done it: does a proxy mix up answers?" if kind == "foreign" else NOT_KNOWN
        assert (line.count(said), line.count("run again")) == (1, kind != "foreign"), line
    command.emulator.clear_faults()


def test_what_was_not_sent_and_what_was_refused(command: Command) -> None:
    one = command.projects.create("Acme")
    command.emulator.fault("project.set_status", "status", times=None, status=403)
    refused = command("suspend", one.id, "--yes")
    assert (refused.code, refused.out.splitlines()[-1]) == (1, "1 project: 0 suspended, 0 suspended already, 1 failed")
    assert NOT_KNOWN not in refused.err
    nobody = command("suspend", one.id, "--yes", OPENTOK_API_URL="http://127.0.0.1:9").failed(1, "nothing was sent")
    assert NOT_KNOWN not in nobody.err


@pytest.mark.parametrize("kind", ["drop_before", "status"])
def test_a_rotation_whose_answer_is_lost(kind: str, command: Command) -> None:
    one = command.projects.create("Acme")
    command.emulator.fault("project.refresh_secret", kind, times=None)
    command("rotate", one.id, "--reason", "leaked", "--yes").failed(3, "was not rotated: two tries got no answer", "; run again: ")
