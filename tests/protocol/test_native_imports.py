# SPDX-License-Identifier: Apache-2.0
"""What an import declares is what the plugin takes, and nothing of it is to be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulumi_opentok.archive import ArchiveProvider
from pulumi_opentok.callback import CallbackProvider
from pulumi_opentok.emulator import Emulator
from pulumi_opentok.project import ProjectProvider
from pulumi_opentok.render import RenderProvider
from pulumi_opentok.session import SessionProvider
from tests.protocol.dynamic_server import Saved
from tests.protocol.native_server import NativeServer
from tests.protocol.runs import declare

EVENT = {"group": "archive", "event": "status", "url": "https://hooks.example.com/a"}
Imported = tuple[type[Any], Callable[[str, str], dict[str, Any]]]

IMPORTED: dict[str, Imported] = {
    "project": (ProjectProvider, lambda project, session: {"name": "Globex", "status": "active"}),
    "session": (SessionProvider, lambda project, session: {"project": project, "media_mode": "routed"}),
    "callback": (CallbackProvider, lambda project, session: {"project": project, **EVENT}),
    "archive": (ArchiveProvider, lambda project, session: {"session": session, "name": "meeting"}),
    "render": (RenderProvider, lambda project, session: {"session": session, "url": "https://example.com/board", "name": "board"}),
}


@pytest.mark.parametrize("kind", IMPORTED)
def test_an_import_is_quiet(opentok_emulator: Emulator, kind: str) -> None:
    plugin = NativeServer(opentok_emulator.env)
    plugin.configure()
    project = declare(plugin, name="Acme").id
    room = declare(plugin.of(SessionProvider), project=project, media_mode="routed").id
    opentok_emulator.connect(room)
    provider, declared = IMPORTED[kind]
    of_kind = plugin.of(provider)
    made = declare(of_kind, **declared(project, room))
    found = of_kind.read(made.id, None)
    assert found.inputs is not None
    checked, failures = of_kind.check(found.inputs)
    assert failures == {}
    assert of_kind.diff(Saved(made.id, checked, found.outs), checked).changes is False
    plugin.close()
