# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sip_trunk
short_description: Publishes a SIP trunk
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Makes sure that a SIP trunk is published as declared. A trunk says how calls out of sessions are made, which M(opentok.cloud.sip_call) does.
  - OpenTok keeps no trunk. It is a document that is checked, brought into one form and then published in the file O(dest), or only returned.
  - Nothing is sent to OpenTok and nothing is dialled. No credentials are needed.
  - The document holds no password. Those who read it see by O(password_version) that there is a new one.
notes:
  - Without O(dest) nothing is changed anywhere, so the module never reports a change.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
options:
  state:
    description:
      - V(present) makes sure that the trunk is published in O(dest) as declared, V(absent) that the file O(dest) is not there.
        O(enabled) and O(verify) contradict the latter.
    type: str
    choices: [present, absent]
    default: present
  dest:
    description:
      - The path of the file to publish the document in, on the machine that the module runs on. JSON, mode 0600, replaced as a whole.
      - A file that was edited is put right. One that is no trunk document, or one of a newer format, is an error and left as it is.
      - If not given, the document is only returned. Needed with O(state=absent).
    type: path
  name:
    description:
      - A name for people. It must be a string, so put one that looks like a number in quotes.
    type: raw
  uri:
    description:
      - Whom to call, such as V(sip:+15551234567@sip.example.com;transport=tls), without password and headers.
      - Needed with O(state=present).
    type: raw
  sender:
    description:
      - What the far end sees as the caller, C(user@host).
    type: raw
  headers:
    description:
      - Headers that are added to the INVITE, each with its value. They are published in clear.
    type: dict
  username:
    description:
      - The user name that the gateway asks for, in quotes if it looks like a number. Needs O(password).
    type: raw
  password:
    description:
      - The password that belongs to O(username), in quotes if it looks like a number. It is checked, and neither published nor returned.
    type: raw
  password_version:
    description:
      - A whole number from 1 on, to be raised whenever O(password) changes. With a O(username), it is 1 if not given.
    type: int
  secure:
    description:
      - Whether media are encrypted (SRTP). False if not given, and true with O(require_encryption=true).
    type: bool
  video:
    description:
      - Whether calls have video. False if not given.
    type: bool
  observe_force_mute:
    description:
      - Whether the far end is muted with the session and toggles that with C(*6). False if not given.
    type: bool
  require_encryption:
    description:
      - Whether signalling and media must be encrypted. O(uri) must then ask for TLS. False if not given.
    type: bool
  enabled:
    description:
      - Whether calls are made through the trunk. True if not given.
    type: bool
  verify:
    description:
      - Whether to look the gateway up and connect to it before its document is published, and to fail if that fails.
      - It is done where something changes, and where nothing is published in every run. Never in check mode.
    type: bool
    default: false
seealso:
  - module: opentok.cloud.sip_call
  - module: opentok.cloud.dtmf
"""

EXAMPLES = r"""
- name: The call centre's trunk is published
  opentok.cloud.sip_trunk:
    name: Call centre
    uri: sip:+15551234567@sip.example.com;transport=tls
    sender: +15557654321@example.com
    username: acme
    password: "{{ sip_password }}"
    password_version: 2
    require_encryption: true
    dest: /etc/acme/trunk.json

- name: Nobody calls through it for now
  opentok.cloud.sip_trunk:
    name: Call centre
    uri: sip:+15551234567@sip.example.com;transport=tls
    enabled: false
    dest: /etc/acme/trunk.json

- name: Only check it, and connect to its gateway
  opentok.cloud.sip_trunk:
    uri: sip:+15551234567@sip.example.com;transport=tls
    verify: true
  register: trunk

- name: It is published no longer
  opentok.cloud.sip_trunk:
    dest: /etc/acme/trunk.json
    state: absent
"""

RETURN = r"""
sip_trunk:
  description:
    - The trunk as it is now, or in check mode as it would be. V(null) when it is not published any more.
    - All keys are always there. What is not declared is V(null).
  returned: success
  type: dict
  contains:
    id:
      description: The path of its file, or without O(dest) a short hash of the document.
      type: str
      sample: /etc/acme/trunk.json
    fingerprint:
      description: The SHA-256 of the document.
      type: str
      sample: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    document:
      description: The document, as it is published and as the option O(opentok.cloud.sip_call#module:trunk) takes it.
      type: dict
      sample:
        format: 1
        uri: sip:+15551234567@sip.example.com;transport=tls
    name:
      description: The name.
      type: str
      sample: Call centre
    uri:
      description: The URI in its canonical form.
      type: str
      sample: sip:+15551234567@sip.example.com;transport=tls
    sender:
      description: What the far end sees.
      type: str
      sample: +15557654321@example.com
    headers:
      description: The headers.
      type: dict
      sample: null
    username:
      description: The user name.
      type: str
      sample: acme
    password:
      description: Always V(null).
      type: str
      sample: null
    password_version:
      description: Which password it is.
      type: int
      sample: 2
    secure:
      description: Whether media are encrypted.
      type: bool
      sample: true
    video:
      description: Whether calls have video.
      type: bool
      sample: false
    observe_force_mute:
      description: Whether the far end is muted with the session.
      type: bool
      sample: false
    require_encryption:
      description: Whether encryption is required.
      type: bool
      sample: true
    enabled:
      description: Whether calls are made through it.
      type: bool
      sample: true
actions:
  description: What was done, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "publish SIP trunk 'Call centre' in '/etc/acme/trunk.json'"
before:
  description: The trunk before; empty when there was none.
  returned: success
  type: dict
  sample: {}
after:
  description: The trunk after; empty when there is none any more.
  returned: success
  type: dict
  sample:
    name: Call centre
    enabled: true
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "publish SIP trunk 'Call centre' in '/etc/acme/trunk.json'\n"
    - before: ""
      after: 'name: "Call centre"'
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

from ..module_utils._core.desired.sip_trunk.kind import SIP_TRUNK
from ..module_utils._module import run_desired_state


def main() -> None:
    run_desired_state(SIP_TRUNK, required_if=[("state", "absent", ["dest"])])


if __name__ == "__main__":
    main()
