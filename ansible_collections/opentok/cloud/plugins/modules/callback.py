#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: callback
short_description: Declare where OpenTok posts an event
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Makes sure that OpenTok posts an event of a project to a URL, once.
  - A callback is its project, event and URL. One that is registered already is found again, so no ledger is needed.
  - OpenTok takes the same registration twice and then posts each event twice. The oldest one is kept, all others of the same are removed.
  - OpenTok cannot change a callback. Another URL is another callback, and the old one stays until a task removes it or O(prune) matches it.
  - The account pair (O(account_key) and O(account_secret)) is enough, the secret of the project is then read. So is the pair of the project
    (O(api_key) and O(api_secret)).
notes:
  - The URLs that the account portal has for a project (session monitoring, archives, broadcasts, SIP, renders, captions) are not in the API.
    This module neither sees nor changes them, and an event with both gets posted to both.
  - If the answer to a registration is lost, the list of the project shows whether it was made. Nothing is sent twice.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) makes sure that there is exactly one such callback.
      - V(absent) removes every one of them.
    type: str
    choices: [present, absent]
    default: present
  project:
    description:
      - The ID of the project (the same as its API key).
      - If not given, it is the project of O(api_key).
    type: raw
  group:
    description:
      - What the event is about.
    type: str
    choices: [archive, connection, stream, sip_call]
    required: true
  event:
    description:
      - V(status) goes with O(group=archive), V(created) and V(destroyed) with every other group.
    type: str
    choices: [status, created, destroyed]
    required: true
  url:
    description:
      - An http or https URL of printable ASCII characters, without a user name and password.
      - For C(http) to a public host there is a warning, because each event is then posted unencrypted.
      - It is no secret for OpenTok. Everyone with the pair of the project can list it.
    type: raw
    required: true
  prune:
    description:
      - A URL in which C(*) stands for any characters after the host, such as V(https://hooks.example.com/*).
      - All other callbacks of this project, O(group) and O(event) whose URL matches it are removed, so the one with the old O(url) goes when the URL
        changes. Other hosts, groups and events are left alone.
      - Two tasks that want two URLs of one event need patterns that do not match the other's URL.
    type: raw
seealso:
  - module: opentok.cloud.callback_info
  - module: opentok.cloud.project
"""

EXAMPLES = r"""
- name: Our service hears of every client that joins, at this URL and no other of that host
  opentok.cloud.callback:
    project: "46123456"
    group: connection
    event: created
    url: https://hooks.example.com/opentok/joined
    prune: https://hooks.example.com/*

- name: It hears of archives no longer (the pair of the project comes from the environment)
  opentok.cloud.callback:
    group: archive
    event: status
    url: https://hooks.example.com/opentok/archives
    state: absent
"""

RETURN = r"""
callback:
  description:
    - The callback as it is now, or in check mode as it would be. V(null) with O(state=absent).
    - All keys are always there. What is not known, or only OpenTok can give, is V(null).
  returned: success
  type: dict
  contains:
    id:
      description: The ID of the project, a slash and RV(callback.callback_id).
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
      description: The IDs of others of the same. Empty after a run, which removes them.
      type: list
      elements: str
      sample: []
actions:
  description: What was done at OpenTok, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "register a callback in project 46123456: connection/created to 'https://hooks.example.com/opentok/joined'"
before:
  description: The callback before; empty when there was none.
  returned: success
  type: dict
  sample: {}
after:
  description: The callback after; empty when it is removed.
  returned: success
  type: dict
  sample:
    callback_id: (known after it is done)
    url: https://hooks.example.com/opentok/joined
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "register a callback in project 46123456: connection/created to 'https://hooks.example.com/opentok/joined'\n"
    - before: ""
      after: 'event: "created"'
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
from ..module_utils._module import run_desired_state


def main() -> None:
    run_desired_state(CALLBACK)


if __name__ == "__main__":
    main()
