# SPDX-License-Identifier: Apache-2.0
"""Random schedules."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.faults.schedule import (
    DECLARED,
    FREEZE,
    LEDGERS,
    MOMENTS,
    MOVES,
    NAMES,
    OUTSIDE,
    PULUMI,
    Crowd,
    Fault,
    Moment,
    Pair,
    Rude,
    Schedule,
    Step,
    StoreFault,
    Together,
)

READS = ("project.list", "project.get", "archive.list")
WRITES = ("project.create", "project.refresh_secret", "project.set_status", "project.delete")
LOST = ("drop_after", "drop_before", "truncate", "garble", "html")
STATUSES = (500, 502, 503, 504)
ODD_STATUSES = (303, 408, 409, 499, 502)

_operations = st.sampled_from(("project.refresh_secret", "project.create", *WRITES, *READS, "*"))
_times = st.sampled_from((1, 1, 1, 2, 3, 5, 9))
_after = st.sampled_from((0, 0, 0, 1, 2))

_lost = st.builds(Fault, _operations, st.sampled_from(LOST), _times, _after)
_server_errors = st.builds(Fault, _operations, st.just("status"), _times, _after, st.sampled_from(STATUSES))
_slow_down = st.builds(Fault, _operations, st.just("status"), _times, _after, st.just(429), st.sampled_from((None, 0, 1, 2)))
_late = st.builds(Fault, _operations, st.just("delay"), st.sampled_from((1, 1, 2)), _after)

_faults = st.one_of(_lost, _lost, _lost, _server_errors, _slow_down)
# A write whose answer is lost and that cannot be looked up either: chance alone hardly ever makes the two meet.
_lost_write = st.builds(
    Fault, st.sampled_from((*WRITES, "project.refresh_secret")), st.sampled_from(("drop_before", *LOST)), st.sampled_from((1, 1, 2))
)
_no_read = st.builds(
    Fault, st.sampled_from(("project.get", "project.list")), st.sampled_from(("status", "drop_after")), st.just(9), st.sampled_from((0, 1, 1))
)
_blind = st.tuples(_lost_write, _no_read)

# What gateways and replicas do; each kind happens to the operations that it can happen to (misdeeds.py).
_shy = st.sampled_from((1, 1, 2))
_kinds = st.sampled_from(("foreign", "twice", "twice, first answer", "rename", "unchanged", "unchanged"))
_by_kind = st.builds(Rude, st.just("*"), _kinds, _shy, st.sampled_from((0, 0, 1)))
_lag = st.builds(Rude, st.sampled_from(("project.list", "project.list", "project.get", "*")), st.just("lag"), st.sampled_from((1, 2, 9)), delay=_shy)
_late_create = st.builds(Rude, st.just("project.create"), st.just("late"), _shy, delay=st.sampled_from((1, 2, 3, 9)))
_done_and_refused = st.builds(
    Rude, st.sampled_from((*WRITES, "project.refresh_secret", "project.create")), st.just("after"), _shy, status=st.sampled_from(ODD_STATUSES)
)
_gateway = st.builds(Rude, _operations, st.just("html"), st.sampled_from((1, 2, 9)), _after, st.sampled_from((404, 404, 404, 502)))
_cut = st.builds(Rude, st.just("project.list"), st.just("cut"), st.sampled_from((1, 9)), st.sampled_from((0, 0, 1)), st.sampled_from((200, 206)))
_slow = st.builds(Rude, _operations, st.just("slow"), _shy, _after)
_rude = st.one_of(_by_kind, _by_kind, _lag, _late_create, _done_and_refused, _gateway, _cut)

_declared = st.sampled_from((*DECLARED, "trigger", "trigger", "trigger", "retire", "retire"))
_changes = st.tuples(st.sampled_from(NAMES), st.one_of(_declared, _declared, st.sampled_from(OUTSIDE)))
_moments = st.builds(Moment, st.sampled_from(("kill after", *MOMENTS)), st.sampled_from((1, 2, 2, 3, 3, 4, 5, 6, 8)))


@st.composite
def _steps(draw: st.DrawFn, layer: str, wide: bool) -> Step:
    moment = draw(st.one_of(st.none(), _moments))
    # Each late answer costs the client's whole patience: few of them, and none beside a moment that is waited for.
    late = moment is None and draw(st.integers(0, 9)) == 9
    scattered = st.lists(st.one_of(_faults, _late) if late else _faults, max_size=3)
    faults = draw(st.one_of(scattered, scattered, scattered, _blind))
    moves = wide and layer in PULUMI and draw(st.integers(0, 2)) == 2
    # A gateway beside the faults of the server itself hides which of them it was.
    rude = draw(st.lists(_slow if late else _rude, min_size=1, max_size=2)) if wide and not moves and draw(st.integers(0, 2)) == 2 else []
    changes = st.tuples(st.sampled_from(NAMES), st.sampled_from(MOVES)) if moves else _changes
    changed = draw(st.lists(st.one_of(changes, _changes), min_size=draw(st.sampled_from((0, 1, 1))), max_size=3))
    if rude and draw(st.booleans()):
        # What misbehaves has to be asked for something: a rotation, or a project that has to be created anew.
        changed.append((draw(st.sampled_from(NAMES)), draw(st.sampled_from(("trigger", "trigger", "outside delete")))))
    return Step(
        changes=tuple(changed),
        faults=() if rude else tuple(faults),
        moment=moment if not rude or moment is None or moment.what.startswith("kill") else None,
        refresh=draw(st.booleans()),
        fresh=draw(st.integers(0, 9)) == 9,
        rude=tuple(rude),
        target=draw(st.sampled_from((*NAMES, "", ""))) if moves else "",
        fails=moves and draw(st.booleans()),
        unwritable=wide and layer not in PULUMI and draw(st.integers(0, 11)) == 11,
    )


def schedules(layer: str, most: int = 7, *, wide: bool = True) -> st.SearchStrategy[Schedule]:
    """Schedules of one layer: two to ``most`` steps, mostly after both projects were created undisturbed. ``wide``: with a gateway and moves."""
    created = Step(changes=tuple((name, "create") for name in NAMES))
    if layer == "engine":
        return st.builds(lambda steps, generated: Schedule(layer, (created, *steps), generated), _on_the_engine(), st.booleans())
    steps = st.lists(_steps(layer, wide), min_size=2, max_size=most)
    starts = st.sampled_from(((created,), (created,), ()))
    any_start = st.builds(lambda start, rest: Schedule(layer, (*start, *rest)), starts, steps)
    named = st.builds(lambda rest: Schedule(layer, (created, *rest), generated=False), steps)
    return st.one_of(any_start, named) if wide and layer in PULUMI else any_start


@st.composite
def _on_the_engine(draw: st.DrawFn) -> tuple[Step, ...]:
    """One or two steps of what only the engine does: moves, targets, failures beside, kills, and now and then a fault."""
    steps = []
    for _step in range(draw(st.sampled_from((1, 1, 2)))):
        moved = st.tuples(st.sampled_from(NAMES), st.sampled_from((*MOVES, "rename")))
        declared = st.tuples(st.sampled_from(NAMES), st.sampled_from(("trigger", "retire", "suspend", "delete", "outside delete", "outside secret")))
        moment = draw(st.sampled_from((None, None, *(Moment("kill after", number) for number in (1, 2, 2, 3)))))
        steps.append(
            Step(
                changes=(*draw(st.lists(moved, min_size=1, max_size=2)), *draw(st.lists(declared, max_size=1))),
                moment=moment,
                refresh=draw(st.integers(0, 3)) == 3,
                rude=(draw(_rude),) if moment is None and draw(st.integers(0, 5)) == 5 else (),
                target=draw(st.sampled_from((*NAMES, "", "", ""))),
                fails=draw(st.booleans()),
            )
        )
    return tuple(steps)


PAIRS = (("core", "core"), ("core", "core"), ("core", "ansible"), ("core", "pulumi"), ("pulumi", "pulumi"), ("ansible", "pulumi"))

_asked = st.tuples(st.sampled_from(NAMES), st.sampled_from(("create", "create", "trigger", "trigger", "retire", "delete")))


@st.composite
def _togethers(draw: st.DrawFn, layers: tuple[str, str]) -> Together:
    kill = layers[0] not in PULUMI and draw(st.integers(0, 3)) == 3
    return Together(
        changes=tuple(draw(st.lists(_asked, min_size=1, max_size=3))),
        order=tuple(draw(st.lists(st.sampled_from((0, 1)), max_size=12))),
        rude=(draw(_lag),) if not kill and draw(st.integers(0, 5)) == 5 else (),
        moment=draw(st.builds(Moment, st.sampled_from(("kill before", "kill after")), st.sampled_from((1, 2, 3, 4)))) if kill else None,
    )


@st.composite
def pairs(draw: st.DrawFn, most: int = 4) -> Pair:
    """Two parties that declare the same, one to ``most`` steps at once."""
    layers = draw(st.sampled_from(PAIRS))
    common = not {*layers} & {*PULUMI} and draw(st.booleans())
    return Pair(layers, common, tuple(draw(st.lists(_togethers(layers), min_size=1, max_size=most))))


@st.composite
def _crowded(draw: st.DrawFn, parties: int, ledger: str) -> Together:
    moments = ("kill before", "kill after", "kill after", *(() if ledger == "file" else (FREEZE,)))
    cut = draw(st.booleans())
    store = st.builds(StoreFault, st.sampled_from(("lost", "lost", "down")), st.integers(0, 40), st.sampled_from((1, 1, 2, 12)))
    return Together(
        changes=tuple(draw(st.lists(_asked, min_size=1, max_size=3))),
        order=tuple(draw(st.lists(st.integers(0, parties - 1), max_size=12))),
        moment=draw(st.builds(Moment, st.sampled_from(moments), st.sampled_from((1, 2, 3, 4, 5)))) if cut else None,
        store=tuple(draw(st.lists(store, max_size=2))) if ledger not in ("file", "postgresql") and draw(st.booleans()) else (),
    )


@st.composite
def crowds(draw: st.DrawFn, most: int = 3) -> Crowd:
    """Two to eight parties with one ledger, one to ``most`` steps at once."""
    parties, ledger = draw(st.sampled_from((2, 2, 3, 3, 4, 8))), draw(st.sampled_from((*LEDGERS, "postgresql", "vault")))
    return Crowd(parties, ledger, tuple(draw(st.lists(_crowded(parties, ledger), min_size=1, max_size=most))))
