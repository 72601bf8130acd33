# SPDX-License-Identifier: Apache-2.0
"""Where the site's sources are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ROOT / "ansible_collections" / "opentok" / "cloud"
ORDER = ROOT / "docs" / "order.yml"
SETTINGS = Path(__file__).with_name("mkdocs.yml")
ASSETS = Path(__file__).with_name("assets")
