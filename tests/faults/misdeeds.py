# SPDX-License-Identifier: Apache-2.0
"""What a gateway, a replica or a proxy does to one request: each kind is a function from the true answer to the one that is given."""

from __future__ import annotations

import dataclasses
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.faults.schedule import Rude

OPERATIONS = (
    ("POST", r"/v2/project", "project.create"),
    ("GET", r"/v2/project", "project.list"),
    ("GET", r"/v2/project/(\w+)", "project.get"),
    ("PUT", r"/v2/project/(\w+)", "project.set_status"),
    ("DELETE", r"/v2/project/(\w+)", "project.delete"),
    ("POST", r"/v2/project/(\w+)/refreshSecret", "project.refresh_secret"),
    ("GET", r"/v2/project/(\w+)/archive", "archive.list"),
)

PAGE = b"<html><head><title>Gateway</title></head><body><h1>Something is not right here</h1></body></html>"

TRICKLE = 0.03
"""Seconds between the bytes of a slow body: each comes in time, all of them together do not."""

SLOW_BYTES = 12

Row = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Request:
    """A request as it came, without what is for one hop."""

    method: str
    path: str
    headers: Mapping[str, str] = dataclasses.field(repr=False)
    body: bytes = dataclasses.field(repr=False)

    @property
    def name(self) -> str:
        """That of the project that it would create; empty for others."""
        return str(json.loads(self.body or b"{}").get("name", "")) if self.operation == "project.create" else ""

    @property
    def operation(self) -> str:
        path = self.path.partition("?")[0]
        return next((name for method, pattern, name in OPERATIONS if method == self.method and re.fullmatch(pattern, path)), "other")


