# SPDX-License-Identifier: Apache-2.0
"""uvicorn's protocol on httptools, but a request that offers to go on in another protocol is answered in HTTP/1.1, as RFC 9110 allows.

httptools takes all that follows the head of such a request for the other protocol, so its body would be lost. Here the head is parsed once
more without the offer, and the body with it. The JDK's HTTP client offers HTTP/2 in each request until it is told not to.
"""

from __future__ import annotations

import contextlib

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_OFFER = (b"upgrade", b"http2-settings")


class Protocol(HttpToolsProtocol):
    """Declines every offer of another protocol."""

    def data_received(self, data: bytes) -> None:
        """Some of a request came, or some of several."""
        self._unset_keepalive_if_required()
        try:
            while (rest := self._fed(data)) is not None:
                data = self._head_without_offer() + rest
                self._new_parser()
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def on_headers_complete(self) -> None:
        """The head of a request is there."""
        if not self._offers():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole of a request is there."""
        if not self._offers():
            super().on_message_complete()

    def _fed(self, data: bytes) -> bytes | None:
        """What follows a head with an offer; None if there was none."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._offers():
                return data[upgrade.args[0] :]
        return None

    def _offers(self) -> bool:
        """What comes after CONNECT is no HTTP either, but that is not offered: it is demanded, and refused."""
        return bool(self.parser.should_upgrade()) and self.parser.get_method() != b"CONNECT"

    def _head_without_offer(self) -> bytes:
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode("ascii"))]
        for name, value in self.headers:
            if name == b"connection":
                value = b", ".join(token.strip() for token in value.split(b",") if token.strip().lower() not in _OFFER)
            if name not in _OFFER:
                lines.append(name + b": " + value)
        return b"\r\n".join((*lines, b"", b""))

    def _new_parser(self) -> None:
        self.parser = httptools.HttpRequestParser(self)
        with contextlib.suppress(AttributeError):  # httptools before 0.6.3, as in uvicorn
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
