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
_changes = st.tuples(
    st.sampled_from(NAMES), st.sampled_from((*DECLARED, "create", "create", "trigger", "trigger", "retire", *OUTSIDE))
)
_moments = st.builds(Moment, st.sampled_from(MOMENTS), st.integers(1, 9))


@st.composite
def _steps(draw: st.DrawFn) -> Step:
    moment = draw(st.one_of(st.none(), st.none(), _moments))
    # Each late answer costs the client's whole patience: few of them, and none beside a moment that is waited for.
    late = moment is None and draw(st.integers(0, 9)) == 9
    faults = draw(st.lists(st.one_of(_faults, _late) if late else _faults, max_size=3))
    return Step(
        changes=tuple(draw(st.lists(_changes, max_size=3))),
        faults=tuple(faults),
        moment=moment,
        refresh=draw(st.booleans()),
        fresh=draw(st.integers(0, 9)) == 9,
    )


def schedules(layer: str) -> st.SearchStrategy[Schedule]:
    """Schedules of one layer: up to eight steps."""
    return st.builds(Schedule, st.just(layer), st.lists(_steps(), min_size=1, max_size=8).map(tuple))
