# SPDX-License-Identifier: Apache-2.0
"""A web page that is rendered into a session (Experience Composer) as desired state: the session shows it, or does not.

The API lists what runs and what has ended with its page, but neither the name of the stream nor the longest duration. So a render is its session
and its page; what is declared besides is compared with what the last run has declared, and where no run has left a record with what the list shows.
The URL of a page may hold a token for it, so no text has it, and a plan and a ledger have its fingerprint.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from ..api.callbacks import normal_url
from ..api.renders import MAX_DURATION, MAX_NAME, MIN_DURATION, RESOLUTIONS, Render, Renders
from ..api.tokens import Tokens
from ..checks import length_problems, raise_if_any, url_problems
from ..errors import InvalidInput, Problem, quote
from ..http.auth import Signer, fingerprint
from ..secrecy import equal_as_a_whole
from .inputs import Input, InputReader, text, whole_number
from .listing import of_project
from .plan import Plan
from .running.kind import RunningKind, run_table
from .running.state import RunSpec, RunState, key_of
from .scope import Scope
from .times import from_text

TOKEN_DATA = "render=true"
"""Connection data of the token, so that clients can tell the page from a person."""
TOKEN_LIFETIME = 3600
"""Seconds. It is used at once; the render outlives it."""

PLAIN = ("status", "session_id", "resolution", "stream_id", "reason")


def _url(value: Any, field: str) -> str:
    # Its value is never shown.
    if not isinstance(value, str):
        raise InvalidInput(Problem(field, f"must be the URL of a page, not {type(value).__name__}"))
    raise_if_any(url_problems(field, value))
    return value


def _name(value: Any, field: str) -> str:
    found = text(value, field)
    raise_if_any(length_problems(field, found, 1, MAX_NAME))
    return found


@dataclasses.dataclass(frozen=True, kw_only=True)
class RenderSpec(RunSpec):
    """What is declared. ``url`` is ``None`` in what a ledger remembers."""

    url: str | None = dataclasses.field(default=None, repr=False)
    resolution: str = "1280x720"
    max_duration: int = 7200
    name: str | None = None

    __eq__ = equal_as_a_whole


class RenderKind(RunningKind[RenderSpec, Render]):
    """Drives one render. See :class:`RunningKind`."""

    name = "render"
    table = run_table(
        Input("url", _url, required=True, missing="declare the page that is rendered", secret=True, force_new=True),
        Input("resolution", choices=RESOLUTIONS, default="1280x720", reports_live_value=True),
        Input("max_duration", whole_number(MIN_DURATION, MAX_DURATION, "seconds"), 7200, type="int"),
        Input("name", _name),
    )
    outputs = ("id", "render_id", "account_key", "url", *PLAIN, "project", "created_at", "updated_at")
    secret_outputs = ("url",)

    runs = ("starting", "started")
    gone = "stopped"
    key_inputs = ("url",)
    named_by = ("session", "url")
    immutable = ("resolution", "max_duration", "name")
    compared = ("resolution",)
    started: ClassVar[Mapping[str, Any]] = {"status": "starting", "reason": None, "stream_id": None}

    def read_spec(self, reader: InputReader) -> RenderSpec:
        return RenderSpec(**reader.table(self.table))

    def client(self, scope: Scope, signer: Signer) -> Renders:
        return Renders(scope.transport, signer)

    def listed(self, scope: Scope, signer: Signer, session: str) -> Iterable[Render]:
        # The API cannot ask for those of one session.
        return self.client(scope, signer).iterate()

    def start(self, scope: Scope, signer: Signer, spec: RenderSpec) -> Render:
        tokens = Tokens(signer.credentials, clock=scope.transport.clock)
        token = tokens.generate(spec.session, role="publisher", expires_in=TOKEN_LIFETIME, data=TOKEN_DATA)
        options = {name: getattr(spec, name) for name in self.immutable}
        return self.client(scope, signer).start(spec.session, token, str(spec.url), **options)

    def key(self, spec: RenderSpec) -> str | None:
        return key_of(*normal_url(spec.url or ""))

    def key_of(self, found: Render) -> str | None:
        return key_of(*normal_url(found.url or ""))

    def nobody(self, spec: RenderSpec) -> str:
        return f"OpenTok does not know session {spec.session}, or no longer: declare one that exists"

    def starting(self, spec: RenderSpec) -> str:
        return f"render a page into session {spec.session}{f' as {quote(spec.name)}' if spec.name else ''} ({spec.resolution})"

    def stopping(self, found: Render) -> str:
        return f"stop render {found.id}: session {found.session_id} shows its page no longer"

    def ended(self, found: Render) -> str:
        how = "has failed" if found.status == "failed" else f"has ended (status {found.status})"
        reason = _reason(found)
        return f"session {found.session_id} does not show the page: render {found.id} {how}{f', {quote(reason)}' if reason else ''}"

    def plan(self, spec: RenderSpec, state: RunState[Render], record: RenderSpec | None, now: datetime.datetime) -> Plan:
        if record is not None and record.url is None:
            # It is found by the fingerprint of its URL, so that is the same.
            record = dataclasses.replace(record, url=spec.url)
        return _without_url(super().plan(spec, state, record, now))

    def plan_unknown(self, spec: RenderSpec, unknown: Collection[str], *, present: bool) -> Plan | None:
        plan = super().plan_unknown(spec, unknown, present=present)
        return plan and _without_url(plan)

    def plan_absent(self, spec: RenderSpec, state: RunState[Render]) -> Plan:
        return _without_url(super().plan_absent(spec, state))

    def said(self, spec: RenderSpec) -> dict[str, Any]:
        return {name: getattr(spec, name) for name in self.inputs}

    def record_to_dict(self, record: RenderSpec) -> dict[str, Any]:
        return super().record_to_dict(dataclasses.replace(record, url=None))

    def show(self, state: RunState[Render], record: RenderSpec | None) -> dict[str, Any]:
        # As it was declared, however OpenTok writes it.
        declared = {"url": record.url} if record is not None and record.url is not None else {}
        return {**super().show(state, record), **declared}

    def show_found(self, found: Render) -> dict[str, Any]:
        return {**of_project(found, PLAIN), "render_id": found.id, "url": found.url, "reason": _reason(found)}

    def restore_found(self, saved: Mapping[str, Any]) -> Render | None:
        if not saved.get("render_id"):
            return None
        times = {name: from_text(saved.get(name)) for name in ("created_at", "updated_at")}
        plain = {name: saved.get(name) for name in (*PLAIN, "url")}
        return Render(**{**plain, "id": saved["render_id"], "project_id": saved.get("project"), **times})


def _reason(found: Render) -> str | None:
    """Why it has ended, without the page's URL."""
    return found.reason and (found.reason.replace(found.url, "the page") if found.url else found.reason)


def _without_url(plan: Plan) -> Plan:
    """``plan`` with the URL's fingerprint in its place."""
    return dataclasses.replace(plan, before=_fingerprinted(plan.before), after=_fingerprinted(plan.after))


def _fingerprinted(shown: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return shown and {**shown, **({"url": fingerprint(shown["url"])} if shown.get("url") else {})}


RENDER = RenderKind()
