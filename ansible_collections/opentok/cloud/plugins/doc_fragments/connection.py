# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How every module and lookup reaches OpenTok."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  account_key:
    description:
      - The key of the OpenTok account. The account's key and secret manage projects.
      - If not given, it is read from the environment variable E(OPENTOK_ACCOUNT_KEY). An empty string counts as not given.
    type: str
  account_secret:
    description:
      - The secret of the OpenTok account.
      - If not given, it is read from the environment variable E(OPENTOK_ACCOUNT_SECRET). An empty string counts as not given.
    type: str
  api_key:
    description:
      - The key of a project (its ID). A project's key and secret do everything but manage projects.
      - If not given, it is read from the environment variable E(OPENTOK_API_KEY). An empty string counts as not given.
    type: str
  api_secret:
    description:
      - The secret of the project O(api_key).
      - If not given, it is read from the environment variable E(OPENTOK_API_SECRET). An empty string counts as not given.
    type: str
  api_url:
    description:
      - Where the OpenTok API answers. The scheme and the host, without a path.
      - If not given, it is read from the environment variable E(OPENTOK_API_URL); without that, it is the public service.
    type: str
  timeout:
    description:
      - How many seconds one request may take as a whole, from connecting to the last byte of the answer. What is sent again has as many anew.
      - If not given, it is read from the environment variable E(OPENTOK_TIMEOUT).
    type: str
  allow_http:
    description:
      - Allows an O(api_url) that begins with V(http://) and is on another machine. Every secret then goes over the network in clear.
      - If not given, it is read from the environment variable E(OPENTOK_ALLOW_HTTP); without that, it is not allowed.
    type: bool
requirements:
  - requests >= 2.31
"""

    # With the options of above: plugins on the controller read the environment by themselves.
    PLUGINS = r"""
options:
  account_key:
    env:
      - name: OPENTOK_ACCOUNT_KEY
  account_secret:
    env:
      - name: OPENTOK_ACCOUNT_SECRET
  api_key:
    env:
      - name: OPENTOK_API_KEY
  api_secret:
    env:
      - name: OPENTOK_API_SECRET
  api_url:
    env:
      - name: OPENTOK_API_URL
  timeout:
    env:
      - name: OPENTOK_TIMEOUT
  allow_http:
    env:
      - name: OPENTOK_ALLOW_HTTP
"""
