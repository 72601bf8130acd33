#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: callback_info
short_description: Read where OpenTok posts the events of a project
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Reads the callbacks of a project, all or those of a group or event.
  - The account pair (O(account_key) and O(account_secret)) is enough, the secret of the project is then read. So is the pair of the project
    (O(api_key) and O(api_secret)).
notes:
  - The URLs that the account portal has for a project are not in the API, so they are not among them.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.info_module
  - opentok.cloud.connection
options:
  project:
    description:
      - The ID of the project (the same as its API key).
      - If not given, it is the project of O(api_key).
    type: raw
  group:
    description:
      - Only callbacks of this group.
    type: str
    choices: [archive, connection, stream, sip_call]
  event:
    description:
      - Only callbacks of this event.
    type: str
    choices: [status, created, destroyed]
seealso:
  - module: opentok.cloud.callback
"""

EXAMPLES = r"""
- name: Read where the project's events go (the account pair comes from the environment)
  opentok.cloud.callback_info:
    project: "46123456"
  register: hooks

- name: List the URLs that hear of archives
  ansible.builtin.debug:
    msg: "{{ hooks.callbacks | selectattr('group', 'equalto', 'archive') | map(attribute='url') }}"
"""

RETURN = r"""
callbacks:
  description:
    - The callbacks that were asked for, the oldest first. Empty when there are none.
    - All keys are always there. What is not known is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the project, a slash and RV(callbacks[].callback_id).
      type: str
      sample: 46123456/95771
    callback_id:
      description: Its own ID.
      type: str
      sample: "95771"
    account_key:
      description: The key of the account that the project belongs to. V(null) with the pair of the project.
      type: str
      sample: "100001"
    project:
      description: The ID of the project.
      type: str
      sample: "46123456"
    group:
      description: What the event is about.
      type: str
      sample: connection
    event:
      description: The event.
      type: str
      sample: created
    url:
      description: Where it is posted.
      type: str
      sample: https://hooks.example.com/opentok/joined
    created_at:
      description: When it was registered, in UTC.
      type: str
      sample: "2026-11-23T07:02:00Z"
    duplicates:
      description: The IDs of others of the same. M(opentok.cloud.callback) removes them.
      type: list
      elements: str
      sample: []
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

from ..module_utils._core.desired.callback.kind import CALLBACK
from ..module_utils._core.desired.callback.listing import TABLE, asked_for
from ..module_utils._info import run_info


def main() -> None:
    run_info(CALLBACK, TABLE, asked_for)


if __name__ == "__main__":
    main()
