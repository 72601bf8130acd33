# SPDX-License-Identifier: Apache-2.0
"""Whether a SIP gateway is reachable, as far as this machine can tell without calling it.

Runs only on request. What it cannot know: OpenTok calls from its own network, and finds gateways by SRV and NAPTR records
(RFC 3263), which Python's standard library cannot ask for; here a name without an address of its own is "not found", and says so.
"""

from __future__ import annotations

import dataclasses
import socket
import ssl
import threading
from typing import Any

from ...errors import InvalidInput, Problem, join_words, one_line
from .uri import TRANSPORTS, SipUri, parse_sip_uri

PORT, TLS_PORT = 5060, 5061
"""RFC 3261 section 19.1.2."""
MAX_ADDRESSES = 8
_MISMATCH = (62, 64)
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Attempt:
    """What one ``address`` answered. ``failed``: the step that failed, or ``None``: ``connect``, ``handshake``, ``certificate``, ``hostname``."""

    address: str
    port: int
    failed: str | None = None
    reason: str | None = None
    tls: str | None = None
    """``TLSv1.3``; ``None`` without TLS."""

    @property
    def text(self) -> str:
        """One line."""
        place = f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"
        return f"{place}: {self.tls or 'connected'}" if self.failed is None else f"{place}: {self.failed}: {self.reason}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verification:
    """What was found of ``host`` and ``port`` over ``transport`` (``udp``, ``tcp``, ``tls``).

    ``problem``: why nothing could be tried (the name was not found, the transport cannot be checked). ``notes``: what was not tried.
    """

    host: str
    port: int
    transport: str
    attempts: tuple[Attempt, ...] = ()
    problem: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether an address answered, and none wrongly: a caller tries the next address if one does not answer, but not after a bad certificate."""
        answered = any(attempt.failed is None for attempt in self.attempts) or (self.transport == "udp" and self.problem is None)
        return answered and all(attempt.failed in (None, "connect") for attempt in self.attempts)

    @property
    def texts(self) -> tuple[str, ...]:
        """What failed, one line each, with host and port."""
        place = f"{self.host}:{self.port} ({self.transport})"
        problems = [] if self.problem is None else [f"{place}: {self.problem}"]
        return (*problems, *(f"{place} at {attempt.text}" for attempt in self.attempts if attempt.failed))


def verify_gateway(uri: Any, *, timeout: float = 5.0, ca_file: str | None = None) -> Verification:
    """Looks up the host of a SIP URI and, for TCP and TLS, connects to each of its first eight addresses, one after the other.

    ``timeout``: seconds for each step, above 0. ``ca_file``: PEM certificates to trust in place of the system's. For TLS the certificate must be
    valid for the host as written in the URI (RFC 5922 asks for that; wildcards, which it forbids, pass here). Over UDP nothing is sent: there is
    no connection to make. Raises :class:`InvalidInput` for an invalid URI or timeout, or a ``ca_file`` that cannot be read.
    """
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout <= 600:
        raise InvalidInput(Problem("timeout", "must be a number of seconds above 0 and at most 600"))
    parsed = parse_sip_uri(uri)
    context = _context(ca_file)
    transport = parsed.transport or "udp"
    if parsed.tls and transport in TRANSPORTS:
        transport = "tls"
    port = parsed.port or (TLS_PORT if transport == "tls" else PORT)
    name, target = _bare(parsed.host), _bare(dict(parsed.parameters).get("maddr") or parsed.host)
    found = Verification(host=name, port=port, transport=transport, notes=_notes(parsed, transport))
    if transport not in TRANSPORTS:
        return dataclasses.replace(found, problem=f"transport {transport} cannot be checked: only {join_words(TRANSPORTS)} can")
    addresses, problem = _look_up(target, port, timeout)
    if problem is not None:
        return dataclasses.replace(found, problem=problem)
    if len(addresses) > MAX_ADDRESSES:
        note = f"only the first {MAX_ADDRESSES} of {len(addresses)} addresses were tried"
        found = dataclasses.replace(found, notes=(*found.notes, note))
    if transport == "udp":
        return found
    attempts = [_try(address, port, timeout, context if transport == "tls" else None, name) for address in addresses[:MAX_ADDRESSES]]
    return dataclasses.replace(found, attempts=tuple(attempts))


def _notes(uri: SipUri, transport: str) -> tuple[str, ...]:
    notes = []
    if transport == "udp":
        notes.append("over UDP only the name was looked up: there is no connection to make")
    if uri.port is None and uri.host[0] != "[" and not uri.host[-1].isdigit():
        notes.append("SRV and NAPTR records were not looked up: a port in the URI rules them out (RFC 3263 section 4.2)")
    return tuple(notes)


def _bare(host: str) -> str:
    return host.strip("[]")


def _context(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ValueError, TypeError) as error:
        raise InvalidInput(Problem("ca_file", f"cannot be read as PEM certificates: {_reason(error)}")) from None


def _look_up(host: str, port: int, timeout: float) -> tuple[list[str], str | None]:
    """The addresses, or why there are none. In a thread, because the system's resolver has no timeout."""
    found: list[str] = []
    problem: list[str] = []

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(row[4][0]) for row in rows))
        except (OSError, UnicodeError) as error:
            problem.append(f"name not found: {_reason(error)}; only A and AAAA records are looked up, not SRV")

    thread = threading.Thread(target=look_up, name="sip-verify", daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        return [], f"name not found: no answer within {timeout:g} s"
    return found, problem[0] if problem else None


def _try(address: str, port: int, timeout: float, context: ssl.SSLContext | None, name: str) -> Attempt:
    attempt = Attempt(address=address, port=port)
    try:
        plain = socket.create_connection((address, port), timeout=timeout)
    except OSError as error:
        return dataclasses.replace(attempt, failed="connect", reason=_why(error, timeout))
    with plain:
        if context is None:
            return attempt
        try:
            with context.wrap_socket(plain, server_hostname=name.removesuffix(".")) as encrypted:
                return dataclasses.replace(attempt, tls=encrypted.version())
        except ssl.SSLCertVerificationError as error:
            step = "hostname" if error.verify_code in _MISMATCH else "certificate"
            return dataclasses.replace(attempt, failed=step, reason=one_line(error.verify_message))
        except (OSError, ValueError) as error:
            return dataclasses.replace(attempt, failed="handshake", reason=_why(error, timeout))


def _why(error: Exception, timeout: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout:g} s"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return _reason(error)


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError) and error.reason:
        return one_line(error.reason.replace("_", " ").lower())
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return one_line(text or type(error).__name__)
