# SPDX-License-Identifier: Apache-2.0
"""The settings file, for whatever reads it other than Pulumi: the form is that of ``pulumi preview --policy-pack-config``."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .rules import RULES

FILE = "opentok-policies.json"
ENVIRONMENT = "OPENTOK_POLICIES"
"""The variable that names another file."""

ADVISORY, MANDATORY, DISABLED = "advisory", "mandatory", "disabled"
LEVELS = (ADVISORY, MANDATORY, DISABLED)


class SettingsError(Exception):
    """The file cannot be used. The text is one line: where, what, and what would be right."""


class PolicySettings:
    """What a file says: ``{"all": "mandatory", "secrets-expire": {"enforcementLevel": "advisory", "days": 30}}``.

    Raises :class:`SettingsError`: a rule, setting or level is not known, or a setting has another type.
    """

    def __init__(self, document: Any, where: str) -> None:
        if not isinstance(document, dict):
            raise SettingsError(f"{where}: must be a map of rules to their settings")
        self._rows: dict[str, Mapping[str, Any]] = {}
        for name, row in document.items():
            row = {"enforcementLevel": row} if isinstance(row, str) else row
            if name not in (*(rule.name for rule in RULES), "all"):
                raise SettingsError(f"{where}: there is no rule {name!r}; the rules are {', '.join(rule.name for rule in RULES)}")
            if not isinstance(row, dict) or row.get("enforcementLevel", MANDATORY) not in LEVELS:
                raise SettingsError(f"{where}: {name}: must be one of {', '.join(LEVELS)}, or a map that may have it as enforcementLevel")
            self._rows[name] = row
        for rule in RULES:
            for setting, value in self.of(rule.name).items():
                if setting not in rule.schema:
                    raise SettingsError(f"{where}: {rule.name}: there is no setting {setting!r}; it has {', '.join(rule.schema) or 'none'}")
                if not _fits(value, rule.schema[setting]):
                    raise SettingsError(f"{where}: {rule.name}: {setting} must be {_wanted(rule.schema[setting])}")

    def level(self, rule: str) -> str:
        """``mandatory``, ``advisory`` or ``disabled``."""
        for name in (rule, "all"):
            if "enforcementLevel" in self._rows.get(name, {}):
                return str(self._rows[name]["enforcementLevel"])
        return MANDATORY

    def of(self, rule: str) -> dict[str, Any]:
        """The rule's own settings."""
        return {name: value for name, value in self._rows.get(rule, {}).items() if name != "enforcementLevel"}


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    if schema["type"] == "array":
        return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)
    return isinstance(value, (int, float)) and not isinstance(value, bool) and schema["exclusiveMinimum"] < value <= schema["maximum"]


def _wanted(schema: Mapping[str, Any]) -> str:
    if schema["type"] == "array":
        return "a list of texts, at least one"
    return f"a number above {schema['exclusiveMinimum']}, at most {schema['maximum']}"


def read_settings() -> PolicySettings:
    """Of the file that ``OPENTOK_POLICIES`` names, else of ``opentok-policies.json`` here, if there is one. Read once in a process."""
    return _read(os.environ.get(ENVIRONMENT) or None, str(Path.cwd()))


@functools.cache
def _read(named: str | None, folder: str) -> PolicySettings:
    path = Path(folder, named or FILE)
    if named is None and not path.exists():
        return PolicySettings({}, FILE)
    try:
        return PolicySettings(json.loads(path.read_text(encoding="utf-8")), str(path))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: cannot be read as JSON ({error})") from error
