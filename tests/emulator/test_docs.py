# SPDX-License-Identifier: Apache-2.0
"""docs/emulator.md says what the emulator is: its table of provenance, its calls, its options."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from pulumi_opentok.emulator import Control, Emulator, cli, control, faults, provenance

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


RUN = "import json, sys\nfor number, program in enumerate(json.load(sys.stdin)):\n    exec(compile(program, f'program {number}', 'exec'), {})"


def test_the_python_programs_run(opentok_emulator: Emulator) -> None:
    environment = {**os.environ, **opentok_emulator.env, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", RUN]
    done = subprocess.run(command, input=json.dumps(PROGRAMS), env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(PROGRAMS) >= 4


def test_the_table_of_provenance_is_the_one_that_is_served() -> None:
    assert PAGE.endswith("\n\n" + provenance.as_markdown()), "paste pulumi_opentok.emulator.provenance.as_markdown() into docs/emulator.md"


def test_every_option_kind_and_helper_is_named() -> None:
    options = [option for action in cli.parser()._actions for option in action.option_strings if option.startswith("--")]
    helpers = [f"`{name}()`" for name in vars(Control) if not name.startswith("_") and name != "close"]
    missing = [word for word in [*options, *helpers, *(f"`{kind}`" for kind in faults.KINDS)] if word not in PAGE and word != "--help"]
    assert missing == []


def test_every_subject_of_the_control_plane_is_named() -> None:
    assert [subject for subject in {path.split("/")[1] for _, path, _ in control.PATHS} if subject not in PAGE] == []
