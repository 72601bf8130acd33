#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: token
short_description: Make a client token for an OpenTok session
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Makes a token with which a client connects to a session. OpenTok is not asked for it and keeps none, so nothing changes there.
  - Needs the pair of the session's project, O(api_key) and O(api_secret), or the account pair, O(account_key) and O(account_secret). With the
    account pair the secret of the project is read, and that is all that is sent.
  - Each run makes another token, in check mode as well. Those made before stay good until they end.
notes:
  - A token that was handed out cannot be called back. All tokens of a project end when its secret is rotated.
  - Give a task with O(return_secret=true) C(no_log) as well, or the token is shown.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.changes_nothing
  - opentok.cloud.connection
  - opentok.cloud.token
options:
  session:
    description:
      - The ID of the session. Its project is the one whose secret signs the token.
    type: raw
    required: true
    aliases: [session_id]
  return_secret:
    description:
      - Whether to return the token in RV(token.token).
    type: bool
    default: false
seealso:
  - plugin: opentok.cloud.token
    plugin_type: lookup
  - module: opentok.cloud.session
"""

EXAMPLES = r"""
- name: Make a token for the moderator of the support desk
  opentok.cloud.token:
    session: "{{ desk.session.session_id }}"
    role: moderator
    expires_in: 12h
    data: agent 7
    return_secret: true
  register: agent
  no_log: true

- name: Say only whether one could be made (the account pair comes from the environment)
  opentok.cloud.token:
    session: "{{ desk.session.session_id }}"
"""

RETURN = r"""
token:
  description:
    - The token and what it says.
    - All keys are always there.
  returned: success
  type: dict
  contains:
    id:
      description: A random number. Pulumi stacks know the token by one.
      type: str
      sample: 6f1c0b8a5d2e4f37
    token:
      description: The token, only with O(return_secret=true).
      type: str
      sample: null
    expires_at:
      description: When it ends, in UTC.
      type: str
      sample: "2026-11-23T19:02:00Z"
    api_key:
      description: The API key of the session's project.
      type: str
      sample: "46123456"
    secret_fingerprint:
      description: The SHA-256 of the project's secret that signed it.
      type: str
      sample: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    valid:
      description: Always V(true). Pulumi stacks show by it that the secret was rotated since.
      type: bool
      sample: true
    session:
      description: The session.
      type: str
      sample: 1_MX40NjEyMzQ1Nn4xMC4wLjAuMX4xNzAwMDAwMDAwMDAwfmFiY2RlZn5-
    role:
      description: The role.
      type: str
      sample: moderator
    expires_in:
      description: How long it is good for, in the longest units, so V(24h) is V(1d).
      type: str
      sample: 12h
    data:
      description: The text for the other clients.
      type: str
      sample: agent 7
    layout_classes:
      description: The layout classes.
      type: list
      elements: str
      sample: []
    token_format:
      description: V(jwt) or V(t1).
      type: str
      sample: jwt
    renew_before:
      description: Used by Pulumi stacks only.
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

from ..module_utils._core.desired.token import TOKEN
from ..module_utils._data import as_data
from ..module_utils._issue import run_issue


def main() -> None:
    run_issue(TOKEN, data=as_data)


if __name__ == "__main__":
    main()
