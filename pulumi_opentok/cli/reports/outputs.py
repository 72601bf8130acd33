# SPDX-License-Identifier: Apache-2.0
"""The options of ``drift`` and ``report`` that name what is written: JSON, Markdown, JUnit XML, Prometheus' text format."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ...core import InvalidInput, OpenTokError
from ...core.desired.drift import files, markdown
from ...core.desired.drift.document import Document
from ..errors import UsageError

STDOUT = "-"


def add(command: Any) -> None:
    """Adds them."""
    written = command.add_argument_group("what is written (- is stdout)")
    for name, output in files.OUTPUTS.items():
        written.add_argument(_flag(name), metavar="FILE", help=output.about)
    written.add_argument(
        "--marker",
        metavar="TEXT",
        type=_marker,
        default=markdown.MARKER,
        help="what stands in the hidden first line of the Markdown, by which a comment is found again (default: %(default)s)",
    )


def check(given: argparse.Namespace) -> None:
    """Raises :class:`UsageError` for a file that could not be written, or that a mistaken path would destroy."""
    named = {"the file of -f": "file", "the file of --account-secret-file": "account_secret_file"}
    inputs = {called: getattr(given, name, None) for called, name in named.items()}
    try:
        files.check(_paths(given), {**files.with_lock(getattr(given, "ledger", None)), **inputs})
    except InvalidInput as error:
        raise UsageError("; ".join(f"{_flag(problem.field)}: {problem.message}" for problem in error.problems)) from None


def write(given: argparse.Namespace, document: Document) -> bool:
    """Writes what was asked for. Returns whether anything went to stdout. Raises :class:`OpenTokError`."""
    printed = [name for name in files.OUTPUTS if getattr(given, name) == STDOUT]
    for name in printed:
        sys.stdout.write(files.OUTPUTS[name].render(document, given.marker))
    try:
        files.write(_paths(given), document, given.marker)
    except OpenTokError as error:
        name, colon, rest = str(error).partition(":")
        raise OpenTokError(f"{_flag(name)}{colon}{rest}") from None
    return bool(printed)


def previous(path: str | None) -> Document | None:
    """The document of the run before, ``None`` where there is none yet. Raises :class:`UsageError`."""
    try:
        return files.previous(path)
    except InvalidInput as error:
        raise UsageError(f"--{error}") from None


def _paths(given: argparse.Namespace) -> dict[str, str | None]:
    return {name: None if getattr(given, name) == STDOUT else getattr(given, name) for name in files.OUTPUTS}


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _marker(text: str) -> str:
    try:
        return markdown.checked_marker(text)
    except InvalidInput as error:
        raise argparse.ArgumentTypeError(error.problems[0].message) from None
