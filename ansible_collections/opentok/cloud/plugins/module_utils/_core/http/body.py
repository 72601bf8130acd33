# SPDX-License-Identifier: Apache-2.0
"""Reads the body of an answer, up to a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests import Response

MAX_BYTES = 64 * 2**20
"""Limit in bytes for a decoded body. The largest answer is the list of an account's projects, which has no paging: some 250 bytes
each, 650 with long names, so this is an account with 100,000 to 250,000 projects. Otherwise, a compressed answer of a hundredth of this size
could fill the memory."""

MAX_ERROR_BYTES = 64 * 2**10
"""The same for a refusal, from which only a code and a sentence are read."""

PIECE = 16 * 2**10
"""Bytes read at once. Old versions of urllib3 decompress a whole piece, which grows at most a thousandfold."""

ENCODINGS = ("gzip", "deflate")


class TooMuch(Exception):
    """The body exceeds the limit."""


class UnknownEncoding(Exception):
    """The body uses an encoding that was not requested."""


def take_in(response: Response) -> None:
    """Reads the body of ``response``, whose request was streamed, into its ``content``; for a refusal, only the beginning.

    Raises :class:`TooMuch`, :class:`UnknownEncoding`, and what ``requests`` raises for a body that is cut off or cannot be decoded.
    The connection is then closed; otherwise it can be reused.
    """
    success = 200 <= response.status_code < 300
    if response.status_code < 200:
        # Switched to another protocol: what comes next on this connection is no answer.
        response.raw.close()
    try:
        content = _read(response, MAX_BYTES if success else MAX_ERROR_BYTES, cut=not success)
    except BaseException:
        response.close()
        raise
    response._content = content
    response._content_consumed = True  # type: ignore[attr-defined]


def _read(response: Response, most: int, *, cut: bool) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in (*ENCODINGS, "x-gzip", "identity", ""):
        raise UnknownEncoding
    length = response.headers.get("Content-Length", "")
    if not cut and length.isdecimal() and (len(length) > 15 or int(length) > most):
        raise TooMuch
    pieces, size = [], 0
    for piece in response.iter_content(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            if not cut:
                raise TooMuch
            response.close()
            break
    return b"".join(pieces)
