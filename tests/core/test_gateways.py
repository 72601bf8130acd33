# SPDX-License-Identifier: Apache-2.0
"""What a gateway, a cache or another server says instead of the API: nothing is gone, nothing is whole, nothing is ours because of it."""

from __future__ import annotations

import json
import re
import urllib.parse
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pulumi_opentok.core import Account, ApiError, Credentials, InvalidResponse, NotFound, OpenTokError, PlanError, Project
from pulumi_opentok.core.api.broadcasts.options import BroadcastOptions, Hls, Rtmp
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.api.sip.calls import SipAuth
from pulumi_opentok.core.api.storage import AzureStorage, S3Storage
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.sip_call import SIP_CALL
from pulumi_opentok.core.desired.sip_trunk.document import parse_trunk
from pulumi_opentok.core.errors import CutList, ForeignAnswer, NotTheApi
from pulumi_opentok.core.http.transport import Transport
from tests.core.operations_table import CALLS, in_session
from tests.core.service import Service
from tests.gateway import HTML_404, Answer, Gateway, gateway

TRUNK = parse_trunk({"uri": "sip:+15551234567@sip.example.com;transport=tls"}).document
EVIL = ["../../etc/passwd", "\x1b[2J\x1b[31mgone", "4600\n0001", "a\u202eb", "", " ", "x" * 300, "..", "a b", "%2e%2e", None, [], {"a": 1}, True]
"""What no id is."""


@pytest.fixture
def between(service: Service) -> Iterator[Gateway]:
    with gateway(service.emulator.url) as opened:
        yield opened


@pytest.fixture
def project(service: Service) -> Project:
    return service.account().projects.create("Acme")


@pytest.fixture
def through(service: Service, between: Gateway) -> Callable[..., Any]:
    """Clients whose way leads through the gateway."""

    def make(of: Project | None = None) -> Any:
        transport = Transport(between.url, timeout=5, backoff=0, warn=service.warnings.append)
        pair = Credentials(key=service.emulator.account_key, secret=service.emulator.account_secret, kind="account")
        return Account(pair, transport=transport) if of is None else OpenTok(of.credentials, transport=transport)

    return make


def scope_through(service: Service, between: Gateway) -> Scope:
    return service.scope(api_url=between.url)


@pytest.mark.parametrize("operation", list(CALLS))
def test_a_page_that_says_404_is_absence_of_nothing(
    service: Service, between: Gateway, project: Project, through: Callable[..., Any], operation: str
) -> None:
    ready = CALLS[operation].ready(service, project)
    for answer in (HTML_404, Answer(408) if operation in ("stream.get", "stream.mute") else Answer(404)):
        between.instead = lambda method, path, answer=answer: answer  # type: ignore[misc]
        with pytest.raises(NotTheApi, match=rf"^{re.escape(operation)} of .*: HTTP 40[48], .*is the address right \(.*: {between.url}\)") as caught:
            ready.run(through(), through(project))
        assert not isinstance(caught.value, NotFound)
        assert caught.value.status == answer.status


def test_a_call_is_not_dialled_twice_because_a_gateway_says_404(service: Service, between: Gateway, project: Project, tmp_path: Path) -> None:
    session_id = in_session(service, service.client(project))["session"]
    call = {"session": session_id, "name": "agent", "trunk": TRUNK}
    ledger = FileLedger(str(tmp_path / "ledger.json"))
    made = SIP_CALL.act(scope_through(service, between), call, present=True, ledger=ledger)
    between.instead = lambda method, path: HTML_404 if path.partition("?")[0].endswith("/connection") else None
    for present in (True, False):
        with pytest.raises(NotTheApi, match=r"connection\.list of session"):
            SIP_CALL.act(scope_through(service, between), call if present else {**call, "trunk": None}, present=present, ledger=ledger)
    # A list that is cut shows as little.
    between.instead = lambda method, path: None
    for cut in ({"count": 9, "items": []}, {"count": 1000, "items": [{"connectionId": "x"}] * 3}, {"items": "none"}):
        between.changed = lambda method, path, answer, cut=cut: Answer.of(cut) if path.partition("?")[0].endswith("/connection") else answer  # type: ignore[misc]
        for present in (True, False):
            with pytest.raises(InvalidResponse, match=r"connection\.list of session"):
                SIP_CALL.act(scope_through(service, between), call if present else {**call, "trunk": None}, present=present, ledger=ledger)
    between.changed = lambda method, path, answer: answer
    assert service.asked()["sip.dial"] == 1
    assert not SIP_CALL.act(scope_through(service, between), call, present=True, ledger=ledger).changed
    assert len((service.emulator.session(session_id) or {})["sipCalls"]) == 1
    # Hanging up is not done because a gateway says 404.
    between.instead = lambda method, path: HTML_404 if method == "DELETE" else None
    with pytest.raises(NotTheApi):
        SIP_CALL.act(scope_through(service, between), {**call, "trunk": None}, present=False, ledger=ledger)
    between.instead = lambda method, path: None
    assert made.shown is not None
    assert SIP_CALL.act(scope_through(service, between), {**call, "trunk": None}, present=False, ledger=ledger).changed


