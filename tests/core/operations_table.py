# SPDX-License-Identifier: Apache-2.0
"""Each operation of the core as one call, for tables of what goes wrong on which."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from pulumi_opentok.core import Account, Project
from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.broadcasts.options import BroadcastOptions, Hls
from pulumi_opentok.core.api.layouts import Layout
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.api.storage import S3Storage
from tests.core.service import Service

Things = dict[str, str]


def nothing(_service: Service, _client: OpenTok) -> Things:
    return {}


@dataclasses.dataclass(frozen=True)
class Call:
    """``prepare`` makes what the call needs; ``run`` gets it by name, and so does ``about``, which is how an error names the object.

    ``about`` also has ``{id}`` and ``{key}``, the project's and the account's. ``again``: whether the same call succeeds once more.
    """

    repeatable: bool
    about: str
    run: Callable[..., Any]
    prepare: Callable[[Service, OpenTok], Things] = nothing
    again: bool = True

    def ready(self, service: Service, project: Project) -> Ready:
        """The call with all that it needs made; no requests are sent when it runs but its own."""
        things = self.prepare(service, service.client(project))
        about = self.about.format(id=project.id, key=service.emulator.account_key, **things)
        return Ready(about, lambda account, client: self.run(account, client, project, **things))


@dataclasses.dataclass(frozen=True)
class Ready:
    """A call that can be made."""

    about: str
    run: Callable[[Account, OpenTok], Any]


def in_session(service: Service, client: OpenTok) -> Things:
    """A routed session with one client that publishes."""
    session_id = client.sessions.create(media_mode="routed").session_id
    ids = service.emulator.publish(session_id)
    return {"session": session_id, "connection": ids["connectionId"], "stream": ids["streamId"]}


def a_callback(_service: Service, client: OpenTok) -> Things:
    return {"callback": client.callbacks.register("archive", "status", "https://example.com/hook").id}


IN_SESSION = "session {session}"
ON_CONNECTION = "connection {connection} of session {session}"
ON_STREAM = "stream {stream} of session {session}"

LIVE_CALLS = {
    "stream.list": Call(True, IN_SESSION, lambda _a, client, _p, session, **_: client.streams.list(session), in_session),
    "stream.get": Call(True, ON_STREAM, lambda _a, client, _p, session, stream, **_: client.streams.get(session, stream), in_session),
    "stream.set_layout_classes": Call(
        True, IN_SESSION, lambda _a, client, _p, session, stream, **_: client.streams.set_layout_classes(session, {stream: ["full"]}), in_session
    ),
    "connection.list": Call(True, IN_SESSION, lambda _a, client, _p, session, **_: client.streams.connections(session), in_session),
    "signal.to_all": Call(False, IN_SESSION, lambda _a, client, _p, session, **_: client.signals.to_all(session, "hi"), in_session),
    "signal.to_one": Call(
        False, ON_CONNECTION, lambda _a, client, _p, session, connection, **_: client.signals.to_one(session, connection, "hi"), in_session
    ),
    "connection.disconnect": Call(
        True,
        ON_CONNECTION,
        lambda _a, client, _p, session, connection, **_: client.moderation.disconnect(session, connection),
        in_session,
        again=False,
    ),
    "stream.mute": Call(False, ON_STREAM, lambda _a, client, _p, session, stream, **_: client.moderation.mute_stream(session, stream), in_session),
    "session.mute": Call(False, IN_SESSION, lambda _a, client, _p, session, **_: client.moderation.mute_session(session), in_session),
    "sip.dial": Call(False, IN_SESSION, lambda _a, client, _p, session, **_: client.sip.dial(session, "a-token", "sip:a@example.com"), in_session),
    "dtmf.to_all": Call(False, IN_SESSION, lambda _a, client, _p, session, **_: client.sip.dtmf_to_all(session, "1"), in_session),
    "dtmf.to_one": Call(
        False, ON_CONNECTION, lambda _a, client, _p, session, connection, **_: client.sip.dtmf_to_one(session, connection, "1"), in_session
    ),
    "callback.register": Call(
        False,
        "a callback of project {id}",
        lambda _a, client, _p, **_: client.callbacks.register("archive", "status", "https://example.com/hook"),
    ),
    "callback.list": Call(True, "project {id}", lambda _a, client, _p, **_: client.callbacks.list()),
    "callback.delete": Call(
        True,
        "callback {callback} of project {id}",
        lambda _a, client, _p, callback: client.callbacks.delete(callback),
        a_callback,
        again=False,
    ),
}


def a_render(service: Service, client: OpenTok) -> Things:
    return {"render": client.renders.start(in_session(service, client)["session"], "a-token", PAGE).id}


def captioned(service: Service, client: OpenTok) -> Things:
    return {"captions": client.captions.start(in_session(service, client)["session"], "a-token")}


def a_websocket(service: Service, client: OpenTok) -> Things:
    session = in_session(service, client)["session"]
    return {"connection": client.audio_connector.start(session, "a-token", SOCKET).connection_id}


PAGE = "https://example.com/page"
SOCKET = "wss://example.com/socket"

ON_AIR = BroadcastOptions(hls=Hls(), stream_mode="manual")


def a_broadcast(service: Service, client: OpenTok) -> Things:
    """A manual broadcast that runs."""
    things = in_session(service, client)
    return {"broadcast": client.broadcasts.start(things["session"], ON_AIR).id, "stream": things["stream"]}


BROADCAST_CALLS = {
    "broadcast.start": Call(
        False, "a broadcast of session {session}", lambda _a, client, _p, session, **_: client.broadcasts.start(session, ON_AIR), in_session
    ),
    "broadcast.list": Call(True, "the broadcasts of project {id}", lambda _a, client, _p, **_: client.broadcasts.list(), a_broadcast),
    "broadcast.get": Call(True, "broadcast {broadcast}", lambda _a, client, _p, broadcast, **_: client.broadcasts.get(broadcast), a_broadcast),
    "broadcast.stop": Call(False, "broadcast {broadcast}", lambda _a, client, _p, broadcast, **_: client.broadcasts.stop(broadcast), a_broadcast),
    "broadcast.set_layout": Call(
        True,
        "broadcast {broadcast}",
        lambda _a, client, _p, broadcast, **_: client.broadcasts.set_layout(broadcast, Layout(type="pip")),
        a_broadcast,
    ),
    "broadcast.update_streams": Call(
        False, "broadcast {broadcast}", lambda _a, client, _p, broadcast, stream: client.broadcasts.add_stream(broadcast, stream), a_broadcast
    ),
}

MEDIA_CALLS = {
    **BROADCAST_CALLS,
    "render.start": Call(
        False, "a render of session {session}", lambda _a, client, _p, session, **_: client.renders.start(session, "a-token", PAGE), in_session
    ),
    "render.list": Call(True, "the renders of project {id}", lambda _a, client, _p, **_: client.renders.list(), a_render),
    "render.get": Call(True, "render {render}", lambda _a, client, _p, render: client.renders.get(render), a_render),
    "render.stop": Call(True, "render {render}", lambda _a, client, _p, render: client.renders.stop(render), a_render),
    "captions.start": Call(
        False, "captions of session {session}", lambda _a, client, _p, session, **_: client.captions.start(session, "a-token"), in_session
    ),
    "captions.stop": Call(False, "captions {captions}", lambda _a, client, _p, captions: client.captions.stop(captions), captioned),
    "audio_connector.start": Call(
        False,
        "an audio connection of session {session}",
        lambda _a, client, _p, session, **_: client.audio_connector.start(session, "a-token", SOCKET),
        in_session,
    ),
    "audio_connector.stop": Call(
        False, "audio connection {connection}", lambda _a, client, _p, connection: client.audio_connector.stop(connection), a_websocket
    ),
}


def routed(service: Service, client: OpenTok) -> Things:
    """A routed session in which somebody publishes."""
    session_id = client.sessions.create(media_mode="routed").session_id
    return {"session_id": session_id, "stream_id": service.emulator.publish(session_id)["streamId"]}


def an_archive(service: Service, client: OpenTok) -> Things:
    """A manual archive that records."""
    things = routed(service, client)
    archive = client.archives.start(things["session_id"], ArchiveOptions(stream_mode="manual"))
    return {"archive_id": archive.id, "stream_id": things["stream_id"]}


def a_finished_archive(service: Service, client: OpenTok) -> Things:
    """An archive that can be deleted."""
    archive_id = an_archive(service, client)["archive_id"]
    client.archives.stop(archive_id)
    service.emulator.advance(1)
    return {"archive_id": archive_id}


def a_storage(_service: Service, client: OpenTok) -> Things:
    client.archive_storage.set(BUCKET, fallback="none")
    return {}


BUCKET = S3Storage(access_key="AKIAEXAMPLE", secret_key="bucket-secret", bucket="recordings")
STORAGE = "the archive storage of project {id}"
ARCHIVE = "archive {archive_id}"

ARCHIVE_CALLS = {
    "archive.start": Call(
        False, "an archive of session {session_id}", lambda _a, client, _p, session_id, **_: client.archives.start(session_id), routed
    ),
    "archive.get": Call(True, ARCHIVE, lambda _a, client, _p, archive_id, **_: client.archives.get(archive_id), an_archive),
    "archive.stop": Call(False, ARCHIVE, lambda _a, client, _p, archive_id, **_: client.archives.stop(archive_id), an_archive),
    "archive.delete": Call(True, ARCHIVE, lambda _a, client, _p, archive_id: client.archives.delete(archive_id), a_finished_archive),
    "archive.set_layout": Call(
        True, ARCHIVE, lambda _a, client, _p, archive_id, **_: client.archives.set_layout(archive_id, Layout(type="pip")), an_archive
    ),
    "archive.update_streams": Call(
        False, ARCHIVE, lambda _a, client, _p, archive_id, stream_id: client.archives.add_stream(archive_id, stream_id), an_archive
    ),
    "archive_storage.set": Call(True, STORAGE, lambda _a, client, _p: client.archive_storage.set(BUCKET, fallback="none")),
    "archive_storage.delete": Call(True, STORAGE, lambda _a, client, _p: client.archive_storage.delete(), a_storage, again=False),
}

CALLS = {
    **ARCHIVE_CALLS,
    **LIVE_CALLS,
    "project.list": Call(True, "account {key}", lambda account, _client, _project: account.projects.list()),
    "project.get": Call(True, "project {id}", lambda account, _client, project: account.projects.get(project.id)),
    "project.set_status": Call(True, "project {id}", lambda account, _client, project: account.projects.set_status(project.id, "suspended")),
    "project.delete": Call(True, "project {id}", lambda account, _client, project: account.projects.delete(project.id), again=False),
    "archive.list": Call(True, "project {id}", lambda _account, client, _project: client.verify_credentials()),
    "project.create": Call(False, "a project 'new'", lambda account, _client, _project: account.projects.create("new")),
    "project.refresh_secret": Call(False, "project {id}", lambda account, _client, project: account.projects.refresh_secret(project.id)),
    "session.create": Call(False, "a session of project {id}", lambda _account, client, _project: client.sessions.create()),
    **MEDIA_CALLS,
}

REPEATABLE = [name for name, call in CALLS.items() if call.repeatable]
ONCE_ONLY = [name for name, call in CALLS.items() if not call.repeatable]
