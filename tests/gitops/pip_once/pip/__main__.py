# SPDX-License-Identifier: Apache-2.0
"""The first call with these words and these requirements is pip's own, and so is every call that has failed or has no requirements."""

from __future__ import annotations

import hashlib
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def main() -> None:
    files = [Path(name) for word, name in zip(sys.argv, sys.argv[1:], strict=False) if word == "--requirement"]
    asked = [sys.prefix, *sys.argv[1:], *(file.read_text(encoding="utf-8") for file in files if file.is_file())]
    found = HERE / hashlib.sha256("\0".join(asked).encode()).hexdigest()
    if found.exists():
        return
    sys.path.remove(str(HERE))
    for name in [name for name in sys.modules if name.partition(".")[0] == "pip"]:
        del sys.modules[name]
    try:
        runpy.run_module("pip", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if files and not ended.code:
            found.touch()
        raise


if __name__ == "__main__":
    main()
