# SPDX-License-Identifier: Apache-2.0
"""The event source by real HTTP: what it takes, what it refuses and how, and that it drops nothing that it has acknowledged."""

from __future__ import annotations

import ast
import concurrent.futures
import contextlib
import gzip
import hashlib
import http.client
import json
import re
import sys
import time
import uuid
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
import trustme
import yaml
from ansible.template import Templar, trust_as_template
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat, load_pem_private_key
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from jinja2.nativetypes import NativeEnvironment

from pulumi_opentok.emulator import Emulator
from pulumi_opentok.emulator.callbacks import signature
from tests.eda.source import SECRET, Source, plugin
from tests.emulator.raw import Raw
from tests.emulator.scene import Scene

PROJECT = "46000001"
HARMLESS = plugin()["harmless"]
JOINED = {"sessionId": "1_MX40", "projectId": PROJECT, "event": "connectionCreated", "timestamp": 1, "connection": {"id": "c1", "data": ""}}


def body_of(value: Any = JOINED) -> bytes:
    return json.dumps(value).encode()


def bearer(body: bytes, secret: str = SECRET, *, algorithm: str = "HS256", drop: str = "", **claims: Any) -> dict[str, str]:
    whole = {"iss": "Vonage", "iat": int(time.time()), "jti": str(uuid.uuid4()), "payload_hash": hashlib.sha256(body).hexdigest(), "api_key": PROJECT}
    kept = {name: value for name, value in {**whole, **claims}.items() if name != drop}
    return {"Authorization": "Bearer " + jwt.encode(kept, secret or None, algorithm)}


def signed(body: bytes) -> dict[str, str]:
    """As the emulator signs."""
    return {"Authorization": signature.header(SECRET, PROJECT, body, time.time())}


def post(source: Source, body: bytes | None = None, headers: dict[str, str] | None = None, **more: Any) -> int:
    body = body_of() if body is None else body
    answer = requests.post(source.url, body, headers=signed(body) if headers is None else headers, timeout=30, **more)
    assert SECRET not in answer.text
    return answer.status_code


def fresh(number: int) -> bytes:
    return body_of({**JOINED, "timestamp": number})


def taken(source: Source) -> list[int]:
    """The numbers of what was taken, once ``main`` has returned."""
    source.resume()
    source.cancel()
    return [event["payload"]["timestamp"] for event in source.events]


def test_everything_that_the_emulator_sends_becomes_an_event() -> None:
    """All six kinds, signed by the emulator; group, event, project and session are those of its list of deliveries."""
    with Emulator() as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account, Source() as source:
        scene = Scene.of(emulator, account)
        for group in ("session", "archive", "broadcast", "sip", "render", "captions"):
            emulator.set_webhook(scene.client.key, group, source.url, secret=SECRET)
        client = emulator.publish(scene.session)["connectionId"]
        archive = scene.start("archive")["id"]
        scene.start("broadcast", outputs={"hls": {}})
        scene.start("render", token="t", url="https://example.com/page")
        scene.start("captions", token="t")
        scene.dial()
        emulator.settle()
        emulator.fail_archive(archive)
        emulator.disconnect(scene.session, client)
        emulator.advance(5)
        deliveries = emulator.deliveries()
        assert [each["status"] for each in deliveries if not each["delivered"]] == []
        source.cancel()
    names = ("group", "event", "project", "session")
    assert sorted([event[name] for name in names] for event in source.events) == sorted([each[name] for name in names] for each in deliveries)
    assert {each["group"] for each in deliveries} == {"session", "archive", "broadcast", "sip", "render", "captions"}
    assert all(event["signed"] and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["received_at"]) for event in source.events)
    found = {(event["group"], event["event"]): event for event in source.events}
    assert found["archive", "failed"]["id"] == archive
    assert found["archive", "failed"]["payload"]["id"] == archive
    assert (found["session", "connectionDestroyed"]["id"], found["session", "connectionDestroyed"]["reason"]) == (client, "clientDisconnected")
    assert [event for event in source.events if not event["event"].startswith("session") and event["id"] is None] == []
    assert SECRET not in json.dumps(source.events)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"event": "somethingNew", "id": 7}, {"group": None, "event": "somethingNew", "id": "7", "project": PROJECT}),
        ({"event": ["list"], "sessionId": {}, "reason": True}, {"group": None, "event": None, "session": None, "reason": None}),
        ({"event": "connectionCreated", "connection": "c1"}, {"group": "session", "event": "connectionCreated", "id": None}),
        ({"event": "archive", "id": "a1", "status": "failed", "partnerId": 46000009}, {"group": "archive", "event": "failed", "project": PROJECT}),
        ({}, {"group": None, "event": None}),
    ],
)
def test_odd_objects_are_taken(payload: dict[str, Any], expected: dict[str, Any]) -> None:
    """Nothing that OpenTok signs is lost because it is not known."""
    with Source() as source:
        assert post(source, body_of(payload)) == 200
    (event,) = source.events
    assert {name: event[name] for name in expected} == expected
    assert event["payload"] == payload


