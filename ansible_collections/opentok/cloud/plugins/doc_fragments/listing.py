# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked for of the objects of a project or of a session."""

from __future__ import annotations


class ModuleDocFragment:
    PROJECT = r"""
options:
  id:
    description:
      - Only the one with this ID.
    type: raw
  project:
    description:
      - Whose they are (the ID of the project). If not given, that of O(session), or of the project's key and secret.
    type: raw
  session:
    description:
      - Only those of this session.
    type: raw
    aliases: [session_id]
  limit:
    description:
      - Only so many, the newest. If not given, all; OpenTok is asked for at most 250 at a time.
    type: int
"""

    SESSION = r"""
options:
  session:
    description:
      - The session.
      - Its project must be that of the project's key and secret, or one of the account's.
    type: raw
    required: true
    aliases: [session_id]
  id:
    description:
      - Only the one with this ID.
    type: raw
"""
