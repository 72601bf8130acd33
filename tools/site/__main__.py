# SPDX-License-Identifier: Apache-2.0
"""`make docs`: builds the site and looks at its links. `python -m tools.site FOLDER`: there instead of `build/site`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tools.site import links, pages
from tools.site.places import ROOT, SETTINGS

NO_NOTICES = {"DISABLE_MKDOCS_2_WARNING": "true", "NO_MKDOCS_2_WARNING": "1"}


def build(folder: Path) -> list[str]:
    """Builds it in ``folder`` and returns what is wrong, a line each."""
    shutil.rmtree(folder, ignore_errors=True)
    order = pages.write(folder / "pages")
    settings = {"INHERIT": str(SETTINGS), "docs_dir": "pages", "site_dir": "html", "nav": order}
    file = folder / "mkdocs.yml"
    file.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(file)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **NO_NOTICES}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return [line for line in (done.stdout + done.stderr).strip().splitlines() if not line.startswith("INFO")]
    return list(links.problems(folder / "html"))


def main() -> int:
    """Prints where the site is; where something is wrong, a line each and 1."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site").resolve()
    wrong = build(folder)
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong:
        print(folder / "html" / "index.html")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
