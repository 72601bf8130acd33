#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: broadcast_info
short_description: Read the live broadcasts of a project
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Reads the broadcasts of a project, all that OpenTok lists, those of a session, the newest or one.
notes:
  - OpenTok lists those that are under way. Its documents disagree on whether one that has ended is listed too, so look at RV(broadcasts[].status).
  - The stream name of an RTMP output is never returned, because for most services it is a secret.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.info_module
  - opentok.cloud.connection
  - opentok.cloud.listing.project
seealso:
  - module: opentok.cloud.session_info
  - module: opentok.cloud.archive_info
"""

EXAMPLES = r"""
- name: Read what is on the air
  opentok.cloud.broadcast_info:
    session: "{{ session_id }}"
  register: live

- name: Where it can be watched
  ansible.builtin.debug:
    msg: "{{ live.broadcasts | map(attribute='hls_url') }}"
"""

RETURN = r"""
broadcasts:
  description:
    - The broadcasts, newest first. Empty when there are none.
    - All keys are always there. What is not known is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID.
      type: str
      sample: 93e36bb9-b72c-45b6-a9ea-5c37dbc49906
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

from ..module_utils._core.desired.listings.broadcasts import BROADCASTS
from ..module_utils._info import run_listing


def main() -> None:
    run_listing(BROADCASTS)


if __name__ == "__main__":
    main()
