#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: archive
short_description: Declare whether a session is being recorded
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Makes sure that a session is being recorded (archived), or that it is not.
  - An archive is its session and its O(name). One that records already is found again and not started a second time.
  - An archive that has ended cannot go on. One that ended elsewhere is shown in a warning, and another one is started only with O(restart=true).
  - O(layout) and O(streams) are changed while it records. All else is fixed. With O(ledger) another value stops the archive and starts another one,
    without O(ledger) the task fails and says how the archive differs, because it may be somebody else's.
  - The account pair (O(account_key) and O(account_secret)) is enough, the secret of the project is then read. So is the pair of the project
    (O(api_key) and O(api_secret)).
notes:
  - OpenTok records a session only once a client has connected. Until then the task fails and says so.
  - No start is sent twice. If its answer is lost, the list of the archives says whether it records, and if it cannot be told the task fails.
  - OpenTok shows neither the tag nor the layout of an archive. A session with several archives needs a name for each of them.
  - Only a ledger knows that an archive was declared V(stopped) by the task itself, so that V(running) starts the next one without O(restart), that
    its file was deleted since, which layout it has, and that it is the one to stop when another option changes.
  - Where a file can be downloaded is returned by M(opentok.cloud.archive_info).
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
  - opentok.cloud.running
  - opentok.cloud.running.composed
attributes:
  idempotent:
    support: full
options:
  state:
    description:
      - V(running) makes sure that the session is being recorded.
      - V(stopped) makes sure that it is not. What was recorded is kept.
      - V(absent) ends it as O(on_delete) says.
    type: str
    choices: [running, stopped, absent]
    default: running
  on_delete:
    description:
      - What O(state=absent) does. V(stop) stops the archive and keeps its file, V(delete) deletes the file too, V(keep) does nothing.
      - A file can be deleted only when OpenTok has made it. The task waits 15 seconds for it and fails after that, and the next run goes on.
    type: str
    choices: [stop, delete, keep]
    default: stop
  name:
    description:
      - The name of the archive, at most 80 characters. It finds the archive again.
      - If not given, it is O(multi_archive_tag), or else the archive has no name.
      - It must be a string, so put a name that looks like a number in quotes.
    type: raw
  output_mode:
    description:
      - V(composed) makes one file, V(individual) a file of each stream, in a ZIP file. O(layout), O(resolution) and O(max_bitrate) need V(composed).
    type: str
    choices: [composed, individual]
    default: composed
  multi_archive_tag:
    description:
      - Lets a session have several archives at the same time. A tag that none of the others has, at most 80 characters.
    type: raw
  quantization_parameter:
    description:
      - The quality of the picture, 15 (best) to 45 (some of OpenTok's SDKs say 40), in place of O(max_bitrate).
    type: int
  has_transcription:
    description:
      - Whether the archive is transcribed.
    type: bool
    default: false
  transcription_language:
    description:
      - The language of the transcription, such as V(en-US) (BCP 47).
    type: raw
  transcription_summary:
    description:
      - Whether the transcription has a summary.
    type: bool
seealso:
  - module: opentok.cloud.archive_info
  - module: opentok.cloud.session
"""

EXAMPLES = r"""
- name: The meeting is being recorded
  opentok.cloud.archive:
    session: "{{ room.session.id }}"
    name: Weekly meeting
    resolution: 1280x720
  register: recording

- name: It is recorded no longer
  opentok.cloud.archive:
    session: "{{ room.session.id }}"
    name: Weekly meeting
    state: stopped

- name: A recording that must not end is started again by the next run
  opentok.cloud.archive:
    session: "{{ room.session.id }}"
    restart: true

- name: Only the speaker is recorded
  opentok.cloud.archive:
    session: "{{ room.session.id }}"
    name: speaker
    multi_archive_tag: speaker
    stream_mode: manual
    streams:
      - stream_id: "{{ speaker }}"
"""

RETURN = r"""
archive:
  description:
    - The archive as it is now, or in check mode as it would be. V(null) with O(state=absent).
    - All keys are always there. What is not known, or only OpenTok can give, is V(null).
  returned: success
  type: dict
  contains:
    id:
      description: The ID of the session, followed by a slash and a fingerprint of the name if there is one.
      type: str
      sample: 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4
    archive_id:
      description: The ID of the archive that records, or else of the one that recorded last. V(null) if there was none.
      type: str
      sample: b40ef09b-3811-4726-b508-e41a0f96c68f
    account_key:
      description: The key of the account that the project belongs to. V(null) with the pair of the project.
      type: str
      sample: "100001"
    status:
      description: V(started), V(paused), V(stopped), V(uploaded), V(available), V(expired), V(failed) or V(deleted).
      type: str
      sample: started
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
      sample: null
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
      sample: 0
    size:
      description: The bytes of the file, 0 until it is made.
      type: int
      sample: 0
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
      description: The quality of a composed archive, where it was chosen in place of RV(archive.max_bitrate).
      type: int
      sample: 25
    has_transcription:
      description: Whether it is transcribed.
      type: bool
      sample: false
    sha256sum:
      description: The SHA-256 of the file in base64, once it is made.
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
actions:
  description: What was done at OpenTok, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - record session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4 as 'Weekly meeting' (composed, 1280x720)
before:
  description: The archive before; empty when there was none.
  returned: success
  type: dict
  sample: {}
after:
  description: The archive after; empty with O(state=absent).
  returned: success
  type: dict
  sample:
    archive_id: (known after it is done)
    name: Weekly meeting
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "record session 2_MX40NjAwMDAwMX5-MTcwMDAwMDAwMDAwMH5hYmN-fn4 as 'Weekly meeting' (composed, 1280x720)\n"
    - before: ""
      after: 'name: "Weekly meeting"'
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

from ..module_utils._core.desired.archive.kind import ARCHIVE
from ..module_utils._module import run_desired_state


def main() -> None:
    run_desired_state(ARCHIVE)


if __name__ == "__main__":
    main()
