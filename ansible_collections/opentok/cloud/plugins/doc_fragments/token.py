# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client token says, for the module and the lookup."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
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
"""
