# SPDX-License-Identifier: Apache-2.0
"""What is sent again and what is not: the journal tells."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest
from urllib3.connection import HTTPConnection
from urllib3.util import connection

from pulumi_opentok.core import InvalidResponse, NoResponse, NotFound, OpenTokError, RateLimited, ServerError, operations
from tests.core.operations_table import CALLS, ONCE_ONLY, REPEATABLE
from tests.core.service import SHORT, TIMEOUT, Service

HELD = 30.0
READS = {operation.name for operation in operations.OPERATIONS if operation.method == "GET"}
LOST = [
    # a fault after which it is open whether it was done
    ("status", {"status": 500}),
    ("status", {"status": 502}),
    ("status", {"status": 503}),
    ("status", {"status": 503, "retry_after": 1}),
    ("status", {"status": 504}),
    ("drop_before", {}),
    ("drop_after", {}),
    ("truncate", {}),
    ("garble", {}),
    ("html", {}),
]


def run(service: Service, operation: str, kind: str, fields: dict[str, Any], timeout: float = TIMEOUT) -> tuple[int, Any]:
    """Calls the operation under a fault; the number of requests, and what came of it."""
    project = service.account().projects.create("acme")
    account, client = service.account(timeout=timeout), service.client(project, timeout=timeout)
    ready = CALLS[operation].ready(service, project)
    service.clear()
    service.emulator.fault(operation, kind, **fields)
    try:
        result = ready.run(account, client)
    except OpenTokError as error:
        result = error
    service.emulator.clear_faults()
    return service.asked()[operation], result


def test_every_operation_is_in_the_table() -> None:
    assert set(CALLS) == {operation.name for operation in operations.OPERATIONS}
    assert all(CALLS[operation.name].repeatable == operation.repeatable for operation in operations.OPERATIONS)


@pytest.mark.parametrize(("kind", "fields"), LOST)
@pytest.mark.parametrize("operation", REPEATABLE)
def test_what_may_be_repeated_is_sent_again(service: Service, operation: str, kind: str, fields: dict[str, Any]) -> None:
    requests, result = run(service, operation, kind, fields)
    assert requests == 2
    if not CALLS[operation].again and kind in ("drop_after", "truncate", "garble", "html"):
        assert isinstance(result, NotFound)
    else:
        assert not isinstance(result, OpenTokError)


@pytest.mark.parametrize(("kind", "fields"), LOST)
@pytest.mark.parametrize("operation", ONCE_ONLY)
def test_what_creates_or_rotates_is_never_sent_again_blindly(service: Service, operation: str, kind: str, fields: dict[str, Any]) -> None:
    requests, error = run(service, operation, kind, fields)
    assert requests == 1
    assert isinstance(error, {"status": ServerError, "drop_before": NoResponse, "drop_after": NoResponse}.get(kind, InvalidResponse))
    assert error.outcome_unknown
    assert error.operation == operation


@pytest.mark.parametrize("operation", list(CALLS))
def test_after_429_anything_is_sent_again_when_the_server_says(service: Service, waits: list[float], operation: str) -> None:
    requests, result = run(service, operation, "status", {"status": 429, "retry_after": 7})
    assert requests == 2
    assert not isinstance(result, OpenTokError)
    assert waits == [7]


@pytest.mark.parametrize("operation", list(CALLS))
def test_429_without_end(service: Service, operation: str) -> None:
    requests, error = run(service, operation, "status", {"status": 429, "times": None})
    assert requests == 4
    assert isinstance(error, RateLimited)
    assert not error.outcome_unknown
    assert "nothing was done" in str(error)


@pytest.mark.parametrize("operation", ["project.get", "project.create"])
def test_a_server_that_asks_to_wait_for_an_hour_is_not_waited_for(service: Service, waits: list[float], operation: str) -> None:
    requests, error = run(service, operation, "status", {"status": 429, "retry_after": 3600})
    assert requests == 1
    assert isinstance(error, RateLimited)
    assert waits == []


@pytest.mark.parametrize("operation", ["project.get", "project.set_status"])
def test_without_end_it_gives_up_with_the_last_answer(service: Service, operation: str) -> None:
    requests, error = run(service, operation, "status", {"status": 503, "times": None})
    assert requests == 4
    assert isinstance(error, ServerError)
    assert error.status == 503


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
@pytest.mark.parametrize("operation", ["project.get", "project.create"])
def test_a_refusal_is_final(service: Service, operation: str, status: int) -> None:
    requests, error = run(service, operation, "status", {"status": status})
    assert requests == 1
    assert error.status == status


def test_a_read_that_takes_too_long_is_tried_again(service: Service) -> None:
    requests, result = run(service, "project.get", "delay", {"seconds": HELD}, timeout=SHORT)
    assert requests == 2
    assert not isinstance(result, OpenTokError)


def test_a_read_that_always_takes_too_long(service: Service) -> None:
    requests, error = run(service, "project.get", "delay", {"seconds": HELD, "times": None}, timeout=0.05)
    assert requests == 4
    assert isinstance(error, NoResponse)
    assert "no answer within 0.05 s" in str(error)
    assert "OPENTOK_TIMEOUT sets how long to wait" in str(error)


@pytest.mark.parametrize("operation", ONCE_ONLY)
def test_a_create_that_takes_too_long_is_not_tried_again(service: Service, operation: str) -> None:
    requests, error = run(service, operation, "delay", {"seconds": HELD}, timeout=0.05)
    assert requests == 1
    assert isinstance(error, NoResponse)
    assert error.outcome_unknown
    assert "no answer within 0.05 s" in str(error)
    assert "the server may or may not have done it" in str(error)


def nobody_listens() -> str:
    """The URL of a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize("operation", list(CALLS))
