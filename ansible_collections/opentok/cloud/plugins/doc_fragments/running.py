# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is declared of everything that runs in a session, and of what has a picture made of its streams."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  session:
    description:
      - The ID of the session, which must be routed.
      - Its project must be that of the project's key and secret, or one of the account's.
    type: raw
    required: true
    aliases: [session_id]
  restart:
    description:
      - What to do if it has ended elsewhere, because somebody stopped it, everybody left, it failed or it lasted as long as it may.
      - V(false) starts nothing, and says in a warning what has ended and why.
      - V(true) starts another one.
    type: bool
    default: false
  ledger:
    description:
      - The path of a file that remembers what was declared, on the machine that the module runs on. It is made when it is first needed.
      - JSON without secrets, mode 0600. It may serve many sessions and projects, and several hosts and forks at once.
      - OpenTok lists what runs and what has ended, so most playbooks need none. See the notes for what only a ledger knows.
      - Or the URL of a store that many machines share. See O(opentok.cloud.project#module:ledger).
    type: str
"""

    COMPOSED = r"""
options:
  layout:
    description:
      - How the streams are arranged in the picture. It is changed while it runs.
      - OpenTok does not show it. Without O(ledger) it is therefore set at the start only.
    type: dict
    suboptions:
      type:
        description:
          - The layout.
        type: str
        choices: [bestFit, pip, verticalPresentation, horizontalPresentation, custom]
        required: true
      stylesheet:
        description:
          - The CSS of O(layout.type=custom).
        type: str
      screenshare_type:
        description:
          - The layout while someone shares a screen, with O(layout.type=bestFit) only.
        type: str
        choices: [bestFit, pip, verticalPresentation, horizontalPresentation]
  resolution:
    description:
      - The width and height of the picture. OpenTok's default is V(640x480).
    type: str
    choices: [640x480, 480x640, 1280x720, 720x1280, 1920x1080, 1080x1920]
  has_audio:
    description:
      - Whether there is audio.
    type: bool
    default: true
  has_video:
    description:
      - Whether there is video.
    type: bool
    default: true
  stream_mode:
    description:
      - V(auto) takes all streams of the session, V(manual) those of O(streams).
    type: str
    choices: [auto, manual]
    default: auto
  streams:
    description:
      - The streams with O(stream_mode=manual). They are added and taken out while it runs. All others are taken out.
      - If not given, the streams are left alone.
      - At most 50, and at most 16 with video in one picture.
    type: list
    elements: dict
    suboptions:
      stream_id:
        description:
          - The ID of a stream that is published in the session.
        type: str
        required: true
      has_audio:
        description:
          - Whether its audio is included.
        type: bool
        default: true
      has_video:
        description:
          - Whether its video is included.
        type: bool
        default: true
  max_bitrate:
    description:
      - The highest bitrate of the picture, 100,000 to 6,000,000 bits per second.
    type: int
"""