LOOKUP = "lookup('pipe', 'id')"
NAMES = [
    "{{ " + LOOKUP + " }}",
    "{% set x = " + LOOKUP + " %}",
    """'\\x7b\\x7b lookup("pipe", "id") }}'""",
    """'{' '{ lookup("pipe", "id") }}'""",
    "{1: '{' '{ 1 }}'}",
    "#jinja2: variable_start_string: '[[', variable_end_string: ']]'\n[[ " + LOOKUP + " ]]",
    "'#jin' 'ja2: variable_start_string: \"[[\", variable_end_string: \"]]\"\\n[[ 1 ]]'",
    "jinja2: variable_start_string: '[[', variable_end_string: ']]'\n[[ " + LOOKUP + " ]]",
    "$ANSIBLE_VAULT;1.1;AES256\n61",
    "'$' 'ANSIBLE_VAULT;1.1;AES256'",
    "__ansible_vault",
    "\ud800",
]


def test_what_a_client_wrote_is_no_template() -> None:
    """Ansible renders the variables that an event becomes: without this, the name of a stream runs commands where the rules run."""
    with Emulator() as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account, Source() as source:
        scene = Scene.of(emulator, account)
        emulator.set_webhook(scene.client.key, "session", source.url, secret=SECRET)
        emulator.publish(scene.session, name=NAMES[0])
        emulator.settle()
        for name in NAMES:
            written = {"event": name, "projectId": name, "sessionId": name, "reason": name, name: [{"a": [name]}]}
            escaped = body_of(written).replace(b"{{", b"\\u007b{")
            assert post(source, escaped, bearer(escaped, api_key=name)) == 200
        kept = "It's 20%20 (50%2f) — \"Ünï\" [1_MX4~]: a/b?c=d&e;f*g^h@i!|"
        assert post(source, body_of({"event": kept})) == 200
    created = next(event for event in source.events if event["event"] == "streamCreated")
    assert created["payload"]["stream"]["name"] == "❴❴ lookup('pipe', 'id') ❵❵"
    assert source.events[-1]["event"] == kept
    arrived = [text for event in source.events for text in texts(event)]
    assert [text for text in arrived if re.search(r"[{}\\\\#$\ud800]|jinja2|__ansible_", text)] == []
    for text in arrived:
        # As ansible-rulebook renders a rule's argument, and Ansible what came of it, alone and behind a text of the rulebook's author.
        for argument in ("{{ text }}", "#{{ text }}", "'{{ text }}'", "{{ [text] }}"):
            with contextlib.suppress(UndefinedError, ValueError):
                once = NativeEnvironment().from_string(argument).render(text=text)
                assert Templar().template(trusted(once)) == once


