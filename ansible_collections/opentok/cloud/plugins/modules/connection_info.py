#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: connection_info
short_description: Read the clients of a session
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Reads the clients that are connected to a session now, all of them or one. SIP calls and Audio Connectors are among them.
notes:
  - OpenTok cannot tell a session that nobody has ever connected to from one that does not exist, so of both there are no connections.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.info_module
  - opentok.cloud.connection
  - opentok.cloud.listing.session
seealso:
  - module: opentok.cloud.moderation
  - module: opentok.cloud.signal
"""

EXAMPLES = r"""
- name: See who is connected
  opentok.cloud.connection_info:
    session: "{{ session_id }}"
  register: room

- name: Say how many
  ansible.builtin.debug:
    msg: "{{ room.connections | length }} clients are connected"
"""

RETURN = r"""
connections:
  description:
    - The connections, as OpenTok lists them. Empty when nobody is connected.
    - All keys are always there. What is not known is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the connection.
      type: str
      sample: 2f9e2d1c-6d1c-4f6c-8c9c-0d6a1f1f6a55
    session_id:
      description: The session.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    state:
      description: V(Connecting) or V(Connected).
      type: str
      sample: Connected
    created_at:
      description: When the client connected, in UTC.
      type: str
      sample: "2026-11-23T07:02:00Z"
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

from ..module_utils._core.desired.listings.connections import CONNECTIONS
from ..module_utils._info import run_listing


def main() -> None:
    run_listing(CONNECTIONS)


if __name__ == "__main__":
    main()
