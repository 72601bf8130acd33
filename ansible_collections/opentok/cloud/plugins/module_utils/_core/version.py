# SPDX-License-Identifier: Apache-2.0
"""The one place of the version: wheel, User-Agent and (compared by a test) galaxy.yml."""

from __future__ import annotations

VERSION = "0.1.0"
