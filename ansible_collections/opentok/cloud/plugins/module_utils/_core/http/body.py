# SPDX-License-Identifier: Apache-2.0
"""Takes in the body of an answer, as far as it has measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests import Response

MAX_BYTES = 32 * 2**20
"""Bytes of a decoded body that are taken in. The largest answer is the list of an account's projects, which has no paging: some 250 bytes
each, so this is an account of more than 100,000 projects. A compressed answer of a hundredth of its size could otherwise fill the memory."""

MAX_ERROR_BYTES = 64 * 2**10
"""The same for a refusal, of which only a code and a sentence are read."""

PIECE = 16 * 2**10
"""Bytes that are read at once. Old versions of urllib3 decompress all of a piece, at most a thousandfold."""

ENCODINGS = ("gzip", "deflate")


class TooMuch(Exception):
    """The body is longer than what is taken in."""


class UnknownEncoding(Exception):
    """The body is encoded in a way that was not asked for."""


def take_in(response: Response) -> None:
    """Reads the body of ``response``, whose request was streamed, into its ``content``; of a refusal only its beginning.

    Raises :class:`TooMuch`, :class:`UnknownEncoding`, and what ``requests`` raises for a body that breaks off or cannot be decoded.
    The connection is closed then, and serves on otherwise.
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
