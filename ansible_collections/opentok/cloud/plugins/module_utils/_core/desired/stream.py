# SPDX-License-Identifier: Apache-2.0
"""Layout classes of the streams of a session: where they stand in composed archives and broadcasts.

A procedure, not a kind: a stream lives as long as its client publishes it. What is looked at is which classes each has; only what differs is
written, in one request.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..api.streams import Streams, layout_class_problems
from ..checks import id_problems, raise_if_any
from ..errors import InvalidInput, NotFound, Problem, join_words
from . import interrupts
from .inputs import Input, InputReader
from .plan import Action, Plan, not_yet_known
from .procedure import InSession, Procedure, session_input
from .report import Report
from .scope import Scope

if TYPE_CHECKING:
    from .ledger.ledger import Ledger

Classes = Mapping[str, tuple[str, ...]]
"""Layout classes by stream."""


def _wanted(value: Any, field: str) -> Classes:
    """The layout classes that a list of ``{id, layout_classes}`` declares."""
    if not isinstance(value, (list, tuple)) or not value or not all(isinstance(one, Mapping) for one in value):
        raise InvalidInput(Problem(field, "must be a list of maps such as {id: STREAM, layout_classes: [focus]}, with at least one"))
    problems: list[Problem] = []
    first: dict[Any, int] = {}
    for number, one in enumerate(value):
        here, stream = f"{field}[{number}]", one.get("id")
        wrong = id_problems(f"{here}.id", stream)
        problems += [*wrong, *layout_class_problems(f"{here}.layout_classes", one.get("layout_classes"))]
        if not wrong and first.setdefault(stream, number) != number:
            problems.append(Problem(f"{here}.id", f"is that of {field}[{first[stream]}]: declare each stream once"))
    raise_if_any(problems)
    return {one["id"]: tuple(one["layout_classes"]) for one in value}


class StreamProcedure(Procedure):
    """Gives streams of a session their layout classes."""

    name = "stream"
    table = (
        session_input("declare the session of the streams"),
        Input(
            "streams",
            _wanted,
            type="list",
            elements="dict",
            suboptions=(Input("id", required=True), Input("layout_classes", type="list", elements="raw", required=True)),
            required=True,
            missing="declare the streams and their layout classes",
            quoted=False,
        ),
    )
    outputs = ("session_id", "streams", "missing")

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
        if check and _has_unknown(inputs.get("streams")):
            unknown = {*unknown, "streams"}
        reader = InputReader(inputs, unknown)
        said = reader.table(self.table)
        reader.finish()
        room = InSession.of(scope, said.get("session"), unknown)
        if unknown:
            return _unseen(room, said.get("streams", {}), unknown)
        try:
            return self._set(room, said["streams"], check)
        except NotFound:
            # A stream has ended since they were listed: those that are left are looked at once more.
            return self._set(room, said["streams"], check)

    def _set(self, room: InSession, wanted: Classes, check: bool) -> Report:
        there = _published(room)
        before = {stream: there[stream] for stream in wanted if stream in there}
        changed = {stream: wanted[stream] for stream in before if set(before[stream]) != set(wanted[stream])}
        if changed and not check:
            interrupts.begin()
            room.signed(lambda signer: Streams(room.scope.transport, signer).set_layout_classes(room.id, changed))
        return _report(room, before, changed, [stream for stream in wanted if stream not in there])


def _has_unknown(streams: Any) -> bool:
    """Whether an id is what a template gives of a stream that an earlier step was only checked for."""
    return isinstance(streams, list) and any(isinstance(one, Mapping) and one.get("id") in (None, "") for one in streams)


def _published(room: InSession) -> Classes:
    try:
        found = room.signed(lambda signer: Streams(room.scope.transport, signer).list(room.id))
    except NotFound:
        # Nobody has ever connected to it.
        return {}
    return {stream.id: stream.layout_classes for stream in found}


def _report(room: InSession, before: Classes, changed: Classes, missing: list[str]) -> Report:
    actions = tuple(_action(f"stream {stream}", changed[stream], room) for stream in changed)
    after = {**before, **changed}
    plan = Plan(kind="stream", actions=actions, before=_lists(before), after=_lists(after))
    shown = {"session_id": room.id, "streams": _rows(after), "missing": missing}
    warnings = tuple(f"stream {stream} is not published in {room}: it has no layout classes to set" for stream in missing)
    return Report(plan=plan, actions=plan.texts, shown=shown, warnings=warnings)


def _unseen(room: InSession, wanted: Classes, unknown: Collection[str]) -> Report:
    """The report where nothing can be looked up."""
    actions = tuple(_action(f"stream {stream}", wanted[stream], room) for stream in wanted)
    if not wanted:
        actions = (Action(do="set", text=f"set the layout classes of streams that are not known yet of {room}"),)
    plan = Plan(kind="stream", actions=actions, after=_lists(wanted))
    shown = {"session_id": room.id or None, "streams": _rows(wanted), "missing": []}
    return Report(plan=plan, actions=plan.texts, shown=shown, warnings=(not_yet_known(unknown),))


def _action(stream: str, classes: tuple[str, ...], room: InSession) -> Action:
    what = f"set the layout classes of {stream} of {room} to {join_words(classes)}" if classes else f"clear the layout classes of {stream} of {room}"
    return Action(do="set", text=what)


def _lists(classes: Classes) -> dict[str, list[str]]:
    return {stream: list(names) for stream, names in classes.items()}


def _rows(classes: Classes) -> list[dict[str, Any]]:
    return [{"id": stream, "layout_classes": names} for stream, names in _lists(classes).items()]


STREAM = StreamProcedure()
