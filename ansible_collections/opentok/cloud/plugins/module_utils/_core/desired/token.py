# SPDX-License-Identifier: Apache-2.0
"""A client token as desired state, for layers that remember it.

A token is made without any request and OpenTok knows none. It stays as it is until what it says is declared otherwise, the secret that
signed it is no longer the project's, or it is nearer to its end than ``renew_before``; then it is issued anew.
"""

from __future__ import annotations

import dataclasses
import datetime
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from ..api.session_ids import check_session, opentok_session
from ..api.tokens import DEFAULT_LIFETIME, FORMATS, MAX_LIFETIME, ROLES, Tokens, token_problems
from ..errors import InvalidInput, PlanError, Problem, join_words, not_text, quote
from ..http.auth import FINGERPRINT, Credentials
from ..http.connection import Connection
from ..secrecy import equal_as_a_whole
from .durations import duration_text, parse_duration
from .inputs import STATEFUL, Input, InputReader
from .kind import DeclaredKind
from .plan import NOT_YET_KNOWN, Action, Applied, Plan, not_yet_known
from .scope import Scope
from .times import from_text, to_text

IMMUTABLE = ("session", "role", "expires_in", "data", "layout_classes", "token_format")
"""What a token says; another value asks for another token."""

LIFETIME = datetime.timedelta(seconds=DEFAULT_LIFETIME)


@dataclasses.dataclass(frozen=True, kw_only=True)
class TokenSpec:
    """What is declared. ``signed_with`` is the fingerprint that the project's secret is expected to have: a changed one asks for a new token.

    ``account_key``: the account in whose name it is declared; ``None`` with a project pair.
    """

    session: str | None = None
    role: str = "publisher"
    expires_in: datetime.timedelta = LIFETIME
    data: str | None = None
    layout_classes: tuple[str, ...] = ()
    token_format: str = "jwt"
    renew_before: datetime.timedelta = datetime.timedelta(0)
    signed_with: str | None = None
    account_key: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class TokenState:
    """The token that was issued last. ``valid`` is false when the project was seen to have another secret than the one that signed it."""

    id: str | None = None
    api_key: str | None = None
    token: str | None = dataclasses.field(default=None, repr=False)
    expires_at: datetime.datetime | None = None
    secret_fingerprint: str | None = None
    valid: bool = True
    account_key: str | None = None

    __eq__ = equal_as_a_whole


WHOSE = "declare the session that the token is for"


def _lifetime(value: Any, field: str) -> datetime.timedelta:
    lifetime = parse_duration(value, field)
    if lifetime.total_seconds() > MAX_LIFETIME:
        raise InvalidInput(Problem(field, f"must be at most 30d, the longest that OpenTok takes, not {quote(value)}"))
    return lifetime


def _fingerprint(value: Any, field: str) -> str:
    if not isinstance(value, str) or not FINGERPRINT.fullmatch(value):
        what = f"{len(value)} characters" if isinstance(value, str) else type(value).__name__
        raise InvalidInput(Problem(field, f"must be the fingerprint of a secret, sha256: and 64 hex digits, not {what}"))
    return value.lower()