def trusted(value: Any) -> Any:
    """Every text of it as in a playbook, where Ansible renders it."""
    if isinstance(value, dict):
        return {trusted(key): trusted(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return type(value)(trusted(each) for each in value)
    return trust_as_template(value) if isinstance(value, str) else value


PIECES = ["{", "}", "{{", "%", "{%", "#", "\\", "\\x7b", "\\173", "\\u007b", "\\N{LEFT CURLY BRACKET}"]
PIECES += ["'", '"', "'''", "[", "]", "(", ")", ",", ":", " ", "\n"]
PIECES += ["b", "r", "u", "f", "7b", "#jinja2:", "jinja2:", "jin", "ja2", "$", "ANSIBLE_VAULT", "_", "1", "e", "\x07", "\x00", "\x85", "+", "-"]
AROUND = ["{}", "'{}'", '"{}"', "[{}]", "[{0},{0!r}]", "{{{}}}", "({})", "'a{}b'", "{{'a': {0!r}}}", "#{}", "{{{0}{0}}}", "b'{}'", "'' {}"]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(AROUND))
@settings(max_examples=500, deadline=None)
def test_no_evaluation_makes_a_template_of_a_text(written: str, around: str) -> None:
    """Alone or within a text of the rulebook's author, evaluated as often as a layer may do it, and printed in between."""
    values: list[Any] = [around.format(HARMLESS(written))]
    for _ in range(4):
        for text in (each for value in values for each in texts(value)):
            assert not re.search(r"\{\{|\{%|\{#|\A#jinja2:|\$ANSIBLE_VAULT", text), (written, around)
        values = [found for value in values for each in texts(value) for found in evaluated(each)]


def evaluated(text: str) -> list[Any]:
    """What it is as a literal, and that as Python prints it; nothing if it is none."""
    try:
        with warnings.catch_warnings(action="ignore"):
            value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return []
    return [value, str(value)] if str(value) != text else []


def texts(value: Any) -> list[str]:
    """All texts and keys in it."""
    if isinstance(value, dict):
        return [text for pair in value.items() for each in pair for text in texts(each)]
    if isinstance(value, (list, tuple, set)):
        return [text for each in value for text in texts(each)]
    return [value.decode("latin-1") if isinstance(value, bytes) else str(value)]


GOOD: list[tuple[str, Callable[[bytes], dict[str, str]]]] = [
    ("by the emulator", signed),
    ("scheme in lower case", lambda body: {"Authorization": bearer(body)["Authorization"].replace("Bearer", "bearer")}),
    ("the second secret", lambda body: bearer(body, "another secret, of the second project")),
    ("hash in capitals", lambda body: bearer(body, payload_hash=hashlib.sha256(body).hexdigest().upper())),
    ("no jti, unknown claims", lambda body: bearer(body, drop="jti", aud="someone", sub=7, more=[1])),
    ("a minute old, a little ahead", lambda body: bearer(body, iat=time.time() + 30)),
    ("not yet expired", lambda body: bearer(body, exp=int(time.time()) + 5)),
]

BAD: list[tuple[str, Callable[[bytes], dict[str, str]], str]] = [
    ("none", lambda body: {}, "no signature"),
    ("basic", lambda body: {"Authorization": "Basic dTpw"}, "no signature"),
    ("no token", lambda body: {"Authorization": "Bearer "}, "no signature"),
    ("garbage", lambda body: {"Authorization": "Bearer a.b.c"}, "not by this signature secret"),
    ("not ASCII", lambda body: {"Authorization": "Bearer \xe9.\xe9.\xe9"}, "not by this signature secret"),
    ("other secret", lambda body: bearer(body, "somebody else's secret of 32 characters"), "not by this signature secret"),
    ("alg none", lambda body: bearer(body, "", algorithm="none"), "not by this signature secret"),
    ("HS384", lambda body: bearer(body, algorithm="HS384"), "not by this signature secret"),
    ("expired", lambda body: bearer(body, exp=int(time.time()) - 120), "not by this signature secret"),
    ("too old", lambda body: bearer(body, iat=int(time.time()) - 400), "older than 300 s"),
    ("from the future", lambda body: bearer(body, iat=int(time.time()) + 900), "or from the future"),
    ("no iat", lambda body: bearer(body, drop="iat"), "or from the future"),
    ("iat is no number", lambda body: bearer(body, iat=True), "or from the future"),
    ("no hash", lambda body: bearer(body, drop="payload_hash"), "not the one that was signed"),
    ("of another body", lambda body: bearer(body + b" "), "not the one that was signed"),
    ("hash is no text", lambda body: bearer(body, payload_hash=["é"]), "not the one that was signed"),
]


def test_signatures() -> None:
    secrets = [SECRET, "another secret, of the second project"]
    with Source(signature_secret=secrets) as source:
        answers = {name: post(source, fresh(number), make(fresh(number))) for number, (name, make) in enumerate(GOOD)}
        assert answers == {name: 200 for name, _ in GOOD}
        for name, make, why in BAD:
            answer = requests.post(source.url, body_of(), headers=make(body_of()), timeout=30)
            assert (name, answer.status_code, answer.headers.get("WWW-Authenticate")) == (name, 401, "Bearer")
            assert why in answer.text, name
    assert taken(source) == list(range(len(GOOD)))
    assert len([line for line in source.logged if "refused with 401" in line]) == 4, "each kind once"


OTHER = "46000002"
SECRETS: dict[Any, Any] = {int(PROJECT): [SECRET, "the new signature secret, while it is changed"], OTHER: "a secret of the other project, long"}
CLAIMS: list[tuple[str, dict[str, Any], Any, int]] = [
    (SECRET, {"event": "x", "projectId": PROJECT}, PROJECT, 200),
    (SECRETS[int(PROJECT)][1], {"event": "x", "projectId": int(PROJECT)}, None, 200),
    (SECRETS[OTHER], {"event": "x"}, OTHER, 200),
    (SECRETS[OTHER], {"event": "x"}, None, 200),
    (SECRET, {"event": "x"}, OTHER, 401),
    (SECRET, {"event": "x", "projectId": OTHER}, PROJECT, 401),
    (SECRET, {"event": "x", "projectId": PROJECT, "partnerId": int(OTHER)}, None, 401),
    (SECRETS[OTHER], {"event": "x", "projectId": [OTHER]}, OTHER, 401),
    (SECRETS[OTHER], {"event": "x"}, "", 401),
]


def test_a_secret_speaks_for_its_project_alone() -> None:
    with Source(signature_secret=SECRETS) as source:
        for number, (secret, payload, claim, status) in enumerate(CLAIMS):
            assert (number, post(source, body_of(payload), bearer(body_of(payload), secret, api_key=claim))) == (number, status)
    assert [event["project"] for event in source.events] == [PROJECT, PROJECT, OTHER, OTHER]
    assert "the signature secret is that of another project" in "".join(source.logged)


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


BODIES: list[tuple[str, bytes, dict[str, str], int]] = [
    ("empty", b"", {}, 400),
    ("no JSON", b"{", {}, 400),
    ("a list", b"[{}]", {}, 400),
    ("a text", b'"x"', {}, 400),
    ("NaN", b'{"a": NaN}', {}, 400),
    ("infinite", b'{"a": [-1e999]}', {}, 400),
    ("an empty key", b'{"a": [{"": 1}]}', {}, 400),
    ("too deep", nested(100_000), {}, 400),
    ("a number that is too long", b'{"a": ' + b"1" * 5000 + b"}", {}, 400),
    ("not UTF-8", b'{"a": "\xff"}', {}, 400),
    ("compressed", gzip.compress(body_of()), {"Content-Encoding": "gzip"}, 400),
    ("too large", b'{"a": "' + b"x" * (1 << 20) + b'"}', {}, 413),
    ("a header that is too long", body_of(), {"X-Long": "x" * 20_000}, 400),
    ("too many headers", body_of(), {f"X-{number}": "x" for number in range(200)}, 400),
]


def test_bodies_and_requests() -> None:
    with Source(path="/a-path-that-is-a-secret") as source:
        for name, body, headers, status in BODIES:
            assert (name, post(source, body, {**signed(body), **headers})) == (name, status)
        chunks = (b"x" * 65536 for _ in range(40))
        assert requests.post(source.url, chunks, headers=signed(b""), timeout=30).status_code == 413
        for method in ("GET", "PUT", "DELETE", "HEAD", "OPTIONS"):
            answer = requests.request(method, source.url, timeout=30)
            assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        for other in ("/", "/a-path-that-is-a-secre", "/a-path-that-is-a-secret/", "/x/../a-path-that-is-a-secret%00", "/%e9"):
            host = source.url.split("/")[2]
            connection = http.client.HTTPConnection(host, timeout=30)
            connection.request("POST", other, body_of(), signed(body_of()))
            assert (other, connection.getresponse().status) == (other, 404)
            connection.close()
        assert post(source) == 200
    assert len(source.events) == 1
    assert "a-path-that-is-a-secret" not in "\n".join(source.logged) + json.dumps(source.events)


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    with Source(timeout=0.2) as source:
        connection = http.client.HTTPConnection(source.url.split("/")[2], timeout=30)
        connection.putrequest("POST", "/")
        for header, value in {**signed(body_of()), "Content-Length": "500"}.items():
            connection.putheader(header, value)
        connection.endheaders(b"{")
        assert connection.getresponse().status == 408
        connection.close()


def test_what_comes_twice_is_one_event() -> None:
    with Source() as source, Source(deduplicate=0) as exact:
        for receiver, number_of_events in ((source, 1), (exact, 2)):
            request = signed(body_of())
            # The same request again, then the same body with a signature of its own, as an attempt after a lost answer has.
            assert [post(receiver, headers=request), post(receiver, headers=request), post(receiver)] == [200, 200, 200]
            receiver.cancel()
            assert len(receiver.events) == number_of_events
        assert [event["signed"] for event in source.events] == [True]


@pytest.mark.parametrize("secret", [SECRET, None])
def test_what_happens_twice_is_two_events(secret: str | None) -> None:
    """A recording that is paused and goes on, several times: its bodies repeat byte by byte. So do those that nothing is known about."""
    options = {} if secret else {"verify_signature": False}
    with Emulator() as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account, Source(**options) as source:
        scene = Scene.of(emulator, account)
        emulator.set_webhook(scene.client.key, "archive", source.url, secret=secret)
        client = emulator.publish(scene.session)["connectionId"]
        scene.start("archive")
        for _ in range(3):
            emulator.disconnect(scene.session, client)
            client = emulator.publish(scene.session)["connectionId"]
        emulator.settle()
        statuses = [each["event"] for each in emulator.deliveries()]
        assert statuses == ["started", *["paused", "started"] * 3]
        for body in ({"event": "x"}, {"event": "x", "timestamp": 1}, {"event": "x", "id": 1, "timestamp": [1]}) * 2:
            assert post(source, body_of(body), bearer(body_of(body)) if secret else {}) == 200
        source.cancel()
        assert [event["event"] for event in source.events] == statuses + ["x"] * 6


def test_without_a_signature() -> None:
    with Source(verify_signature=False, path="/" + "k" * 32) as source:
        assert [post(source, fresh(1), {}), post(source, fresh(2), {"Authorization": "Basic dTpw"})] == [200, 200]
    assert [event["signed"] for event in source.events] == [False, False]
    assert [event["project"] for event in source.events] == [PROJECT, PROJECT]
    with Source(verify_signature="false") as open_to_all:
        pass
    assert "anyone who guesses the path" in open_to_all.logged[-1]


def test_what_the_rules_do_not_take_in_time_is_answered_503_and_comes_again() -> None:
    with Source(held=True, timeout=0.3) as source:
        first = [post(source, fresh(number)) for number in range(3)]
        assert first == [200, 503, 503], "the queue of ansible-rulebook has room for one"
        source.resume()
        for number in range(3):
            while post(source, fresh(number)) == 503:
                pass  # on a busy machine 0.3 s may be over again
    assert taken(source) == [0, 1, 2]


def test_more_than_may_wait_is_answered_503_at_once() -> None:
    """The time to answer is long: only the bound can have answered."""
    with Source(held=True, timeout=30, queue_size=4) as source, concurrent.futures.ThreadPoolExecutor(20) as pool:
        assert post(source, fresh(0)) == 200, "in the queue of ansible-rulebook"
        answers = [pool.submit(post, source, fresh(number)) for number in range(1, 21)]
        refused = [future.result() for _, future in zip(range(16), concurrent.futures.as_completed(answers), strict=False)]
        assert refused == [503] * 16
        source.resume()
        acknowledged = [number for number, future in enumerate(answers, 1) if future.result() == 200]
    assert len(acknowledged) == 4
    assert sorted(taken(source)) == [0, *acknowledged]


def test_a_retry_of_the_emulator_arrives_once() -> None:
    with Emulator() as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account:
        scene = Scene.of(emulator, account)
        with Source(held=True, timeout=0.2, max_age=3600) as source:
            emulator.set_webhook(scene.client.key, "session", source.url, secret=SECRET)
            emulator.connect(scene.session)
            emulator.settle()
            assert [each["status"] for each in emulator.deliveries()] == [200, 503]
            source.resume()
            while not all(each["delivered"] for each in emulator.deliveries()):
                emulator.advance(5)
            source.cancel()
            assert [event["event"] for event in source.events] == ["sessionCreated", "connectionCreated"]


@pytest.mark.parametrize(("resumed", "answer"), [(True, 200), (False, 503)])
def test_cancelled_with_events_under_way(resumed: bool, answer: int) -> None:
    """What was answered 200 is in the queue, what waits gets its answer by what becomes of it, and nobody new is accepted."""
    with Source(held=True, timeout=30 if resumed else 1, queue_size=8) as source, concurrent.futures.ThreadPoolExecutor(9) as pool:
        assert post(source, fresh(0)) == 200
        waiting = [pool.submit(post, source, fresh(number)) for number in range(1, 10)]
        (full,) = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED).done
        assert full.result() == 503, "eight wait"
        waiting.remove(full)
        source.begin_to_cancel()
        if resumed:
            source.resume()
        source.cancel()
        assert [future.result() for future in waiting] == [answer] * 8
        with pytest.raises(requests.ConnectionError):
            post(source, fresh(99))
    assert len(taken(source)) == (9 if resumed else 1)


