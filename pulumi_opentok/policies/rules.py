# SPDX-License-Identifier: Apache-2.0
"""The rules, each a row: its name, what it says, its settings, and what is wrong with a declaration. Pure; no text quotes a declared value.

The name of a rule and of its settings are a promise: they stand in the users' files.
"""

from __future__ import annotations

import dataclasses
import datetime
import fnmatch
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ..core.desired.durations import MAX_DURATION, parse_duration
from ..core.errors import InvalidInput
from .declared import Declared

Settings = Mapping[str, Any]

PRODUCTION = tuple(pattern.format(name) for name in ("prod", "production") for pattern in ("{}", "{}[-_.]*", "*[-_.]{}", "*[-_.]{}[-_.]*"))
# An empty list would be a rule that judges nothing, or one that nobody can obey: a mistake of whatever has made the file.
TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
DAYS = {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_DURATION.days}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule:
    """``judge`` says what is wrong with a declaration, or ``None``. ``schema``: JSON schemas of the settings, with defaults, if they have one."""

    name: str
    description: str
    judge: Callable[[Declared, Settings], str | None]
    schema: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)

    def wrong(self, declared: Declared, settings: Settings | None = None) -> str | None:
        """What is wrong, one line. ``settings`` that are left out have their defaults."""
        return self.judge(declared, {**{name: schema["default"] for name, schema in self.schema.items() if "default" in schema}, **(settings or {})})


def in_production(declared: Declared, patterns: Collection[str]) -> bool:
    """Whether a name of where it holds fits one of the shell patterns; case counts for nothing."""
    return any(fnmatch.fnmatchcase(place.lower(), pattern.lower()) for place in declared.places for pattern in patterns)


def _protected(declared: Declared, settings: Settings) -> str | None:
    if declared.kind != "project" or declared.protect is not False or not in_production(declared, settings["production"]):
        return None
    return "is not protected: declare opts=ResourceOptions(protect=True), so that no run deletes it until someone has taken that away"


def _kept(declared: Declared, settings: Settings) -> str | None:
    if declared.kind != "project" or not declared.ends or not in_production(declared, settings["production"]):
        return None
    if not declared.is_known("on_delete") or declared.properties.get("on_delete") in ("suspend", "retain"):
        return None
    return "would be deleted for good with its declaration: declare on_delete 'suspend' or 'retain' (left out, it is 'delete')"


def _routed(declared: Declared, settings: Settings) -> str | None:
    session = declared.records
    if declared.kind not in ("archive", "broadcast") or not declared.present or session is None or not session.is_known("media_mode"):
        return None
    # An existing session is as its id says where nothing is declared.
    if session.properties.get("media_mode") == "routed" or (session.properties.get("existing_id") and "media_mode" not in session.properties):
        return None
    return "is of a relayed session, which OpenTok cannot record: declare the session with media_mode 'routed' (left out, it is 'relayed')"


def _encrypted(declared: Declared, settings: Settings) -> str | None:
    if declared.kind != "sip_trunk" or not declared.present or not declared.is_known("require_encryption"):
        return None
    if declared.properties.get("require_encryption") is True:
        return None
    return "may carry calls in clear: declare require_encryption true, which asks for TLS in the URI and for encrypted media"


def _expires(declared: Declared, settings: Settings) -> str | None:
    if declared.kind != "project" or not (declared.present and declared.creates) or declared.properties.get("status") == "suspended":
        return None
    if not declared.is_known("secret_max_age") or not declared.is_known("status"):
        return None
    days = settings["days"]
    age = declared.properties.get("secret_max_age")
    if age is None:
        return f"has a secret that lives for ever: declare secret_max_age, at most {days:g}d"
    try:
        fits = parse_duration(age, "secret_max_age") <= datetime.timedelta(days=days)
    except InvalidInput:
        return None  # which the plan refuses, and says why
    return None if fits else f"has a secret that may get too old: declare a secret_max_age of at most {days:g}d"


def _account(declared: Declared, settings: Settings) -> str | None:
    allowed = settings.get("accounts")
    if allowed is None or declared.account_key is None or declared.account_key in allowed:
        return None
    return "is in an account that is not one of the allowed ones: check account_key, the provider and OPENTOK_ACCOUNT_KEY"


PRODUCTION_PLACES = {
    "production": {**TEXTS, "default": list(PRODUCTION), "description": "Shell patterns: stacks (playbooks: folders and files) that are production."}
}

RULES = (
    Rule(name="production-projects-are-protected", description="Projects in production are protected.", judge=_protected, schema=PRODUCTION_PLACES),
    Rule(name="production-projects-are-kept", description="No project in production is deleted for good.", judge=_kept, schema=PRODUCTION_PLACES),
    Rule(name="recorded-sessions-are-routed", description="What is recorded or broadcast is a routed session.", judge=_routed),
    Rule(name="sip-trunks-are-encrypted", description="SIP trunks require encryption.", judge=_encrypted),
    Rule(
        name="secrets-expire",
        description="Projects' secrets are rotated by age.",
        judge=_expires,
        schema={"days": {**DAYS, "default": 90, "description": "The longest secret_max_age, in days."}},
    ),
    Rule(
        name="accounts-are-allowed",
        description="Only allowed accounts are used.",
        judge=_account,
        schema={"accounts": {**TEXTS, "description": "Keys of the accounts that are allowed; left out: all."}},
    ),
)
"""All rules, in the order in which they are shown."""
