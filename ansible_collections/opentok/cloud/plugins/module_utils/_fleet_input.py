# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options of a fleet declare, and what of them must not be shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ._core.desired.fleet.entries import Declarations, Entry, declarations_of
from ._core.desired.retired import is_fingerprint
from ._core.http.connection import SECRET_SETTINGS
from ._unknown import is_nothing

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
"""What Ansible shows in place of a secret option."""

HOLD_SECRETS = ("projects", "defaults")
"""Options in which retired secrets may stand."""

IDS = ("id", "existing_id")


@dataclasses.dataclass(frozen=True)
class Declared:
    """What is declared. ``unknown`` are the places of entries whose id an earlier task would give that was only checked as well."""

    whole: Declarations
    unknown: frozenset[int] = frozenset()

    @property
    def known(self) -> Declarations:
        """Those that can be looked for."""
        return dataclasses.replace(self.whole, entries=tuple(entry for place, entry in enumerate(self.whole.entries) if place not in self.unknown))


def declared(options: Mapping[str, Any], *, check: bool) -> Declared:
    """Reads the options. Raises :class:`InvalidInput` with every problem of every entry."""
    whole = declarations_of(options["projects"], options["defaults"])
    if not check:
        return Declared(whole)
    return Declared(whole, frozenset(place for place, entry in enumerate(whole.entries) if _not_known_yet(entry)))


def without_id(entry: Entry) -> dict[str, Any]:
    """The inputs of an entry whose id is not known yet."""
    return {name: value for name, value in entry.inputs.items() if name not in IDS}


def hide_secrets(module: AnsibleModule) -> dict[str, Any]:
    """The options as they were given. From here on Ansible shows all of them but the secrets.

    As a whole they are `no_log`, because Ansible knows no parts of an option that is a list or a map: without that it logs them before the module
    can say anything, and with it it hides each name and status wherever it stands. Retired secrets stand in one place only: the core refuses them
    in any other. So they are taken out there; to look for thousands of them in what is returned of thousands of projects would take minutes.
    """
    given = dict(module.params)
    projects = given["projects"]
    if isinstance(projects, Mapping):
        module.params["projects"] = {key: _masked(row) for key, row in projects.items()}
    elif isinstance(projects, list):
        module.params["projects"] = [_masked(row) for row in projects]
    module.params["defaults"] = _masked(given["defaults"])
    module.no_log_values = {form for name in SECRET_SETTINGS for form in (given[name] or "", (given[name] or "").strip()) if form}
    return given


def hide_all(module: AnsibleModule) -> None:
    """Where the options are wrong, a secret may stand anywhere in them by mistake."""
    module.params.update(dict.fromkeys(HOLD_SECRETS))


def _not_known_yet(entry: Entry) -> bool:
    return any(name in entry.inputs and is_nothing(entry.inputs[name]) for name in IDS)


def _masked(row: Any) -> Any:
    """A declaration whose retired secrets are hidden, but for those that are fingerprints."""
    if not isinstance(row, Mapping) or not row.get("retired_secrets"):
        return row
    given = row["retired_secrets"]
    shown = [item if isinstance(item, str) and is_fingerprint(item) else HIDDEN for item in given] if isinstance(given, list) else HIDDEN
    return {**row, "retired_secrets": shown}
