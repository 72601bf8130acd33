#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: session_info
short_description: Decode the ID of a session
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Says what the ID of a session shows, such as its project and whether it is routed. No request is sent, and no credentials are needed.
notes:
  - An ID shows neither whether the session was ever used nor whether its project still exists. OpenTok can tell nothing more of it; who is connected,
    M(opentok.cloud.connection_info) reads.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.info_module
  - opentok.cloud.connection
options:
  session:
    description:
      - The ID of the session.
    type: raw
    required: true
    aliases: [session_id]
seealso:
  - module: opentok.cloud.session
  - module: opentok.cloud.connection_info
"""

EXAMPLES = r"""
- name: Decode the ID of a session
  opentok.cloud.session_info:
    session: "{{ session_id }}"
  register: decoded

- name: Say whose it is
  ansible.builtin.debug:
    msg: "Project {{ decoded.sessions[0].project }}, {{ decoded.sessions[0].media_mode }}"
"""

RETURN = r"""
sessions:
  description:
    - The session, a list of one.
    - All keys are always there. What is not known is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    session_id:
      description: The same as RV(sessions[].id).
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    api_key:
      description: The key of the session's project, the same as RV(sessions[].project).
      type: str
      sample: "46000001"
    project:
      description: The project that it belongs to.
      type: str
      sample: "46000001"
    created_at:
      description: When it was created, in UTC. V(null) for an ID of before 2015, which has a local time.
      type: str
      sample: "2023-11-14T22:13:20Z"
    media_mode:
      description: V(relayed) or V(routed). V(null) for an ID of before 2015.
      type: str
      sample: routed
    location:
      description: The IPv4 address that servers were chosen by.
      type: str
      sample: 198.51.100.7
    archive_mode:
      description: Always V(null), because an ID does not show it.
      type: str
      sample: null
    archive_name:
      description: Always V(null), because an ID does not show it.
      type: str
      sample: null
    archive_resolution:
      description: Always V(null), because an ID does not show it.
      type: str
      sample: null
    e2ee:
      description: Always V(null), because an ID does not show it.
      type: bool
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

from collections.abc import Mapping
from typing import Any

from ..module_utils._core.api.session_ids import check_session
from ..module_utils._core.desired.inputs import Input
from ..module_utils._core.desired.scope import Scope
from ..module_utils._core.desired.session import SESSION, SessionState
from ..module_utils._info import run_info

TABLE = (Input("session", check_session, aliases=("session_id",), required=True, quoted=False, names_other=True),)


def read(scope: Scope, options: Mapping[str, Any]) -> list[SessionState]:
    return [SESSION.read(scope, check_session(options["session"], "session"))]


def main() -> None:
    run_info(SESSION, TABLE, read)


if __name__ == "__main__":
    main()
