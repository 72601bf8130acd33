# SPDX-License-Identifier: Apache-2.0
"""A plan in a file: ``plan --out`` writes it, ``apply --plan`` does what it says or nothing at all.

It holds no secret, and nothing of it is done that the options of ``apply`` do not say as well. Its checksum shows damage and is no signature: who
may write to the file can change what counts as approved, so a file that others may write to, or had ready there, is refused.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.desired.drift.files import same_file, with_lock
from ..core.desired.files.atomic import replace_file
from ..core.desired.files.regular import read_regular
from ..core.desired.files.trusted_path import distrust, open_to_others
from ..core.desired.fleet.entries import Declarations
from ..core.desired.fleet.planned import ACTS_ON, FleetPlan, Planned, StalePlan, declarations_digest
from ..core.desired.fleet.report import FleetReport
from ..core.desired.times import from_text, to_text
from ..core.errors import PlanError, quote
from .account import Account
from .errors import UsageError
from .planning import undeclared_of

FORMAT = "opentok-plan"
VERSION = 1
SKEW = datetime.timedelta(minutes=5)
"""How far the clock of another machine may be ahead."""

MAX_BYTES = 64 * 1024 * 1024
"""Maximum size in bytes: more than 100,000 projects of which each is changed."""


OPTIONS = {"undeclared": "--undeclared, --purge-limit and --purge-pattern", "publish": "--publish", "notify": "--notify", "ledger": "--ledger"}
"""What a plan keeps of the options that it was made with, and what those are called."""


def write(path: str, account: Account, declared: Declarations, report: FleetReport) -> None:
    """Puts the plan into a file of mode 0600, in place of an empty file or another plan and of nothing else. Raises :class:`UsageError`."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": to_text(datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)),
        **_circumstances(account, declared),
        "digest": report.digest,
        "plan": report.plan.as_dict(),
    }
    text = json.dumps({**content, "checksum": _checksum(content)}, indent=1)
    try:
        _can_be_replaced(path)
        replace_file(str(Path(path).expanduser()), f"{text}\n".encode())
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"--out {quote(path, 300)}: cannot be written: {getattr(error, 'strerror', None) or type(error).__name__}") from None


def expected(path: str, account: Account, declared: Declarations) -> FleetPlan:
    """The plan in a file, made of the same declarations for the same account with the same options. Raises :class:`UsageError`."""
    saved, where = read(path), f"plan {quote(path, 300)}"
    now = _circumstances(account, declared)
    for name, what in (("account_key", "account"), ("api_url", "server")):
        if saved[name] != now[name]:
            raise UsageError(f"{where}: was made for {what} {quote(saved[name])}, and this is {what} {quote(now[name])}: nothing was sent")
    if saved["declarations"] != now["declarations"]:
        raise UsageError(f"{where}: was made of other declarations than {quote(account.given.file, 300)} has now: plan anew; nothing was sent")
    for name, flag in OPTIONS.items():
        if saved.get(name) != now.get(name):
            raise UsageError(f"{where}: was made with other options: give the same {flag} as then; nothing was sent")
    return FleetPlan.from_dict(saved["plan"])


def stale(path: str, planned: FleetPlan, found: StalePlan) -> PlanError:
    """The error of a plan that is older than what is there, with what is planned otherwise now."""
    # Of the same declarations, so entry by entry; of what is not declared it is known by its id.
    ending, ends = ({one.id: one for one in plan.purged} for plan in (planned, found.plan))
    pairs = [*zip(planned.entries, found.plan.entries, strict=True), *((ending.get(id_), ends.get(id_)) for id_ in {**ending, **ends})]
    differing = [(then, now) for then, now in pairs if then != now]
    some = "; ".join(_difference(then, now) for then, now in differing[:3])
    more = f"; and {len(differing) - 3} more" if len(differing) > 3 else ""
    what = f"the account or the ledger has changed since it was planned ({some}{more})" if some else "something has changed since it was planned"
    return PlanError(f"plan {quote(path, 300)}: {what}: nothing was done; plan anew")


