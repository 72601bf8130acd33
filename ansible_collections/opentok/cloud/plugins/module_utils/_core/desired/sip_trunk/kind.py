# SPDX-License-Identifier: Apache-2.0
"""A SIP trunk as desired state.

OpenTok keeps no trunk, so nothing here sends it a request, and no credentials are needed. What is there is what was published: the saved
outputs of a layer that remembers them, a file (``dest``), or nothing, where the document is only returned.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Collection, Mapping
from typing import Any

from ...errors import InvalidInput, PlanError, join_words, quote
from ..inputs import STATELESS, Input, InputReader
from ..kind import DeclaredKind
from ..plan import NOT_YET_KNOWN, Action, Applied, Plan
from ..scope import Scope
from .document import DOCUMENT_KEYS, INPUTS, TABLE, SipTrunk, document_of, fingerprint, flag, parse_trunk, read_trunk
from .file import checked_path, read_document, remove_document, write_document

SHOWN = tuple(name for name in DOCUMENT_KEYS if name != "format")


@dataclasses.dataclass(frozen=True, kw_only=True)
class SipTrunkSpec:
    """What is declared. ``trunk`` is ``None`` where only ``dest`` is given, which is enough to end its life.

    ``verify`` looks at the gateway before anything is published; ``dest`` is the file that the document is published in.
    """

    trunk: SipTrunk | None = None
    verify: bool = False
    dest: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class SipTrunkState:
    """The ``document`` that is published, as it was found; ``None``: there is none. ``faults``: what else is wrong with its file."""

    id: str | None = None
    document: Mapping[str, Any] | None = None
    faults: tuple[str, ...] = ()


class SipTrunkKind(DeclaredKind[SipTrunkSpec, SipTrunkState]):
    """Drives one SIP trunk. See :class:`Kind`."""

    name = "sip_trunk"
    table = (
        *TABLE,
        Input("verify", flag, False, type="bool", quoted=False, only_present=True),
        Input("dest", checked_path, type="path", layers=STATELESS),
    )
    outputs = ("id", "fingerprint", *INPUTS)
    secret_outputs = ("password",)

    def parse(
        self, inputs: Mapping[str, Any], *, account_key: str | None = None, api_key: str | None = None, unknown: Collection[str] = ()
    ) -> SipTrunkSpec:
        """Inputs as declared, plus what Ansible has: ``dest``, the path of the file to publish in."""
        reader = InputReader(inputs, unknown)
        own = reader.table(row for row in self.table if row not in TABLE)
        trunk = None
        if "dest" not in own or reader.given("uri"):
            try:
                trunk = parse_trunk(inputs, unknown=unknown)
            except InvalidInput as error:
                reader.problems.extend(error.problems)
        reader.finish()
        return SipTrunkSpec(trunk=trunk, **own)

    def canonical(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """As the document has them, so that another way to write the same is no change."""
        given = {name for name in INPUTS if inputs.get(name) is not None}
        document = parse_trunk(inputs, unknown=set(INPUTS) - given).document
        return {**inputs, **{name: document[name] for name in given if name in document}}

    def find(self, scope: Scope, spec: SipTrunkSpec) -> SipTrunkState:
        if spec.dest is None:
            return SipTrunkState()
        document, faults = read_document(spec.dest)
        return SipTrunkState(id=None if document is None else spec.dest, document=document, faults=faults)

    def read(self, scope: Scope, identity: str) -> SipTrunkState:
        raise self.nowhere(identity)

    def refresh(self, scope: Scope, state: SipTrunkState) -> SipTrunkState:
        return state

    def exists(self, state: SipTrunkState) -> bool:
        return state.id is not None

    def identity(self, state: SipTrunkState) -> str:
        if state.id is None:
            raise PlanError("there is no such SIP trunk")
        return state.id

    def plan(self, spec: SipTrunkSpec, state: SipTrunkState, record: SipTrunkSpec | None, now: datetime.datetime) -> Plan:
        # Without a URI this says what is missing.
        trunk = spec.trunk or parse_trunk({})
        identity = state.id or spec.dest or _new_id(trunk)
        after = {**_facts(trunk.document), "id": identity, "fingerprint": trunk.fingerprint or NOT_YET_KNOWN}
        if state.document is None:
            return _step("create", f"publish {_what(spec)}" if spec.dest else f"create {_what(spec)}", spec, trunk, after)
        changed = _changed(trunk, state, record)
        reasons = [*([f"{join_words(changed)} changed"] if changed else []), *state.faults]
        warnings = [*trunk.warnings, *_unseen_password(trunk, record)]
        if reasons:
            step = _step("change", f"change {_what(spec)}: {join_words(changed or ['nothing but the file'])}", spec, trunk, after)
        elif spec.verify and record is not None and not record.verify:
            step = _step("verify", f"verify the gateway of {_what(spec)}", spec, trunk, after)
        else:
            step = Plan(kind="sip_trunk", after=after)
        return dataclasses.replace(step, before=_found(state.document, state.id), reasons=tuple(reasons), warnings=tuple(warnings))

    def plan_absent(self, spec: SipTrunkSpec, state: SipTrunkState) -> Plan:
        if state.document is None:
            return Plan(kind="sip_trunk")
        left = "calls under way go on, and whoever has its document and password can still call its gateway"
        args = {"dest": spec.dest}
        action = Action(do="remove", text=f"remove {_what(spec, state)}: {left}", args=args)
        if spec.dest is None:
            action = Action(do="forget", text=f"forget {_what(spec, state)}: {left}", touches_api=False)
        return Plan(kind="sip_trunk", actions=(action,), before=_found(state.document, state.id))

    def apply(self, scope: Scope, plan: Plan, state: SipTrunkState) -> Applied[SipTrunkState]:
        notes: tuple[str, ...] = ()
        for action in plan.actions:
            if action.do == "remove":
                remove_document(action.args["dest"])
                state = SipTrunkState()
            elif action.do != "forget":
                document, dest = action.args["document"], action.args["dest"]
                notes = _verified(document) if action.args["verify"] else ()
                if dest is not None and action.do != "verify":
                    write_document(dest, document)
                state = SipTrunkState(id=action.args["id"], document=document)
        return Applied(state=state, done=plan.actions, warnings=notes)

    def show(self, state: SipTrunkState, record: SipTrunkSpec | None) -> dict[str, Any]:
        shown: dict[str, Any] = dict.fromkeys(self.outputs)
        if state.document is None:
            return shown
        trunk = record.trunk if record is not None else None
        return {**shown, **_found(state.document, state.id), "password": trunk.password if trunk is not None else None}

    def derived(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        return {"document": document_of(shown)}

    def restore(self, identity: str, saved: Mapping[str, Any]) -> tuple[SipTrunkState, SipTrunkSpec]:
        # Not checked: what an earlier version took must not stand in the way of a declaration that is right.
        trunk = SipTrunk(document=document_of(saved), password=saved.get("password"))
        return SipTrunkState(id=identity, document=trunk.document), SipTrunkSpec(trunk=trunk, verify=saved.get("verify") is True)


def _step(do: str, text: str, spec: SipTrunkSpec, trunk: SipTrunk, after: Mapping[str, Any]) -> Plan:
    args = {"document": trunk.document, "id": after["id"], "dest": spec.dest, "verify": spec.verify}
    # What is only remembered or returned changes nothing anywhere.
    action = Action(do=do, text=text, args=args, touches_api=spec.dest is not None)
    return Plan(kind="sip_trunk", actions=(action,), after=after, warnings=trunk.warnings)


def _changed(trunk: SipTrunk, state: SipTrunkState, record: SipTrunkSpec | None) -> list[str]:
    """The names of what is declared otherwise than it is published."""
    published = state.document or {}
    changed = [name for name in SHOWN if name not in published or _text(published[name]) != _text(trunk.document[name])]
    if record is not None and record.trunk is not None and record.trunk.password != trunk.password:
        changed.append("password")
    return changed


def _text(value: Any) -> str:
    """For comparison: in Python ``1`` equals ``True``, and in a file that was edited it may stand in its place."""
    return json.dumps(value, sort_keys=True)


def _unseen_password(trunk: SipTrunk, record: SipTrunkSpec | None) -> list[str]:
    before = record.trunk if record is not None else None
    version = trunk.document["password_version"]
    if before is None or None in (before.password, trunk.password) or before.password == trunk.password:
        return []
    if before.document["password_version"] != version:
        return []
    advice = f"declare password_version: {version + 1}" if isinstance(version, int) else "raise it"
    return [f"password changed, but password_version is still {version}: who reads the published trunk cannot see that; {advice}"]


def _what(spec: SipTrunkSpec, state: SipTrunkState | None = None) -> str:
    known = (spec.trunk.document if spec.trunk else None) or (state and state.document and _found(state.document, None)) or {}
    called = known.get("name") or known.get("uri")
    place = f" in {quote(spec.dest, 300)}" if spec.dest else ""
    return f"SIP trunk{f' {quote(called)}' if called else ''}{place}"


def _new_id(trunk: SipTrunk) -> str:
    """Stays what it is when the trunk changes."""
    return fingerprint(trunk.document).removeprefix("sha256:")[:16]


def _facts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it is shown: flat, no headers as ``None``."""
    return {**{name: document.get(name) for name in SHOWN}, "headers": document.get("headers") or None}


def _found(document: Mapping[str, Any], identity: str | None) -> dict[str, Any]:
    """The same of a document that is published. What is not valid in it was edited and may be anything, so it is not shown."""
    wrong: set[str] = set()
    try:
        read_trunk(document)
    except InvalidInput as error:
        wrong = {problem.field.partition(".")[0] for problem in error.problems}
    shown = {name: "(not valid)" if name in wrong else value for name, value in _facts(document).items()}
    return {**shown, "id": identity, "fingerprint": fingerprint(document)}


def _verified(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What could not be tried. Raises :class:`PlanError` that names what failed."""
    # Here: it is rarely asked for, and Ansible compiles anew in every run what is imported.
    from ...api.sip.verify import verify_gateway

    found = verify_gateway(document["uri"])
    if not found.ok:
        raise PlanError(f"verify: the gateway is not as it should be, so nothing was published: {'; '.join(found.texts)}")
    return tuple(f"verify: {note}" for note in found.notes)


SIP_TRUNK = SipTrunkKind()