def _classes(value: Any, field: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise InvalidInput(Problem(field, f"must be a list of class names, not {quote(value)}"))
    for number, name in enumerate(value, 1):
        if not isinstance(name, str):
            raise InvalidInput(Problem(field, f"must be a list of class names: item {number} {not_text(name)}"))
    wrong = [name for name in value if not name or not name.isprintable() or " " in name]
    if wrong:
        raise InvalidInput(Problem(field, f"a layout class is one word, not {join_words(quote(name) for name in wrong)}"))
    return tuple(value)


FOLLOWED = "issue a new token, if this run rotates the project's secret: the old one dies with the old secret"
"""What becomes of the token that a secret has signed."""


class TokenKind(DeclaredKind[TokenSpec, TokenState]):
    """Drives one client token. See :class:`Kind`."""

    name = "token"
    table = (
        Input("session", check_session, aliases=("session_id",), required=True, missing=WHOSE, names_other=True, formerly="session_id"),
        Input("role", default="publisher", choices=ROLES, reports_live_value=True),
        Input("expires_in", _lifetime, "24h", type="str", reports_live_value=True),
        Input("data"),
        Input("layout_classes", _classes, (), type="list", elements="raw", reports_live_value=True),
        Input("token_format", default="jwt", choices=FORMATS, reports_live_value=True),
        Input("renew_before", parse_duration, layers=STATEFUL, type="str", reports_live_value=True),
        # The secret itself may stand there by mistake.
        Input("signed_with", _fingerprint, layers=STATEFUL, quoted=False, followed=FOLLOWED),
    )
    deletes_nothing = True
    outputs = ("id", "token", "expires_at", "api_key", "secret_fingerprint", "valid", *IMMUTABLE, "renew_before")
    secret_outputs = ("token",)
    issued_outputs = ("token", "expires_at", "secret_fingerprint")

    def authorise(self, connection: Connection) -> None:
        connection.require_any()

    def parse(
        self, inputs: Mapping[str, Any], *, account_key: str | None = None, api_key: str | None = None, unknown: Collection[str] = ()
    ) -> TokenSpec:
        reader = InputReader(inputs, unknown)
        spec = TokenSpec(account_key=account_key, **reader.table(self.table))
        # A lifetime that is wrong, or not known yet, says nothing of when to renew.
        if spec.renew_before >= spec.expires_in and "expires_in" not in reader.doubtful():
            reader.problem("renew_before", f"must be shorter than expires_in ({duration_text(spec.expires_in)}), or each run issues a new token")
        reader.add(token_problems(spec.data, " ".join(spec.layout_classes)))
        reader.finish()
        return spec

    def find(self, scope: Scope, spec: TokenSpec) -> TokenState:
        return TokenState()

    def read(self, scope: Scope, identity: str) -> TokenState:
        raise self.nowhere(identity)

    def refresh(self, scope: Scope, state: TokenState) -> TokenState:
        """The same token, and whether the project's secret is still the one that signed it. With another account nobody can say."""
        if None not in (state.account_key, scope.account_key) and state.account_key != scope.account_key:
            return state
        try:
            live = scope.signer(state.api_key or "").credentials.fingerprint
        except PlanError:
            return dataclasses.replace(state, valid=False)  # the project is gone, and its tokens with it
        return dataclasses.replace(state, valid=live == state.secret_fingerprint)

    def known_now(self, scope: Scope, state: TokenState) -> TokenState:
        """Whether the project pair, where that is what signs, is still the one that signed it."""
        connection = scope.connection
        if connection.account_key is not None or connection.api_key is None or connection.api_key != state.api_key:
            return state
        live = connection.project_credentials().fingerprint
        return dataclasses.replace(state, valid=state.valid and live == state.secret_fingerprint)

    def exists(self, state: TokenState) -> bool:
        return state.token is not None

    def identity(self, state: TokenState) -> str:
        if state.id is None:
            raise PlanError("there is no such token")
        return state.id

    def plan(self, spec: TokenSpec, state: TokenState, record: TokenSpec | None, now: datetime.datetime) -> Plan:
        if state.token is None or record is None:
            return _issue(spec, "create", f"issue a {spec.role} token for session {spec.session}", None, ())
        reasons = _reasons(spec, state, record, now)
        before = _facts(state, record)
        if not reasons:
            return Plan(kind="token", before=before, after={**before, **_said(spec)})
        return _issue(spec, "issue", f"issue a new {spec.role} token for session {spec.session}: {'; '.join(reasons)}", before, reasons)

    def plan_unknown(self, spec: TokenSpec, unknown: Collection[str], *, present: bool) -> Plan | None:
        plan = _issue(spec, "create", f"issue a {spec.role} token", None, ())
        owner = None if spec.session is None else opentok_session(spec.session).api_key
        after = {**(plan.after or {}), "session": spec.session or NOT_YET_KNOWN, "api_key": owner or NOT_YET_KNOWN}
        return dataclasses.replace(plan, after=after, warnings=(not_yet_known(unknown),))

    def plan_absent(self, spec: TokenSpec, state: TokenState) -> Plan:
        text = f"forget the token: whoever has it can connect with it until {to_text(state.expires_at)}, or until the secret is rotated"
        action = Action(do="forget", text=text, touches_api=False)
        return Plan(kind="token", actions=(action,) if state.token else (), before=_facts(state, spec), after=None)

    def apply(self, scope: Scope, plan: Plan, state: TokenState) -> Applied[TokenState]:
        for action in plan.actions:
            if action.do in ("create", "issue"):
                spec: TokenSpec = action.args["spec"]
                owner = opentok_session(spec.session).api_key
                # Only asking for the secret may show that the clock is off.
                signer = scope.signer(owner)
                issued = issue(signer.credentials, spec, state.id or secrets.token_hex(8), scope.now())
                state = dataclasses.replace(issued, account_key=scope.account_key)
        return Applied(state=state, done=plan.actions)

    def show(self, state: TokenState, record: TokenSpec | None) -> dict[str, Any]:
        shown = {**dict.fromkeys(self.outputs), **_facts(state, record)}
        return {**shown, "token": state.token}

    def private_state(self, record: TokenSpec, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {} if record.account_key is None else {"account_key": record.account_key}

    def restore(self, identity: str, saved: Mapping[str, Any]) -> tuple[TokenState, TokenSpec]:
        account_key = (saved.get("private") or {}).get("account_key")
        state = TokenState(
            id=identity,
            token=saved.get("token"),
            expires_at=from_text(saved.get("expires_at")),
            api_key=saved.get("api_key"),
            secret_fingerprint=saved.get("secret_fingerprint"),
            valid=saved.get("valid", True),
            account_key=account_key,
        )
        return state, self.parse({name: saved.get(name) for name in self.inputs}, account_key=account_key)


def issue(credentials: Credentials, spec: TokenSpec, identity: str, now: datetime.datetime | None = None) -> TokenState:
    """The token that ``spec`` declares, signed by the project pair ``credentials``."""
    # A token's times are whole seconds.
    begins = (now or datetime.datetime.now(datetime.timezone.utc)).replace(microsecond=0)
    token = Tokens(credentials).generate(
        spec.session or "",
        role=spec.role,
        expires_in=int(spec.expires_in.total_seconds()),
        data=spec.data,
        layout_classes=spec.layout_classes,
        token_format=spec.token_format,
        now=begins.timestamp(),
    )
    return TokenState(
        id=identity, api_key=credentials.key, token=token, expires_at=begins + spec.expires_in, secret_fingerprint=credentials.fingerprint
    )


def _issue(spec: TokenSpec, do: str, text: str, before: dict[str, Any] | None, reasons: tuple[str, ...]) -> Plan:
    after = {**dict.fromkeys(("id", "expires_at", "secret_fingerprint"), NOT_YET_KNOWN), **(before or {}), **_said(spec), "valid": True}
    if before:
        after.update(expires_at=NOT_YET_KNOWN, secret_fingerprint=NOT_YET_KNOWN)
    action = Action(do=do, text=text, args={"spec": spec}, touches_api=False, issues_secret=True)
    return Plan(kind="token", actions=(action,), before=before, after=after, reasons=reasons)


def _reasons(spec: TokenSpec, state: TokenState, record: TokenSpec, now: datetime.datetime) -> tuple[str, ...]:
    """Why the token that there is will not do."""
    reasons = []
    changed = [name for name in IMMUTABLE if getattr(spec, name) != getattr(record, name)]
    if changed:
        reasons.append(f"{join_words(changed)} changed")
    if (spec.signed_with not in (None, record.signed_with) and spec.signed_with != state.secret_fingerprint) or not state.valid:
        reasons.append("the project's secret was rotated, and the token died with the old one")
    if state.expires_at is not None and state.expires_at - spec.renew_before <= now:
        ends = "has expired" if state.expires_at <= now else f"is nearer to its end than {duration_text(spec.renew_before)}"
        reasons.append(f"it {ends} ({to_text(state.expires_at)})")
    return tuple(reasons)


def _said(spec: TokenSpec) -> dict[str, Any]:
    return {
        **{name: getattr(spec, name) for name in IMMUTABLE},
        "expires_in": duration_text(spec.expires_in),
        "layout_classes": list(spec.layout_classes),
        "renew_before": duration_text(spec.renew_before) if spec.renew_before else None,
    }


def _facts(state: TokenState, spec: TokenSpec | None) -> dict[str, Any]:
    """What is shown of a token: all but the token."""
    said = {} if spec is None else _said(spec)
    names = ("id", "api_key", "secret_fingerprint", "valid")
    return {**said, **{name: getattr(state, name) for name in names}, "expires_at": to_text(state.expires_at)}


TOKEN = TokenKind()
