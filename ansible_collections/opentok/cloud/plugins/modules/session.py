#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: session
short_description: Declare an OpenTok session
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Makes sure that there is a session (a room) in a project of OpenTok, and returns its ID.
  - A session never expires, and OpenTok can neither show, list, change nor delete one. So a session needs an anchor to be found again.
    Either O(name), under which a O(ledger) remembers its ID, or O(existing_id), the ID itself.
  - Without O(name) and without O(existing_id) each run makes a session.
  - With O(name), another value of any option than the one that the session was made with makes a new session, with another ID, and the
    ledger remembers that one. The old session lives on for whoever has its ID and a client token.
  - With O(existing_id) nothing is made. The ID is verified without any request. It must be whole, belong to the project, and show what is declared.
  - The account pair (O(account_key) and O(account_secret)) is enough, the secret of the project is then read. So is the pair of the project
    (O(api_key) and O(api_secret)).
notes:
  - An ID shows the project and the media mode, and in some cases the location. What else is declared of the session of O(existing_id) is
    believed, and a warning says so.
  - OpenTok has nothing by which a session could be made only once. If the answer to a create is lost, the task fails. The session that may
    have been made has an ID that nobody knows, and does no harm. Run again.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  idempotent:
    support: partial
    details:
      - With O(name) and O(ledger), or with O(existing_id), the second run changes nothing.
      - With neither, each run makes a new session, because OpenTok cannot be asked which ones there are.
options:
  state:
    description:
      - V(present) makes sure that there is such a session.
      - V(absent) takes O(name) out of the O(ledger). OpenTok cannot delete a session. It lives on, a warning says so, and as nothing changes but
        the ledger the task is not changed.
    type: str
    choices: [present, absent]
    default: present
  project:
    description:
      - The ID of the project (the same as its API key).
      - If not given, it is the project of O(api_key).
    type: raw
  name:
    description:
      - The name of the session in the O(ledger), which must be given as well. OpenTok does not know it.
      - Names belong to their project, so two projects may have a session of the same name.
      - It must be a string, so put a name that looks like a number in quotes.
    type: raw
  ledger:
    description:
      - The path of a file that remembers sessions by O(name), on the machine that the module runs on. It is made when it is first needed.
      - JSON without secrets, mode 0600. It may serve many sessions and projects, and several hosts and forks at once.
      - Keep it. Without it the next run makes other sessions, with other IDs.
      - Or the URL of a store that many machines share. See O(opentok.cloud.project#module:ledger).
    type: str
  existing_id:
    description:
      - The ID of a session that exists. The task fails if it belongs to another project or shows something else than is declared.
    type: raw
    aliases: [session_id]
  media_mode:
    description:
      - V(relayed) sends media from client to client, V(routed) through OpenTok, which archives, broadcasts, SIP and O(e2ee) need.
      - If not given, it is V(relayed), and with O(existing_id) as it is.
    type: str
    choices: [relayed, routed]
  archive_mode:
    description:
      - V(always) records the session from its first client on, and needs O(media_mode=routed). V(manual) does not.
      - If not given, it is V(manual).
    type: str
    choices: [manual, always]
  archive_name:
    description:
      - The name of the archives, 1 to 80 characters, only with O(archive_mode=always). It must be a string.
    type: raw
  archive_resolution:
    description:
      - The resolution of the archives, only with O(archive_mode=always).
    type: str
    choices: [640x480, 480x640, 1280x720, 720x1280, 1920x1080, 1080x1920]
  location:
    description:
      - An IPv4 address near the clients, by which OpenTok chooses its servers.
    type: str
  e2ee:
    description:
      - Whether media are encrypted from end to end. Needs O(media_mode=routed) and cannot be archived.
      - If not given, they are not.
    type: bool
seealso:
  - module: opentok.cloud.token
  - plugin: opentok.cloud.token
    plugin_type: lookup
  - module: opentok.cloud.project
"""

EXAMPLES = r"""
- name: The support desk has a room, the same one in every run
  opentok.cloud.session:
    project: "46123456"
    name: support desk
    media_mode: routed
    ledger: /var/lib/opentok/ledger.json
  register: desk

- name: Show its ID
  ansible.builtin.debug:
    var: desk.session.session_id

- name: The session that our app has is one of ours, and routed
  opentok.cloud.session:
    project: "46123456"
    existing_id: "{{ app_session_id }}"
    media_mode: routed

- name: Make a session for this call, a new one in each run (the pair of the project comes from the environment)
  opentok.cloud.session:
    media_mode: routed
    archive_mode: always
    archive_resolution: 1280x720
  register: call

- name: The support desk needs its room no longer
  opentok.cloud.session:
    project: "46123456"
    name: support desk
    ledger: /var/lib/opentok/ledger.json
    state: absent
"""

RETURN = r"""
session:
  description:
    - The session as it is now, or in check mode as it would be. V(null) with O(state=absent).
    - All keys are always there. What is not known, or only OpenTok can give, is V(null).
  returned: success
  type: dict
  contains:
    id:
      description: The session's ID, the same as RV(session.session_id). In check mode V(null) for one that would be made.
      type: str
      sample: 1_MX40NjEyMzQ1Nn4xMC4wLjAuMX4xNzAwMDAwMDAwMDAwfmFiY2RlZn5-
    session_id:
      description: The session's ID. It is no secret, but who has it and a client token can connect.
      type: str
      sample: 1_MX40NjEyMzQ1Nn4xMC4wLjAuMX4xNzAwMDAwMDAwMDAwfmFiY2RlZn5-
    api_key:
      description: The API key of the session's project.
      type: str
      sample: "46123456"
    project:
      description: The ID of the project, the same as RV(session.api_key).
      type: str
      sample: "46123456"
    created_at:
      description: When it was made, in UTC. V(null) where an old ID does not show it.
      type: str
      sample: "2026-11-23T07:02:00Z"
    media_mode:
      description: V(relayed) or V(routed).
      type: str
      sample: routed
    archive_mode:
      description: V(manual) or V(always), as declared.
      type: str
      sample: manual
    archive_name:
      description: The name of the archives, as declared.
      type: str
      sample: null
    archive_resolution:
      description: The resolution of the archives, as declared.
      type: str
      sample: null
    location:
      description: The address near the clients, as declared.
      type: str
      sample: null
    e2ee:
      description: Whether media are encrypted from end to end, as declared.
      type: bool
      sample: false
actions:
  description: What was done at OpenTok, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "create a session 'support desk' in project 46123456 (routed)"
before:
  description: The session before; empty when there was none.
  returned: success
  type: dict
  sample: {}
after:
  description: The session after; empty when it is forgotten.
  returned: success
  type: dict
  sample:
    session_id: (known after it is done)
    media_mode: routed
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "create a session 'support desk' in project 46123456 (routed)\n"
    - before: ""
      after: 'media_mode: "routed"'
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

from ..module_utils._core.desired.session import SESSION
from ..module_utils._module import run_desired_state


def main() -> None:
    # A ledger alone finds nothing again.
    run_desired_state(SESSION, required_by={"ledger": "name"})


if __name__ == "__main__":
    main()