def test_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(tmp_path / "chain.pem", append=True)
    for files in ({"certfile": "both.pem"}, {"certfile": "chain.pem", "keyfile": "key.pem"}):
        with Source(**{name: str(tmp_path / file) for name, file in files.items()}) as source:
            assert source.url.startswith("https://")
            assert post(source, verify=str(tmp_path / "ca.pem")) == 200
            with pytest.raises(requests.exceptions.SSLError):
                post(source)
            with pytest.raises(requests.ConnectionError):
                requests.post(source.url.replace("https", "http"), timeout=30)
        assert len(source.events) == 1
    encrypted = load_pem_private_key(certificate.private_key_pem.bytes(), None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"password")
    )
    (tmp_path / "key.pem").write_bytes(encrypted)
    with pytest.raises(ValueError, match="certfile, keyfile: cannot be loaded"):  # nobody is asked for the password
        plugin()["checked"]({"port": 0, "signature_secret": SECRET, "certfile": str(tmp_path / "chain.pem"), "keyfile": str(tmp_path / "key.pem")})


OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"port": None}, "port: must be a whole number from 0 to 65,535"),
    ({"port": "http"}, "port: must be"),
    ({"port": 65536}, "port: must be"),
    ({"port": True}, "port: must be"),
    ({"port": 80.5}, "port: must be"),
    ({"host": ""}, "host: must be an address"),
    ({"host": 127}, "host: must be an address"),
    ({"path": "webhook"}, "path: must begin with /"),
    ({"path": "/a?b"}, "path: must begin with /"),
    ({"path": "/é"}, "path: must begin with /"),
    ({"signature_secret": None}, "signature_secret: is required, unless verify_signature is false"),
    ({"signature_secret": ""}, "signature_secret: is required"),
    ({"signature_secret": []}, "signature_secret: is required"),
    ({"signature_secret": 31415926}, "quote digits"),
    ({"signature_secret": [SECRET, " "]}, "none empty"),
    ({"signature_secret": {}}, "signature_secret: is required"),
    ({"signature_secret": {"a": ""}}, "none empty"),
    ({"signature_secret": {"a": {"b": SECRET}}}, "none empty"),
    ({"signature_secret": {True: SECRET}}, "signature_secret: the keys of the dictionary must be API keys"),
    ({"signature_secret": {"a": SECRET, "b": ["x", SECRET]}}, "signature_secret: no two projects may have the same secret"),
    ({"verify_signature": False, "signature_secret": SECRET}, "verify_signature: must not be false with a signature_secret"),
    ({"verify_signature": "perhaps", "signature_secret": SECRET}, "verify_signature: must be true or false"),
    ({"max_age": 0}, "max_age: must be a number from 1 to 86,400"),
    ({"max_age": "inf"}, "max_age: must be"),
    ({"deduplicate": -1}, "deduplicate: must be"),
    ({"timeout": "nan"}, "timeout: must be a number from 0.1 to 60"),
    ({"queue_size": 0}, "queue_size: must be a whole number from 1 to 100,000"),
    ({"max_body": 10}, "max_body: must be"),
    ({"keyfile": "/key.pem"}, "keyfile: needs a certfile"),
    ({"certfile": 7}, "certfile: must be the path of a file"),
    ({"certfile": "/does/not/exist.pem"}, "certfile, keyfile: cannot be loaded: No such file or directory"),
    ({"certfile": __file__}, "certfile, keyfile: cannot be loaded"),
    ({"secret": SECRET}, "secret: there is no such option"),
]


