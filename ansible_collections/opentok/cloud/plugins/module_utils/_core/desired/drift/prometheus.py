# SPDX-License-Identifier: Apache-2.0
"""A drift document in Prometheus' text format, for the textfile collector of node_exporter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..times import from_text
from .document import AS_DECLARED, COULD_NOT_LOOK, DRIFT, Document
from .plain import plain

Sample = tuple[Mapping[str, str], float]

METRICS = {
    "opentok_drift_last_look_timestamp_seconds": "When the projects were last looked at, or a look was tried.",
    "opentok_drift_last_look_success": "Whether all of them could be looked at: 1, else 0.",
    "opentok_project_drift": "Whether a declared project is other than declared: 1, else 0; absent where it could not be looked at.",
    "opentok_project_drift_first_seen_timestamp_seconds": "When its drift was first seen.",
    "opentok_undeclared_projects": "Projects of the account that nobody declares; 0 where they are ignored.",
    "opentok_secret_age_seconds": "Age of a project's secret when it was looked at, as far as the ledger knows it.",
    "opentok_rotation_due_timestamp_seconds": "When a project's secret is due to be rotated; in the past where it is.",
    "opentok_rotation_waits_until_timestamp_seconds": "When the rotation_window opens that a due rotation waits for; absent where none waits.",
}
"""Every metric and its help; all are gauges."""


def of_document(document: Document) -> str:
    """The text. It has every metric's HELP and TYPE, also where it has no sample."""
    whole = {"account_key": plain(document["account_key"] or "")}
    projects = [({**whole, **_labels(one)}, one) for one in document["items"] if one["kind"] == "project"]
    looked = _seconds(document["looked_at"]) or 0.0
    samples: dict[str, Iterable[Sample]] = {
        "opentok_drift_last_look_timestamp_seconds": [(whole, looked)],
        "opentok_drift_last_look_success": [(whole, document["result"] != COULD_NOT_LOOK)],
        "opentok_project_drift": [(labels, one["result"] == DRIFT) for labels, one in projects if one["result"] in (AS_DECLARED, DRIFT)],
        "opentok_project_drift_first_seen_timestamp_seconds": _moments(projects, _drifted_since),
        "opentok_undeclared_projects": [] if document["errors"] else [(whole, document["summary"]["undeclared"])],
        "opentok_secret_age_seconds": _moments(projects, lambda one: _age(one, looked)),
        "opentok_rotation_due_timestamp_seconds": _moments(projects, lambda one: _due(one, looked)),
        "opentok_rotation_waits_until_timestamp_seconds": _moments(projects, lambda one: _seconds((one["due"] or {}).get("opens"))),
    }
    lines = []
    for name, about in METRICS.items():
        lines += [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
        # Two of the same labels (names that are cut, say), and the collector would take nothing of the file.
        distinct = {_text(labels): value for labels, value in samples[name]}
        lines += [f"{name}{{{labels}}} {_number(value)}" for labels, value in distinct.items()]
    return "\n".join(lines) + "\n"


def _labels(one: Document) -> dict[str, str]:
    return {name: plain(str(one[name] or "")) for name in ("key", "id", "name")}


def _moments(projects: Iterable[tuple[Mapping[str, str], Document]], value: Callable[[Document], float | None]) -> list[Sample]:
    found = ((labels, value(one)) for labels, one in projects)
    return [(labels, seconds) for labels, seconds in found if seconds is not None]


def _drifted_since(one: Document) -> float | None:
    return _seconds(one["first_seen"]) if one["result"] == DRIFT else None


def _age(one: Document, now: float) -> float | None:
    since = _seconds(one["secret_rotated_at"])
    return None if since is None else max(now - since, 0.0)


def _due(one: Document, now: float) -> float | None:
    """By age when it gets too old; for any other reason since it was first seen to be due, which is this look at the latest."""
    by_age = _seconds(one["secret_rotation_due_at"])
    if one["due"] is None:
        return by_age
    return _seconds(one["due"]["since"]) or _seconds(one["first_seen"]) or now


def _seconds(moment: str | None) -> float | None:
    found = from_text(moment)
    return None if found is None else found.timestamp()


def _text(labels: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return repr(int(value)) if value == int(value) else repr(value)
