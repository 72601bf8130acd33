# SPDX-License-Identifier: Apache-2.0
"""Short makers of what the tables of renders are about, and what is refused in a declaration of one."""

from __future__ import annotations

from typing import Any

from pulumi_opentok.core.api.renders import Render
from pulumi_opentok.core.desired.render import RENDER, RenderSpec
from pulumi_opentok.core.desired.running.state import RunState
from tests.things.archives import BAD_RUNS, MADE_AT, ONE
from tests.things.rows import HIDDEN, LONG, MISTAKEN_SECRET, NO_HOST, NO_HOSTS, NO_PORT, Row
from tests.things.sessions import ACME, RELAYED, ROOM

SECRET_PART = "t0kenOfThePage"
URL = f"https://pages.example.com/board?key={SECRET_PART}"
OTHER_URL = "https://pages.example.com/agenda"
RENDERED: dict[str, Any] = {"session": ROOM, "url": URL}
NUMBER = "must be a whole number from 60 to 36000 seconds"


def render(**inputs: Any) -> RenderSpec:
    """What is declared of the page in the room."""
    return RENDER.parse({**RENDERED, **inputs})


def shown(render_id: str = ONE, status: str = "started", **fields: Any) -> Render:
    """A render in the room, as the API shows it."""
    usual = {"session_id": ROOM, "project_id": ACME, "url": URL, "resolution": "1280x720", "created_at": MADE_AT, "stream_id": "a"}
    return Render(**{"id": render_id, "status": status, **usual, **fields})


def there(found: Render | None = None, **fields: Any) -> RunState[Render]:
    """The state of the page in the room, known by a run."""
    return RunState(**{"session": ROOM, "key": RENDER.key(render()), "found": found, "account_key": "100", "declared": True, **fields})


BAD_RENDERS: list[Row] = [
    *BAD_RUNS,
    ({"session": RELAYED}, ["session"], "is relayed: renders need a routed session (media_mode: routed)"),
    ({"url": None}, ["url"], "missing: declare the page that is rendered"),
    ({"url": 5}, ["url"], "must be the URL of a page, not int"),
    ({"url": {"key": "a"}}, ["url"], "must be the URL of a page, not dict"),
    ({"url": "http://a"}, ["url"], "must have 15 to 2048 characters, not 8"),
    ({"url": "https://a.example/" + "x" * 2048}, ["url"], "must have 15 to 2048 characters, not 2066"),
    ({"url": "ftp://pages.example.com"}, ["url"], "must begin with http:// or https://"),
    ({"url": MISTAKEN_SECRET}, ["url"], "must begin with http:// or https://"),
    *(({"url": f"https://{host}"}, ["url"], "must ") for host in NO_HOSTS),
    ({"url": "https://[::1/some"}, ["url"], NO_HOST),
    ({"url": "https://exämple.com/a"}, ["url"], NO_HOST),
    ({"url": f"https://{HIDDEN}@:8080/"}, ["url"], NO_HOST),
    ({"url": "https://h:99999/a"}, ["url"], NO_PORT),
    ({"url": f"https://example.com:{HIDDEN}/"}, ["url"], NO_PORT),
    ({"url": "https://pages.example.com/a b"}, ["url"], "must not contain blanks, control characters or line breaks"),
    ({"url": "https://pages.example.com/a\nb"}, ["url"], "must not contain blanks, control characters or line breaks"),
    ({"resolution": "800x600"}, ["resolution"], "must be '640x480' or"),
    ({"resolution": 720}, ["resolution"], "must be '640x480' or"),
    ({"max_duration": 59}, ["max_duration"], NUMBER),
    ({"max_duration": 36_001}, ["max_duration"], NUMBER),
    ({"max_duration": "2h"}, ["max_duration"], f"{NUMBER}, not '2h'"),
    ({"max_duration": 60.5}, ["max_duration"], NUMBER),
    ({"max_duration": True}, ["max_duration"], NUMBER),
    ({"name": 5}, ["name"], "must be a string, not int 5: quote it"),
    ({"name": " "}, ["name"], "must not be empty or blank"),
    ({"name": "x" * 201}, ["name"], "must have 1 to 200 characters, not 201"),
    ({"name": LONG}, ["name"], "must have 1 to 200 characters"),
]
"""Of a page in a room of Acme."""

GOOD_RENDERS: list[dict[str, Any]] = [
    {},
    {"url": "http://a.example/é", "resolution": "1920x1080", "max_duration": 36_000.0, "name": "Zoë's “page” 🎥"},
    {"url": "https://joe:pass@[2001:db8::1]:8443?a=b@c"},
    {"url": "https://xn--exmple-cua.com:443/#a"},
    {"state": "stopped", "restart": True, "on_delete": "keep"},
]
