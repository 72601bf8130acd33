#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: broadcast
short_description: Declare whether a session is being broadcast
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Makes sure that a session is being broadcast live, by HLS, RTMP or both, or that it is not.
  - One that runs already is found again and not started a second time.
  - A broadcast that has ended cannot go on. One that ended elsewhere is shown in a warning, and another one is started only with O(restart=true).
    That it has lasted O(max_duration) needs no warning.
  - O(layout) and O(streams) are changed while it runs. All else is fixed. With O(ledger) another value stops the broadcast, which cuts off its
    viewers, and starts another one. Without O(ledger) the task fails and says how it differs, because it may be somebody else's.
  - The account pair (O(account_key) and O(account_secret)) is enough, the secret of the project is then read. So is the pair of the project
    (O(api_key) and O(api_secret)).
notes:
  - OpenTok broadcasts a session only while a client is connected. Until then the task fails and says so.
  - No start is sent twice. If its answer is lost, the list of the broadcasts says whether it runs, and if it cannot be told the task fails.
  - OpenTok lists only the broadcasts that run. Without O(ledger) one that has ended is therefore not known, and V(running) starts another one.
  - Neither the URL nor the stream name of an RTMP output is returned, shown in a diff or kept in a ledger, which has their fingerprints.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
  - opentok.cloud.running
  - opentok.cloud.running.composed
attributes:
  idempotent:
    support: full
options:
  state:
    description:
      - V(running) makes sure that the session is being broadcast.
      - V(stopped) makes sure that it is not. Its viewers are cut off.
      - V(absent) ends it as O(on_delete) says.
    type: str
    choices: [running, stopped, absent]
    default: running
  on_delete:
    description:
      - What O(state=absent) does. V(stop) stops the broadcast, V(keep) does nothing.
    type: str
    choices: [stop, keep]
    default: stop
  hls:
    description:
      - An HLS output. An empty dictionary asks for one with its defaults. O(hls) or O(rtmp) has to be given.
    type: dict
    suboptions:
      dvr:
        description:
          - Whether viewers can go back, up to two hours.
        type: bool
        default: false
      low_latency:
        description:
          - Whether the delay is short. Not together with O(hls.dvr).
        type: bool
        default: false
  rtmp:
    description:
      - RTMP outputs, at most five.
    type: list
    elements: dict
    suboptions:
      server_url:
        description:
          - Where it is sent, V(rtmp://) or V(rtmps://). It is hidden, because some services want the key in it.
        type: str
        required: true
      stream_name:
        description:
          - The stream name, for most services the key that lets one broadcast there. It is hidden.
        type: str
        required: true
      id:
        description:
          - Identifies the output among those of the broadcast. If not given, OpenTok assigns an ID.
        type: str
  max_duration:
    description:
      - After how many seconds it ends, 60 to 36,000. OpenTok's default is 14,400.
    type: int
  multi_broadcast_tag:
    description:
      - Lets a session have several broadcasts at the same time. A tag that none of the others has, at most 80 characters.
      - OpenTok lists no tags, so O(ledger) must be given as well. It knows which broadcast has the tag.
    type: raw
seealso:
  - module: opentok.cloud.broadcast_info
  - module: opentok.cloud.session
"""

EXAMPLES = r"""
- name: The show is live for two hours at most
  opentok.cloud.broadcast:
    session: "{{ stage.session.id }}"
    hls:
      dvr: true
    rtmp:
      - server_url: rtmps://live.example.com/app
        stream_name: "{{ stream_key }}"
    max_duration: 7200
    ledger: /var/lib/opentok/ledger.json
  register: show

- name: Where it can be watched
  ansible.builtin.debug:
    var: show.broadcast.hls_url

- name: The show is over
  opentok.cloud.broadcast:
    session: "{{ stage.session.id }}"
    hls: {}
    state: absent
    ledger: /var/lib/opentok/ledger.json
"""

RETURN = r"""
broadcast:
  description:
    - The broadcast as it is now, or in check mode as it would be. V(null) with O(state=absent).
    - All keys are always there. What is not known, or only OpenTok can give, is V(null).
  returned: success
  type: dict
  contains:
    id:
      description: The ID of the session, followed by a slash and a fingerprint of the tag if there is one.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    broadcast_id:
      description: The ID of the broadcast that runs, or else of the one that ran last. V(null) if none is known.
      type: str
      sample: 93e36bb9-b72c-45b6-a9ea-5c37dbc49906
    account_key:
      description: The key of the account that the project belongs to. V(null) with the pair of the project.
      type: str
      sample: "100001"
    status:
      description: V(started) or V(stopped).
      type: str
      sample: started
    session_id:
      description: The session that is broadcast.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    project:
      description: The project.
      type: str
      sample: "46123456"
    created_at:
      description: When it was started, in UTC.
      type: str
      sample: "2026-11-23T07:02:00Z"
    updated_at:
      description: When it last changed, in UTC.
      type: str
      sample: "2026-11-23T07:32:00Z"
    max_duration:
      description: After how many seconds OpenTok stops it.
      type: int
      sample: 14400
    max_bitrate:
      description: The highest bitrate, in bits per second.
      type: int
      sample: 2000000
    resolution:
      description: The width and height.
      type: str
      sample: 1280x720
    has_audio:
      description: Whether audio is broadcast.
      type: bool
      sample: true
    has_video:
      description: Whether video is broadcast.
      type: bool
      sample: true
    stream_mode:
      description: V(auto), all streams, or V(manual), those that are added.
      type: str
      sample: auto
    hls_url:
      description: Where it can be watched by HLS, about 20 seconds after its start.
      type: str
      sample: https://cdn.example.com/playlist.m3u8
    hls_status:
      description: V(connecting), V(ready), V(live), V(ended) or V(error).
      type: str
      sample: live
    rtmp:
      description: The RTMP outputs.
      type: list
      elements: dict
      contains:
        id:
          description: The ID of the output.
          type: str
        status:
          description: V(connecting), V(live), V(offline) or V(error).
          type: str
        server_url:
          description: The host that it is sent to. Some services want the key in the rest of the URL, so that is hidden.
          type: str
      sample: []
    streams:
      description: The streams of a manual broadcast, and which of their tracks are in it.
      type: list
      elements: dict
      contains:
        stream_id:
          description: The ID of the stream.
          type: str
        has_audio:
          description: Whether its audio is in it.
          type: bool
        has_video:
          description: Whether its video is in it.
          type: bool
      sample: []
actions:
  description: What was done at OpenTok, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - broadcast session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4 (HLS and 1 RTMP output)
before:
  description: The broadcast before; empty when there was none.
  returned: success
  type: dict
  sample: {}
after:
  description: The broadcast after; empty with O(state=absent).
  returned: success
  type: dict
  sample:
    broadcast_id: (known after it is done)
    status: started
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "broadcast session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4 (HLS and 1 RTMP output)\n"
    - before: ""
      after: 'status: "started"'
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

from ..module_utils._core.desired.broadcast.kind import BROADCAST
from ..module_utils._module import run_desired_state


def main() -> None:
    run_desired_state(BROADCAST)


if __name__ == "__main__":
    main()
