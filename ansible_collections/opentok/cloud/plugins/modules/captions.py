# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: captions
short_description: Starts and stops the live captions of a session
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Starts live captions in a session of OpenTok, or stops them.
  - OpenTok cannot show captions. It tells their ID only to whoever starts them, and without it nobody can stop them; they end by themselves with the
    session, and after O(max_duration). So O(ledger) remembers them.
notes:
  - A session has one captions at a time. With O(ledger), captions that run are left alone; when others than those are declared, they are stopped and
    started anew. Without it each run asks OpenTok to start some, and what says that there are some already changes nothing.
  - A ledger does not see that captions are stopped elsewhere, or end with the session. It counts them as running until O(max_duration) is over.
  - If the answer to a start is lost, C(outcome_unknown) in RV(failure) says so, and the request is not sent again in that run. The next run may ask
    again, because a session cannot have two.
  - OpenTok captions a session only while it has clients.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  check_mode:
    support: partial
    details:
      - Without O(ledger) a check cannot know whether captions run already. It says what would be done if they do not, and warns.
options:
  state:
    description:
      - V(started) starts captions unless they run, V(stopped) stops those that the ledger remembers, or those of O(captions_id).
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
  language_code:
    description:
      - What is spoken, as a BCP 47 tag.
    type: raw
    default: en-US
  max_duration:
    description:
      - After how many seconds they end by themselves, 300 to 14400.
    type: int
    default: 14400
  partial_captions:
    description:
      - Whether sentences that are not finished are sent too.
    type: bool
    default: true
  status_callback_url:
    description:
      - Where OpenTok posts what becomes of them, 15 to 2048 characters. It may hold a secret and is shown nowhere.
    type: raw
  captions_id:
    description:
      - Which captions are to be stopped, as in RV(captions.captions_id). Only for O(state=stopped).
    type: raw
  ledger:
    description:
      - The path of a file that remembers the captions of sessions, on the machine that the module runs on. It is made when it is first needed.
      - It may be the same as that of other modules. It holds no secrets, and beside a file lies a lock file.
      - Or the URL of a store that many machines share. See O(opentok.cloud.project#module:ledger).
    type: str
seealso:
  - module: opentok.cloud.audio_connector
"""

EXAMPLES = r"""
- name: The talk is captioned
  opentok.cloud.captions:
    session: "{{ session_id }}"
    language_code: de-DE
    ledger: /var/lib/opentok/ledger.json
  register: talk

- name: The captions end
  opentok.cloud.captions:
    session: "{{ session_id }}"
    ledger: /var/lib/opentok/ledger.json
    state: stopped

- name: Captions that something else has started end
  opentok.cloud.captions:
    session: "{{ session_id }}"
    captions_id: 7c0680fc-6274-4de5-a66f-d0648e8d3ac2
    state: stopped
"""

RETURN = r"""
captions:
  description:
    - The captions as they are now, or in check mode as they would be. V(null) when they are stopped.
    - All keys are always there.
  returned: success
  type: dict
  contains:
    session_id:
      description: The session.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    captions_id:
      description: Their ID. V(null) where they run already and were not started with this ledger.
      type: str
      sample: 7c0680fc-6274-4de5-a66f-d0648e8d3ac2
    running:
      description: Whether they run, as far as it is known.
      type: bool
      sample: true
actions:
  description: What was done, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - start captions (en-US) in session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
before:
  description: The captions before, with what they were started with; empty when none were known.
  returned: success
  type: dict
  sample: {}
after:
  description: The captions after, with what they are started with; empty when they are stopped. In place of the URL is its fingerprint.
  returned: success
  type: dict
  sample:
    language_code: en-US
    max_duration: 14400
    partial_captions: true
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "start captions (en-US) in session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4\n"
    - before: ""
      after: 'language_code: en-US'
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

from ..module_utils._core.desired.captions import CAPTIONS
from ..module_utils._module import run_action


def main() -> None:
    run_action(CAPTIONS)


if __name__ == "__main__":
    main()
