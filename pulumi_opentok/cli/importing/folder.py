# SPDX-License-Identifier: Apache-2.0
"""Where the files are written, checked before anything is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...core import OpenTokError
from ...core.desired.files.atomic import replace_file
from ...core.errors import join_words, quote
from ..errors import UsageError

MODE = 0o644
"""Of a file: it is code, and holds no secret."""


def check(output: str, names: Sequence[str], *, replace: bool) -> None:
    """Raises :class:`UsageError` for a folder that cannot be written to, and for files that are there already unless they may be replaced."""
    there = Path(output)
    nearest = next(folder for folder in (there, *there.absolute().parents) if os.path.lexists(folder))
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise UsageError(f"--output {quote(output, 300)}: must be a folder that can be written to, or one that can be made")
    found = [name for name in names if os.path.lexists(there / name)]
    if any(not (there / name).is_file() for name in found):
        raise UsageError(f"--output {quote(output, 300)}: {join_words(found)} must be replaced, but not all of them are files: give another folder")
    if found and not replace:
        there_are = f"{join_words(found)} {'is' if len(found) == 1 else 'are'} there already"
        raise UsageError(f"--output {quote(output, 300)}: {there_are}: give another folder, or --force to replace what is there")


def write(output: str, files: Mapping[str, str]) -> None:
    """Writes each file whole or not at all, into a folder that is made if there is none. Raises :class:`OpenTokError`."""
    folder = Path(output)
    for name, text in files.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            replace_file(str(folder / name), text.encode(), mode=MODE)
        except OSError as error:
            raise OpenTokError(f"{quote(str(folder / name), 300)} cannot be written: {error.strerror or type(error).__name__}") from None
