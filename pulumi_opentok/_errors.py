# SPDX-License-Identifier: Apache-2.0
"""One-line errors: the SDK shows users whole tracebacks, but the core's errors say all there is to say in one line."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

import pulumi

from ._engine_log import is_dynamic_process
from ._operation import current
from .core import OpenTokError

DEFAULT_TRACEBACK_LIMIT = 1000


@contextlib.contextmanager
def one_line_errors(about: str = "") -> Iterator[None]:
    """Errors of the core inside become a bare ``Exception`` without traceback, in a program ``pulumi.RunError``, unless ``OPENTOK_DEBUG=1``.

    Secret values of the operation are masked. ``about`` says what failed, where the engine does not.
    """
    try:
        yield
    except OpenTokError as error:
        mask(error)
        if os.environ.get("OPENTOK_DEBUG") == "1":
            raise
        _limit_traceback(0)
        raise (Exception if is_dynamic_process() else pulumi.RunError)(f"{about}: {error}" if about else str(error)) from None
    except BaseException as error:
        mask(error)
        _limit_traceback(DEFAULT_TRACEBACK_LIMIT)
        raise


def mask(error: BaseException | None) -> None:
    """Hides the secret values of the operation in ``error`` and in those that led to it, which a traceback shows as well."""
    hidden, seen = current().hidden, set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        error.args = tuple(hidden.mask(arg) if isinstance(arg, str) else arg for arg in error.args)
        error = error.__cause__ or error.__context__


def _limit_traceback(frames: int) -> None:
    if is_dynamic_process():
        sys.tracebacklimit = frames
