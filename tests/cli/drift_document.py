# SPDX-License-Identifier: Apache-2.0
"""The document of drift, held to its schema."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.engine.environment import REPO

SCHEMA = json.loads((REPO / "docs" / "opentok-drift.schema.json").read_text(encoding="utf-8"))


def checked(document: Any) -> Any:
    """The document, which is as its schema says."""
    Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(document)
    return document
