#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: moderation
short_description: Disconnect and mute clients of a session
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Disconnects a client of a session, mutes one stream, mutes a whole session, or ends the mute of a session.
notes:
  - OpenTok cannot show who is muted. A client can unmute its own stream at any time, so a stream is muted in every run. That a whole session is
    muted, O(ledger) can remember; that somebody has ended the mute elsewhere, a ledger does not show.
  - OpenTok mutes a session only while it has clients. Where nobody is connected, O(action=mute) without a stream and O(action=unmute) fail, because
    those who come later would be heard.
  - If the answer of OpenTok to a mute is lost, it may be in force all the same. C(outcome_unknown) in RV(failure) says so. It is safe to run it
    again.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  idempotent:
    support: partial
    details:
      - A client that is gone is not disconnected again, and a stream that is gone is not muted.
      - A mute of a whole session and its end are done once only with O(ledger). Without, every run does them.
      - A stream is muted in every run.
options:
  session:
    description:
      - The session.
      - Its project must be that of the project's key and secret, or one of the account's.
    type: raw
    required: true
    aliases: [session_id]
  action:
    description:
      - V(disconnect) ends the connection O(connection_id) and its streams. A SIP call is hung up.
      - V(mute) mutes the stream O(stream_id). Without one, it mutes every stream of the session, and those that are published later.
      - V(unmute) ends the mute of the session. Streams that are published from then on are not muted, and those that are muted stay so until their
        clients unmute them. OpenTok cannot unmute a stream.
    type: str
    choices: [disconnect, mute, unmute]
    required: true
  connection_id:
    description:
      - The connection that is ended, as in RV(opentok.cloud.connection_info#module:connections[].id).
    type: raw
  stream_id:
    description:
      - The stream that is muted, as in RV(opentok.cloud.stream_info#module:streams[].id). If not given, the whole session.
    type: raw
  excluded_streams:
    description:
      - The IDs of the streams that are not muted with the session.
    type: list
    elements: raw
  ledger:
    description:
      - The path of a file that remembers whether the session is muted, on the machine that the module runs on. It is made when it is first needed.
      - It may be the same as that of other modules. It holds no secrets, and beside a file lies a lock file.
      - Or the URL of a store that many machines share. See O(opentok.cloud.project#module:ledger).
    type: str
seealso:
  - module: opentok.cloud.connection_info
  - module: opentok.cloud.stream_info
"""

EXAMPLES = r"""
- name: A client is put out
  opentok.cloud.moderation:
    session: "{{ session_id }}"
    action: disconnect
    connection_id: "{{ connection_id }}"

- name: Only the speaker is heard, once
  opentok.cloud.moderation:
    session: "{{ session_id }}"
    action: mute
    excluded_streams:
      - "{{ speaker }}"
    ledger: /var/lib/opentok/ledger.json

- name: Everyone may speak again
  opentok.cloud.moderation:
    session: "{{ session_id }}"
    action: unmute
    ledger: /var/lib/opentok/ledger.json
"""

RETURN = r"""
moderation:
  description:
    - What was asked for.
  returned: success
  type: dict
  contains:
    session_id:
      description: The session.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    action:
      description: The same as O(action).
      type: str
      sample: disconnect
    connection_id:
      description: The connection, V(null) where none was given.
      type: str
      sample: 2f9e2d1c-6d1c-4f6c-8c9c-0d6a1f1f6a55
    stream_id:
      description: The stream, V(null) where none was given.
      type: str
      sample: null
    excluded_streams:
      description: The streams that are not muted, V(null) where none were given.
      type: list
      elements: str
      sample: null
actions:
  description: What was done, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "disconnect connection 2f9e2d1c-6d1c-4f6c-8c9c-0d6a1f1f6a55 of session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4"
before:
  description: What was there before, as far as it is known.
  returned: success
  type: dict
  sample: {}
after:
  description: What is there after.
  returned: success
  type: dict
  sample:
    in_session: false
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "disconnect connection 2f9e2d1c-6d1c-4f6c-8c9c-0d6a1f1f6a55 of session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4\n"
    - before: ""
      after: 'in_session: false'
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

from ..module_utils._core.desired.moderation import MODERATION
from ..module_utils._module import run_action


def main() -> None:
    run_action(MODERATION)


if __name__ == "__main__":
    main()
