# pylint: disable=unused-import  # pylint takes a module of this name for Python's own, and puts an import there
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: signal
short_description: Send a signal to the clients of a session
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Sends a signal to all clients of a session or to one of them.
notes:
  - A signal leaves nothing behind, so every run sends it again and reports a change. Where nobody is connected, nothing is sent, no change is
    reported and a warning says so.
  - If the answer of OpenTok is lost, the signal may have been sent all the same. It is not sent again in the same run, and C(outcome_unknown) in
    RV(failure) says so.
  - The data are neither returned nor part of a message. If they are private, give the task C(no_log=true) as well, because Ansible shows options
    at a high verbosity.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  idempotent:
    support: none
    details:
      - Every run sends the signal.
options:
  session:
    description:
      - The session.
      - Its project must be that of the project's key and secret, or one of the account's.
    type: raw
    required: true
    aliases: [session_id]
  connection_id:
    description:
      - The connection of the client that gets it, as in RV(opentok.cloud.connection_info#module:connections[].id). If not given,
        all clients of the session.
    type: raw
  signal_type:
    description:
      - The type of the signal, at most 128 letters, digits, C(-), C(_) and C(~). Clients that listen for a type get only those.
    type: raw
    aliases: [type]
  data:
    description:
      - What is sent, at most 8192 bytes of UTF-8.
      - A map is made JSON of. Anything else must be a string, so put in quotes what looks like a number or V(true).
    type: raw
    required: true
seealso:
  - module: opentok.cloud.connection_info
  - module: opentok.cloud.moderation
"""

EXAMPLES = r"""
- name: Everyone hears of the maintenance
  opentok.cloud.signal:
    session: "{{ session_id }}"
    type: maintenance
    data:
      starts_in_minutes: 10

- name: One client is greeted
  opentok.cloud.signal:
    session: "{{ session_id }}"
    connection_id: "{{ room.connections[0].id }}"
    type: chat
    data: Welcome
"""

RETURN = r"""
signal:
  description:
    - What was sent, or in check mode would be sent, and to whom.
  returned: success
  type: dict
  contains:
    session_id:
      description: The session.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    connection_id:
      description: The connection, V(null) for all clients of the session.
      type: str
      sample: 2f9e2d1c-6d1c-4f6c-8c9c-0d6a1f1f6a55
    signal_type:
      description: The type, V(null) for none.
      type: str
      sample: chat
    bytes:
      description: The length of the data in bytes.
      type: int
      sample: 7
    sent:
      description: Whether anybody was there to get it.
      type: bool
      sample: true
actions:
  description: What was done, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "send a signal 'chat' (7 bytes) to every client of session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4"
before:
  description: Empty, or the same as RV(after) where nobody is connected.
  returned: success
  type: dict
  sample: {}
after:
  description: The same as RV(signal).
  returned: success
  type: dict
  sample:
    sent: true
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "send a signal 'chat' (7 bytes) to every client of session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4\n"
    - before: ""
      after: 'sent: true'
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

from ..module_utils._core.desired.signal import SIGNAL
from ..module_utils._data import as_data
from ..module_utils._module import run_action


def main() -> None:
    run_action(SIGNAL, read={"data": as_data})


if __name__ == "__main__":
    main()
