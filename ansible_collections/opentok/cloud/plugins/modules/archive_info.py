#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: archive_info
short_description: Read the archives of a project
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Reads the archives (recordings) of a project, all of them, those of a session, the newest or one.
notes:
  - RV(archives[].url) is only there while an archive is V(available). Whoever has it can download the file for about ten minutes.
  - The password of an encrypted archive is never returned.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.info_module
  - opentok.cloud.connection
  - opentok.cloud.listing.project
options:
  return_secret:
    description:
      - Whether to return RV(archives[].url). Give such a task C(no_log) as well, or it is shown.
    type: bool
    default: false
seealso:
  - module: opentok.cloud.session_info
  - module: opentok.cloud.broadcast_info
"""

EXAMPLES = r"""
- name: Read the ten newest archives of a project
  opentok.cloud.archive_info:
    project: "46123456"
    limit: 10
  register: recent

- name: Fail if one of them has failed
  ansible.builtin.assert:
    that: recent.archives | selectattr('status', 'equalto', 'failed') | length == 0

- name: Where one can be downloaded now
  opentok.cloud.archive_info:
    project: "46123456"
    id: "{{ recent.archives[0].id }}"
    return_secret: true
  register: newest
  no_log: true
"""

RETURN = r"""
archives:
  description:
    - The archives, newest first. Empty when there are none.
    - All keys are always there. What is not known is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID.
      type: str
      sample: b40ef09b-3811-4726-b508-e41a0f96c68f
    status:
      description: V(started), V(paused), V(stopped), V(uploaded), V(available), V(expired), V(failed) or V(deleted).
      type: str
      sample: available
    session_id:
      description: The session that is or was recorded.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    project:
      description: The project.
      type: str
      sample: "46123456"
    name:
      description: The name.
      type: str
      sample: Weekly meeting
    reason:
      description: Why it was stopped or has failed.
      type: str
      sample: maximum duration exceeded
    created_at:
      description: When it was started, in UTC.
      type: str
      sample: "2026-11-23T07:02:00Z"
    updated_at:
      description: When it last changed, in UTC.
      type: str
      sample: "2026-11-23T07:32:00Z"
    duration:
      description: How many seconds were recorded, 0 while it records.
      type: float
      sample: 1800
    size:
      description: The bytes of the file, 0 until it is made.
      type: int
      sample: 8347554
    has_audio:
      description: Whether audio is recorded.
      type: bool
      sample: true
    has_video:
      description: Whether video is recorded.
      type: bool
      sample: true
    output_mode:
      description: V(composed), one file, or V(individual), one of each stream.
      type: str
      sample: composed
    stream_mode:
      description: V(auto), all streams, or V(manual), those that are added.
      type: str
      sample: auto
    resolution:
      description: The width and height of a composed archive.
      type: str
      sample: 1280x720
    max_bitrate:
      description: The highest bitrate of a composed archive, in bits per second.
      type: int
      sample: 2000000
    quantization_parameter:
      description: The quality of a composed archive, where it was chosen in place of RV(archives[].max_bitrate).
      type: int
      sample: 25
    has_transcription:
      description: Whether it is transcribed.
      type: bool
      sample: false
    sha256sum:
      description: The SHA-256 of the file in base64, once it is made.
      type: str
      sample: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    url:
      description: Where it can be downloaded, only with O(return_secret=true).
      type: str
      sample: null
    streams:
      description: The streams of a manual archive that records, and which of their tracks are recorded.
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

from ..module_utils._core.desired.listings.archives import ARCHIVES
from ..module_utils._info import run_listing


def main() -> None:
    run_listing(ARCHIVES)


if __name__ == "__main__":
    main()
