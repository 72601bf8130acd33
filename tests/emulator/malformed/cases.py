# SPDX-License-Identifier: Apache-2.0
"""The malformed requests: each kind on each operation that it fits, then more of them by chance."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable, Iterator

from pulumi_opentok.core import operations
from pulumi_opentok.core.operations import OPERATIONS, Operation
from tests.emulator.malformed.bodies import FORM_BODIES, JSON, JSON_BODIES, NEEDED, Body
from tests.emulator.malformed.scene import BODIES, FORMS, Scene, Tenant, target
from tests.emulator.malformed.sending import Case
from tests.emulator.malformed.tokens import TOKENS, Token
from tests.emulator.raw import sign

BODY_OF_TEN_MEGABYTES = b'{"name": "' + b"x" * 10_000_000 + b'"}'
HOSTILE = (
    "%2F", "a%2Fb", "%2F..%2F", "..%2F..%2Fv2%2Fproject", "%2f%2f", "a/b", "..", "%2e%2e", "%00", "x%00y", "%ff%fe", "%zz", "%", "%25", "%252F",
    "%20", "%0d%0aX-Injected:%201", "%0a", "%F0%9F%92%A9", "'%20OR%20'1'='1", "%3Cscript%3E", "*", "null", "undefined", "-1", "0", "1e999",
    "{}", "%7Bsession_id%7D", "A" * 10_000, "%41" * 10_000, "1_" + "M" * 10_000, "1_MX40", "2_", "00000000-0000-4000-8000-000000000000",
)  # fmt: skip
PAGES = ("offset=x", "offset=-1", "offset=1.5", "offset=%00", "offset=%D9%A3", "offset=99999999999", "count=1001", "count=x", "count=%ff")
ACCEPTS = (b"application/json", b"*/*", b"text/html", b"application/xml", b"")
PAGED = ("archive.list", "broadcast.list", "render.list")
STREAM_GET = "stream.get"
VARIED, VARIETY = {*JSON_BODIES, *FORM_BODIES, "an id that is none"}, 8
"""Kinds that are something else each time come so much more often."""

Kind = Callable[[Scene, Operation, random.Random], Case]


def case(scene: Scene, kind: str, operation: Operation, *expected: int, tenant: Tenant | None = None, path: str | None = None) -> Case:
    """A right request without a body, signed by the right pair, and what must be answered; kinds replace what they spoil."""
    tenant = tenant or scene.own
    pair = scene.account if operation.credentials == "account" else tenant.pair
    where = target(operation, tenant.ids) if path is None else path
    headers = {b"X-OPENTOK-AUTH": sign(pair.key, pair.secret, pair.kind).encode(), b"Accept": b"application/json"}
    return Case(kind, operation.name, operation.method, where.encode("latin-1"), headers, b"", frozenset(expected))


def with_body(made: Case, content_type: bytes, body: bytes) -> Case:
    """The same with a body."""
    return dataclasses.replace(made, headers={**made.headers, b"Content-Type": content_type}, body=body)


def token_kind(name: str, token: Token) -> Kind:
    """A kind of token."""

    def make(scene: Scene, operation: Operation, chance: random.Random) -> Case:
        said = token(scene, operation, chance)
        return dataclasses.replace(case(scene, name, operation, 403), headers={} if said is None else {b"X-OPENTOK-AUTH": said})

    return make


def body_kind(name: str, body: Body) -> Kind:
    """A kind of body."""

    def make(scene: Scene, operation: Operation, chance: random.Random) -> Case:
        return with_body(case(scene, name, operation, 400), *body(operation.name, scene.own.ids, chance))

    return make


def hostile_id(scene: Scene, operation: Operation, chance: random.Random) -> Case:
    """One id of the path is what no id can be, or what none is."""
    ids = {**scene.own.ids, chance.choice(placeholders(operation)): chance.choice(HOSTILE)}
    made = case(scene, "an id that is none", operation, 400, 403, 404, 405, 408, path=target(operation, ids))
    return with_body(made, JSON, b"{}")


def foreign_id(scene: Scene, operation: Operation, _: random.Random) -> Case:
    """All ids of the path but the project's are those of another project."""
    ids = {**scene.other.ids, "api_key": scene.own.ids["api_key"]}
    expected = (400, 404, 408) if operation.name == STREAM_GET else (404,)
    made = case(scene, "another project's id", operation, *expected, path=target(operation, ids))
    return right_body(made, operation, scene.own)