def _circumstances(account: Account, declared: Declarations) -> dict[str, Any]:
    """What a plan is of."""
    given: argparse.Namespace = account.given
    policy = undeclared_of(given)
    limit = None if policy.purge_limit is None else str(policy.purge_limit)
    return {
        "account_key": account.key,
        "api_url": account.api_url,
        "declarations": declarations_digest(declared),
        "undeclared": {"undeclared": policy.undeclared, "purge_limit": limit, "purge_pattern": policy.purge_pattern},
        "publish": list(given.publish),
        # A plan of a version that knew no hooks is one without.
        **({"notify": list(given.notify)} if given.notify else {}),
        "ledger": given.ledger is not None,
    }


def check(given: argparse.Namespace) -> None:
    """Raises :class:`UsageError` for a place of the plan that is a file of the run, or what a mistaken path would destroy."""
    inputs = {**with_lock(given.ledger), "the file of -f": given.file, "the file of --account-secret-file": given.account_secret_file}
    for called, other in inputs.items():
        if given.out is not None and other and same_file(given.out, other):
            raise UsageError(f"--out {quote(given.out, 300)}: is also {called}: give the plan a file of its own")


def _can_be_replaced(path: str) -> None:
    """Raises :class:`UsageError` for a file that a mistaken path would destroy, and ``OSError``."""
    there = Path(path).expanduser()
    if path == "-" or (there.exists() and not there.is_file()):
        raise UsageError(f"--out {quote(path, 300)}: must be the path of a file; --json prints the plan")
    if there.is_file() and there.stat().st_size:
        with there.open("rb") as file:
            if f'"format": "{FORMAT}"'.encode() not in file.read(200):
                raise UsageError(f"--out {quote(path, 300)}: is there already, and is no plan: give another path")


def read(path: str) -> dict[str, Any]:
    """What such a file holds. Raises :class:`UsageError` for one that is none, or not as it was written."""
    where = f"plan {quote(path, 300)}"
    try:
        given = os.path.abspath(os.path.expanduser(path))
        real = os.path.realpath(given)
        wrong = distrust(given) or distrust(real) or open_to_others(real)
        if wrong is not None:
            raise UsageError(f"{where}: is not safe from other users: {wrong}")
        data = read_regular(real, MAX_BYTES)
    except FileNotFoundError:
        raise UsageError(f"{where}: does not exist") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"{where}: cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}") from None
    try:
        content = json.loads(data) if len(data) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise UsageError(f"{where}: is no plan, or damaged: give what `opentok-projects plan --out` wrote")
    if content.get("version") != VERSION:
        version = quote(content.get("version"))
        raise UsageError(f"{where}: has version {version} of the format, and this program knows {VERSION}: plan anew with this one")
    try:
        whole = content.pop("checksum") == _checksum(content) and FleetPlan.from_dict(content["plan"]).digest == content["digest"]
    except (KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        raise UsageError(f"{where}: is damaged: what it says is not what was written; plan anew")
    if not _is_past(content.get("made_at")):
        raise UsageError(f"{where}: says that it was made at {quote(content.get('made_at'))}, which cannot be: is the clock right? plan anew")
    return content


def _is_past(made_at: Any) -> bool:
    try:
        moment = from_text(made_at)
    except (TypeError, ValueError, AttributeError):
        return False
    return moment is not None and moment <= datetime.datetime.now(datetime.timezone.utc) + SKEW


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _difference(then: Planned | None, now: Planned | None) -> str:
    label = (then or now or Planned(label="", id=None, texts=())).label
    if then is not None and now is not None and (then.texts, then.id) == (now.texts, now.id):
        return f"{label}: {_changes(then.acts_on or {}, now.acts_on or {})}"
    if then is not None and now is not None and then.texts == now.texts:
        return f"{label}: then {_project(then)}, now {_project(now)}"
    return f"{label}: then {_texts(then)}, now {_texts(now)}"


def _changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What it acts on, as that was and as it is."""
    differing = [name for name in ACTS_ON if then.get(name) != now.get(name)]
    said = [f"its {name} was {quote(then[name])} and is {quote(now[name])}" for name in differing if name in ("name", "status")]
    return "; ".join(said) or "its secret was rotated"


def _project(one: Planned) -> str:
    return f"project {one.id}" if one.id else "no project"


def _texts(one: Planned | None) -> str:
    if one is None:
        return "nothing of it"
    return "not possible" if one.texts is None else "; ".join(one.texts) or "nothing to do"
