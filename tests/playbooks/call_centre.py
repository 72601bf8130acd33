# SPDX-License-Identifier: Apache-2.0
"""Walks through the README of an example of the call centre, in a copy of its folder: the commands that stand there, in that order."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.docs.snippets import console
from tests.playbooks.ansible_run import ROOT, AnsibleRun, Played

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

EXAMPLE = ROOT / "examples" / "ansible" / "call-centre"
PASSWORD, SECRET_KEY = "what-the-gateway-asks-for", "what-the-bucket-asks-for"
URI = "sip:+15551234567@sip.example.com;transport=tls"


class Walk:
    """``page``'s commands one after the other. The playbooks run in ``folder``, a copy of the Ansible example."""

    def __init__(self, page: Path, home: Path, opentok: Emulator) -> None:
        self.folder = Path(shutil.copytree(EXAMPLE, home / "call-centre"))
        self.opentok = opentok
        self.printed = ""
        self._left = console(page)
        self._ansible = AnsibleRun(home, opentok, {**opentok.env, "SIP_PASSWORD": PASSWORD, "ARCHIVE_SECRET_KEY": SECRET_KEY})
        # By the clock it would ring and be answered at some point of a playbook.
        opentok.set_sip_policy(match="*", outcome="manual")

    def next(self, start: str) -> str:
        """The next command, which must begin like this."""
        assert self._left, f"the page ends before {start!r}"
        command = self._left.pop(0)
        assert command.startswith(start), command
        return command

    def exports(self) -> None:
        assert self.next("export ") == f"export SIP_PASSWORD={PASSWORD}"
        assert self.next("export ") == f"export ARCHIVE_SECRET_KEY={SECRET_KEY}"

    def edits(self, folder: Path) -> None:
        """Runs a `sed` of the page."""
        subprocess.run(["bash", "-ec", self.next("sed ")], cwd=folder, check=True)

    def plays(self, name: str, more: str = "") -> Played:
        """Plays a playbook as the page says; ``more`` must be among its arguments."""
        command = self.next(f"ansible-playbook {name}")
        assert more in command, command
        return self.again(command)

    def again(self, command: str) -> Played:
        """The same without the page."""
        _, name, *arguments = command.split()
        played = self._ansible.playbook(self.folder / name, "-vvv", *arguments).succeeded()
        self.printed += played.output
        return played

    def calls(self) -> list[tuple[str, str]]:
        """State and tones of each call that was ever made."""
        found: list[dict[str, Any]] = self.opentok.sip_calls()
        assert {call["uri"] for call in found} <= {URI}
        return [(call["state"], "".join(tones["digits"] for tones in call["dtmf"])) for call in found]

    def rings_and_is_answered(self) -> None:
        """The call that was just made."""
        (call,) = self.opentok.sip_calls()
        for event, state in (("ring", "RINGING"), ("answer", "ACTIVE")):
            assert self.opentok.sip_event(call["callId"], event)["state"] == state
        assert self.calls() == [("ACTIVE", "")]

    def ended(self) -> None:
        """All commands were run."""
        assert self._left == []


def sessions(opentok: Emulator) -> list[str]:
    """The ids of all sessions."""
    return [session["id"] for session in opentok.all_sessions()]
