#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: render_info
short_description: Read the renders (Experience Composer) of a project
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Reads the renders of a project, all of them whatever their state, those of a session, the newest or one.
notes:
  - The URL of a page may hold a token for it, so RV(renders[].url) is only returned with O(return_secret=true).
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.info_module
  - opentok.cloud.connection
  - opentok.cloud.listing.project
options:
  return_secret:
    description:
      - Whether to return RV(renders[].url). Give such a task C(no_log) as well, or it is shown.
    type: bool
    default: false
seealso:
  - module: opentok.cloud.session_info
  - module: opentok.cloud.broadcast_info
"""

EXAMPLES = r"""
- name: Read the renders of a session
  opentok.cloud.render_info:
    session: "{{ session_id }}"
  register: room

- name: Say why some have failed
  ansible.builtin.debug:
    msg: "{{ room.renders | selectattr('status', 'equalto', 'failed') | map(attribute='reason') }}"
"""

RETURN = r"""
renders:
  description:
    - The renders, newest first. Empty when there are none.
    - All keys are always there. What is not known is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID.
      type: str
      sample: 1248e7070b81464c9789f46ad10e7764
    status:
      description: V(starting), V(started), V(stopped) or V(failed).
      type: str
      sample: started
    session_id:
      description: The session that it publishes into.
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
    resolution:
      description: The width and height.
      type: str
      sample: 1280x720
    stream_id:
      description: The stream that it publishes, V(null) while it starts.
      type: str
      sample: 0c6d0c3d-5e33-4a8f-9a3b-4c0c9d8f3f4e
    reason:
      description: Why it was stopped or has failed.
      type: str
      sample: Max duration exceeded
    url:
      description: The page that is rendered, only with O(return_secret=true).
      type: str
      sample: null
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

from ..module_utils._core.desired.listings.renders import RENDERS
from ..module_utils._info import run_listing


def main() -> None:
    run_listing(RENDERS)


if __name__ == "__main__":
    main()
