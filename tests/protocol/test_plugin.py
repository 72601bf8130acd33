# SPDX-License-Identifier: Apache-2.0
"""No plugin binary is looked for, and the SDK is one that works."""

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
    # 3.216 has ReadResult.inputs, but up to 3.234 the server drops each property whose name begins with two underscores: what is remembered
    # there (__declared, __take_by_name, __secret) would be forgotten by each refresh.
    assert (int(found[1]), int(found[2])) >= (3, 235)
