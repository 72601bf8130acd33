# SPDX-License-Identifier: Apache-2.0
"""The files that a document of drift is written to, and the one of the run before."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ...errors import InvalidInput, OpenTokError, Problem, quote
from ..files.atomic import replace_file
from . import markdown, reading
from .document import Document


class Output(NamedTuple):
    """What is written: ``about`` says what for, ``render`` takes the document and the marker of the Markdown. ``mode``: of the file."""

    about: str
    mode: int
    render: Callable[[Document, str], str]


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
    "json_file": Output("the document", 0o600, lambda document, marker: as_text(document) + "\n"),
    "markdown": Output("for a comment or an issue", 0o600, lambda document, marker: markdown.of_document(document, marker=marker)),
    "junit": Output("JUnit XML, a test case for each project", 0o600, _junit),
    "prometheus": Output("for the textfile collector of node_exporter, readable by all users", 0o644, _prometheus),
}
"""Name of the option -> what is written to the file that it names."""


def check(paths: Mapping[str, str | None]) -> None:
    """Raises :class:`InvalidInput` for a file that could not be written."""
    wrong = [(name, path) for name, path in _given(paths) if not _fits(path)]
    if wrong:
        raise InvalidInput([Problem(name, f"{quote(path, 300)} must be a file in a folder that can be written to") for name, path in wrong])


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
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            return reading.read(json.load(file), "since")
    except OSError as error:
        raise InvalidInput(Problem("since", f"{quote(path, 300)} cannot be read: {error.strerror or type(error).__name__}")) from None
    except (ValueError, RecursionError):
        why = "it is no JSON"
    except InvalidInput as error:
        why = error.problems[0].message
    warn(f"since: {quote(path, 300)} is ignored, and what has drifted is first seen now: {why}")
    return None


def _given(paths: Mapping[str, str | None]) -> list[tuple[str, str]]:
    return [(name, path) for name, path in paths.items() if path is not None]


def _fits(path: str) -> bool:
    whole = os.path.expanduser(path)
    folder = os.path.dirname(whole) or "."
    # Nothing but a file may be replaced by one: not /dev/stdout, not a pipe.
    return bool(path) and (os.path.isfile(whole) or not os.path.lexists(whole)) and os.path.isdir(folder) and os.access(folder, os.W_OK)
