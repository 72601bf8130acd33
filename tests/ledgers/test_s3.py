# SPDX-License-Identifier: Apache-2.0
"""S3 alone: stores without conditional writes, and answers that only S3 gives."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_opentok.core.desired.ledger import cell
from pulumi_opentok.core.desired.ledger.ledger import LedgerError
from pulumi_opentok.core.desired.ledger.places import ledger_at
from tests.gateway import Answer
from tests.ledgers.stores import Place, s3

KEY = "project/46000001"


@pytest.fixture
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(cell, "PAUSE", 0.001)
    with s3(request) as one:
        for name, value in one.environ.items():
            monkeypatch.setenv(name, value)
        yield one


class Careless(http.server.BaseHTTPRequestHandler):
    """A store that does not know one of the conditions, and does not say so."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]
    ignored: str

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if "list-type" in query:
            return self.say(200, b"<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>")
        if path not in self.objects:
            return self.say(404, b"<Error><Code>NoSuchKey</Code></Error>")
        return self.say(200, self.objects[path])

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        match, none_match = (None if name == self.ignored else self.headers[name] for name in ("If-Match", "If-None-Match"))
        there = self.objects.get(self.path)
        if (none_match and there is not None) or (match and (there is None or match != etag(there))):
            return self.say(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        self.objects[self.path] = body
        return self.say(200, b"", etag(body))

    def do_DELETE(self) -> None:
        self.objects.pop(self.path, None)
        self.say(204)

    def say(self, status: int, body: bytes = b"", tag: str | None = None) -> None:
        self.send_response(status)
        self.send_header("ETag", tag or etag(body))
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


def etag(body: bytes) -> str:
    return f'"{hash(body):x}"'


@pytest.mark.parametrize("ignored", ["If-Match", "If-None-Match", "neither"])
def test_a_store_that_overwrites_what_it_should_not(ignored: str, place: Place) -> None:
    handler = type("Handler", (Careless,), {"objects": {}, "ignored": ignored})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            ledger = ledger_at(f"s3://bucket/ledger?endpoint=http://127.0.0.1:{server.server_port}")
            if ignored == "neither":
                with ledger.locked() as book:
                    book.set(KEY, {})
            else:
                says = f"this store has no conditional writes: it overwrites an object in spite of {ignored}: "
                with pytest.raises(LedgerError, match=says), ledger.locked():
                    pass
        finally:
            server.shutdown()
            thread.join()


def test_a_conflict_of_two_writes_at_once_is_tried_again(place: Place) -> None:
    assert place.gate is not None
    body = b"<Error><Code>ConditionalRequestConflict</Code><Message>Please try again.</Message></Error>"
    with ledger_at(place.url).locked() as book:
        left = iter([Answer(409, body, {"Content-Type": "application/xml"})] * 2)
        place.gate.instead = lambda method, path: next(left, None) if method == "PUT" and "/entries/" in path else None
        book.set(KEY, {"number": 1})
        assert next(left, None) is None
        assert book.entry(KEY) == {"number": 1}


@pytest.mark.parametrize(
    ("code", "status", "advice"),
    [
        ("AccessDenied", 403, "allow s3:GetObject, s3:PutObject and s3:DeleteObject"),
        ("NoSuchBucket", 404, "there is no such bucket: make it first"),
        ("PermanentRedirect", 301, "the bucket is in another region"),
        ("NotImplemented", 501, "this store has no conditional writes"),
        ("InvalidAccessKeyId", 403, "check the credentials"),
    ],
)
def test_what_is_refused_says_what_to_do(place: Place, code: str, status: int, advice: str) -> None:
    assert place.gate is not None
    body = f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode()
    place.gate.instead = lambda method, path: Answer(status, body, {"Content-Type": "application/xml"})
    with pytest.raises(LedgerError, match=rf"{code} \(HTTP {status}\): No\.: .*{advice}"), ledger_at(place.url).locked():
        pass


def test_no_credentials(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert place.gate is not None
    with pytest.raises(LedgerError, match="there are no AWS credentials: set AWS_PROFILE"), ledger_at(place.url).locked():
        pass
    assert place.gate.asked == []


def test_a_region_and_a_profile_of_the_usual_configuration(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "none-of-that-name")
    with pytest.raises(LedgerError, match=r"boto3's configuration cannot be used: ProfileNotFound"), ledger_at(place.url).locked():
        pass
