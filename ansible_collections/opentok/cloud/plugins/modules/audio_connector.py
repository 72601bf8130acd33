# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: audio_connector
short_description: Sends the audio of a session to a WebSocket
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Connects the audio of a session of OpenTok to a WebSocket, or ends that connection.
  - The connection is a client of the session, with the connection data C(audio_connector=true), by which other clients can tell it from a person.
notes:
  - The session is connected once where O(connection_id), or O(name) with O(ledger), says which connection it is. While that is in the session,
    nothing is done, also when another O(uri) is declared. When it has ended, the next run connects anew. With none of them every run connects.
  - OpenTok cannot show where audio is sent. If its answer is lost, the session may be connected all the same. C(outcome_unknown) in RV(failure) says
    so, and with O(name) and O(ledger) the next run connects anew only if nobody has joined since who could be that connection; otherwise it fails and
    says who that is. Without them the next run connects anew.
  - OpenTok connects a session only while it has clients. The WebSocket must be up within 6 seconds.
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
      - V(started) connects the session unless it is connected, V(stopped) ends the connection if it is there.
    type: str
    choices: [started, stopped]
    default: started
  session:
    description:
      - The session. It must be routed.
      - Its project must be that of the project's key and secret, or one of the account's.
    type: raw
    required: true
    aliases: [session_id]
  uri:
    description:
      - The WebSocket, C(ws) or C(wss), 15 to 2048 characters. It may hold a secret and is shown nowhere.
      - Needed with O(state=started).
    type: raw
  headers:
    description:
      - Headers of the WebSocket, at most 512 bytes as JSON. They are shown nowhere.
    type: dict
  streams:
    description:
      - The IDs of the streams whose audio is sent, at most 50. If not given, all.
    type: list
    elements: raw
  audio_rate:
    description:
      - Samples a second, 8000, 16000 or 24000. If not given, OpenTok takes 8000.
    type: int
  bidirectional:
    description:
      - Whether the audio that the WebSocket sends is published in the session.
    type: bool
  audio_transport:
    description:
      - How the audio is packed into the messages of the WebSocket.
    type: dict
    suboptions:
      transport:
        description: V(binary), which OpenTok takes if nothing is given, or V(json).
        type: str
        choices: [binary, json]
      encoding:
        description: How the audio is written in JSON. Like the options below, only for O(audio_transport.transport=json).
        type: str
        choices: [base64]
      audio_field:
        description: The field of the JSON that has the audio.
        type: str
      receive_audio_field:
        description: The field that audio is read from in what comes back.
        type: str
      static_fields:
        description: Fields that are part of every message. They are shown nowhere.
        type: dict
  connection_id:
    description:
      - The connection that was made earlier, as in RV(audio_connector.connection_id).
    type: raw
  name:
    description:
      - A name for the connection, under which O(ledger) remembers it. It is unique within its session.
    type: raw
  ledger:
    description:
      - The path of a file that remembers connections by O(name), on the machine that the module runs on. It is made when it is first needed.
      - It may be the same as that of other modules. It holds no secrets, and beside a file lies a lock file.
      - Or the URL of a store that many machines share. See O(opentok.cloud.project#module:ledger).
    type: str
seealso:
  - module: opentok.cloud.captions
  - module: opentok.cloud.connection_info
"""

EXAMPLES = r"""
- name: The transcriber hears the room
  opentok.cloud.audio_connector:
    session: "{{ session_id }}"
    uri: wss://transcribe.example.com/rooms
    headers:
      Authorization: "Bearer {{ transcriber_token }}"
    audio_rate: 16000
    name: transcriber
    ledger: /var/lib/opentok/ledger.json

- name: It hears the room no longer
  opentok.cloud.audio_connector:
    session: "{{ session_id }}"
    name: transcriber
    ledger: /var/lib/opentok/ledger.json
    state: stopped
"""

RETURN = r"""
audio_connector:
  description:
    - The connection as it is now, or in check mode as it would be. V(null) when there is none any more.
    - All keys are always there. What is not known, or only OpenTok can give, is V(null).
  returned: success
  type: dict
  contains:
    session_id:
      description: The session.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    connection_id:
      description: The connection in the session.
      type: str
      sample: 2f9e2d1c-6d1c-4f6c-8c9c-0d6a1f1f6a55
    id:
      description: OpenTok's other ID of it, which callbacks and logs have.
      type: str
      sample: b0a5a8c7-199d-4a9e-9c2f-4b7c7a9c1c52
    in_session:
      description: Whether the connection is in the session.
      type: bool
      sample: true
actions:
  description: What was done, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - send the audio of session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4 to a WebSocket
before:
  description: The connection before; empty when there was none.
  returned: success
  type: dict
  sample: {}
after:
  description: The connection after, with all that is sent but secrets; empty when there is none any more.
  returned: success
  type: dict
  sample:
    streams: []
    audio_rate: 16000
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "send the audio of session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4 to a WebSocket\n"
    - before: ""
      after: 'audio_rate: 16000'
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

from ..module_utils._core.desired.audio_connector import AUDIO_CONNECTOR
from ..module_utils._module import run_action


def main() -> None:
    # A ledger alone finds no connection again: each run would connect.
    run_action(AUDIO_CONNECTOR, required_by={"ledger": "name"})


if __name__ == "__main__":
    main()
