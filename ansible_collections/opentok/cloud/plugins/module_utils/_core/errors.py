# SPDX-License-Identifier: Apache-2.0
"""Every error of the core.

Each message is one line: what happened, to what, and what to do next. None ever contains a secret: messages are built from keys,
names and status codes, and a server's own message passes through :func:`one_line` first.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from .operations import READS, Operation

LIKE_A_SECRET = re.compile(r"(?<![\w-])[0-9A-Za-z]{40}(?![\w-])")
"""OpenTok's secrets are 40 letters and digits. One may end up in the wrong place by mistake."""

NOT_SHOWN = "(not shown: it looks like a secret)"


class OpenTokError(Exception):
    """The root of all errors of this package.

    ``operation`` is the name of the API operation (``project.create``) if there was one.
    ``outcome_unknown`` is true when the server may have carried out the request although no usable answer arrived; never for a read.
    """

    outcome_unknown = False

    def __init__(self, message: str, *, operation: str | None = None) -> None:
        super().__init__(one_line(message))
        self.operation = operation


UNSURE = "the server may or may not have done it"
NOT_KNOWN = "not known whether it was done"


class MissingLibrary(OpenTokError):
    """A library that the core needs (``requests``) cannot be imported. ``library`` is its name in the package index.

    ``extra``: the extra of ``pulumi-opentok`` that brings it; ``target``: the only thing that needs it, ``beside`` others.
    """

    def __init__(self, library: str, *, extra: str | None = None, target: str | None = None, beside: tuple[str, ...] = ()) -> None:
        needed = f"the Python library {library}" if target is None else f"{target} needs the Python library {library}, which"
        quoted = f"'{library}'" if "[" in library else library
        ways = f"`pip install {' '.join((quoted, *beside))}`"
        either = "" if extra is None else f", or the extra pulumi-opentok[{extra}]"
        super().__init__(f"{needed} is missing: install it with {ways}{either}")
        self.library = library
        self.extra = extra


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
    """The declared state cannot be reached from the current one (two projects with one name, an adoption that does not match, ...)."""


class OtherAccount(PlanError):
    """What is declared belongs to another account than the credentials: of that one nothing can be said."""


class OutcomeUnknown(PlanError):
    """A request that must not be repeated was sent, and reading back afterwards does not show its outcome."""

    outcome_unknown = True


class RotationUnknown(OutcomeUnknown):
    """It is unknown whether a secret was rotated: record the rotation as begun, do not repeat it."""


class LedgerError(OpenTokError):
    """The ledger cannot be used; it is as it was before."""


class ApiError(OpenTokError):
    """The server refused. ``status`` is the HTTP status, ``code`` and ``server_message`` come from the error body (``None`` when it had none).

    Any refusal other than :class:`Forbidden`, :class:`NotFound` and :class:`RateLimited` may have come after the work was done, from the
    server or an intermediary: a redirect, a conflict with itself after a request was delivered twice, a gateway that gave up.
    """

    surely_not_done: ClassVar[bool] = False
    """Whether this refusal alone proves that the request was not carried out."""
    answer_lost = False
    """Whether the request had been sent before, in the same call, with no usable answer: it may have been carried out then."""

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
    """HTTP 404: the account or project contains no such object."""

    surely_not_done = True


class RateLimited(ApiError):
    """HTTP 429, even after waiting as long as the server asked: the request was not carried out."""

    surely_not_done = True


class ServerError(ApiError):
    """HTTP 5xx: the server failed while it handled the request, so the request may or may not have been carried out."""


class NoResponse(OpenTokError):
    """No answer arrived: connection refused, reset, timed out. ``outcome_unknown`` is false when the request certainly never arrived."""

    def __init__(self, message: str, *, operation: str, outcome_unknown: bool) -> None:
        super().__init__(message, operation=operation)
        self.outcome_unknown = outcome_unknown


class InvalidResponse(OpenTokError):
    """An answer reports success but cannot be read: it is cut off, not JSON, a proxy's web page, or lacks a field."""

    def __init__(self, message: str, *, operation: str | None = None) -> None:
        super().__init__(message, operation=operation)
        self.outcome_unknown = operation not in READS


class NotTheApi(ApiError):
    """HTTP 404 (or 408 for a stream), but not in the API's own error format: a gateway's page or another server. It does not prove absence."""


class CutList(InvalidResponse):
    """A list is incomplete: a part (HTTP 206), one page of several, or fewer rows than the answer counts."""


class ForeignAnswer(InvalidResponse):
    """The answer is about a different object from the one requested. Nothing in it may be used."""


class Interrupted(KeyboardInterrupt):
    """The signal ``number`` arrived before anything had begun that must be finished."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class RunInterrupted(OpenTokError):
    """A signal ended the run: what had begun is finished, the rest was not begun."""


class NotBegun(OpenTokError):
    """Nothing of this was begun, because something else has failed before."""


def with_outcome(error: OpenTokError, operation: Operation) -> OpenTokError:
    """The same error. Where an answer is missing that would tell whether ``operation`` was done, its text says so, and what to do next."""
    text = str(error)
    if not error.outcome_unknown or UNSURE in text or NOT_KNOWN in text:
        return error
    if not operation.repeatable:
        # Whoever asked has to look before it may be asked again.
        error.args = (f"{text}; {UNSURE}",)
    elif "run again" in text:
        error.args = (text.replace("run again", f"{NOT_KNOWN}: run again", 1),)
    else:
        error.args = (f"{text}; {NOT_KNOWN}: run again",)
    return error


def one_line(text: str, limit: int = 2000) -> str:
    """``text`` with control characters as spaces, at most ``limit`` characters: a server or user cannot forge a line."""
    cleaned = "".join(char if char.isprintable() else " " for char in text).strip()
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"


def quote(value: object, limit: int = 60) -> str:
    """A user's value for an error message: quoted, on one line, cut after ``limit`` characters; anything that looks like a secret is not shown."""
    text = str(value)
    if LIKE_A_SECRET.search(text):
        return NOT_SHOWN
    text = one_line(text, limit)
    return f"'{text}'" if isinstance(value, str) else text


def unquoted(value: object) -> str:
    """``": quote it"`` for what YAML makes of an unquoted string (a number, true, a date), ``""`` where quotes would not help."""
    return ": quote it" if isinstance(value, (bool, int, float, datetime.date)) else ""


def not_text(value: object) -> str:
    """What is wrong with a value that is not a string."""
    return f"must be a string, not {type(value).__name__} {quote(value)}{unquoted(value)}"


def join_words(values: Iterable[object]) -> str:
    """``a, b and c``."""
    texts = [str(value) for value in values]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}" if texts else "none"
