# SPDX-License-Identifier: Apache-2.0
"""A module is packed once, and anew when anything has changed of what it is packed from, or when others may have changed what is kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from pulumi_opentok.emulator import Emulator
from tests.conftest import MODULES
from tests.playbooks.ansible_run import ROOT, AnsibleRun

CLOUD = Path("ansible_collections") / "opentok" / "cloud"
TASK = {"name": "trunk", "opentok.cloud.sip_trunk": {"uri": "sip:desk@sip.example.com;transport=tls"}}


def test_a_module_is_packed_once(tmp_path: Path, opentok_emulator: Emulator) -> None:
    shutil.copytree(ROOT / CLOUD, tmp_path / CLOUD)
    packs = runs(tmp_path, opentok_emulator)
    assert [packs(), packs()] == [True, False]
    (kept,) = (tmp_path / ".ansible" / "opentok_cloud").iterdir()
    assert [kept.stat().st_mode & 0o777, *(path.stat().st_mode & 0o777 for path in kept.iterdir())] == [0o700, 0o600]

    kept.chmod(0o770)
    assert packs(), "its group could have put another module there"
    kept.chmod(0o700)
    assert not packs()

    said = tmp_path / CLOUD / "plugins" / "module_utils" / "_core" / "desired" / "sip_trunk" / "kind.py"
    said.write_text(said.read_text(encoding="utf-8"), encoding="utf-8")
    assert packs(), "it could be another text"


def runs(folder: Path, opentok: Emulator) -> Callable[[], bool]:
    """Plays the task; whether Ansible has packed the module."""
    environ = {"ANSIBLE_COLLECTIONS_PATH": str(folder), "ANSIBLE_DEBUG": "1", MODULES: str(folder / "packed")}

    def packs() -> bool:
        shutil.rmtree(folder / "packed", ignore_errors=True)
        (folder / "packed").mkdir()
        said = AnsibleRun(folder, opentok, {**opentok.env, **environ}).play([TASK], "--check").succeeded().output
        packed, found = (f"ANSIBALLZ: {what}" in said for what in ("Creating module", "using cached module"))
        assert packed is not found
        return packed

    return packs
