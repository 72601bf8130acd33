# SPDX-License-Identifier: Apache-2.0
"""Every input that may hold a secret is `no_log` in Ansible, or stands here with the reason why it is shown.

Ansible shows options in `invocation` (at -vvv and in what is registered). What no text quotes, and what has a telling name, has to be decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from ansible_collections.opentok.cloud.plugins.module_utils import _module
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.callback.listing import TABLE as OF_CALLBACKS
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.inputs import Input
from ansible_collections.opentok.cloud.plugins.modules.project_info import TABLE as OF_PROJECTS
from ansible_collections.opentok.cloud.plugins.modules.session_info import TABLE as OF_SESSIONS
from tests.kinds.test_static_texts import RETURNED

TELLING = re.compile(r"ur[il]|header|token|pass|secret|key|digits|data|endpoint|certificate|fields|stylesheet")

IDS = ("session", "id", "connection_id", "stream_id", "captions_id", "streams", "excluded_streams")
"""Ids, not secrets: each is of use only to who has a token or the project's secret. They are not quoted, as one may be put there by mistake."""

DOCUMENT = "the document is published in clear; the one secret is the password, which is an input of its own and refused elsewhere"
SAID = "the page of the module says: give the task no_log. Ansible would hide '1' or 'on' wherever it stands in a result"
PLACE = "names a place, and is in the plan; the key to it is a secret input of its own"
IN_PARTS = "its parts are decided one by one"
SWITCH = "true or false, or a number"
SHOWN = {
    **{f"sip_trunk.{name}": DOCUMENT for name in ("name", "uri", "sender", "headers", "username")},
    **{f"sip_call.{name}": DOCUMENT for name in ("trunk", "trunk_file")},
    **{f"sip_trunk.{name}": SWITCH for name in ("password_version", "secure", "video", "observe_force_mute", "require_encryption")},
    **{f"sip_trunk.{name}": SWITCH for name in ("enabled", "verify")},
    **{f"archive_storage.{name}": PLACE for name in ("bucket", "endpoint", "azure_container", "azure_account", "azure_domain")},
    "archive_storage.access_key": "the id of the key pair, as AWS shows it in its logs",
    "archive_storage.certificate": "public; a private key is refused",
    "callback.url": "whoever has the project's pair lists it, and the module returns it; a password in it is refused",
    "callback.prune": "a pattern of such URLs",
    "signal.data": SAID,
    "dtmf.digits": SAID,
    "broadcast.rtmp": IN_PARTS,
    "audio_connector.audio_transport": IN_PARTS,
    **{f"{kind}.layout.stylesheet": "CSS that every viewer gets the picture of" for kind in ("archive", "broadcast")},
    "token.data": "every client of the session reads it",
    "token.token_format": "one of two words",
    "token.signed_with": "a fingerprint",
    "project.secret_triggers": "texts whose change asks for a rotation; they are saved in clear",
    "project.secret_max_age": "a duration",
    "project.token_lifetime": "a duration",
    **{f"{procedure}.name": "names the thing in a ledger, in clear" for procedure in ("sip_call", "audio_connector")},
}


def rows(where: str, table: Iterable[Input]) -> Iterator[tuple[str, Input]]:
    for row in table:
        yield f"{where}.{row.name}", row
        yield from rows(f"{where}.{row.name}", row.suboptions)


TABLES: list[tuple[str, Iterable[Input]]] = [
    *((described.name, described.table) for described, _ in RETURNED.values()),
    *(("callback", OF_CALLBACKS), ("project", OF_PROJECTS), ("session", OF_SESSIONS)),
]


def test_what_may_be_secret_is_decided() -> None:
    shown = [pair for where, table in TABLES for pair in rows(where, table) if not pair[1].secret]
    doubtful = {name for name, row in shown if not row.quoted or TELLING.search(row.name)}
    assert {name for name in doubtful if name.rpartition(".")[2] not in IDS} == set(SHOWN)


URLS = ("captions.status_callback_url", "render.url", "audio_connector.uri", "broadcast.rtmp.server_url")


def test_urls_with_a_token_are_secret() -> None:
    found = {name: row.secret for where, table in TABLES for name, row in rows(where, table)}
    more = ("audio_connector.headers", "audio_connector.audio_transport.static_fields", "broadcast.rtmp.stream_name")
    assert [name for name in (*URLS, *more) if not found[name]] == []


@pytest.mark.parametrize("module", RETURNED)
def test_what_is_secret_is_not_logged(module: str) -> None:
    def hidden(options: dict[str, Any], where: str = "") -> Iterator[str]:
        for name, option in options.items():
            if option["no_log"]:
                yield f"{where}{name}"
            yield from hidden(option.get("options", {}), f"{where}{name}.")

    table = RETURNED[module][0].table
    given = [name.removeprefix("x.") for name, row in rows("x", table) if row.secret and row.layers != "stateful"]
    assert sorted(hidden(_module.options_of(table))) == sorted(given)
