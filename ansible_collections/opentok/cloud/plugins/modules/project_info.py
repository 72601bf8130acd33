#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: project_info
short_description: Read OpenTok projects
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Reads one project of an OpenTok account by its ID, those of a name, or all.
  - Needs the account pair, O(account_key) and O(account_secret).
notes:
  - Give a task with O(return_secret=true) C(no_log) as well, or the secrets are shown.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.info_module
  - opentok.cloud.connection
options:
  id:
    description:
      - Only the project with this ID (the same as its API key).
    type: raw
  name:
    description:
      - Only projects with exactly this name. Names are not unique in OpenTok.
    type: raw
  return_secret:
    description:
      - Whether to return the projects' secrets in RV(projects[].api_secret).
    type: bool
    default: false
seealso:
  - module: opentok.cloud.project
"""

EXAMPLES = r"""
- name: Read all projects of the account
  opentok.cloud.project_info:
    account_key: "{{ opentok_account_key }}"
    account_secret: "{{ opentok_account_secret }}"
  register: account

- name: List those that are suspended
  ansible.builtin.debug:
    msg: "{{ account.projects | selectattr('status', 'equalto', 'suspended') | map(attribute='name') }}"

- name: Read one project (the account pair comes from the environment)
  opentok.cloud.project_info:
    id: "46123456"
"""

RETURN = r"""
projects:
  description:
    - The projects that were asked for, in OpenTok's order. Empty when there are none.
    - All keys are always there. What is not known is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID, the same as the API key.
      type: str
      sample: "46123456"
    api_key:
      description: The key that signs requests and client tokens.
      type: str
      sample: "46123456"
    api_secret:
      description: The secret that belongs to the key, only with O(return_secret=true).
      type: str
      sample: null
    active_key:
      description: The same as RV(projects[].api_key).
      type: str
      sample: "46123456"
    draining_key:
      description: Always V(null), because nothing is remembered here. M(opentok.cloud.project) has it from its ledger.
      type: str
      sample: null
    drains_until:
      description: Always V(null), because nothing is remembered here. M(opentok.cloud.project) has it from its ledger.
      type: str
      sample: null
    secret_fingerprint:
      description: The SHA-256 of the secret, to compare secrets without showing them.
      type: str
      sample: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    secret_version:
      description: Always V(null), because nothing is remembered here. M(opentok.cloud.project) counts them in its ledger.
      type: int
      sample: null
    secret_rotated_at:
      description: Always V(null), because nothing is remembered here. M(opentok.cloud.project) has it from its ledger.
      type: str
      sample: null
    secret_rotation_due_at:
      description: Always V(null), because nothing is remembered here. M(opentok.cloud.project) has it from its ledger.
      type: str
      sample: null
    status:
      description: V(active) or V(suspended).
      type: str
      sample: active
    name:
      description: The name.
      type: str
      sample: Acme
    environment:
      description: The kind of servers that the project's sessions run on.
      type: str
      sample: standard
    created_at:
      description: When the project was created, in UTC.
      type: str
      sample: "2026-11-23T07:02:00Z"
    account_key:
      description: The key of the account that the project belongs to.
      type: str
      sample: "100001"
failure:
  description:
    - What went wrong, in parts. RV(ignore:msg) says the same in one line.
    - It has C(type), C(operation), C(status), C(code), C(outcome_unknown) and C(problems), which the README of the collection explains.
  returned: failure
  type: dict
  sample:
    type: InvalidInput
    operation: null
    status: null
    code: null
    outcome_unknown: false
    problems:
      - field: name
        message: must not be empty or blank
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils._core.api.account import check_id, check_name
from ..module_utils._core.desired.inputs import Input
from ..module_utils._core.desired.project.kind import PROJECT
from ..module_utils._core.desired.project.state import ProjectState
from ..module_utils._core.desired.scope import Scope
from ..module_utils._core.http.connection import number_as_text
from ..module_utils._info import run_info

TABLE = (Input("id", names_other=True), Input("name"))


def read(scope: Scope, options: Mapping[str, Any]) -> list[ProjectState]:
    if options["id"] is not None:
        return [PROJECT.read(scope, check_id(number_as_text(options["id"])))]
    name = check_name(options["name"])
    found = [project for project in scope.account.projects.list() if name in (None, project.name)]
    return [ProjectState(project=scope.whole(project) if options["return_secret"] and project.id else project) for project in found]


def main() -> None:
    run_info(PROJECT, TABLE, read, mutually_exclusive=[("id", "name")])


if __name__ == "__main__":
    main()
