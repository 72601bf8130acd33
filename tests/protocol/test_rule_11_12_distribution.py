# SPDX-License-Identifier: Apache-2.0
"""Rules 11 and 12: no plugin binary is looked for, and the SDK is one that works."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]


def test_no_plugin_binary_is_asked_for() -> None:
    text = resources.files("pulumi_opentok").joinpath("pulumi-plugin.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"resource": False}


def test_the_sdk_that_is_required() -> None:
    settings = (REPO / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'"pulumi>=(\d+)\.(\d+),<4"', settings)
    assert found is not None
    assert (int(found[1]), int(found[2])) >= (3, 216), "ReadResult.inputs"
