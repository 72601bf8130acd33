# SPDX-License-Identifier: Apache-2.0
"""The files of ``drift`` and ``report``: JSON, Markdown, JUnit XML, Prometheus' text format."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...core import InvalidInput, OpenTokError
from ...core.desired.drift import junit, markdown, prometheus, reading
from ...core.desired.drift.document import Document
from ...core.desired.files.atomic import replace_file
from ...core.errors import quote
from .. import documents, files
from ..errors import UsageError

Render = Callable[[argparse.Namespace, Document], str]

OUTPUTS: Mapping[str, tuple[str, int, Render]] = {
    "json_file": ("the document", 0o600, lambda given, document: documents.as_text(document) + "\n"),
    "markdown": ("for a comment or an issue", 0o600, lambda given, document: markdown.of_document(document, marker=given.marker)),
    "junit": ("JUnit XML, a test case for each project", 0o600, lambda given, document: junit.of_document(document)),
    "prometheus": ("for node_exporter's textfile collector, readable by all", 0o644, lambda given, document: prometheus.of_document(document)),
}
"""Option -> what it writes, the mode of the file, and how it is made."""


def add(command: Any) -> None:
    """Adds the options."""
    written = command.add_argument_group("what is written (- is stdout)")
    for name, (about, _mode, _render) in OUTPUTS.items():
        written.add_argument(f"--{name.replace('_', '-')}", metavar="FILE", help=about)
    written.add_argument(
        "--marker",
        metavar="TEXT",
        type=_marker,
        default=markdown.MARKER,
        help="what stands in the hidden first line of the Markdown, by which a comment is found again (default: %(default)s)",
    )


def check(given: argparse.Namespace) -> None:
    """Raises :class:`UsageError` for a file that could not be written."""
    for name in OUTPUTS:
        path = getattr(given, name)
        if path in (None, "-"):
            continue
        folder = Path(path).expanduser().parent
        if not path or Path(path).is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
            raise UsageError(f"--{name.replace('_', '-')} {quote(path, 300)}: must be a file in a folder that can be written to")


def write(given: argparse.Namespace, document: Document) -> bool:
    """Writes what was asked for, each file whole or not at all. Returns whether anything went to stdout."""
    printed = False
    for name, (_about, mode, render) in OUTPUTS.items():
        path = getattr(given, name)
        if path is None:
            continue
        text = render(given, document)
        if path == "-":
            sys.stdout.write(text)
            printed = True
            continue
        try:
            replace_file(str(Path(path).expanduser()), text.encode("utf-8", "backslashreplace"), mode=mode)
        except OSError as error:
            raise OpenTokError(
                f"--{name.replace('_', '-')} {quote(path, 300)}: cannot be written: {error.strerror or type(error).__name__}"
            ) from None
    return printed


def previous(path: str | None) -> Document | None:
    """The document of the run before, ``None`` where there is none yet."""
    if path is None or not Path(path).expanduser().exists():
        return None
    called = f"--since {quote(path, 300)}"
    return reading.read(files.json_document(path, called), called)


def _marker(text: str) -> str:
    try:
        return markdown.checked_marker(text)
    except InvalidInput as error:
        raise argparse.ArgumentTypeError(error.problems[0].message) from None
