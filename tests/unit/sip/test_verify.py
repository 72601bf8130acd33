# SPDX-License-Identifier: Apache-2.0
"""The opt-in look at a gateway: what failed is named, with step, host, port and reason. Real sockets and certificates."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.api.sip.verify import MAX_ADDRESSES, Attempt, Verification, verify_gateway
from tests.unit.sip.gateways import HOST, Certificates, listening, nobody_listens


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


def failure(found: Verification) -> tuple[str | None, str]:
    """The step and reason of the one failed attempt."""
    (attempt,) = found.attempts
    assert not found.ok
    assert attempt.reason is not None
    assert found.texts == (f"{found.host}:{found.port} ({found.transport}) at {attempt.address}:{attempt.port}: {attempt.failed}: {attempt.reason}",)
    return attempt.failed, attempt.reason


def test_tls_that_is_right(certificates: Certificates) -> None:
    with listening(certificates.server("localhost", HOST)) as port:
        for uri in (f"sip:u@{HOST}:{port};transport=tls", f"sips:u@{HOST}:{port}", f"sips:u@{HOST}:{port};transport=tcp"):
            found = verify_gateway(uri, ca_file=certificates.file)
            assert found == Verification(
                host=HOST, port=port, transport="tls", attempts=(Attempt(address=HOST, port=port, tls=found.attempts[0].tls),)
            )
            assert found.ok
            assert found.texts == ()
            assert str(found.attempts[0].tls).startswith("TLSv1.")


def test_a_name_is_looked_up_and_must_be_in_the_certificate(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    names = resolving(monkeypatch, {"sip.example.com": [HOST]})
    with listening(certificates.server("sip.example.com")) as port:
        assert verify_gateway(f"sip:u@SIP.example.com.:{port};transport=tls", ca_file=certificates.file).ok
    assert names == ["sip.example.com."]


def test_a_certificate_of_another_name(certificates: Certificates) -> None:
    with listening(certificates.server("other.example.com")) as port:
        step, reason = failure(verify_gateway(f"sips:u@{HOST}:{port}", ca_file=certificates.file))
    assert step == "hostname"
    assert "IP address mismatch" in reason


def test_a_certificate_of_another_host_name(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, {"sip.example.com": [HOST]})
    with listening(certificates.server("other.example.com")) as port:
        step, reason = failure(verify_gateway(f"sips:u@sip.example.com:{port}", ca_file=certificates.file))
    assert step == "hostname"
    assert "not valid for 'sip.example.com'" in reason


def test_a_certificate_of_an_authority_that_is_not_trusted(certificates: Certificates) -> None:
    with listening(certificates.server(HOST)) as port:
        step, reason = failure(verify_gateway(f"sips:u@{HOST}:{port}"))
    assert step == "certificate"
    assert "unable to get local issuer certificate" in reason


def test_a_certificate_that_has_expired(certificates: Certificates) -> None:
    with listening(certificates.server(HOST, expired=True)) as port:
        assert failure(verify_gateway(f"sips:u@{HOST}:{port}", ca_file=certificates.file)) == ("certificate", "certificate has expired")


def test_a_gateway_that_speaks_no_tls(certificates: Certificates) -> None:
    with listening() as port:
        step, reason = failure(verify_gateway(f"sip:u@{HOST}:{port};transport=tls", ca_file=certificates.file))
    assert step == "handshake"
    assert reason in ("wrong version number", "record layer failure", "packet length too long")


def test_a_gateway_that_hangs_up_in_the_handshake(certificates: Certificates) -> None:
    with listening(hangs_up=True) as port:
        step, _ = failure(verify_gateway(f"sips:u@{HOST}:{port}", ca_file=certificates.file))
    assert step == "handshake"


def test_a_gateway_that_says_nothing(certificates: Certificates) -> None:
    with listening(silent=True) as port:
        found = verify_gateway(f"sips:u@{HOST}:{port}", timeout=0.2, ca_file=certificates.file)
    assert failure(found) == ("handshake", "no answer within 0.2 s")


def test_a_port_where_nobody_listens() -> None:
    with nobody_listens() as port:
        for transport in ("tcp", "tls"):
            found = verify_gateway(f"sip:u@{HOST}:{port};transport={transport}")
            assert found.transport == transport
            assert failure(found) == ("connect", "refused")


def test_tcp() -> None:
    with listening() as port:
        found = verify_gateway(f"sip:u@{HOST}:{port};transport=tcp")
    assert found.ok
    assert found.attempts == (Attempt(address=HOST, port=port),)
    assert found.attempts[0].text == f"{HOST}:{port}: connected"


def test_udp_sends_nothing_and_says_so() -> None:
    for uri in (f"sip:u@{HOST}:5070", f"sip:u@{HOST}:5070;transport=udp"):
        found = verify_gateway(uri)
        assert found == Verification(
            host=HOST, port=5070, transport="udp", notes=("over UDP only the name was looked up: there is no connection to make",)
        )
        assert found.ok


def test_a_transport_that_cannot_be_tried() -> None:
    for uri in (f"sip:u@{HOST};transport=sctp", f"sips:u@{HOST};transport=sctp"):
        found = verify_gateway(uri)
        assert not found.ok
        assert found.problem == "transport sctp cannot be checked: only udp, tcp and tls can"


def test_a_name_that_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, {})
    found = verify_gateway("sip:u@nowhere.invalid;transport=tls")
    assert not found.ok
    assert found.port == 5061
    assert found.texts == (
        "nowhere.invalid:5061 (tls): name not found: Name or service not known; only A and AAAA records are looked up, not SRV",
    )
    assert found.notes == ("SRV and NAPTR records were not looked up: a port in the URI rules them out (RFC 3263 section 4.2)",)


def test_a_resolver_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def look_up(*_: Any, **__: Any) -> Any:
        over.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        assert verify_gateway("sip:u@example.com", timeout=0.05).problem == "name not found: no answer within 0.05 s"
    finally:
        over.set()


def test_every_address_is_told_of(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nobody answers at is no harm, as long as another does: a caller goes on to the next."""
    resolving(monkeypatch, {"sip.example.com": ["127.0.0.2", HOST]})
    with listening(certificates.server("sip.example.com")) as port:
        found = verify_gateway(f"sips:u@sip.example.com:{port}", ca_file=certificates.file)
    assert [(attempt.address, attempt.failed) for attempt in found.attempts] == [("127.0.0.2", "connect"), (HOST, None)]
    assert found.ok
    assert found.texts == (f"sip.example.com:{port} (tls) at 127.0.0.2:{port}: connect: refused",)