def test_a_call_in_a_full_session_is_found_on_the_last_page(service: Service, between: Gateway, project: Project, tmp_path: Path) -> None:
    """As many clients as a session may have, in pages of a thousand, whatever the server's ``count`` counts."""
    session_id = in_session(service, service.client(project))["session"]
    call = {"session": session_id, "name": "agent", "trunk": TRUNK}
    ledger = FileLedger(str(tmp_path / "ledger.json"))
    made = SIP_CALL.act(service.scope(), call, present=True, ledger=ledger)
    assert made.shown is not None
    clients = [{"connectionId": str(uuid.UUID(int=number)), "connectionState": "Connected"} for number in range(2_900)]
    clients.append({"connectionId": made.shown["connection_id"], "connectionState": "Connected"})
    for count in (lambda page: len(clients), len):

        def page(method: str, path: str, count: Callable[[list[Any]], int] = count) -> Answer | None:
            if "/connection" not in path:
                return None
            query = {name: int(values[0]) for name, values in parse_qs(urlsplit(path).query).items()}
            rows = clients[query.get("offset", 0) :][: query.get("count", 50)]
            return Answer.of({"count": count(rows), "items": rows})

        between.instead = page
        assert not SIP_CALL.act(scope_through(service, between), call, present=True, ledger=ledger).changed


def test_absent_is_not_absent_because_a_gateway_says_404(service: Service, between: Gateway, project: Project) -> None:
    between.instead = lambda method, path: HTML_404
    for inputs in ({"id": project.id}, {"name": "Acme"}, {"id": project.id, "on_delete": "suspend"}):
        for run in (Run(PROJECT, scope_through(service, between)), Run(PROJECT, scope_through(service, between), check=True)):
            with pytest.raises(NotTheApi):
                run.absent(inputs)
            with pytest.raises(NotTheApi):
                run.present(inputs)
    assert service.asked() == {"project.create": 1}


LISTS = [
    ("project.list", lambda account, client, session: account.projects.list()),
    ("callback.list", lambda account, client, session: client.callbacks.list()),
    ("stream.list", lambda account, client, session: client.streams.list(session)),
    ("connection.list", lambda account, client, session: client.streams.connections(session)),
    ("archive.list", lambda account, client, session: client.archives.list()),
    ("broadcast.list", lambda account, client, session: [*client.broadcasts.iterate()]),
    ("render.list", lambda account, client, session: [*client.renders.iterate()]),
]


@pytest.mark.parametrize(("operation", "read"), LISTS)
def test_a_part_of_a_list_is_an_error(
    service: Service, between: Gateway, project: Project, through: Callable[..., Any], operation: str, read: Callable[..., Any]
) -> None:
    session = in_session(service, service.client(project))["session"]
    between.changed = lambda method, path, answer: Answer(206, answer.body, answer.headers)
    with pytest.raises(CutList, match=rf"^{operation} of .*so it is not used: HTTP 206 is only part of the answer"):
        read(through(), through(project), session)


@pytest.mark.parametrize(
    "cut",
    [
        lambda rows: Answer(206, Answer.of(rows[:1]).body),
        lambda rows: Answer.of(rows[:1], 200, Link='<http://127.0.0.1/v2/project?page=2>; rel="next"'),
        lambda rows: Answer.of(rows[:1], 200, **{"X-Total-Count": "2"}),
        lambda rows: Answer.of({"count": 2, "items": rows[:1]}),
        lambda rows: Answer.of({"total": 2, "projects": rows[:1]}),
    ],
)
def test_a_cut_list_makes_no_twin(service: Service, between: Gateway, cut: Callable[[Any], Answer]) -> None:
    for name in ("Other", "Acme"):
        service.account().projects.create(name)
    service.clear()
    between.changed = lambda method, path, answer: cut(answer.json) if method == "GET" else answer
    for do in ("present", "absent"):
        with pytest.raises(InvalidResponse, match=r"^project\.list of account"):
            getattr(Run(PROJECT, scope_through(service, between)), do)({"name": "Acme"})
    assert set(service.asked()) == {"project.list"}


