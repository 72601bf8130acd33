# SPDX-License-Identifier: Apache-2.0
"""Every error of the core.

Each message is one line: what happened, on what, and what to do next. None ever holds a secret: texts are written from keys,
names and status codes, and what a server said passes :func:`one_line` first.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from .operations import READS

LIKE_A_SECRET = re.compile(r"(?<![\w-])[0-9A-Za-z]{40}(?![\w-])")
"""OpenTok's secrets are 40 letters and digits. One may be given in the wrong place by mistake."""

NOT_SHOWN = "(not shown: it looks like a secret)"


class OpenTokError(Exception):
    """The root of all errors of this package.

    ``operation`` is the name of the API operation (``project.create``) if there was one.
    ``outcome_unknown`` is true when the server may have done what was asked although no usable answer came back; never for a read.
    """

    outcome_unknown = False

    def __init__(self, message: str, *, operation: str | None = None) -> None:
        super().__init__(one_line(message))
        self.operation = operation


class MissingLibrary(OpenTokError):
    """A library that the core needs (``requests``) cannot be imported. ``library`` is its name in the package index."""

    def __init__(self, library: str) -> None:
        super().__init__(f"the Python library {library} is missing: install it with `pip install {library}`")
        self.library = library


@dataclasses.dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one input: the name of the ``field`` and a ``message`` that says what would be right."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class InvalidInput(OpenTokError, ValueError):
    """An input is wrong; found before any request was sent. ``problems`` names each field."""

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


class CredentialsError(OpenTokError):
    """Credentials are missing, incomplete or of the wrong kind; found before any request was sent."""


class PlanError(OpenTokError):
    """The declared state cannot be reached from what is there (two projects of a name, an adoption that does not match, ...)."""


class OutcomeUnknown(PlanError):
    """Something that must not be done twice was asked for, and a look afterwards does not show what came of it."""

    outcome_unknown = True


class RotationUnknown(OutcomeUnknown):
    """It cannot be told whether a secret was rotated: to be remembered as begun, not to be asked for anew."""


class LedgerError(OpenTokError):
    """The ledger cannot be used; it is as it was before."""


class ApiError(OpenTokError):
    """The server refused. ``status`` is the HTTP status, ``code`` and ``server_message`` come from the error body (``None`` when it had none).

    Whatever else than :class:`Forbidden`, :class:`NotFound` and :class:`RateLimited` may have come after the work was done, from the
    server or from something between: a redirect, a conflict with oneself after a request that was delivered twice, a gateway that gave up.
    """

    surely_not_done: ClassVar[bool] = False
    """Whether this refusal alone shows that the request was not carried out."""

    def __init__(self, message: str, *, operation: str, status: int, code: int | None = None, server_message: str | None = None) -> None:
        super().__init__(message, operation=operation)
        self.outcome_unknown = not self.surely_not_done and operation not in READS
        self.status = status
        self.code = code
        self.server_message = server_message


class Forbidden(ApiError):
    """HTTP 401 or 403: the key is unknown, suspended or of the wrong kind, the secret is wrong, or the clocks differ."""

    surely_not_done = True


class NotFound(ApiError):
    """HTTP 404: there is no such thing in this account or project."""

    surely_not_done = True


class RateLimited(ApiError):
    """HTTP 429, also after waiting as long as the server asked: the request was not carried out."""

    surely_not_done = True


class ServerError(ApiError):
    """HTTP 5xx: the server failed while it handled the request, so what was asked may or may not be done."""


class NoResponse(OpenTokError):
    """No answer came: connection refused, reset, timed out. ``outcome_unknown`` is false when the request surely never arrived."""

    def __init__(self, message: str, *, operation: str, outcome_unknown: bool) -> None:
        super().__init__(message, operation=operation)
        self.outcome_unknown = outcome_unknown


class InvalidResponse(OpenTokError):
    """An answer came that says success but cannot be read: cut off, not JSON, a proxy's web page, a field missing."""

    def __init__(self, message: str, *, operation: str | None = None) -> None:
        super().__init__(message, operation=operation)
        self.outcome_unknown = operation not in READS


class NotTheApi(ApiError):
    """HTTP 404 (or 408 for a stream), but not in the API's own error form: a gateway's page, or another server. It proves no absence."""


class CutList(InvalidResponse):
    """A list came that is not all there is: a part (HTTP 206), one page of several, fewer rows than the answer counts."""


class ForeignAnswer(InvalidResponse):
    """The answer shows another thing than the one that was asked for. Nothing of it may be used."""


class Interrupted(KeyboardInterrupt):
    """The signal ``number`` came before anything was begun that has to be finished."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class RunInterrupted(OpenTokError):
    """A signal ended the run: what was begun is finished, the rest was not begun."""


def one_line(text: str, limit: int = 2000) -> str:
    """``text`` with control characters as spaces, at most ``limit`` characters: what a server or user wrote cannot forge a line."""
    cleaned = "".join(char if char.isprintable() else " " for char in text).strip()
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"


def quote(value: object, limit: int = 60) -> str:
    """A user's value for an error text: in quotes, on one line, cut after ``limit`` characters; what looks like a secret is not shown."""
    text = str(value)
    if LIKE_A_SECRET.search(text):
        return NOT_SHOWN
    text = one_line(text, limit)
    return f"'{text}'" if isinstance(value, str) else text


def unquoted(value: object) -> str:
    """``": quote it"`` for what YAML makes of a text without quotes (a number, true, a date), ``""`` where quotes would not help."""
    return ": quote it" if isinstance(value, (bool, int, float, datetime.date)) else ""


def not_text(value: object) -> str:
    """What is wrong with a value that is no string."""
    return f"must be a string, not {type(value).__name__} {quote(value)}{unquoted(value)}"


def join_words(values: Iterable[object]) -> str:
    """``a, b and c``."""
    texts = [str(value) for value in values]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}" if texts else "none"
