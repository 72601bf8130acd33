#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: project
short_description: Declare an OpenTok project
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Creates, suspends, activates and removes a project of an OpenTok account.
  - A project is found by its ID, or by its exact name where just one project has it. A project that was made elsewhere is taken
    over the same way.
  - Needs the account pair, O(account_key) and O(account_secret).
notes:
  - OpenTok cannot rename a project. O(id) together with another O(name) than the project has is an error.
  - Names are not unique in OpenTok. Two projects of one name are an error that lists their IDs; say which with O(id).
  - Give a task with O(return_secret=true) C(no_log) as well, or the secret is shown.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
options:
  state:
    description:
      - V(present) makes sure that there is such a project, V(absent) ends its life as O(on_delete) says.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - The ID of a project that exists (the same as its API key).
      - OpenTok gives out the IDs, so a project cannot be created with one.
    type: str
  name:
    description:
      - The name of the project, as it is or shall be. It must be a string, so put a name that looks like a number in quotes.
      - Needed where O(id) is not given.
    type: raw
  status:
    description:
      - V(active) lets the project's key work, V(suspended) stops it and every session made with it.
      - If not given, the status stays as it is. A new project is active.
    type: str
    choices: [active, suspended]
  on_delete:
    description:
      - What O(state=absent) does to the project.
      - V(delete) deletes it for good, V(suspend) suspends it instead, V(retain) leaves it as it is.
    type: str
    choices: [delete, suspend, retain]
    default: delete
  return_secret:
    description:
      - Whether to return the project's secret in RV(project.api_secret).
    type: bool
    default: false
seealso:
  - module: opentok.cloud.project_info
"""

EXAMPLES = r"""
- name: Acme has a project, and its key works
  opentok.cloud.project:
    account_key: "{{ opentok_account_key }}"
    account_secret: "{{ opentok_account_secret }}"
    name: Acme
    status: active
  register: acme

- name: Acme has not paid (the account pair comes from the environment)
  opentok.cloud.project:
    id: "{{ acme.project.id }}"
    status: suspended

- name: Read the secret of Acme's project
  opentok.cloud.project:
    name: Acme
    return_secret: true
  register: acme
  no_log: true

- name: Acme has left, but may come back
  opentok.cloud.project:
    name: Acme
    state: absent
    on_delete: suspend
"""

RETURN = r"""
project:
  description:
    - The project as it is now, or in check mode as it would be. V(null) when there is none (any more).
    - All keys are always there. What is not known, or only OpenTok can give, is V(null).
  returned: success
  type: dict
  contains:
    id:
      description: The ID, the same as the API key. In check mode V(null) for a project that would be created.
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
    secret_fingerprint:
      description: The SHA-256 of the secret, to compare secrets without showing them.
      type: str
      sample: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    secret_version:
      description: Counted by Pulumi stacks only.
      type: int
      sample: null
    secret_rotated_at:
      description: Recorded by Pulumi stacks only.
      type: str
      sample: null
    secret_rotation_due_at:
      description: Recorded by Pulumi stacks only.
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
actions:
  description: What was done, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "create project 'Acme'"
diff:
  description: The project before and after, with the fingerprint in place of the secret.
  returned: success
  type: dict
  contains:
    before:
      description: The project before; empty when there was none.
      type: dict
      sample: {}
    after:
      description: The project after; empty when there is none any more.
      type: dict
      sample:
        name: Acme
        status: active
        secret_fingerprint: (known after it is done)
failure:
  description: What went wrong, in parts. RV(ignore:msg) says the same in one line.
  returned: failure
  type: dict
  contains:
    type:
      description: The name of the error.
      type: str
      sample: Forbidden
    operation:
      description: The operation of the API that failed, V(null) when nothing was sent.
      type: str
      sample: project.create
    status:
      description: The HTTP status, V(null) without an answer.
      type: int
      sample: 403
    code:
      description: OpenTok's own number for the error, if it gave one.
      type: int
      sample: -1
    outcome_unknown:
      description: Whether OpenTok may have done what was asked although no usable answer came.
      type: bool
      sample: false
    problems:
      description: Each option that is wrong.
      type: list
      elements: dict
      contains:
        field:
          description: The option.
          type: str
          sample: name
        message:
          description: What is wrong with it, and what would be right.
          type: str
          sample: must not be empty or blank
"""

from ..module_utils._core.account import STATUSES
from ..module_utils._core.desired.project import PROJECT
from ..module_utils._core.desired.project_state import ON_DELETE
from ..module_utils._module import run_desired_state

OPTIONS = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "id": {"type": "str"},
    "name": {"type": "raw"},
    "status": {"type": "str", "choices": list(STATUSES)},
    "on_delete": {"type": "str", "choices": list(ON_DELETE), "default": "delete"},
}


def main() -> None:
    # Ansible keeps no record of what it made: the name itself says whose project it is.
    run_desired_state(PROJECT, OPTIONS, fixed={"take_by_name": True})


if __name__ == "__main__":
    main()