@pytest.mark.parametrize("rows", [350, 500])
@pytest.mark.parametrize("kind", ["archives", "broadcasts", "renders"])
def test_iterators_end_where_count_is_that_of_the_page(project: Project, between: Gateway, through: Callable[..., Any], kind: str, rows: int) -> None:
    """The smallest input of cases/page-count."""
    listed = [{"id": str(uuid.UUID(int=number)), "status": "available", "sessionId": "x", "createdAt": 1} for number in range(rows)]

    def page(method: str, path: str) -> Answer:
        query = {name: int(values[0]) for name, values in parse_qs(urlsplit(path).query).items()}
        some = listed[query["offset"] :][: query["count"]]
        return Answer.of({"count": len(some), "items": some})

    between.instead = page
    found = [each.id for each in getattr(through(project), kind).iterate()]
    assert found == [row["id"] for row in listed]
    assert len(between.asked) <= 3


def test_what_is_asked_for_by_id_is_what_comes(service: Service, between: Gateway, project: Project, through: Callable[..., Any]) -> None:
    """A cache that mixes answers up gives another one's row."""
    account, client = through(), through(project)
    other = service.account().projects.create("Other")
    session_id, theirs = (in_session(service, service.client(one))["session"] for one in (project, other))
    foreign_id = str(uuid.uuid4())
    dialled = {"id": "1", "connectionId": "c", "streamId": "s", "sessionId": theirs}
    thing = {"status": "available", "sessionId": session_id, "projectId": int(project.id)}
    calls: list[tuple[str, Any, Callable[[], Any]]] = [
        ("project", {"id": other.id, "status": "ACTIVE", "secret": "s"}, lambda: account.projects.get(project.id)),
        ("project", {"id": int(other.id), "status": "ACTIVE", "secret": "s"}, lambda: account.projects.refresh_secret(project.id)),
        ("project", {"id": other.id, "status": "SUSPENDED"}, lambda: account.projects.set_status(project.id, "suspended")),
        ("project", [{"session_id": theirs}], lambda: client.sessions.create()),
        ("archive", {**thing, "id": foreign_id}, lambda: client.archives.get(str(uuid.uuid4()))),
        ("archive", {**thing, "id": foreign_id}, lambda: client.archives.stop(str(uuid.uuid4()))),
        ("project", {**thing, "id": foreign_id, "projectId": other.id}, lambda: client.archives.get(foreign_id)),
        ("session", {**thing, "id": foreign_id, "sessionId": theirs}, lambda: client.archives.start(session_id)),
        ("session", {"count": 1, "items": [{**thing, "id": "b", "sessionId": theirs}]}, lambda: client.archives.list(session_id=session_id)),
        ("project", {"count": 1, "items": [{**thing, "id": "b", "projectId": 1}]}, lambda: [*client.archives.iterate()]),
        ("broadcast", {**thing, "id": "b"}, lambda: client.broadcasts.get("a")),
        ("broadcast", {**thing, "id": "b"}, lambda: client.broadcasts.stop("a")),
        ("project", {"count": 1, "items": [{**thing, "id": "b", "projectId": 1}]}, lambda: client.broadcasts.list()),
        ("session", {"count": 1, "items": [{**thing, "id": "b", "sessionId": theirs}]}, lambda: [*client.broadcasts.iterate(session_id=session_id)]),
        ("render", {**thing, "id": "b"}, lambda: client.renders.get("a")),
        ("project", {"count": 1, "items": [{**thing, "id": "b", "projectId": "1"}]}, lambda: client.renders.list()),
        ("stream", {"id": "b"}, lambda: client.streams.get(session_id, "a")),
        ("session", {"sessionId": theirs, "items": [{"connectionId": "c"}]}, lambda: client.streams.connections(session_id)),
        ("group", {"id": "1", "group": "stream", "event": "status"}, lambda: client.callbacks.register("archive", "status", "https://example.com/a")),
        ("session", dialled, lambda: client.sip.dial(session_id, "t", "sip:a@b.example")),
    ]
    for what, answer, call in calls:
        between.instead = lambda method, path, answer=answer: Answer.of(answer)  # type: ignore[misc]
        between.asked.clear()
        with pytest.raises(ForeignAnswer, match=rf"the answer is about another {what}, '.*' instead of '.*', so it is not used") as caught:
            call()
        wrote = not between.asked[-1].startswith("GET ")
        assert caught.value.outcome_unknown == wrote == ("; the server may or may not have done it" in str(caught.value))


