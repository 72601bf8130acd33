# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: projects_from_csv
short_description: The projects that a CSV names
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Finds the projects that the rows of a CSV name, such as the export of a billing system, among those that M(opentok.cloud.project_info) has read.
    What it returns can be given to M(opentok.cloud.projects).
  - The first line must have headings, in any case and with blanks or underscores. The columns C(api_key), C(project_id), C(id), C(name) and
    C(project) count, and all of them must mean the same project; a row that contradicts itself is an error. The column C(key) counts where none
    of these is there. Cells may be separated by commas, semicolons or tabs.
  - If a row names no project, or a name that several have, the filter fails and names each such row.
positional: _input, projects
options:
  _input:
    description:
      - The text of the CSV.
    type: str
    required: true
  projects:
    description:
      - The projects of the account, RV(opentok.cloud.project_info#module:projects).
    type: list
    elements: dict
    required: true
  column:
    description:
      - The heading of the only column to go by, whatever others say.
    type: str
  skip_unknown:
    description:
      - Whether to leave out rows that name no project, with a warning for each, in place of a failure.
    type: bool
    default: false
seealso:
  - module: opentok.cloud.projects
  - module: opentok.cloud.project_info
"""

EXAMPLES = r"""
- name: Read the projects of the account
  opentok.cloud.project_info:
  register: account

- name: Suspend those that are overdue
  opentok.cloud.projects:
    projects: "{{ lookup('ansible.builtin.file', 'overdue.csv') | opentok.cloud.projects_from_csv(account.projects) }}"
    defaults:
      status: suspended
"""

RETURN = r"""
_value:
  description: The projects, each once, in the order of the CSV. Each has its C(id), and its name as C(key).
  type: list
  elements: dict
  sample:
    - id: "46123456"
      key: ACME GmbH
"""

from collections.abc import Callable, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils._core.desired.fleet.csv_rows import wanted_of_csv
from ..module_utils._core.desired.fleet.hidden import hidden_label
from ..module_utils._core.desired.fleet.meant import find_meant
from ..module_utils._core.errors import InvalidInput


def projects_from_csv(text: Any, projects: Any, column: str | None = None, skip_unknown: bool = False) -> list[dict[str, str]]:
    """The projects that the rows of ``text`` name. Raises ``AnsibleFilterError``, with every row that is wrong."""
    if not isinstance(text, str):
        raise AnsibleFilterError(f"projects_from_csv: must be given the text of a CSV, not {type(text).__name__}")
    if not _are_projects(projects):
        raise AnsibleFilterError("projects_from_csv: projects: must be the list that opentok.cloud.project_info returns")
    account = next((one["account_key"] for one in projects), None)
    try:
        meant = find_meant(projects, wanted_of_csv(str(text), "the CSV", column), account)
    except InvalidInput as error:
        raise AnsibleFilterError(f"projects_from_csv: {error}") from None
    wrong = [*meant.ambiguous, *(() if skip_unknown else meant.unknown)]
    if wrong:
        raise AnsibleFilterError(f"projects_from_csv: {'; '.join(wrong)}")
    for line in meant.unknown:
        Display().warning(f"skipped: {line}")
    return [{"id": one["id"], "key": hidden_label(one["name"] or one["id"], one["id"])} for one in meant.projects]


def _are_projects(projects: Any) -> bool:
    names = {"id", "name", "account_key"}
    return isinstance(projects, Sequence) and not isinstance(projects, str) and all(isinstance(one, dict) and names <= set(one) for one in projects)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"projects_from_csv": projects_from_csv}
