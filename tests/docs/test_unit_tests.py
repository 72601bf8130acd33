# SPDX-License-Identifier: Apache-2.0
"""The files of docs/unit-tests.md, run by pytest where no OpenTok can be reached."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT, snippets
from tests.engine.environment import whole_environment
from tests.protocol.test_mocked_functions import GOLDEN


def as_it_stands(text: str) -> str:
    return text


def natively(text: str) -> str:
    """With what the page has for native resources in place of the rest."""
    (outputs,) = [snippet.text for snippet in snippets() if snippet.runner == "unit-native"]
    changed = text.replace("import pulumi_opentok as opentok", "from pulumi_opentok import native as opentok")
    changed = re.sub(r"^OUTPUTS = .*?^}\n", lambda _: outputs, changed, flags=re.MULTILINE | re.DOTALL)
    assert changed != text
    return changed


@pytest.mark.parametrize("form", [as_it_stands, natively])
def test_the_tests_of_the_page_pass(tmp_path: Path, form: Callable[[str], str]) -> None:
    for snippet in snippets():
        if snippet.runner == "unit":
            (tmp_path / snippet.words[0]).write_text(form(snippet.text), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."]
    env = whole_environment({"OPENTOK_API_URL": "http://127.0.0.1:1"})
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_the_page_has_every_token_with_its_arguments() -> None:
    page = (ROOT / "docs" / "unit-tests.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(opentok:index:\w+)` \| (.*) \|$", page, re.MULTILINE))
    assert {token: re.findall(r"`(\w+)`", row) for token, row in rows.items()} == {
        golden.token: [*golden.arguments, *([golden.key] if golden.key else [])] for golden in GOLDEN.values()
    }
