# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sip_call
short_description: Calls through a SIP trunk into a session, and hangs up
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Makes a call through a SIP trunk into a session of OpenTok, or ends it.
  - The far end is added to the session as a connection at once, before it answers. Whether it answers, only callbacks and the session's streams
    tell.
notes:
  - A call is made once where O(connection_id), or O(name) with O(ledger), says which one it is. While its connection is in the session, nothing
    is dialled. When it has ended, the next run dials anew. With none of them every run dials.
  - If the answer of OpenTok is lost, the call may be under way all the same. C(outcome_unknown) in RV(failure) says so. With O(name) and O(ledger)
    the next run dials anew only if nobody has joined since who could be that call; otherwise it fails and says who that is. Without them it dials
    anew.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  idempotent:
    support: partial
    details:
      - Only with O(connection_id), or with O(name) and O(ledger).
options:
  state:
    description:
      - V(present) makes the call unless it is under way, V(absent) hangs up if it is.
    type: str
    choices: [present, absent]
    default: present
  session:
    description:
      - The session. It must be routed.
      - Its project must be that of the project's key and secret, or one of the account's.
    type: raw
    required: true
    aliases: [session_id]
  trunk:
    description:
      - The document of the trunk to call through, as RV(opentok.cloud.sip_trunk#module:sip_trunk.document) has it. One with C(enabled=false) is
        refused.
      - This or O(trunk_file) is needed with O(state=present).
    type: dict
  trunk_file:
    description:
      - The path of the file that the trunk was published in, on the machine that the module runs on.
    type: path
  password:
    description:
      - The password that belongs to the user name of the trunk, in quotes if it looks like a number. Needed if it has one.
    type: raw
  token:
    description:
      - A client token of the session for the call.
      - If not given, one is made, with the role V(publisher) and the data C(sip=true), by which clients can tell the call from a person.
    type: raw
  streams:
    description:
      - The IDs of the streams that the far end hears and sees. If not given, all.
    type: list
    elements: raw
  connection_id:
    description:
      - The connection of the call that was made earlier, as in RV(sip_call.connection_id).
    type: raw
  name:
    description:
      - A name for the call, under which O(ledger) remembers its connection. It is unique within its session.
    type: raw
  ledger:
    description:
      - The path of a file that remembers calls by O(name), on the machine that the module runs on. It is made when it is first needed.
      - It may be the same as that of other modules. It holds no secrets, and beside a file lies a lock file.
      - Or the URL of a store that many machines share. See O(opentok.cloud.project#module:ledger).
    type: str
seealso:
  - module: opentok.cloud.sip_trunk
  - module: opentok.cloud.dtmf
"""

EXAMPLES = r"""
- name: The agent's phone is called into the room
  opentok.cloud.sip_call:
    session: "{{ session_id }}"
    trunk_file: /etc/acme/trunk.json
    password: "{{ sip_password }}"
    name: agent
    ledger: /var/lib/opentok/ledger.json
  register: call

- name: Call through a trunk that was only declared
  opentok.cloud.sip_call:
    session: "{{ session_id }}"
    trunk: "{{ declared.sip_trunk.document }}"
    streams:
      - "{{ stream_id }}"

- name: Hang up
  opentok.cloud.sip_call:
    session: "{{ session_id }}"
    name: agent
    ledger: /var/lib/opentok/ledger.json
    state: absent
"""

RETURN = r"""
sip_call:
  description:
    - The call as it is now, or in check mode as it would be. V(null) when it is not under way any more.
    - All keys are always there. What is not known, or only OpenTok can give, is V(null).
  returned: success
  type: dict
  contains:
    session_id:
      description: The session.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    connection_id:
      description: The connection of the call in the session.
      type: str
      sample: 2f9e2d1c-6d1c-4f6c-8c9c-0d6a1f1f6a55
    stream_id:
      description: The stream of the call.
      type: str
      sample: 0c6d0c3d-5e33-4a8f-9a3b-4c0c9d8f3f4e
    call_id:
      description: The ID of the call.
      type: str
      sample: b0a5a8c7-199d-4a9e-9c2f-4b7c7a9c1c52
    in_session:
      description: Whether its connection is in the session.
      type: bool
      sample: true
    uri:
      description: Who was called.
      type: str
      sample: sip:+15551234567@sip.example.com;transport=tls
actions:
  description: What was done, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "call sip:+15551234567@sip.example.com;transport=tls into session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4"
before:
  description: The call before; empty when there was none.
  returned: success
  type: dict
  sample: {}
after:
  description: The call after, with all that is sent but secrets; empty when there is none any more.
  returned: success
  type: dict
  sample:
    uri: sip:+15551234567@sip.example.com;transport=tls
    secure: true
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "call sip:+15551234567@sip.example.com;transport=tls into session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4\n"
    - before: ""
      after: 'secure: true'
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

from ..module_utils._core.desired.sip_call import SIP_CALL
from ..module_utils._module import run_action


def main() -> None:
    # A ledger alone finds no call again: each run would dial.
    run_action(SIP_CALL, required_by={"ledger": "name"})


if __name__ == "__main__":
    main()
