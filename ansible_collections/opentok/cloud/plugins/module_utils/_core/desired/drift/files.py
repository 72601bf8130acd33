# SPDX-License-Identifier: Apache-2.0
"""The files that a document of drift is written to, and the one of the run before."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ...errors import InvalidInput, OpenTokError, Problem, quote
from ..files.atomic import replace_file
from ..files.regular import read_regular
from ..ledger.places import is_file
from . import markdown, reading
from .document import FORMAT, Document


class Output(NamedTuple):
    """What is written: ``about`` says what for, ``render`` takes the document and the marker of the Markdown. ``mode``: of the file.

    ``ours``: how each such file begins; whatever begins otherwise is not replaced.
    """

    about: str
    mode: int
    ours: str
    render: Callable[[Document, str], str]


MAX_BYTES = 256 * 1024 * 1024
"""Maximum size in bytes of the document of the run before."""

BEGINNING = 500
"""Bytes of a file by which it is known what it is."""


def as_text(document: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    """As JSON. Anything that could move a terminal's cursor or change a line's direction is escaped, as JSON does with line breaks."""
    text = json.dumps(document, indent=2, ensure_ascii=ascii_only)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)


def _junit(document: Document, marker: str) -> str:
    # Here and below: what is not asked for need not be compiled, which Ansible does anew in every run.
    from . import junit

    return junit.of_document(document)


def _prometheus(document: Document, marker: str) -> str:
    from . import prometheus

    return prometheus.of_document(document)


OUTPUTS: Mapping[str, Output] = {
    "json_file": Output("the document", 0o600, rf'\s*\{{\s*"format":\s*"{FORMAT}"', lambda document, marker: as_text(document) + "\n"),
    "markdown": Output(
        "for a comment or an issue",
        0o600,
        r"<!-- [\w./-]+ -->\n### OpenTok: ",
        lambda document, marker: markdown.of_document(document, marker=marker),
    ),
    "junit": Output("JUnit XML, a test case for each project", 0o600, r'<\?xml [^>]*>\s*<testsuites name="opentok-drift"', _junit),
    "prometheus": Output("for the textfile collector of node_exporter, readable by all users", 0o644, r"# HELP opentok_\w+ ", _prometheus),
}
"""Name of the option -> what is written to the file that it names."""


def check(paths: Mapping[str, str | None], inputs: Mapping[str, str | None]) -> None:
    """Raises :class:`InvalidInput` for a file that could not be written, or that a mistaken path would destroy.

    ``inputs``: the other files of the run, by what they are called.
    """
    others = [(called, path) for called, path in inputs.items() if path]
    problems = []
    for name, path in _given(paths):
        if what := _wrong(OUTPUTS[name], path, others):
            problems.append(Problem(name, f"{quote(path, 300)} {what}"))
        others.append((name, path))
    if problems:
        raise InvalidInput(problems)


def with_lock(ledger: str | None) -> dict[str, str | None]:
    """The files of a ledger, as ``inputs`` of :func:`check`: none of one in a store."""
    if ledger is None or not is_file(ledger):
        return {}
    return {"the ledger": ledger, "the lock of the ledger": f"{os.path.realpath(os.path.expanduser(ledger))}.lock"}


def same_file(one: str, other: str) -> bool:
    """Whether both paths mean one file, be it by a link or not there yet."""
    first, second = (os.path.realpath(os.path.expanduser(path)) for path in (one, other))
    try:
        return first == second or os.path.samefile(first, second)
    except (OSError, ValueError):
        return False


def write(paths: Mapping[str, str | None], document: Document, marker: str) -> None:
    """Writes each file whole or not at all. Raises :class:`OpenTokError`."""
    for name, path in _given(paths):
        output = OUTPUTS[name]
        content = output.render(document, marker).encode("utf-8", "backslashreplace")
        try:
            replace_file(os.path.expanduser(path), content, mode=output.mode)
        except OSError as error:
            raise OpenTokError(f"{name}: {quote(path, 300)} cannot be written: {error.strerror or type(error).__name__}") from None


def previous(path: str | None, warn: Callable[[str], None]) -> Document | None:
    """The document of the run before, ``None`` where there is none yet. Raises :class:`InvalidInput` for a file that cannot be read.

    A damaged one must not fail every run from now on: it is ignored, with a warning. All that it knew is since when something has drifted.
    """
    if path is None or not os.path.lexists(os.path.expanduser(path)):
        return None
    try:
        found = json.loads(read_regular(path, MAX_BYTES))
    except OSError as error:
        raise InvalidInput(Problem("since", f"{quote(path, 300)} cannot be read: {error.strerror or type(error).__name__}")) from None
    except (ValueError, RecursionError):
        why = "it is no JSON"
        if not _begins_as(OUTPUTS["json_file"], path):
            raise InvalidInput(Problem("since", f"{quote(path, 300)} cannot be read: {why}")) from None
    else:
        try:
            return reading.read(found, "since")
        except InvalidInput as error:
            if not _begins_as(OUTPUTS["json_file"], path):
                raise
            why = error.problems[0].message
    warn(f"since: {quote(path, 300)} is ignored, and what has drifted is first seen now: {why}")
    return None


def _given(paths: Mapping[str, str | None]) -> list[tuple[str, str]]:
    return [(name, path) for name, path in paths.items() if path is not None]


def _wrong(output: Output, path: str, others: Sequence[tuple[str, str]]) -> str | None:
    """What is wrong with the file, as the rest of a sentence."""
    if not _fits(path):
        return "must be a file in a folder that can be written to"
    for called, other in others:
        if same_file(path, other):
            return f"is also {called}: give each a file of its own"
    try:
        known = _begins_as(output, path)
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"cannot be read: {error.strerror or type(error).__name__}"
    return None if known else "is there already, and is not what this option writes: give another path, or remove it"


def _begins_as(output: Output, path: str) -> bool:
    """Whether it is empty, or was written as this output. Raises ``OSError``."""
    with open(os.path.expanduser(path), "rb") as file:
        beginning = file.read(BEGINNING).decode("utf-8", "replace")
    return not beginning or re.match(output.ours, beginning) is not None


def _fits(path: str) -> bool:
    whole = os.path.expanduser(path)
    folder = os.path.dirname(whole) or "."
    # Nothing but a file may be replaced by one: not /dev/stdout, not a pipe.
    return bool(path) and (os.path.isfile(whole) or not os.path.lexists(whole)) and os.path.isdir(folder) and os.access(folder, os.W_OK)