@pytest.mark.parametrize(("options", "message"), OPTIONS, ids=[f"{next(iter(options))}-{number}" for number, (options, _) in enumerate(OPTIONS)])
def test_an_option_that_is_wrong(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"opentok\.cloud\.webhook: ") as caught, Source(**options):
        pass
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"opentok.cloud.webhook: {message}") or message in line
    assert SECRET not in line
    assert "31415926" not in line


def test_each_option_that_is_wrong_has_its_line() -> None:
    with pytest.raises(ValueError, match="port") as caught, Source(port="x", path="x", signature_secret=None):
        pass
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == ["path", "port", "signature_secret"]


@pytest.mark.parametrize(("module", "name"), [("aiohttp", "aiohttp"), ("jwt", "PyJWT")])
def test_a_library_that_is_missing(module: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(RuntimeError, match=f"^opentok.cloud.webhook needs {name}.*: pip install {name}$"), Source():
        pass


def test_without_a_signature_pyjwt_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jwt", None)
    with Source(verify_signature=False) as source:
        assert post(source, headers={}) == 200


def test_the_documentation_names_the_options_and_their_defaults() -> None:
    defined = plugin()
    options = yaml.safe_load(defined["DOCUMENTATION"])["options"]
    assert {name: option.get("default") for name, option in options.items()} == defined["DEFAULTS"]
    assert [name for name, option in options.items() if option.get("required")] == ["port"]
    for example in yaml.safe_load(defined["EXAMPLES"]):
        filled = {name: re.sub("{{.*}}", "x" * 32, str(value)) for name, value in example["opentok.cloud.webhook"].items()}
        assert defined["checked"](filled)
