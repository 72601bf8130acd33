#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: render
short_description: Declare whether a session shows a web page
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Makes sure that a web page is rendered into a session (Experience Composer), or that it is not. OpenTok opens the page in a browser of its own and
    publishes what it shows as a stream of the session.
  - A render is its session and its O(url). One that runs already is found again and not started a second time.
  - A render that has ended cannot go on. One that ended elsewhere is shown in a warning, and another one is started only with O(restart=true).
  - Nothing of a render can be changed. With O(ledger) another value stops it and starts another one, without O(ledger) the task fails and says how it
    differs, as far as OpenTok shows it.
  - The account pair (O(account_key) and O(account_secret)) is enough, the secret of the project is then read. So is the pair of the project
    (O(api_key) and O(api_secret)).
notes:
  - No start is sent twice. If its answer is lost, the list of the renders says whether it runs, and if it cannot be told the task fails.
  - OpenTok shows neither O(name) nor O(max_duration) of a render. Only a ledger knows that another value is declared, that a render was declared
    V(stopped) by the task itself, so that V(running) starts the next one without O(restart), and that it is the one to stop when O(resolution)
    changes.
  - A page that cannot be loaded shows as V(failed) some seconds after the start, so the next run says it.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
  - opentok.cloud.running
attributes:
  idempotent:
    support: full
options:
  state:
    description:
      - V(running) makes sure that the page is rendered into the session.
      - V(stopped) makes sure that it is not.
      - V(absent) ends it as O(on_delete) says.
    type: str
    choices: [running, stopped, absent]
    default: running
  on_delete:
    description:
      - What O(state=absent) does. V(stop) stops the render, V(keep) does nothing.
    type: str
    choices: [stop, keep]
    default: stop
  url:
    description:
      - The page, C(http) or C(https), 15 to 2048 characters. With O(session) it finds the render again.
      - It may hold a token for the page and is shown nowhere. The ledger has its fingerprint.
    type: raw
    required: true
  resolution:
    description:
      - The width and height of the page.
    type: str
    choices: [640x480, 480x640, 1280x720, 720x1280, 1920x1080, 1080x1920]
    default: 1280x720
  max_duration:
    description:
      - After how many seconds it ends by itself, 60 to 36000.
    type: int
    default: 7200
  name:
    description:
      - The name of the stream, at most 200 characters.
      - It must be a string, so put a name that looks like a number in quotes.
    type: raw
seealso:
  - module: opentok.cloud.render_info
  - module: opentok.cloud.session
"""

EXAMPLES = r"""
- name: The room shows the scoreboard
  opentok.cloud.render:
    session: "{{ room.session.id }}"
    url: https://scores.example.com/board?key={{ scores_key }}
    name: scoreboard
    ledger: /var/lib/opentok/ledger.json
  register: board

- name: It shows the scoreboard no longer
  opentok.cloud.render:
    session: "{{ room.session.id }}"
    url: https://scores.example.com/board?key={{ scores_key }}
    ledger: /var/lib/opentok/ledger.json
    state: stopped

- name: A page that must not go is rendered again by the next run
  opentok.cloud.render:
    session: "{{ room.session.id }}"
    url: https://scores.example.com/board?key={{ scores_key }}
    restart: true
"""

RETURN = r"""
render:
  description:
    - The render as it is now, or in check mode as it would be. V(null) with O(state=absent).
    - All keys are always there. What is not known, or only OpenTok can give, is V(null).
  returned: success
  type: dict
  contains:
    id:
      description: The ID of the session, followed by a slash and a fingerprint of the URL.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4/5f2c6a1f0b9d3e47
    render_id:
      description: The ID of the render that runs, or else of the one that ran last. V(null) if there was none.
      type: str
      sample: b40ef09b-3811-4726-b508-e41a0f96c68f
    account_key:
      description: The key of the account that the project belongs to. V(null) with the pair of the project.
      type: str
      sample: "100001"
    url:
      description: Always V(null), because the page's URL may hold a secret.
      type: str
      sample: null
    status:
      description: V(starting), V(started), V(stopped) or V(failed).
      type: str
      sample: starting
    session_id:
      description: The session.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    project:
      description: The project.
      type: str
      sample: "46123456"
    resolution:
      description: The width and height of the page.
      type: str
      sample: 1280x720
    stream_id:
      description: The stream that shows the page. V(null) while it starts.
      type: str
      sample: null
    reason:
      description: Why it has ended.
      type: str
      sample: null
    created_at:
      description: When it was started, in UTC.
      type: str
      sample: "2026-11-23T07:02:00Z"
    updated_at:
      description: When it last changed, in UTC.
      type: str
      sample: "2026-11-23T07:32:00Z"
actions:
  description: What was done at OpenTok, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - render a page into session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4 as 'scoreboard' (1280x720)
before:
  description: The render before; empty when there was none. In place of the URL is its fingerprint.
  returned: success
  type: dict
  sample: {}
after:
  description: The render after; empty with O(state=absent). In place of the URL is its fingerprint.
  returned: success
  type: dict
  sample:
    render_id: (known after it is done)
    resolution: 1280x720
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "render a page into session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4 as 'scoreboard' (1280x720)\n"
    - before: ""
      after: 'resolution: "1280x720"'
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

from ..module_utils._core.desired.render import RENDER
from ..module_utils._module import run_desired_state


def main() -> None:
    run_desired_state(RENDER)


if __name__ == "__main__":
    main()