def test_where_nobody_listens_anything_is_tried_again(service: Service, waits: list[float], operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    project = service.account().projects.create("acme")
    ready = CALLS[operation].ready(service, project)
    monkeypatch.setattr(service.emulator, "url", nobody_listens())
    account, client = service.account(), service.client(project)
    account.transport._session.adapters["http://"].max_retries.backoff_factor = 1
    client._transport._session.adapters["http://"].max_retries.backoff_factor = 1
    with pytest.raises(NoResponse) as caught:
        ready.run(account, client)
    assert not caught.value.outcome_unknown
    assert str(caught.value) == (
        f"{operation} of {ready.about}: no connection to {service.emulator.url} (connection refused), nothing was sent:"
        " check OPENTOK_API_URL, the network and any proxy"
    )
    assert waits == [2, 4]


def test_a_create_finds_a_server_that_comes_up_late(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    account = service.account()
    refused: list[int] = []
    real = connection.create_connection

    def late(*args: Any, **kwargs: Any) -> socket.socket:
        if len(refused) < 2:
            refused.append(1)
            raise ConnectionRefusedError
        return real(*args, **kwargs)

    monkeypatch.setattr(connection, "create_connection", late)
    assert account.projects.create("acme").name == "acme"
    assert len(refused) == 2
    assert service.asked() == {"project.create": 1}


@pytest.mark.parametrize("operation", list(CALLS))
def test_a_tls_failure_while_the_answer_is_read_repeats_nothing(service: Service, operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """urllib3 by itself takes it for a failure to connect, and would send a POST again."""
    project = service.account().projects.create("acme")
    account, client = service.account(), service.client(project)
    ready = CALLS[operation].ready(service, project)
    service.clear()
    with monkeypatch.context() as patch:

        def breaks(connection: HTTPConnection) -> None:
            real(connection)
            raise ssl.SSLError(1, "[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] bad record")

        real = HTTPConnection.getresponse
        patch.setattr(HTTPConnection, "getresponse", breaks)
        with pytest.raises(NoResponse, match="TLS: ") as caught:
            ready.run(account, client)
    assert caught.value.outcome_unknown == (operation not in READS)
    assert service.asked() == {operation: 1}
