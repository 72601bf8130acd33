#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stream
short_description: Give streams of a session their layout classes
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Gives streams of a session the layout classes by which composed archives and broadcasts place them.
  - Reads the classes of all streams once, and writes those that differ in one request. If none differs, nothing is written.
notes:
  - A stream that is not published (any more) is left out, and a warning says so.
  - The order of the classes of a stream does not matter.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  idempotent:
    support: full
    details:
      - Layout classes that are as declared are not written.
options:
  session:
    description:
      - The session of the streams.
      - Its project must be that of the project's key and secret, or one of the account's.
    type: raw
    required: true
    aliases: [session_id]
  streams:
    description:
      - The streams and their layout classes. Streams that are not listed stay as they are.
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description:
          - The ID of the stream, as in RV(opentok.cloud.stream_info#module:streams[].id). Each may be there once.
        type: raw
        required: true
      layout_classes:
        description:
          - All layout classes that it is to have, one word each. An empty list takes all away.
        type: list
        elements: raw
        required: true
seealso:
  - module: opentok.cloud.stream_info
"""

EXAMPLES = r"""
- name: The speaker is large, the others are not
  opentok.cloud.stream:
    session: "{{ session_id }}"
    streams:
      - id: "{{ speaker }}"
        layout_classes: [focus]
      - id: "{{ listener }}"
        layout_classes: []
"""

RETURN = r"""
stream:
  description:
    - The declared streams as they are now, or in check mode as they would be.
  returned: success
  type: dict
  contains:
    session_id:
      description: The session.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    streams:
      description: Those that are published, with their layout classes.
      type: list
      elements: dict
      contains:
        id:
          description: The ID of the stream.
          type: str
        layout_classes:
          description: Its layout classes.
          type: list
          elements: str
      sample:
        - id: 0c6d0c3d-5e33-4a8f-9a3b-4c0c9d8f3f4e
          layout_classes: [focus]
    missing:
      description: The IDs of those that are not published.
      type: list
      elements: str
      sample: []
actions:
  description: What was done, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "set the layout classes of stream 0c6d0c3d-5e33-4a8f-9a3b-4c0c9d8f3f4e of session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMH5-fn4 to focus"
before:
  description: The layout classes before, by the ID of the stream.
  returned: success
  type: dict
  sample:
    0c6d0c3d-5e33-4a8f-9a3b-4c0c9d8f3f4e: []
after:
  description: The layout classes after, by the ID of the stream.
  returned: success
  type: dict
  sample:
    0c6d0c3d-5e33-4a8f-9a3b-4c0c9d8f3f4e: [focus]
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "set the layout classes of stream 0c6d0c3d-5e33-4a8f-9a3b-4c0c9d8f3f4e of session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMH5-fn4 to focus\n"
    - before: ""
      after: '0c6d0c3d-5e33-4a8f-9a3b-4c0c9d8f3f4e: ["focus"]'
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

from ..module_utils._core.desired.stream import STREAM
from ..module_utils._module import run_action


def main() -> None:
    run_action(STREAM)


if __name__ == "__main__":
    main()
