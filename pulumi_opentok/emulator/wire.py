# SPDX-License-Identifier: Apache-2.0
"""Replies on the wire, and what each kind of fault does to them.

=========== ========== ==========================================================================
kind        work done  what the client sees
=========== ========== ==========================================================================
status      no         that status, and Retry-After if it is given: an error of the API, or a page
after       yes        the same
html        yes        the HTML page of a gateway with a status, by default 200
delay       yes        the right answer, ``seconds`` later
trickle     yes        the right answer, its body spread over ``seconds``
drop_before no         the connection is closed without an answer
drop_after  yes        the connection is closed without an answer
late        later      the connection is closed without an answer, the work is done in ``seconds``
truncate    yes        half of the answer under the Content-Length of the whole, then the end
garble      yes        200 and bytes that are not JSON (and not XML)
=========== ========== ==========================================================================
"""

from __future__ import annotations

import asyncio
import http

from starlette.types import Receive, Scope, Send

from .errors import ApiError
from .faults import Fault
from .messages import Reply, error_reply
from .protocol import connection_of

_GARBAGE = b'{"id": "46\xff\xfe\x00<[,,'
_PAGE = b"<!DOCTYPE html>\n<html><head><title>Please wait</title></head><body><h1>Gateway</h1><p>One moment.</p></body></html>\n"
_REDIRECTS = (301, 302, 303, 307, 308)
_PIECES = 20
_LEAST_LENGTH = 64  # bytes that a truncated answer announces when there is no body to cut


async def send_reply(reply: Reply, send: Send) -> None:
    """Send an answer."""
    await send({"type": "http.response.start", "status": reply.status, "headers": _headers(reply, len(reply.body))})
    await send({"type": "http.response.body", "body": reply.body})


async def send_status(fault: Fault, scope: Scope, receive: Receive, send: Send, *, xml: bool) -> None:
    """The answer of a fault that has a status. One below 200 is no answer yet: nothing follows it but the end of the connection."""
    try:
        text = http.HTTPStatus(fault.status).phrase
    except ValueError:
        text = "Error"
    if fault.status < 200:
        connection_of(scope).write(f"HTTP/1.1 {fault.status} {text}\r\n\r\n".encode("ascii"))
        connection_of(scope).close()
        await _closed(receive)
        return
    reply = Reply(fault.status, _PAGE, "text/html") if "html" in (fault.kind, fault.body) else error_reply(ApiError(fault.status, text), xml=xml)
    if fault.status in (204, 304):
        reply = Reply(fault.status)
    if fault.retry_after is not None:
        reply.headers += ((b"retry-after", str(fault.retry_after).encode("ascii")),)
    if fault.status in _REDIRECTS:
        reply.headers += ((b"location", scope["path"].encode("utf-8")),)
    await send_reply(reply, send)


async def apply_fault(fault: Fault, reply: Reply, scope: Scope, receive: Receive, send: Send, *, xml: bool) -> None:
    """Answer with ``reply`` as a fault that lets the work be done wants it."""
    if fault.kind in ("after", "html"):
        await send_status(fault, scope, receive, send, xml=xml)
    elif fault.kind == "drop_after":
        await drop(scope, receive)
    elif fault.kind == "truncate":
        await _truncate(reply, scope, receive, send)
    elif fault.kind == "garble":
        await send_reply(Reply(200, _GARBAGE, "application/json"), send)
    elif fault.kind == "trickle":
        await _trickle(fault.seconds, reply, receive, send)
    elif fault.kind != "delay" or await _still_there_after(fault.seconds, receive):
        await send_reply(reply, send)


async def _still_there_after(seconds: float, receive: Receive) -> bool:
    """Hold back; False as soon as the client, or the emulator, ends the connection."""
    try:
        await asyncio.wait_for(_closed(receive), seconds)
    except TimeoutError:
        return True
    return False


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer."""
    connection_of(scope).abort()
    await _closed(receive)


async def _truncate(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    length = max(len(reply.body), _LEAST_LENGTH)
    status = reply.status if reply.body else 200  # a 204 has no length to lie about
    await send({"type": "http.response.start", "status": status, "headers": _headers(reply, length)})
    await send({"type": "http.response.body", "body": reply.body[: length // 2], "more_body": True})
    connection_of(scope).close()
    await _closed(receive)


async def _trickle(seconds: float, reply: Reply, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": _headers(reply, len(reply.body))})
    piece = max(1, len(reply.body) // _PIECES)
    pieces = [reply.body[start : start + piece] for start in range(0, len(reply.body), piece)]
    for each in pieces:
        if not await _still_there_after(seconds / len(pieces), receive):
            return
        await send({"type": "http.response.body", "body": each, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _closed(receive: Receive) -> None:
    """Wait until the server knows that the connection is gone, else it takes the missing answer for our mistake."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _headers(reply: Reply, length: int) -> list[tuple[bytes, bytes]]:
    headers = list(reply.headers)
    if reply.content_type is not None:
        headers.append((b"content-type", reply.content_type.encode("ascii")))
    if reply.status not in (204, 304):
        headers.append((b"content-length", str(length).encode("ascii")))
    return headers
