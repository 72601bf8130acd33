# SPDX-License-Identifier: Apache-2.0
"""What the tests of sessions and tokens declare: tasks, connections, and ids of sessions."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

ACME, ACME_SECRET = "46000001", "acm3" * 10
GLOBEX, GLOBEX_SECRET = "46000002", "9l0b" * 10
PROJECTS = [(ACME, ACME_SECRET, "Acme"), (GLOBEX, GLOBEX_SECRET, "Globex")]
UNIFIED = "29f760f8-7ce1-46c9-ade3-f2dedee4fed2"


def account_pair(opentok: Emulator) -> dict[str, str]:
    """The connection by the account pair alone."""
    return {"api_url": opentok.url, "account_key": opentok.account_key, "account_secret": opentok.account_secret}


def project_pair(opentok: Emulator) -> dict[str, str]:
    """The connection by Acme's own pair alone."""
    return {"api_url": opentok.url, "api_key": ACME, "api_secret": ACME_SECRET}


def session_of(owner: str, *, relayed: bool = False) -> str:
    """The id of a session of ``owner``."""
    text = f"1~{owner}~~1739538894959~Q9mcXG1QrN3TIYu8y~{'P' if relayed else ''}~~"
    return "1_" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def task(title: str, module: str, options: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    """A task of a module of the collection."""
    return {"name": title, f"opentok.cloud.{module}": options, **keywords}


WRONG_IDS = {
    "of another project": (session_of(GLOBEX), f"'{GLOBEX}'"),
    "of the unified platform": (session_of(UNIFIED), "is a session of the unified Vonage platform"),
    "a UUID": (UNIFIED, "must be a session id such as '1_MX40"),
    "truncated": (session_of(ACME)[:50], "is not a session id: it does not decode (was it cut off?)"),
    "truncated early": (session_of(ACME)[:20], "is not a session id"),
    "edited by hand": (session_of(ACME)[:30] + "?" + session_of(ACME)[31:], "is not a session id: it does not decode"),
    "empty": ("", "must be a session id"),
}
"""Ids that are refused, and what is said of them."""


def said_of(option: str, title: str) -> str:
    """What is said where such an id is given as this option. That it is of another project, the token says of the credentials."""
    text = WRONG_IDS[title][1]
    return text if title == "of another project" else f"{option}: {text}"
