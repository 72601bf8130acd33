# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dtmf
short_description: Plays DTMF tones to SIP calls
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Plays DTMF tones, as a telephone's keys do, to all SIP calls of a session or to one of them.
notes:
  - Tones leave nothing behind, so every run plays them again and reports a change.
  - The digits are neither returned nor part of a message. If they are a PIN, give the task C(no_log=true) as well, because Ansible shows options
    at a high verbosity.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  idempotent:
    support: none
    details:
      - Every run plays the tones.
options:
  session:
    description:
      - The session of the call.
      - Its project must be that of the project's key and secret, or one of the account's.
    type: raw
    required: true
    aliases: [session_id]
  connection_id:
    description:
      - The connection of the call, as in RV(opentok.cloud.sip_call#module:sip_call.connection_id). If not given, all SIP calls of the session.
    type: raw
  digits:
    description:
      - What to play, each C(0) to C(9), C(*), C(#), or C(p) for a pause of half a second. Put it in quotes, because YAML makes a number of it.
    type: raw
    required: true
seealso:
  - module: opentok.cloud.sip_call
"""

EXAMPLES = r"""
- name: The conference's PIN is dialled
  opentok.cloud.dtmf:
    session: "{{ call.sip_call.session_id }}"
    connection_id: "{{ call.sip_call.connection_id }}"
    digits: "{{ conference_pin }}#"
  no_log: true
"""

RETURN = r"""
dtmf:
  description:
    - What was played, or in check mode would be played, and to whom.
  returned: success
  type: dict
  contains:
    session_id:
      description: The session.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    connection_id:
      description: The connection, V(null) for all SIP calls of the session.
      type: str
      sample: 2f9e2d1c-6d1c-4f6c-8c9c-0d6a1f1f6a55
    tones:
      description: How many tones and pauses.
      type: int
      sample: 5
actions:
  description: What was done, or in check mode would be done, a line each.
  returned: success
  type: list
  elements: str
  sample:
    - "play 5 DTMF tones to every SIP call of session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4"
before:
  description: Always empty.
  returned: success
  type: dict
  sample: {}
after:
  description: The same as RV(dtmf).
  returned: success
  type: dict
  sample:
    tones: 5
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "play 5 DTMF tones to every SIP call of session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4\n"
    - before: ""
      after: 'tones: 5'
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

from ..module_utils._core.desired.dtmf import DTMF
from ..module_utils._module import run_action


def main() -> None:
    run_action(DTMF)


if __name__ == "__main__":
    main()
