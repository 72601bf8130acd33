# SPDX-License-Identifier: Apache-2.0
"""A file that a SIP trunk's document is published in: JSON, mode 0600."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from typing import Any

from ...errors import InvalidInput, PlanError, Problem, join_words, quote
from ..files.atomic import replace_file
from ..files.trusted_path import distrust
from .document import DOCUMENT_KEYS, FORMAT

MODE = 0o600
MAX_BYTES = 1024 * 1024
"""Bytes; a document has a thousand or so."""
TELLING = ("format", "uri", "secure", "enabled")
"""Keys without which a file is taken for someone else's."""


def checked_path(value: Any, field: str = "dest") -> str:
    """The absolute path. Raises :class:`InvalidInput` for what is none."""
    if not isinstance(value, str) or not value.strip() or "\0" in value or value.endswith("/"):
        raise InvalidInput(Problem(field, f"must be the path of a file, not {quote(value)}"))
    return os.path.abspath(os.path.expanduser(value))


def read_document(path: str) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """The document in the file as it stands there, and what is wrong with the file; ``None``: there is no file, or an empty one.

    Raises :class:`PlanError` for what is no document of a SIP trunk, or one of a newer format: that is never overwritten.
    """
    text = _content(path)
    if text is None or not text.strip():
        return None, ()
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    newer = isinstance(content, dict) and set(TELLING) <= content.keys() and isinstance(content["format"], int) and content["format"] > FORMAT
    if newer:
        raise _error(path, f"was written by a newer opentok (format {content['format']}, this one knows {FORMAT}): update opentok here")
    if not isinstance(content, dict) or not set(TELLING) <= content.keys() or content["format"] is True or content["format"] != FORMAT:
        raise _error(path, "holds no SIP trunk document and is left as it is: name another file, or take away what is there")
    more = [key for key in content if key not in DOCUMENT_KEYS]
    faults = [f"the file also holds {join_words(quote(key) for key in more)}"] if more else []
    if (mode := stat.S_IMODE(os.stat(path).st_mode)) != MODE:
        faults.append(f"the file has mode {mode:04o}, not {MODE:04o}")
    return {key: content[key] for key in DOCUMENT_KEYS if key in content}, tuple(faults)


def write_document(path: str, document: Mapping[str, Any]) -> None:
    """Puts the document there, whole or not at all; an owner that the file has stays its owner. Raises :class:`PlanError`."""
    text = json.dumps(dict(document), indent=2, ensure_ascii=True) + "\n"
    try:
        if wrong := distrust(path):
            raise _error(path, f"is not safe from other users: {wrong}")
        there = os.stat(path) if os.path.exists(path) else None
        replace_file(path, text.encode(), owner=None if there is None else (there.st_uid, there.st_gid))
    except OSError as error:
        raise _error(path, f"cannot be written: {error.strerror}") from None


def remove_document(path: str) -> None:
    """Takes the file away. Raises :class:`PlanError`."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _error(path, f"cannot be removed: {error.strerror}") from None


def load_document(path: str, field: str) -> Any:
    """What a user of a trunk finds in its file, to be checked by ``read_trunk``. Raises :class:`InvalidInput` when there is none."""
    path = checked_path(path, field)
    try:
        document, _faults = read_document(path)
    except PlanError as error:
        raise InvalidInput(Problem(field, str(error))) from None
    if document is None:
        raise InvalidInput(Problem(field, f"there is no SIP trunk in {quote(path, 300)}: publish it first"))
    return document


def _content(path: str) -> str | None:
    try:
        if not os.path.isdir(os.path.dirname(path)):
            raise _error(path, "cannot be made: there is no such folder; make it first")
        if not os.path.lexists(path):
            return None
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            raise _error(path, "is a symbolic link: name the file that it leads to")
        if not stat.S_ISREG(mode):
            raise _error(path, "is a folder: name a file in it" if stat.S_ISDIR(mode) else "is no regular file: name another one")
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _error(path, f"cannot be read: {error.strerror}") from None
    # What is too large or no text is no document either.
    return content.decode(errors="replace") if len(content) <= MAX_BYTES else "?"


def _error(path: str, what: str) -> PlanError:
    return PlanError(f"file {quote(path, 300)} {what}")