def test_an_address_with_a_bad_certificate_is_harm_even_if_another_is_good() -> None:
    good, bad = Attempt(address="1", port=1, tls="TLSv1.3"), Attempt(address="2", port=1, failed="certificate", reason="x")
    assert not Verification(host="a", port=1, transport="tls", attempts=(good, bad)).ok


def test_no_more_than_eight_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, {"sip.example.com": [f"127.0.1.{number}" for number in range(1, 12)]})
    with nobody_listens() as port:
        found = verify_gateway(f"sip:u@sip.example.com:{port};transport=tcp")
    assert len(found.attempts) == MAX_ADDRESSES
    assert found.notes == ("only the first 8 of 11 addresses were tried",)


def test_maddr_is_where_it_connects_and_the_host_is_whose_certificate_it_wants(certificates: Certificates) -> None:
    with listening(certificates.server("sip.example.com")) as port:
        assert verify_gateway(f"sips:u@sip.example.com:{port};maddr={HOST}", ca_file=certificates.file).ok


@pytest.mark.parametrize(
    ("uri", "options", "field"),
    [
        ("a@b", {}, "uri"),
        (None, {}, "uri"),
        ("sip:a@b", {"timeout": 0}, "timeout"),
        ("sip:a@b", {"timeout": "5"}, "timeout"),
        ("sip:a@b", {"timeout": True}, "timeout"),
        ("sip:a@b", {"timeout": float("nan")}, "timeout"),
        ("sip:a@b", {"timeout": 601}, "timeout"),
        ("sip:a@b", {"ca_file": "/nowhere/ca.pem"}, "ca_file"),
        ("sip:a@b", {"ca_file": __file__}, "ca_file"),
        ("sip:a@b", {"ca_file": 7}, "ca_file"),
    ],
)
def test_bad_input(uri: Any, options: dict[str, Any], field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = resolving(monkeypatch, {})
    with pytest.raises(InvalidInput) as caught:
        verify_gateway(uri, **options)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert names == []


def test_no_password_of_the_uri_is_shown() -> None:
    with nobody_listens() as port:
        found = verify_gateway(f"sip:u:hunter2@{HOST}:{port};transport=tcp")
    assert "hunter2" not in repr(found) + str(found.texts)


def resolving(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]) -> list[str]:
    """Answers look-ups from ``names`` (tests ask no name server). Returns the list of names that were asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, *args: Any, **options: Any) -> Any:
        if host.replace(".", "").isdigit():
            return real(host, port, *args, **options)
        asked.append(host)
        addresses = names.get(host.removesuffix("."))
        if addresses is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked
