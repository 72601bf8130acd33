# SPDX-License-Identifier: Apache-2.0
"""Archives and their storage through the core, against the emulator."""

from __future__ import annotations

import base64
import tracemalloc
from typing import Any

import pytest

from pulumi_opentok.core import ApiError, InvalidInput, InvalidResponse, NotFound, Project
from pulumi_opentok.core.api.archives.calls import Archives
from pulumi_opentok.core.api.archives.objects import STATUSES
from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.layouts import Layout
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.api.storage import AzureStorage, S3Storage
from tests.core.service import Service

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def project(service: Service) -> Project:
    return service.account().projects.create("acme")


@pytest.fixture
def client(service: Service, project: Project) -> OpenTok:
    return service.client(project)


def joined(service: Service, client: OpenTok, **options: Any) -> str:
    """A routed session in which somebody publishes."""
    session_id = client.sessions.create(media_mode="routed", **options).session_id
    service.emulator.publish(session_id)
    return session_id


def recorded(service: Service, client: OpenTok, number: int) -> list[str]:
    """Ids of so many archives of one session, newest first."""
    session_id = joined(service, client)
    return [client.archives.start(session_id, ArchiveOptions(multi_archive_tag=str(one))).id for one in range(number)][::-1]


def test_a_recording(service: Service, project: Project, client: OpenTok) -> None:
    session_id = joined(service, client)
    started = client.archives.start(session_id, ArchiveOptions(name="daily", resolution="1280x720", multi_archive_tag="a", max_bitrate=200_000))
    assert (started.status, started.session_id, started.project_id, started.name) == ("started", session_id, project.id, "daily")
    assert (started.resolution, started.multi_archive_tag, started.max_bitrate, started.duration) == ("1280x720", "a", 200_000, 0)
    service.emulator.advance(90)
    stopped = client.archives.stop(started.id)
    assert (stopped.status, stopped.reason, stopped.multi_archive_tag) == ("stopped", "user initiated", None)
    assert 90 <= stopped.duration < 95
    service.emulator.advance(1)
    available = client.archives.get(started.id)
    assert available.status == "available"
    assert available.size > 0
    assert available.url is not None
    assert available.url not in repr(available)
    client.archives.delete(started.id)
    assert client.archives.list().total == 0


def test_every_status_is_read(service: Service, client: OpenTok) -> None:
    session_id, seen = joined(service, client), []
    stream_id = service.emulator.publish(session_id)["streamId"]
    manual = client.archives.start(session_id, ArchiveOptions(stream_mode="manual", multi_archive_tag="a"))
    lost = client.archives.start(session_id, ArchiveOptions(multi_archive_tag="b"))
    client.archive_storage.set(S3Storage(access_key="a", secret_key="s", bucket="b"), fallback="none")
    sent = client.archives.start(session_id, ArchiveOptions(multi_archive_tag="c"))
    seen += [client.archives.get(manual.id).status, client.archives.get(sent.id).status]
    client.archives.add_stream(manual.id, stream_id)
    seen.append(client.archives.stop(manual.id).status)
    client.archives.stop(sent.id)
    service.emulator.fail_archive(lost.id, "no more room")
    failed = client.archives.get(lost.id)
    assert (failed.reason, failed.size, failed.url, failed.sha256sum) == ("no more room", 0, None, None)
    service.emulator.advance(1)
    made = client.archives.get(manual.id)
    assert made.sha256sum is not None
    assert len(base64.b64decode(made.sha256sum)) == 32
    seen += [failed.status, made.status, client.archives.get(sent.id).status]
    client.archives.delete(sent.id)
    seen.append(client.archives.get(sent.id).status)
    service.emulator.advance(72 * 3600)
    service.emulator.advance(-72 * 3600)  # a clock that is off by more than a day is not signed for
    seen.append(client.archives.get(manual.id).status)
    assert seen == ["paused", "started", "stopped", "failed", "available", "uploaded", "deleted", "expired"]
    assert set(seen) == set(STATUSES)


def test_what_cannot_be_recorded(service: Service, client: OpenTok) -> None:
    fresh = client.sessions.create(media_mode="routed").session_id
    with pytest.raises(NotFound, match=r"archive\.start of an archive of session 1_"):
        client.archives.start(fresh)
    relayed = client.sessions.create().session_id
    with pytest.raises(ApiError, match="Only routed sessions") as caught:
        client.archives.start(relayed)
    assert (caught.value.status, caught.value.code) == (409, 15008)
    session_id = joined(service, client)
    client.archives.start(session_id)
    with pytest.raises(ApiError) as caught:
        client.archives.start(session_id)
    assert (caught.value.status, caught.value.code) == (409, 15001)


def test_a_manual_archive(service: Service, client: OpenTok) -> None:
    session_id = client.sessions.create(media_mode="routed").session_id
    stream_id = service.emulator.publish(session_id)["streamId"]
    archive_id = client.archives.start(session_id, ArchiveOptions(stream_mode="manual")).id
    assert client.archives.get(archive_id).status == "paused"
    client.archives.add_stream(archive_id, stream_id, has_video=False)
    archive = client.archives.get(archive_id)
    assert archive.status == "started"
    assert [(each.stream_id, each.has_audio, each.has_video) for each in archive.streams] == [(stream_id, True, False)]
    client.archives.remove_stream(archive_id, stream_id)
    assert client.archives.get(archive_id).streams == ()
    with pytest.raises(NotFound):
        client.archives.add_stream(archive_id, "nope")


def test_streams_of_an_automatic_archive_are_405(service: Service, client: OpenTok) -> None:
    session_id = client.sessions.create(media_mode="routed").session_id
    stream_id = service.emulator.publish(session_id)["streamId"]
    archive_id = client.archives.start(session_id).id
    with pytest.raises(ApiError) as caught:
        client.archives.add_stream(archive_id, stream_id)
    assert caught.value.status == 405


def test_nothing_is_sent_when_the_arguments_cannot_be_right(service: Service, client: OpenTok) -> None:
    session_id = joined(service, client)
    foreign = service.client(service.account().projects.create("other")).sessions.create().session_id
    service.clear()
    archives: Archives = client.archives
    for call in (
        lambda: archives.start("1_nope"),
        lambda: archives.start(foreign),
        lambda: archives.start(session_id, ArchiveOptions(has_audio=False, has_video=False)),
        lambda: archives.get("storage"),
        lambda: archives.delete("storage"),
        lambda: archives.stop(f"{UNKNOWN}/.."),
        lambda: archives.set_layout(UNKNOWN, Layout(type="custom")),
        lambda: archives.add_stream(UNKNOWN, "a/b"),
        lambda: archives.list(offset=-1),
        lambda: archives.list(count=1001),
        lambda: archives.list(session_id=foreign),
        lambda: next(archives.iterate(page_size=0)),
        lambda: client.archive_storage.set(S3Storage(access_key="a", secret_key="s", bucket="b"), fallback="maybe"),
        lambda: client.archive_storage.set(S3Storage(access_key="a", secret_key="s", bucket="b"), fallback="none", certificate="x"),
    ):
        with pytest.raises(InvalidInput):
            call()
    assert service.asked() == {}
    with pytest.raises(InvalidInput) as caught:
        archives.start(foreign, ArchiveOptions(output_mode="x"))
    assert [problem.field for problem in caught.value.problems] == ["session_id", "output_mode"]


def test_pages_and_the_iterator(service: Service, client: OpenTok) -> None:
    ids = recorded(service, client, 7)
    other = recorded(service, client, 1)
    page = client.archives.list(offset=2, count=3)
    assert (page.total, [each.id for each in page.items]) == (3, ids[1:4])
    service.clear()
    assert [each.id for each in client.archives.iterate(page_size=3)] == other + ids
    assert service.asked() == {"archive.list": 3}
    session_id = client.archives.get(ids[0]).session_id
    assert [each.id for each in client.archives.iterate(session_id=session_id, page_size=7)] == ids


def test_the_iterator_asks_for_a_page_when_it_is_needed(service: Service, client: OpenTok) -> None:
    """How many requests were sent before the first archive, and after each."""
    recorded(service, client, 7)
    service.clear()
    walk = client.archives.iterate(page_size=3)
    assert service.asked() == {}
    assert [service.asked()["archive.list"] for _ in walk] == [1, 1, 1, 2, 2, 2, 3]
    assert service.asked() == {"archive.list": 3}


def test_the_iterator_while_the_list_changes(service: Service, client: OpenTok) -> None:
    ids = recorded(service, client, 9)
    for archive_id in ids:
        client.archives.stop(archive_id)
    service.emulator.advance(2)
    seen = []
    for archive in client.archives.iterate(page_size=2):
        seen.append(archive.id)
        client.archives.delete(archive.id)
    assert seen == ids
    ids = recorded(service, client, 5)
    session_id = client.archives.get(ids[0]).session_id
    seen = []
    for number, archive in enumerate(client.archives.iterate(page_size=2)):
        seen.append(archive.id)
        if number < 2:
            client.archives.start(session_id, ArchiveOptions(multi_archive_tag=f"more {number}"))
    # What has begun meanwhile may come too: `count` does not tell how much that was.
    assert ([each for each in seen if each in ids], len(seen)) == (ids, len(set(seen)))


def test_the_iterator_holds_one_page(client: OpenTok, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"id": UNKNOWN, "status": "available", "sessionId": "s", "url": "x" * 300, "streams": []}

    def page(_self: Archives, offset: int, count: int, _session: str | None) -> tuple[int, list[dict[str, Any]]]:
        return 10_000, [{**row, "id": str(offset + one), "name": "n" * 50} for one in range(max(0, min(count, 10_000 - offset)))]

    monkeypatch.setattr(Archives, "_page", page)
    tracemalloc.start()
    try:
        assert sum(1 for _ in client.archives.iterate()) == 10_000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("answer", [None, [], {}, {"count": 1}, {"count": 1, "items": [{}]}, {"count": "1", "items": []}, {"count": 1, "items": [1]}])
def test_answers_that_are_no_page(client: OpenTok, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    monkeypatch.setattr(type(client.archives._transport), "call", lambda *_, **__: answer)
    with pytest.raises(InvalidResponse, match=r"archive.list of the archives of project"):
        client.archives.list()


def test_storage(service: Service, client: OpenTok) -> None:
    with pytest.raises(NotFound):
        client.archive_storage.delete()
    client.archive_storage.set(AzureStorage(account_name="a", account_key="k", container="c"), fallback="opentok")
    archive_id = client.archives.start(joined(service, client)).id
    client.archive_storage.set(
        S3Storage(access_key="a", secret_key="s", bucket="b", endpoint="http://127.0.0.1:9", sse="none"),
        fallback="none",
        certificate="-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----",
    )
    client.archive_storage.delete()
    client.archives.stop(archive_id)
    service.emulator.advance(2)
    uploaded = client.archives.get(archive_id)
    assert (uploaded.status, uploaded.url) == ("uploaded", None)


def test_a_refusal_does_not_repeat_the_secret(client: OpenTok, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ApiError("no: quite-secret", operation="archive_storage.set", status=400, code=-1, server_message="quite-secret is wrong")

    monkeypatch.setattr(type(client.archives._transport), "call", refuse)
    with pytest.raises(ApiError) as caught:
        client.archive_storage.set(S3Storage(access_key="a", secret_key="quite-secret", bucket="b"), fallback="none")
    assert (str(caught.value), caught.value.server_message) == ("no: ***", "*** is wrong")
    assert caught.value.__suppress_context__
