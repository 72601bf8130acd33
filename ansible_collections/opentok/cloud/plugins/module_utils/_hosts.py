# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects as the hosts of an inventory: their variables, their names, their groups."""

from __future__ import annotations

import collections
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from ._core.api.account import Project
from ._core.desired.times import to_text
from ._core.desired.wildcards import matches
from ._core.errors import InvalidInput, Problem, quote

PREFIX = "opentok_"
"""What the variables and the groups begin with."""

FACTS = ("id", "name", "status", "environment", "created_at", "secret_fingerprint", "account_key")
"""What is told of a project, in variables and in the cache. Never its secret, nor a name that holds one."""

RESERVED = frozenset({"all", "ungrouped", "localhost", "127.0.0.1", "::1"})
"""Names that mean something else in Ansible."""

LONGEST = 48
"""Characters of a project's name in the name of its host, at most."""

LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "þ": "th"})
"""Letters with no accent to take away."""

Facts = Mapping[str, Any]


def facts_of(project: Project) -> dict[str, Any]:
    """:data:`FACTS` of a project; what is not known is ``None``, a project without a name has the name ``""``."""
    return {
        "id": project.id,
        "name": project.shown_name,
        "status": project.status or None,
        "environment": project.environment,
        "created_at": to_text(project.created_at),
        "secret_fingerprint": project.secret_fingerprint or None,
        "account_key": project.account_key,
    }


def are_facts(kept: Any) -> bool:
    """Whether ``kept`` (from a cache) is a list of what :func:`facts_of` gives."""
    return isinstance(kept, list) and all(isinstance(one, dict) and set(one) == set(FACTS) and isinstance(one["id"], str) for one in kept)


def variables_of(facts: Facts, account: str) -> dict[str, Any]:
    """The variables of a host. ``account``: what the account is called."""
    return {**{f"{PREFIX}{name}": facts[name] for name in FACTS}, f"{PREFIX}account": account}


def wanted(facts: Facts, names: Sequence[str], statuses: Sequence[str]) -> bool:
    """Whether one of the patterns ``names`` and one of ``statuses`` fits; none of them is any."""
    return (not names or any(matches(one, facts["name"]) for one in names)) and (not statuses or facts["status"] in statuses)


def groups_of(facts: Facts, account: str | None, patterns: Mapping[str, Sequence[str]]) -> list[str]:
    """The groups of a host. ``account``: what its account is called, where there are several; ``patterns``: of names, by group."""
    found = [PREFIX.rstrip("_")]
    for what, value in (("status", facts["status"]), ("environment", facts["environment"]), ("account", account)):
        if value:
            found.append(f"{PREFIX}{what}_{group_part(value)}")
    return found + [group for group, some in patterns.items() if any(matches(one, facts["name"]) for one in some)]


def standing_groups(patterns: Mapping[str, Sequence[str]]) -> list[str]:
    """Groups that are there even when nobody is in them, so that a play on them has nothing to do and says so."""
    return [PREFIX.rstrip("_"), f"{PREFIX}status_active", f"{PREFIX}status_suspended", *patterns]


def group_part(text: str) -> str:
    """``text`` as part of a group's name: letters, digits and underscores."""
    return re.sub(r"\W+", "_", ascii_of(text).lower()).strip("_") or "other"


def usual_names(projects: Sequence[tuple[Facts, str]]) -> list[str]:
    """A name for each host: ``acme-gmbh-46000001``, of the project's name and its id, neither of which ever changes.

    Where two accounts have the same id, the account's name follows.
    """
    found = [f"{safe_name(facts['name']).lower()[:LONGEST].strip('-') or 'project'}-{facts['id']}" for facts, _account in projects]
    # Of one id the slugs may differ, and the names still have to.
    ids = collections.Counter(facts["id"] for facts, _account in projects)
    return [f"{name}-{safe_name(account).lower()}" if ids[facts["id"]] > 1 else name for name, (facts, account) in zip(found, projects, strict=True)]


def check_names(names: Sequence[str], projects: Sequence[tuple[Facts, str]]) -> None:
    """Raises :class:`InvalidInput` for a name that cannot be a host's, or that two have."""
    seen: dict[str, Facts] = {}
    for name, (facts, _account) in zip(names, projects, strict=True):
        which = f"project {facts['id']} {quote(facts['name'])}"
        if not name or name in RESERVED:
            raise InvalidInput(Problem("hostname", f"gives {which} the name {quote(name)}, which no host can have: add opentok_id to the expression"))
        if name in seen:
            both = f"project {seen[name]['id']} {quote(seen[name]['name'])} and {which}"
            raise InvalidInput(Problem("hostname", f"gives {both} the same name, {quote(name)}: add opentok_id to the expression"))
        seen[name] = facts


def safe_name(text: str) -> str:
    """``text`` with nothing in it that means something in a pattern of hosts, a path or a shell."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", ascii_of(text)).strip("-.")


def ascii_of(text: str) -> str:
    """``text`` without accents and without letters that ASCII has not."""
    return unicodedata.normalize("NFKD", text.translate(LETTERS)).encode("ascii", "ignore").decode("ascii")
