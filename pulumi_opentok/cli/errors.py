# SPDX-License-Identifier: Apache-2.0
"""How the command ends when it does not succeed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ..core import CredentialsError, InvalidInput, OpenTokError, Problem

OK = 0
FAILED = 1
USAGE = 2
NOT_FINISHED = 3
"""Something was done but not all of it, or it is unknown whether it was done: running again continues."""

DUE = 7
"""Something is due, or would change where nothing should: as with ``pulumi preview --expect-no-changes``."""

SIGNALLED = 128
"""Plus the number of the signal that ended the run: 130 for Ctrl+C, 143 for SIGTERM."""


class UsageError(OpenTokError):
    """The command was used wrongly, or with a file that cannot be read."""


class Declined(OpenTokError):
    """The question was answered with no."""


def status_of(error: OpenTokError) -> int:
    """2 for wrong usage, found before any request; 3 if it is unknown whether it was done; otherwise 1."""
    if error.outcome_unknown:
        return NOT_FINISHED
    return USAGE if isinstance(error, (UsageError, InvalidInput, CredentialsError)) else FAILED


def lines_of(error: OpenTokError) -> list[str]:
    """One line per problem."""
    return [str(problem) for problem in error.problems] if isinstance(error, InvalidInput) else [str(error)]


def within(source: str, error: InvalidInput) -> InvalidInput:
    """The error, naming the file it is in; ``-`` is stdin."""
    source = "stdin" if source == "-" else source
    return InvalidInput([Problem(f"{source}: {problem.field}", problem.message) for problem in error.problems])


@contextlib.contextmanager
def errors_in(file: str | None) -> Iterator[None]:
    """Errors in a declaration name its file."""
    try:
        yield
    except InvalidInput as error:
        raise error if file is None else within(file, error) from None