@pytest.mark.parametrize("evil", EVIL)
def test_ids_of_the_server_are_checked(project: Project, between: Gateway, through: Callable[..., Any], service: Service, evil: Any) -> None:
    account, client = through(), through(project)
    session_id = in_session(service, service.client(project))["session"]
    row = {"id": evil, "status": "available", "sessionId": session_id, "connectionId": evil, "streamId": evil, "captionsId": evil, "secret": "s"}
    calls: list[tuple[Any, Callable[[], Any]]] = [
        (row, lambda: account.projects.create("Acme")),
        (row, lambda: account.projects.get(project.id)),
        ([{"session_id": evil}], lambda: client.sessions.create()),
        (row, lambda: client.archives.start(session_id)),
        ({"count": 1, "items": [row]}, lambda: [*client.archives.iterate()]),
        (row, lambda: client.broadcasts.get("a")),
        (row, lambda: client.renders.get("a")),
        (row, lambda: client.captions.start(session_id, "t")),
        (row, lambda: client.audio_connector.start(session_id, "t", "wss://example.com/socket")),
        ({"items": [row]}, lambda: client.streams.connections(session_id)),
        ({"items": [row]}, lambda: client.streams.list(session_id)),
        ([row], lambda: client.callbacks.list()),
        (row, lambda: client.sip.dial(session_id, "t", "sip:a@b.example")),
    ]
    for answer, call in calls:
        between.instead = lambda method, path, answer=answer: Answer.of(answer)  # type: ignore[misc]
        with pytest.raises(InvalidResponse) as caught:
            call()
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 600


def test_a_row_that_cannot_be_read_whole_blocks_nobody(service: Service, between: Gateway, through: Callable[..., Any]) -> None:
    made = {name: service.account().projects.create(name) for name in ("Acme", "Globex", "Initech")}

    def odd(method: str, path: str, answer: Answer) -> Answer:
        if method != "GET" or path != "/v2/project":
            return answer
        rows = answer.json
        del rows[0]["secret"]
        rows[1].update(createdAt="yesterday", status=None, environment=7)
        extra = [{"id": "../../etc/passwd", "name": "Umbrella\x1b[2J", "secret": "s", "status": "ACTIVE"}, None, rows[2]]
        return Answer.of([*rows, *extra])

    between.changed = odd
    found = through().projects.list()
    shown = [(each.id, each.name, each.status, bool(each.secret), each.whole) for each in found]
    assert shown == [
        (made["Acme"].id, "Acme", "active", False, False),
        (made["Globex"].id, "Globex", "", True, False),
        (made["Initech"].id, "Initech", "active", True, True),
        ("", "Umbrella\x1b[2J", "active", True, False),
        ("", "", "", False, False),
    ]
    assert found[0].secret_fingerprint == ""
    assert len(service.warnings) == 1
    assert f"project {made['Acme'].id} 'Acme', project {made['Globex'].id} 'Globex', one without an id, 'Umbrella" in service.warnings[0]
    assert "secret=" not in repr(found)


def test_a_run_reads_by_id_what_the_list_does_not_show(service: Service, between: Gateway) -> None:
    acme = service.account().projects.create("Acme")

    def bare(method: str, path: str, answer: Answer) -> Answer:
        return Answer.of([{"id": row["id"], "name": row["name"]} for row in answer.json]) if (method, path) == ("GET", "/v2/project") else answer

    between.changed = bare
    taken = Run(PROJECT, scope_through(service, between)).present({"name": "Acme", "status": "active", "take_by_name": True})
    assert not taken.changed
    assert taken.shown is not None
    assert taken.shown["api_secret"] == acme.secret
    with pytest.raises(PlanError, match=f"a project 'Acme' exists already in account .*: id {acme.id}"):
        Run(PROJECT, scope_through(service, between)).present({"name": "Acme"})
    # Where the row by id has none either, that is an error, and nothing is rotated.
    between.changed = lambda method, path, answer: (
        bare(method, path, answer) if path == "/v2/project" else Answer.of({**answer.json, "secret": ""}) if method == "GET" else answer
    )
    with pytest.raises(OpenTokError, match=r"project\.get of project .*: the answer is .*, not a project"):
        Run(PROJECT, scope_through(service, between)).present({"name": "Acme", "take_by_name": True, "retired_secrets": [acme.secret]})
    assert service.emulator.all_projects()[0]["secret"] == acme.secret


