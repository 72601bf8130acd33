# SPDX-License-Identifier: Apache-2.0
"""See the package."""

from __future__ import annotations

from tools.schema.package import FILE, as_text


def main() -> None:
    """Writes the file."""
    FILE.write_text(as_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
