# SPDX-License-Identifier: Apache-2.0
"""Live captions of a session, and their end.

A procedure, not a kind: OpenTok cannot show captions. Only who starts them is told their id, and they cannot be stopped without it, so a ledger
remembers it. A session has one captions at a time: a second start is refused, which tells that they run, but not their id.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..api.captions import MAX_DURATION, MAX_LANGUAGE_CODE, MIN_DURATION, Captions
from ..api.session_ids import opentok_session
from ..api.tokens import Tokens
from ..checks import check_an_id, length_problems, number_problems, raise_if_any, url_problems
from ..errors import ApiError, InvalidInput, NotFound, OpenTokError, PlanError, Problem
from ..http.auth import fingerprint
from . import interrupts
from .inputs import Input, InputReader
from .memory import Memory, remembered
from .plan import NOT_YET_KNOWN, Action, Plan, not_yet_known
from .procedure import InSession, Procedure, session_input
from .report import Report
from .scope import Scope
from .times import to_text

if TYPE_CHECKING:
    from .ledger.ledger import Ledger

TOKEN_LIFETIME = 3600
"""Seconds. It is used at once."""

OPTIONS = ("language_code", "max_duration", "partial_captions", "status_callback_url")
"""What they are started with, and cannot be changed."""

ALREADY = 409
"""The status of a start in a session that has captions. Source: reference of ``POST /captions``."""

UNSEEN = "OpenTok cannot show captions: if they run already, nothing is changed"


def _language(value: Any, field: str) -> str:
    raise_if_any(length_problems(field, value, 2, MAX_LANGUAGE_CODE))
    return str(value)


def _duration(value: Any, field: str) -> int:
    raise_if_any(number_problems(field, value, MIN_DURATION, MAX_DURATION, "seconds"))
    return int(value)


def _url(value: Any, field: str) -> str:
    # Its value is never shown.
    if not isinstance(value, str):
        raise InvalidInput(Problem(field, f"must be a URL, not {type(value).__name__}"))
    raise_if_any(url_problems(field, value))
    return value


class CaptionsProcedure(Procedure):
    """Live captions of a session."""

    name = "captions"
    states = ("started", "stopped")
    remembers = True
    table = (
        session_input("declare the session that is captioned"),
        Input("language_code", _language, "en-US"),
        Input("max_duration", _duration, MAX_DURATION, type="int"),
        Input("partial_captions", default=True, type="bool"),
        Input("status_callback_url", _url, secret=True),
        Input("captions_id", check_an_id, quoted=False, names_other=True),
    )
    outputs = ("session_id", "captions_id", "running")

    def act(
        self,
        scope: Scope,
        inputs: Mapping[str, Any],
        *,
        present: bool = True,
        ledger: Ledger | None = None,
        check: bool = False,
        unknown: Collection[str] = (),
    ) -> Report:
        """Starts captions, or stops them."""
        said = self._parse(inputs, present=present, recorded=ledger is not None, unknown=unknown)
        room = InSession.of(scope, said.get("session"), unknown)
        if unknown:
            return _plan_unknown(room, said, unknown, present=present)
        with remembered(ledger, f"captions/{room.id}", scope, check=check) as memory:
            run = _Run(room, said, memory, check=check)
            return run.started() if present else run.stopped()

    def _parse(self, inputs: Mapping[str, Any], *, present: bool, recorded: bool, unknown: Collection[str]) -> dict[str, Any]:
        reader = InputReader(inputs, unknown)
        said = reader.table(row for row in self.table if present or row.name not in OPTIONS)
        if "session" in said and opentok_session(said["session"]).relayed:
            reader.problem("session", "is a relayed session: captions need one with media_mode 'routed'")
        if present and reader.given("captions_id"):
            reader.problem("captions_id", "says which captions are to be stopped, and only that: OpenTok cannot show whether they run; leave it out")
        if not present and not reader.given("captions_id") and not recorded:
            reader.problem("captions_id", "missing: declare which captions to stop, or give the ledger of the run that started them")
        reader.finish()
        return said


class _Run:
    """One run. With ``check`` nothing is changed, only looked at."""

    def __init__(self, room: InSession, said: Mapping[str, Any], memory: Memory, *, check: bool) -> None:
        self._room = room
        self._said = said
        self._memory = memory
        self._check = check
        self._entry = self._remembered()

    def started(self) -> Report:
        """Starts them, unless the ledger remembers that they run; with other options than those, others take their place."""
        wanted, entry = _options(self._said), self._entry
        known = entry.get("captions_id") if entry else None
        before = _shown(self._room, known, entry["options"]) if entry and known else None
        if before is not None and entry is not None and entry["options"] == wanted:
            return self._report(Plan(kind="captions", before=before, after=before), self._outputs(known))
        actions = (*([_stop(self._room, known)] if known else []), _start(self._room, self._said))
        plan = Plan(kind="captions", actions=actions, before=before, after=_shown(self._room, NOT_YET_KNOWN, wanted))
        if self._check:
            if not self._room.connections():
                raise self._nobody()
            return self._report(plan, self._outputs(None), () if known else (UNSEEN,))
        interrupts.begin()
        if known:
            self._stop(known)
        return self._start(plan, wanted)

    def stopped(self) -> Report:
        """Stops them: those of ``captions_id``, or those that the ledger remembers."""
        known = self._entry.get("captions_id") if self._entry else None
        captions = self._said.get("captions_id") or known
        if captions is None:
            if self._entry is not None:
                raise self._unknown_id(self._entry)
            error = None if self._check else self._memory.note(None)
            return dataclasses.replace(self._report(Plan(kind="captions"), None), unfinished=error)
        before = {"session_id": self._room.id, "captions_id": captions}
        plan = Plan(kind="captions", actions=(_stop(self._room, captions),), before=before)
        if self._check:
            return self._report(plan, None)
        interrupts.begin()
        there = self._stop(captions)
        # Other captions than those that the ledger remembers are none of its business, unless it does not know which those are.
        error = self._memory.note(None) if known in (None, captions) else None
        return dataclasses.replace(self._report(plan, None), actions=plan.texts if there else (), unfinished=error)

    def _start(self, plan: Plan, wanted: Mapping[str, Any]) -> Report:
        self._memory.begin(self._entry_of(None, self._said["max_duration"], wanted))
        try:
            captions = self._room.signed(self._send)
        except OpenTokError as error:
            # Without words of the API's own a gateway may have said so.
            if isinstance(error, ApiError) and error.status == ALREADY and error.server_message:
                return self._already(plan, wanted, error.server_message)
            if not error.outcome_unknown:
                self._memory.note(None if plan.before else self._entry)
            error = self._nobody() if isinstance(error, NotFound) else error
            if plan.before is None:
                raise error from None
            return dataclasses.replace(self._report(plan, None), actions=plan.texts[:-1], unfinished=error)
        unfinished = self._memory.note(self._entry_of(captions, self._said["max_duration"], wanted))
        return dataclasses.replace(self._report(plan, self._outputs(captions)), unfinished=unfinished)

    def _send(self, signer: Any) -> str:
        transport, room = self._room.scope.transport, self._room.id
        token = Tokens(signer.credentials, clock=transport.clock).generate(room, role="moderator", expires_in=TOKEN_LIFETIME)
        given = {name: self._said[name] for name in OPTIONS if name in self._said}
        return Captions(transport, signer).start(room, token, **given)

    def _already(self, plan: Plan, wanted: Mapping[str, Any], said: str) -> Report:
        """They run, and who started them was told their id. A ledger remembers at least that there are some."""
        noted = self._memory.note(self._entry_of(None, MAX_DURATION, wanted))
        warning = (
            f"{self._room} has captions already, so none were started (OpenTok: {said!r}); their id, without which nobody can stop them, "
            "and their options are known only to whoever started them"
        )
        report = self._report(Plan(kind="captions", before=plan.before), self._outputs(None), (warning,))
        return dataclasses.replace(report, actions=plan.texts[:-1], unfinished=noted)

    def _stop(self, captions: str) -> bool:
        """Whether they were there."""
        try:
            self._room.signed(lambda signer: Captions(self._room.scope.transport, signer).stop(captions))
        except NotFound:
            return False
        return True

    def _remembered(self) -> dict[str, Any] | None:
        """The entry of captions that may still run; ``captions_id`` is ``None`` of those whose start was not answered or not ours."""
        entry = self._memory.entry(ends_by=str, options=dict, captions_id=(str, type(None)))
        if entry is None or self._memory.moment(entry["ends_by"]) <= self._room.scope.now():
            return None
        return {name: entry[name] for name in ("captions_id", "ends_by", "options")}

    def _entry_of(self, captions: str | None, seconds: int, options: Mapping[str, Any]) -> dict[str, Any]:
        ends_by = self._room.scope.now() + datetime.timedelta(seconds=seconds)
        return {"captions_id": captions, "ends_by": to_text(ends_by), "options": dict(options)}

    def _unknown_id(self, entry: Mapping[str, Any]) -> PlanError:
        return PlanError(
            f"{self._room} may have captions whose id nobody told this ledger: OpenTok shows it to no one but who starts them, so nothing was done; "
            f"give their captions_id, or wait: they end with the session, and by {entry['ends_by']} at the latest"
        )

    def _nobody(self) -> PlanError:
        return PlanError(f"nobody is connected to {self._room}, and OpenTok can caption a session only while it has clients: nothing was done")

    def _outputs(self, captions: str | None) -> dict[str, Any]:
        return {"session_id": self._room.id, "captions_id": captions, "running": True}

    def _report(self, plan: Plan, shown: dict[str, Any] | None, warnings: tuple[str, ...] = ()) -> Report:
        return Report(plan=plan, actions=plan.texts, shown=shown, warnings=warnings)


def _options(said: Mapping[str, Any]) -> dict[str, Any]:
    """What they are started with, as it is remembered: of a URL that may be secret, its fingerprint."""
    url = said.get("status_callback_url")
    given = {name: said[name] for name in OPTIONS if name in said and name != "status_callback_url"}
    return {**given, **({"status_callback_url": fingerprint(url)} if url else {})}


def _shown(room: InSession, captions: str | None, options: Mapping[str, Any]) -> dict[str, Any]:
    return {"session_id": room.id, "captions_id": captions, **options}


def _start(room: InSession, said: Mapping[str, Any]) -> Action:
    return Action(do="start", text=f"start captions ({said['language_code']}) in {room}")


def _stop(room: InSession, captions: str) -> Action:
    return Action(do="stop", text=f"stop captions {captions} of {room}", disrupts=True)


def _plan_unknown(room: InSession, said: Mapping[str, Any], unknown: Collection[str], *, present: bool) -> Report:
    """The report where nothing can be looked up."""
    warnings = (not_yet_known(unknown),)
    captions = "that are not known yet" if "captions_id" in unknown else said.get("captions_id")
    actions: tuple[Action, ...] = ()
    if present:
        actions = (_start(room, said),)
    elif captions:
        actions = (_stop(room, captions),)
    shown = {"session_id": room.id or None, "captions_id": None, "running": True} if present else None
    plan = Plan(kind="captions", actions=actions, after=shown, warnings=warnings)
    return Report(plan=plan, actions=plan.texts, shown=shown, warnings=warnings)


CAPTIONS = CaptionsProcedure()
