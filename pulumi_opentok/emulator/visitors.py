# SPDX-License-Identifier: Apache-2.0
"""Who may talk to the emulator: programs that call it by a name of its own, and no page of the web.

A web site can have its name resolve to 127.0.0.1 (DNS rebinding), and any page can post to any address. Browsers say in ``Host``,
``Origin`` and ``Sec-Fetch-Site`` where a request comes from, and no page can change what they say.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence

from .config import check_host

Headers = Iterable[tuple[bytes, bytes]]

_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,252}")
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:@/?#\s]+))(?::[0-9]{1,5})?")
_ASKED = (b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest")
_MOST_KNOWN = 100


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on ``host``."""
    address = _address(host)
    return address.is_loopback if address is not None else _is_localhost(host.lower())


class Visitors:
    """Tells requests that may come in from those that may not.

    ``host`` is where the emulator listens, ``allowed`` are more names of it. Its own are always good: localhost, the loopback addresses,
    ``host``; and every address in figures if it listens on all of them, for nobody can have those resolve to another machine.
    """

    def __init__(self, host: str, allowed: Sequence[str] = ()) -> None:
        listens = _address(host)
        self._every_address = host == "" or (listens is not None and listens.is_unspecified)
        self._names = {host.lower() if listens is None else str(listens), *(check_host(name) for name in allowed)} - {""}
        self._known: set[bytes] = set()

    def refusal(self, method: str, http_version: str, headers: Headers) -> str | None:
        """Why a request may not come in, in one line; None if it may."""
        said: dict[bytes, bytes] = {}
        for name, value in headers:
            if name in _ASKED:
                if name == b"host" and name in said:
                    return "more than one Host header"
                said[name] = value
        host = said.get(b"host")
        if host is None:
            return None if http_version == "1.0" and len(said) == 0 else "no Host header"
        if host not in self._known:
            problem = self._host_refusal(host.decode("latin-1"))
            if problem is not None:
                return problem
            if len(self._known) < _MOST_KNOWN:
                self._known.add(host)
        return _page_refusal(method, said) if len(said) > 1 else None

    def _host_refusal(self, host: str) -> str | None:
        found = _HOST.fullmatch(host)
        name = (found[1] or found[2]).lower().rstrip(".") if found else ""
        address = _address(name)
        own = _is_localhost(name) if address is None else address.is_loopback or self._every_address
        if own or (name if address is None else str(address)) in self._names:
            return None
        if not found or (address is None and not _NAME.fullmatch(name)):
            return "the Host header does not name this emulator"
        return f"{name} does not name this emulator: to allow it, start the emulator with --allow-host {name}"


def _page_refusal(method: str, said: dict[bytes, bytes]) -> str | None:
    """A page of another origin; a link that leads here is followed."""
    origin = said.get(b"origin")
    if origin is not None and origin.partition(b"://")[2].lower() != said[b"host"].lower():
        return "a web page of another origin may not use this emulator"
    site = said.get(b"sec-fetch-site", b"none")
    is_link = method == "GET" and (said.get(b"sec-fetch-mode"), said.get(b"sec-fetch-dest")) == (b"navigate", b"document")
    if site not in (b"same-origin", b"none") and not is_link:
        return "a web page of another site may not use this emulator"
    return None


def _is_localhost(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
