# SPDX-License-Identifier: Apache-2.0
"""One-line errors: the SDK sends whole tracebacks to the user, the core's errors say all there is to say in one line."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from ._engine_log import is_provider_process
from .core import OpenTokError

DEFAULT_TRACEBACK_LIMIT = 1000


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """Inside, an error of the core becomes a bare ``Exception`` without plumbing frames, unless ``OPENTOK_DEBUG=1``."""
    try:
        yield
    except OpenTokError as error:
        if os.environ.get("OPENTOK_DEBUG") == "1":
            raise
        _limit_traceback(0)
        raise Exception(str(error)) from None
    except BaseException:
        _limit_traceback(DEFAULT_TRACEBACK_LIMIT)
        raise


def _limit_traceback(frames: int) -> None:
    if is_provider_process():
        sys.tracebacklimit = frames
