#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stream_info
short_description: Read the streams of a session
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Reads the streams that are published in a session now, all of them or one.
notes:
  - OpenTok cannot tell a session that nobody has ever connected to from one that does not exist, so of both there are no streams.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.info_module
  - opentok.cloud.connection
  - opentok.cloud.listing.session
seealso:
  - module: opentok.cloud.stream
  - module: opentok.cloud.moderation
"""

EXAMPLES = r"""
- name: See who publishes
  opentok.cloud.stream_info:
    session: "{{ session_id }}"
  register: room

- name: List those that share a screen
  ansible.builtin.debug:
    msg: "{{ room.streams | selectattr('video_type', 'equalto', 'screen') | map(attribute='id') }}"
"""

RETURN = r"""
streams:
  description:
    - The streams, as OpenTok lists them. Empty when none is published.
    - All keys are always there. What is not known is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the stream.
      type: str
      sample: 0c6d0c3d-5e33-4a8f-9a3b-4c0c9d8f3f4e
    session_id:
      description: The session.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    name:
      description: The name that its client gave it, which may be empty.
      type: str
      sample: Camera of Ann
    video_type:
      description: V(camera), V(screen) or V(custom).
      type: str
      sample: camera
    layout_classes:
      description: Its layout classes in composed archives and broadcasts.
      type: list
      elements: str
      sample: [focus]
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

from ..module_utils._core.desired.listings.streams import STREAMS
from ..module_utils._info import run_listing


def main() -> None:
    run_listing(STREAMS)


if __name__ == "__main__":
    main()
