# SPDX-License-Identifier: Apache-2.0
"""What the tests of sessions and tokens declare: tasks, connections, and ids of sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.things.sessions import ACME, ACME_SECRET, GLOBEX, ROOM, UNIFIED, session_id

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator


def account_pair(opentok: Emulator) -> dict[str, str]:
    """The connection by the account pair alone."""
    return {"api_url": opentok.url, "account_key": opentok.account_key, "account_secret": opentok.account_secret}


def project_pair(opentok: Emulator) -> dict[str, str]:
    """The connection by Acme's own pair alone."""
    return {"api_url": opentok.url, "api_key": ACME, "api_secret": ACME_SECRET}


def task(title: str, module: str, options: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    """A task of a module of the collection."""
    return {"name": title, f"opentok.cloud.{module}": options, **keywords}


WRONG_IDS = {
    "of another project": (session_id(GLOBEX), f"'{GLOBEX}'"),
    "of the unified platform": (session_id(UNIFIED), "is a session of the unified Vonage platform"),
    "a UUID": (UNIFIED, "must be a session id such as '1_MX40"),
    "truncated": (ROOM[:-8], "is not a session id: it does not decode (was it cut off?)"),
    "truncated early": (ROOM[:20], "is not a session id"),
    "edited by hand": (f"{ROOM[:30]}?{ROOM[31:]}", "is not a session id: it does not decode"),
    "empty": ("", "must be a session id"),
}
"""Ids that are refused, and what is said of them."""


def said_of(option: str, title: str) -> str:
    """What is said where such an id is given as this option. That it is of another project, the token says of the credentials."""
    text = WRONG_IDS[title][1]
    return text if title == "of another project" else f"{option}: {text}"
