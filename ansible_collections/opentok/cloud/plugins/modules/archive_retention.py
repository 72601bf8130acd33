#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: archive_retention
short_description: Deletes the archives of a project that are older than they are to be kept
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Deletes the archives of a project of OpenTok, or of one session, that began longer ago than O(keep).
  - OpenTok deletes an archive and its file in OpenTok's cloud. A file that was uploaded to a storage of your own stays there.
notes:
  - Only archives that are V(available) or V(uploaded) are deleted, for OpenTok refuses it of others. One that is recorded, paused or still processed
    is never touched.
  - All archives are listed before the first one is deleted. A list that fails on its way, that comes without a date or that shows another project's
    archives leaves all as they were.
  - Age counts by the clock of OpenTok's answer or by that of the machine that the module runs on, whichever is behind.
  - If some cannot be deleted, the others are, and the task fails and names them in RV(archive_retention.failed). It can be run again.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
options:
  project:
    description:
      - Whose they are (the ID of the project). If not given, that of O(session), or of the project's key and secret.
    type: raw
  session:
    description:
      - Only those of this session.
    type: raw
    aliases: [session_id]
  keep:
    description:
      - How long archives are kept, such as V(30d), V(12h), V(1w2d) or V(P30D). It counts from when the recording began.
    type: raw
    required: true
  name:
    description:
      - Only those with this name, in which V(*) stands for any characters.
    type: raw
  max_delete:
    description:
      - How many may be deleted at most, as a number or as a share of all archives such as V(20%). If there are more, none is deleted and the task
        fails.
    type: raw
seealso:
  - module: opentok.cloud.archive_info
"""

EXAMPLES = r"""
- name: Acme's recordings are kept for 30 days
  opentok.cloud.archive_retention:
    project: "46000001"
    keep: 30d
    max_delete: 20%

- name: Rehearsals are kept for a day
  opentok.cloud.archive_retention:
    session: "{{ session_id }}"
    keep: 24h
    name: rehearsal *
"""

RETURN = r"""
archive_retention:
  description:
    - What was deleted, or in check mode would be.
    - All keys are always there.
  returned: success
  type: dict
  contains:
    project:
      description: Whose archives they are.
      type: str
      sample: "46000001"
    session_id:
      description: The session, if only its archives were looked at.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    older_than:
      description: What began before this moment is deleted.
      type: str
      sample: "2026-10-30T02:00:00Z"
    archives:
      description: How many archives there were.
      type: int
      sample: 1204
    deleted:
      description: The IDs of those that were deleted, the oldest first.
      type: list
      elements: str
      sample: [b40ef09b-3811-4726-b508-e41a0f96c68f]
    bytes:
      description: How many bytes they had together.
      type: int
      sample: 8347604
    failed:
      description: Those that could not be deleted, each with its C(id) and a C(message).
      type: list
      elements: dict
      sample: []
actions:
  description: What was done, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "delete archive b40ef09b-3811-4726-b508-e41a0f96c68f 'lesson 7' of 2026-10-02T08:15:00Z"
before:
  description: What is to be deleted, by ID.
  returned: success
  type: dict
  sample:
    b40ef09b-3811-4726-b508-e41a0f96c68f: "archive b40ef09b-3811-4726-b508-e41a0f96c68f 'lesson 7' of 2026-10-02T08:15:00Z"
after:
  description: Empty.
  returned: success
  type: dict
  sample: {}
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "delete archive b40ef09b-3811-4726-b508-e41a0f96c68f 'lesson 7' of 2026-10-02T08:15:00Z\n"
    - before: "b40ef09b-3811-4726-b508-e41a0f96c68f: archive b40ef09b-3811-4726-b508-e41a0f96c68f 'lesson 7' of 2026-10-02T08:15:00Z"
      after: ""
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

from ..module_utils._core.desired.archive_retention import ARCHIVE_RETENTION
from ..module_utils._module import run_action


def main() -> None:
    run_action(ARCHIVE_RETENTION)


if __name__ == "__main__":
    main()