@dataclasses.dataclass(frozen=True)
class Answer:
    """An answer. ``slow``: its first bytes trickle."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    slow: bool = False

    def pieces(self) -> Iterator[bytes]:
        """The body, as it is sent."""
        first = SLOW_BYTES if self.slow else 0
        for index in range(min(first, len(self.body))):
            yield self.body[index : index + 1]
            time.sleep(TRICKLE)
        yield self.body[first:]

    def of(self, value: Any) -> Answer:
        """This answer with another JSON value."""
        return dataclasses.replace(self, body=json.dumps(value).encode())


@dataclasses.dataclass(frozen=True)
class Passed:
    """A request that a client has sent: what was done to it (``""``: nothing), and the status that it saw (``None``: no answer).

    ``name``: of the project that it would create.
    """

    party: int
    operation: str
    name: str
    kind: str
    status: int | None


Forward = Callable[[Request], Answer | None]


class Misdeeds:
    """Those of one run. ``past``: the projects as they were; ``now``: as they are."""

    def __init__(self, rude: Sequence[Rude], past: Mapping[str, Row], now: Callable[[], Mapping[str, Row]]) -> None:
        self._rude = [(each, Counter[str]()) for each in rude]
        self._past = past
        self._now = now
        self._late: list[tuple[int, Request]] = []
        self.passed: list[Passed] = []
        self.fired: Counter[str] = Counter()
        self.after_the_run = 0
        """How many creates were carried out when the run was over."""

    def draw(self, request: Request) -> Rude | None:
        """What is done to this request: the first that applies. Each that matches counts it."""
        chosen = None
        for rude, counts in self._rude:
            if rude.operation in ("*", request.operation):
                counts["seen"] += 1
                if chosen is None and counts["seen"] > rude.after and counts["fired"] < rude.times and _fits(rude.kind, request.operation):
                    counts["fired"] += 1
                    chosen = rude
        if chosen is not None:
            self.fired[chosen.kind] += 1
            self.fired[f"{chosen.kind} {request.operation}"] += 1
        return chosen

    def answer(self, rude: Rude | None, request: Request, forward: Forward) -> Answer | None:
        """The answer that the client gets."""
        if rude is None:
            return forward(request)
        return _KINDS[rude.kind](self, rude, request, forward)

    def overdue(self, everything: bool = False) -> list[Request]:
        """The late requests whose time has come: each is told once."""
        waiting = [(left - 1, request) for left, request in self._late]
        due = [request for left, request in waiting if left <= 0 or everything]
        self._late = [] if everything else [(left, request) for left, request in waiting if left > 0]
        self.after_the_run += len(due) if everything else 0
        return due

    def _lag(self, _: Rude, request: Request, forward: Forward) -> Answer | None:
        answer = forward(request)
        if answer is None or answer.status != 200:
            return answer
        value = json.loads(answer.body)
        if not isinstance(value, list):
            return answer.of(self._then(value))
        there = [self._then(row) for row in value if row["id"] in self._past]
        gone = [{**_api(row)} for project, row in self._past.items() if project not in {row["id"] for row in value}]
        return answer.of([*there, *gone])

    def _then(self, row: Row) -> Row:
        past = self._past.get(row["id"])
        return row if past is None else {**row, **{name: past[name] for name in ("name", "status", "secret")}}

    def _foreign(self, _: Rude, request: Request, forward: Forward) -> Answer | None:
        answer = forward(request)
        if answer is None or answer.status != 200:
            return answer
        value = json.loads(answer.body)
        other = next((row for row in self._now().values() if row["id"] != value["id"]), None)
        return answer if other is None else answer.of({**value, **{name: other[name] for name in ("id", "name", "status", "secret")}})

    def _twice(self, rude: Rude, request: Request, forward: Forward) -> Answer | None:
        first, second = forward(request), forward(request)
        return first if rude.kind == "twice, first answer" else second

    def _late_(self, rude: Rude, request: Request, _: Forward) -> Answer | None:
        self._late.append((max(rude.delay, 1) + 1, request))
        return None

    def _rename(self, _: Rude, request: Request, forward: Forward) -> Answer | None:
        wish = json.loads(request.body or b"{}")
        if "name" not in wish:
            return forward(request)
        return forward(dataclasses.replace(request, body=json.dumps({**wish, "name": wish["name"][:3]}).encode()))

    def _after(self, rude: Rude, request: Request, forward: Forward) -> Answer | None:
        forward(request)
        headers = {"Content-Type": "text/html"}
        return Answer(rude.status, PAGE, {**headers, "Location": "/"} if rude.status == 303 else headers)

    def _unchanged(self, _: Rude, request: Request, forward: Forward) -> Answer | None:
        return forward(dataclasses.replace(request, method="GET", path=request.path.removesuffix("/refreshSecret"), body=b""))

    def _html(self, rude: Rude, _: Request, __: Forward) -> Answer | None:
        return Answer(rude.status, PAGE, {"Content-Type": "text/html"})

    def _cut(self, rude: Rude, request: Request, forward: Forward) -> Answer | None:
        answer = forward(request)
        if answer is None or answer.status != 200:
            return answer
        rows = json.loads(answer.body)
        cut = answer.of(rows[: len(rows) // 2])
        if rude.status == 206:
            return dataclasses.replace(cut, status=206)
        return dataclasses.replace(cut, headers={**cut.headers, "Link": '</v2/project?page=2>; rel="next"'})

    def _slow(self, _: Rude, request: Request, forward: Forward) -> Answer | None:
        answer = forward(request)
        return None if answer is None else dataclasses.replace(answer, slow=True)


_KINDS: Mapping[str, Callable[[Misdeeds, Rude, Request, Forward], Answer | None]] = {
    "lag": Misdeeds._lag,
    "foreign": Misdeeds._foreign,
    "twice": Misdeeds._twice,
    "twice, first answer": Misdeeds._twice,
    "late": Misdeeds._late_,
    "rename": Misdeeds._rename,
    "after": Misdeeds._after,
    "unchanged": Misdeeds._unchanged,
    "html": Misdeeds._html,
    "cut": Misdeeds._cut,
    "slow": Misdeeds._slow,
}

_ONLY = {
    "lag": ("project.list", "project.get"),
    "foreign": ("project.get", "project.create", "project.set_status", "project.refresh_secret"),
    "twice": ("project.create", "project.refresh_secret"),
    "twice, first answer": ("project.create", "project.refresh_secret"),
    "late": ("project.create",),
    "rename": ("project.create",),
    "unchanged": ("project.refresh_secret",),
    "cut": ("project.list",),
}
"""The operations that a kind can happen to; any, where it is not named."""


def _fits(kind: str, operation: str) -> bool:
    return operation in _ONLY.get(kind, (operation,))


def _api(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "account"}
