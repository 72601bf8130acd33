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
options:
  session:
    description:
      - The ID of the session. Its project is the one whose secret signs the token.
    type: raw
    required: true
    aliases: [session_id]
  role:
    description:
      - What the client may do. V(publisher) publishes and subscribes, V(subscriber) only subscribes, V(publisheronly) only publishes,
        V(moderator) may in addition mute and disconnect others.
    type: str
    choices: [publisher, subscriber, moderator, publisheronly]
    default: publisher
  expires_in:
    description:
      - How long it is good for, such as V(45m), V(12h), V(7d) or V(P7D), at most V(30d). A client that is connected by then stays.
    type: str
    default: 24h
  data:
    description:
      - Text for the other clients, at most 1000 bytes. They all see it, and it ends up in logs, so no personal data.
      - A map is made JSON of. Anything else must be a string, so put in quotes what looks like a number or V(true).
    type: raw
  layout_classes:
    description:
      - Layout classes of the client's streams in archives and broadcasts.
    type: list
    elements: raw
    default: []
  token_format:
    description:
      - V(jwt), or the older V(t1).
    type: str
    choices: [jwt, t1]
    default: jwt
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
    session_id:
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
  description: What went wrong, in parts. RV(ignore:msg) says the same in one line.
  returned: failure
  type: dict
  contains:
    type:
      description: The name of the error.
      type: str
      sample: InvalidInput
    operation:
      description: The operation of the API that failed, V(null) when nothing was sent.
      type: str
      sample: null
    status:
      description: The HTTP status, V(null) without an answer.
      type: int
      sample: null
    code:
      description: OpenTok's own number for the error, if it gave one.
      type: int
      sample: null
    outcome_unknown:
      description: Whether OpenTok may have done what was asked although no usable answer came.
      type: bool
      sample: false
    problems:
      description: Each option that is wrong.
      type: list
      elements: dict
      contains:
        field:
          description: The option.
          type: str
          sample: session
        message:
          description: What is wrong with it, and what would be right.
          type: str
          sample: "is not a session id: it does not decode (was it cut off?)"
"""

from ..module_utils._core.desired.token import TOKEN
from ..module_utils._data import as_data
from ..module_utils._issue import run_issue


def main() -> None:
    run_issue(TOKEN, data=as_data)


if __name__ == "__main__":
    main()
