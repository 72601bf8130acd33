# SPDX-License-Identifier: Apache-2.0
"""Random schedules."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.faults.schedule import DECLARED, MOMENTS, NAMES, OUTSIDE, Fault, Moment, Schedule, Step

READS = ("project.list", "project.get", "archive.list")
WRITES = ("project.create", "project.refresh_secret", "project.set_status", "project.delete")
LOST = ("drop_after", "drop_before", "truncate", "garble", "html")
STATUSES = (500, 502, 503, 504)

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

_declared = st.sampled_from((*DECLARED, "trigger", "trigger", "trigger", "retire", "retire"))
_changes = st.tuples(st.sampled_from(NAMES), st.one_of(_declared, _declared, st.sampled_from(OUTSIDE)))
_moments = st.builds(Moment, st.sampled_from(("kill after", *MOMENTS)), st.sampled_from((1, 2, 2, 3, 3, 4, 5, 6, 8)))


@st.composite
def _steps(draw: st.DrawFn) -> Step:
    moment = draw(st.one_of(st.none(), _moments))
    # Each late answer costs the client's whole patience: few of them, and none beside a moment that is waited for.
    late = moment is None and draw(st.integers(0, 9)) == 9
    scattered = st.lists(st.one_of(_faults, _late) if late else _faults, max_size=3)
    faults = draw(st.one_of(scattered, scattered, scattered, _blind))
    return Step(
        changes=tuple(draw(st.lists(_changes, min_size=draw(st.sampled_from((0, 1, 1))), max_size=3))),
        faults=tuple(faults),
        moment=moment,
        refresh=draw(st.booleans()),
        fresh=draw(st.integers(0, 9)) == 9,
    )


def schedules(layer: str, most: int = 7) -> st.SearchStrategy[Schedule]:
    """Schedules of one layer: two to ``most`` steps, mostly after both projects were created undisturbed."""
    created = Step(changes=tuple((name, "create") for name in NAMES))
    starts = st.sampled_from(((created,), (created,), ()))
    return st.builds(lambda start, steps: Schedule(layer, (*start, *steps)), starts, st.lists(_steps(), min_size=2, max_size=most))