def test_a_status_that_was_not_set(service: Service, between: Gateway, project: Project, through: Callable[..., Any]) -> None:
    between.instead = lambda method, path: Answer.of({"id": project.id, "status": "ACTIVE", "secret": project.secret}) if method == "PUT" else None
    with pytest.raises(InvalidResponse, match=r"the server reports success, but project .* is still 'active': run again"):
        through().projects.set_status(project.id, "suspended")
    # Done, and answered with less than the row.
    between.instead = lambda method, path: None
    between.changed = lambda method, path, answer: Answer.of({"id": project.id}) if method == "PUT" else answer
    assert through().projects.set_status(project.id, "suspended").status == "suspended"


def test_what_was_sent_does_not_come_back_in_an_error(service: Service, between: Gateway, project: Project, through: Callable[..., Any]) -> None:
    client = through(project)
    session_id = in_session(service, service.client(project))["session"]
    secret = "hunter2&hunter2"
    stream = BroadcastOptions(hls=Hls(), rtmp=[Rtmp(server_url="rtmp://example.com/live", stream_name=secret)])
    storage = S3Storage(access_key="a", secret_key=secret, bucket="b")
    calls: list[Callable[[], Any]] = [
        lambda: client.sip.dial(session_id, "t", "sip:a@b.example", auth=SipAuth(username="u", password=secret)),
        lambda: client.sip.dial(session_id, secret, "sip:a@b.example"),
        lambda: client.sip.dial(session_id, "t", "sip:a@b.example", headers={"X-Key": secret}),
        lambda: client.broadcasts.start(session_id, stream),
        lambda: client.captions.start(session_id, secret),
        lambda: client.renders.start(session_id, secret, "https://example.com/page"),
        lambda: client.audio_connector.start(session_id, "t", "wss://example.com/socket", headers={"Authorization": secret}),
        lambda: client.archive_storage.set(storage, fallback="none"),
        lambda: client.archive_storage.set(AzureStorage(account_name="a", account_key=secret, container="c"), fallback="none"),
    ]
    for status in (400, 404, 409):
        for shown in (secret, urllib.parse.quote(secret), json.dumps({"got": secret})):
            between.instead = lambda method, path, shown=shown, status=status: Answer.of({"code": -1, "message": f"got {shown}!"}, status)  # type: ignore[misc]
            for call in calls:
                with pytest.raises(ApiError, match=r"got .*\*\*\*") as caught:
                    call()
                assert "unter" not in f"{caught.value} {caught.value.server_message} {caught.value.args}"


class Kept:
    """A place that keeps what is published to it."""

    where = "the store"
    document: Any = None

    def preflight(self) -> None:
        """It can be written to."""

    def read(self) -> Any:
        return self.document

    def write(self, document: Any) -> None:
        self.document = document


def test_another_project_s_secret_is_not_published(service: Service, between: Gateway, project: Project) -> None:
    other, store = service.account().projects.create("Other"), Kept()
    foreign = Answer.of({"id": other.id, "name": "Acme", "status": "ACTIVE", "secret": other.secret})
    rotate = {"id": project.id, "rotate": "always"}
    between.changed = lambda method, path, answer: foreign if path.endswith(project.id) else answer
    with pytest.raises(ForeignAnswer):
        Run(PROJECT, scope_through(service, between), publishers=[store]).present(rotate)
    assert (store.document, service.asked()["project.refresh_secret"]) == (None, 0)
    # The answer to the rotation is another one's: it is read back, and what lives is published. So is one that a gateway ate.
    for lost in (foreign, HTML_404, Answer(404)):
        before = service.account().projects.get(project.id).secret
        service.clear()
        between.changed = lambda method, path, answer, lost=lost: lost if method == "POST" else answer  # type: ignore[misc]
        report = Run(PROJECT, scope_through(service, between), publishers=[store]).present(rotate)
        live = service.account().projects.get(project.id).secret
        assert report.unfinished is None
        assert store.document["api_secret"] == live != before
        assert service.asked()["project.refresh_secret"] == 1
