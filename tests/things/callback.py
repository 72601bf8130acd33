# SPDX-License-Identifier: Apache-2.0
"""Short makers of what the tables of callbacks are about, and what is refused in a declaration of one."""

from __future__ import annotations

import datetime
from typing import Any

from pulumi_opentok.core.desired.callback.kind import CALLBACK
from pulumi_opentok.core.desired.callback.state import CallbackSpec, CallbackState
from tests.things.rows import HIDDEN, LONG, MISTAKEN_SECRET, NO_HOSTS, Row
from tests.things.sessions import ACME, UNIFIED

URL, OTHER_URL = "https://hooks.example.com/a", "https://hooks.example.com/b"
JOINED: dict[str, Any] = {"project": ACME, "group": "connection", "event": "created", "url": URL}
MADE_AT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


def callback(**inputs: Any) -> CallbackSpec:
    """What is declared of the callback of clients that join."""
    return CALLBACK.parse({**JOINED, **inputs})


def registered(callback_id: str = "1", **fields: Any) -> CallbackState:
    """It is there as declared."""
    return CallbackState(**{"spec": callback(), "id": callback_id, "account_key": "100", "created_at": MADE_AT, **fields})


NO_URL = "must be an http or https URL of printable ASCII characters, with a host"
WITH_PASSWORD = "must not contain a user name or password: whoever lists the callbacks reads it"

BAD_CALLBACKS: list[Row] = [
    ({"project": None}, ["project"], "missing: declare the callback's project (its id), or give the project pair"),
    ({"project": 1.5}, ["project"], "must be a project id (= API key) such as '46123456', not 1.5"),
    ({"project": True}, ["project"], "must be a project id"),
    ({"project": ["a"]}, ["project"], "must be a project id"),
    ({"project": "../46000001"}, ["project"], "must be a project id"),
    ({"project": f"{ACME}\r\n"}, ["project"], "must be a project id"),
    ({"project": UNIFIED}, ["project"], "must be a project id"),
    ({"project": LONG}, ["project"], "must be a project id"),
    ({"group": None}, ["group"], "missing"),
    ({"group": "broadcast"}, ["group"], "must be 'archive' or 'connection' or 'stream' or 'sip_call', not 'broadcast'"),
    ({"group": 1}, ["group"], "must be 'archive'"),
    ({"group": ["archive"]}, ["group"], "must be 'archive'"),
    ({"group": LONG}, ["group"], "must be 'archive'"),
    ({"event": None}, ["event"], "missing"),
    ({"event": "updated"}, ["event"], "must be 'status' or 'created' or 'destroyed', not 'updated'"),
    ({"event": True}, ["event"], "must be 'status'"),
    ({"event": "created\n"}, ["event"], "must be 'status'"),
    ({"event": "status"}, ["event"], "must be 'created' or 'destroyed' with group 'connection', not 'status'"),
    ({"group": "archive"}, ["event"], "must be 'status' with group 'archive', not 'created'"),
    ({"group": "sip_call", "event": "status"}, ["event"], "must be 'created' or 'destroyed' with group 'sip_call', not 'status'"),
    ({"url": None}, ["url"], "missing"),
    ({"url": ""}, ["url"], "must not be empty or blank"),
    ({"url": 5}, ["url"], "must be a string, not int 5"),
    ({"url": ["a"]}, ["url"], "must be a string, not list"),
    ({"url": "hooks.example.com/a"}, ["url"], NO_URL),
    ({"url": "ftp://hooks.example.com/a"}, ["url"], NO_URL),
    ({"url": "https://"}, ["url"], NO_URL),
    ({"url": "https://["}, ["url"], NO_URL),
    *(({"url": f"https://{host}"}, ["url"], NO_URL) for host in NO_HOSTS),
    ({"url": "https://hooks.example.com:99999/"}, ["url"], NO_URL),
    ({"url": "https://hooks.example.com:0/"}, ["url"], NO_URL),
    ({"url": "https://höoks.example.com/"}, ["url"], NO_URL),
    ({"url": "https://hooks.example.com/two words"}, ["url"], NO_URL),
    ({"url": "https://hooks.example.com/\r\nX-A: 1"}, ["url"], NO_URL),
    ({"url": "https://hooks.example.com/nul\0"}, ["url"], NO_URL),
    ({"url": f"https://hooks.example.com/{LONG}"}, ["url"], "is too long: a registration has at most 8,096 bytes"),
    ({"url": f"https://joe:{HIDDEN}@hooks.example.com/a"}, ["url"], WITH_PASSWORD),
    ({"url": f"https://{HIDDEN}@hooks.example.com"}, ["url"], WITH_PASSWORD),
    ({"project": MISTAKEN_SECRET}, ["project"], "must be a project id (= API key) such as '46123456'"),
    ({"group": MISTAKEN_SECRET}, ["group"], "must be 'archive'"),
    ({"event": MISTAKEN_SECRET}, ["event"], "must be 'status'"),
    ({"url": MISTAKEN_SECRET}, ["url"], NO_URL),
    ({"project": 1.5, "group": "a", "event": "b", "url": "c"}, ["project", "group", "event", "url"], "must be"),
]
"""Of the callback of clients that join."""

BAD_PATTERNS: list[Any] = [
    "*",
    "https://*",
    "https://*/",
    "https://*.example.com/*",
    "https://hooks.example.com",
    "https://hooks.example.com*",
    "ftp://hooks.example.com/*",
    f"https://joe:{HIDDEN}@hooks.example.com/*",
    "https://hooks.example.com/two words*",
    " ",
    5,
    ["https://hooks.example.com/*"],
]
"""What `prune` refuses: it would have no bound."""

GOOD_CALLBACKS: list[dict[str, Any]] = [
    {},
    {"project": 46000001},
    {"project": 46000001.0},
    {"group": "archive", "event": "status"},
    {"group": "sip_call", "event": "destroyed"},
    {"url": "http://localhost:8080"},
    {"url": "https://[2001:db8::1]:8443/a?b=c@d#e"},
    {"url": "https://hooks.example.com/me@home"},
    {"url": f"https://hooks.example.com/{'x' * 7900}"},
]