def foreign_session(scene: Scene, operation: Operation, _: random.Random) -> Case:
    """The session that the body names is another project's."""
    return right_body(case(scene, "another project's session", operation, 404), operation, scene.other)


def foreign_key(scene: Scene, operation: Operation, _: random.Random) -> Case:
    """The project's pair, but the path is another project's."""
    made = case(scene, "another project's path", operation, 403, path=target(operation, scene.other.ids))
    return right_body(made, operation, scene.other)


def suspended(scene: Scene, operation: Operation, _: random.Random) -> Case:
    """All is right, but the project is suspended."""
    return right_body(case(scene, "a suspended project", operation, 403, tenant=scene.suspended), operation, scene.suspended)


def page(scene: Scene, operation: Operation, chance: random.Random) -> Case:
    """A page that cannot be."""
    return case(scene, "a page that cannot be", operation, 400, path=f"{target(operation, scene.own.ids)}?{chance.choice(PAGES)}")


def other_method(scene: Scene, operation: Operation, chance: random.Random) -> Case:
    """A method that the path does not have."""
    there = {one.method for one in OPERATIONS if one.path == operation.path} | {"HEAD"}
    if operation.path == operations.STORAGE_SET.path:
        there.add("GET")  # an archive's path as well
    method = chance.choice([one for one in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND") if one not in there])
    return dataclasses.replace(case(scene, "another method", operation, 405), method=method)


def other_path(scene: Scene, operation: Operation, chance: random.Random) -> Case:
    """A path that nothing has."""
    where = target(operation, scene.own.ids)
    return case(scene, "another path", operation, 404, path=chance.choice([where + "/x/y/z", "/x" + where, "/v3" + where, where + "%2Fstop%2Fx/y"]))


def ten_megabytes(scene: Scene, operation: Operation, _: random.Random) -> Case:
    """More than any body may have."""
    return with_body(case(scene, "10 MB", operation, 413), JSON, BODY_OF_TEN_MEGABYTES)


def right_body(made: Case, operation: Operation, tenant: Tenant) -> Case:
    """With the body that would be right in a tenant's session."""
    body = BODIES.get(operation.name)
    return made if body is None else with_body(made, JSON, json.dumps(body(tenant.ids)).encode())


def placeholders(operation: Operation) -> list[str]:
    """The names of the ids in a path."""
    return [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]


def kinds_of(operation: Operation) -> dict[str, Kind]:
    """The kinds that fit an operation."""
    name = operation.name
    kinds: dict[str, Kind] = {kind: token_kind(kind, token) for kind, token in TOKENS.items()}
    kinds.update({"another method": other_method, "another path": other_path})
    if name in BODIES:
        kinds.update({kind: body_kind(kind, body) for kind, body in JSON_BODIES.items() if kind != "a field that is missing" or name in NEEDED})
    if name in FORMS:
        kinds.update({kind: body_kind(kind, body) for kind, body in FORM_BODIES.items()})
    if placeholders(operation):
        kinds["an id that is none"] = hostile_id
    if operation.credentials == "project":
        kinds["a suspended project"] = suspended
    if operation.credentials == "project" and "{api_key}" in operation.path:
        kinds["another project's path"] = foreign_key
    if set(placeholders(operation)) - {"api_key"}:
        kinds["another project's id"] = foreign_id
    if name in BODIES and "sessionId" in NEEDED.get(name, ()):
        kinds["another project's session"] = foreign_session
    if name in PAGED:
        kinds["a page that cannot be"] = page
    return kinds


def cases(scene: Scene, count: int, seed: int) -> Iterator[Case]:
    """``count`` of them, the same for the same seed; a body of 10 MB for each operation, or for a few when there are few."""
    chance = random.Random(seed)
    pairs = [(operation, kind) for operation in OPERATIONS for kind in kinds_of(operation).values()]
    weights = [VARIETY if name in VARIED else 1 for operation in OPERATIONS for name in kinds_of(operation)]
    large = [(operation, ten_megabytes) for operation in OPERATIONS][:: 1 if count >= 10_000 else 15]
    every = [*pairs, *large]
    chance.shuffle(every)
    every += chance.choices(pairs, weights, k=max(0, count - len(every)))
    for operation, kind in every:
        made = kind(scene, operation, chance)
        yield dataclasses.replace(made, headers={**made.headers, b"Accept": chance.choice(ACCEPTS)})
