# SPDX-License-Identifier: Apache-2.0
"""Every kind, and where kinds are."""

from __future__ import annotations

from pathlib import Path

from tools.kinds import Found, every_kind

__all__ = ["COLLECTION", "DESIRED", "ROOT", "Found", "every_kind"]

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ROOT / "ansible_collections" / "opentok" / "cloud"
DESIRED = COLLECTION / "plugins" / "module_utils" / "_core" / "desired"
