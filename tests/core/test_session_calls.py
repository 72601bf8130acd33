# SPDX-License-Identifier: Apache-2.0
"""Sessions: every option as the server got it, and a client token for what was made."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.api.session_ids import decode_session_id
from pulumi_opentok.core.api.sessions import RESOLUTIONS
from tests.core.service import Service

ALWAYS = {"media_mode": "routed", "archive_mode": "always"}
OPTIONS: list[dict[str, Any]] = [
    {},
    {"media_mode": "routed"},
    {"location": "198.51.100.7"},
    {"media_mode": "routed", "e2ee": True},
    ALWAYS,
    {**ALWAYS, "archive_name": "Zoë & Söhne+1"},
    *({**ALWAYS, "archive_resolution": one} for one in RESOLUTIONS),
]


@pytest.mark.parametrize("options", OPTIONS)
def test_create(service: Service, options: dict[str, Any]) -> None:
    project = service.account().projects.create("acme")
    made = service.client(project).sessions.create(**options)
    assert made.api_key == project.id
    identity = decode_session_id(made.session_id)
    assert identity.api_key == project.id
    assert identity.relayed == (options.get("media_mode", "relayed") == "relayed")
    assert identity.location == options.get("location")
    assert identity.created_at is not None
    (kept,) = service.emulator.all_sessions()
    shown = {"media_mode": "relayed", "archive_mode": "manual", "archive_name": None, "archive_resolution": None, "location": None, "e2ee": False}
    assert as_server_has_it(kept) == {**shown, **options}


def as_server_has_it(kept: dict[str, Any]) -> dict[str, Any]:
    """The emulator's record of a session in the words of the core."""
    return {
        "media_mode": kept["mediaMode"],
        "archive_mode": kept["archiveMode"],
        "archive_name": kept["archiveName"] or None,
        "archive_resolution": kept["archiveResolution"] or None,
        "location": kept["location"] or None,
        "e2ee": kept["e2ee"],
    }


def test_bad_options_never_leave(service: Service) -> None:
    client = service.client(service.account().projects.create("acme"))
    service.clear()
    with pytest.raises(InvalidInput):
        client.sessions.create(archive_mode="always")
    assert not service.asked()


def test_a_token_for_it(service: Service) -> None:
    project = service.account().projects.create("acme")
    client = service.client(project)
    session = client.sessions.create()
    service.clear()
    said = jwt.decode(client.tokens.generate(session.session_id), project.secret, algorithms=["HS256"])
    assert said["session_id"] == session.session_id
    assert not service.asked()


def test_a_token_for_another_project_s_session_is_refused(service: Service) -> None:
    projects = service.account().projects
    session = service.client(projects.create("one")).sessions.create()
    other = projects.create("two")
    with pytest.raises(InvalidInput, match=f"belongs to project '{session.api_key}', not to {other.id}"):
        service.client(other).tokens.generate(session.session_id)
