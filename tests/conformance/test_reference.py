# SPDX-License-Identifier: Apache-2.0
"""The wire vocabulary has exactly the operations of the index of the project's API reference (its section 2).

The reference is not in the repository; this is its index in our own words: what is known from the seven SDKs (Go, Python, node, Java,
Ruby, PHP, .NET), the guides at tokbox.com/developer and a published Postman collection. K is a project's key; A, B, C, I, R, S and T are
ids of an archive, a broadcast, a connection, captions or a callback, a render, a session and a stream.
"""

from __future__ import annotations

import re

from pulumi_opentok.core import operations as wire

REFERENCE = """
    account POST   /v2/project                                200
    account GET    /v2/project                                200
    account GET    /v2/project/K                              200
    account PUT    /v2/project/K                              200
    account POST   /v2/project/K/refreshSecret                200
    account DELETE /v2/project/K                              204
    project POST   /session/create                            200
    project POST   /v2/project/K/archive                      200
    project POST   /v2/project/K/archive/A/stop               200
    project GET    /v2/project/K/archive                      200
    project GET    /v2/project/K/archive/A                    200
    project DELETE /v2/project/K/archive/A                    204
    project PUT    /v2/project/K/archive/A/layout             200
    project PATCH  /v2/project/K/archive/A/streams            204
    project PUT    /v2/project/K/archive/storage              200
    project DELETE /v2/project/K/archive/storage              204
    project POST   /v2/project/K/broadcast                    200
    project POST   /v2/project/K/broadcast/B/stop             200
    project GET    /v2/project/K/broadcast/B                  200
    project GET    /v2/project/K/broadcast                    200
    project PUT    /v2/project/K/broadcast/B/layout           200
    project PATCH  /v2/project/K/broadcast/B/streams          204
    project POST   /v2/project/K/dial                         200
    project POST   /v2/project/K/session/S/play-dtmf          200
    project POST   /v2/project/K/session/S/connection/C/play-dtmf 200
    project DELETE /v2/project/K/session/S/connection/C       204
    project POST   /v2/project/K/session/S/stream/T/mute      200
    project POST   /v2/project/K/session/S/mute               200
    project POST   /v2/project/K/session/S/signal             204
    project POST   /v2/project/K/session/S/connection/C/signal 204
    project GET    /v2/project/K/session/S/stream             200
    project GET    /v2/project/K/session/S/stream/T           200
    project PUT    /v2/project/K/session/S/stream             200
    project GET    /v2/project/K/session/S/connection         200
    project POST   /v2/project/K/render                       202
    project GET    /v2/project/K/render/R                     200
    project GET    /v2/project/K/render                       200
    project DELETE /v2/project/K/render/R                     200 204
    project POST   /v2/project/K/connect                      200
    project POST   /v2/project/K/connect/C/stop               200 204
    project POST   /v2/project/K/captions                     200 202
    project POST   /v2/project/K/captions/I/stop              202
    project POST   /v2/project/K/callback                     200
    project GET    /v2/project/K/callback                     200
    project DELETE /v2/project/K/callback/I                   204
"""
"""Two codes: sources contradict each other (captions: 202, once 200; the end of a render and of an audio connection: 200 or 204)."""

LETTERS = {
    **{"api_key": "K", "archive_id": "A", "broadcast_id": "B", "connection_id": "C", "captions_id": "I", "callback_id": "I"},
    **{"render_id": "R", "session_id": "S", "stream_id": "T"},
}


def vocabulary() -> list[wire.Operation]:
    return [value for value in vars(wire).values() if isinstance(value, wire.Operation)]


def in_its_words(operation: wire.Operation) -> tuple[str, ...]:
    path = re.sub(r"\{(\w+)\}", lambda found: LETTERS[found[1]], operation.path)
    return operation.credentials, operation.method, path, *map(str, sorted(operation.success))


def test_the_vocabulary_is_the_reference_s_index() -> None:
    expected = {tuple(line.split()) for line in REFERENCE.strip().splitlines()}
    assert {in_its_words(operation) for operation in vocabulary()} == expected
    assert len(expected) == len(vocabulary()) == 45


def test_names_are_unique_and_every_group_is_counted_once() -> None:
    names = [operation.name for operation in vocabulary()]
    assert len(set(names)) == len(names)
    groups = [value for name, value in vars(wire).items() if isinstance(value, tuple) and name != "OPERATIONS" and name.isupper()]
    assert sorted(operation.name for group in groups for operation in group) == sorted(names)


def test_what_is_repeatable() -> None:
    """Reading, putting and deleting can be done twice; adding, starting and sending cannot."""
    for operation in vocabulary():
        assert operation.repeatable is (operation.method in ("GET", "PUT", "DELETE")), operation.name
