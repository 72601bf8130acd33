# SPDX-License-Identifier: Apache-2.0
"""What archives and broadcasts have in common: a layout and streams, which are changed while one runs."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

from ...api.layouts import SCREENSHARE_TYPES, TYPES, Layout
from ...checks import id_problems, raise_if_any
from ...errors import InvalidInput, NotFound, PlanError, Problem, not_text, quote
from ...http.auth import Signer
from ..inputs import Input, one_of, text, true_or_false
from ..plan import Action
from ..scope import Scope
from .kind import RunningKind
from .state import FoundT, RunSpec

MAX_VIDEO, MAX_STREAMS = 16, 50
"""Streams of a composed one with video, and streams of any. Source: https://tokbox.com/developer/guides/archiving/."""

_LAYOUT = (
    Input("type", choices=TYPES, required=True),
    Input("stylesheet", type="str"),
    Input("screenshare_type", choices=SCREENSHARE_TYPES),
)
_STREAM = (
    Input("stream_id", required=True, type="str"),
    Input("has_audio", type="bool", default=True),
    Input("has_video", type="bool", default=True),
)


def _layout(value: Any, field: str) -> Layout:
    given = map_of(value, field, _LAYOUT, "{type: pip}")
    for name in ("type", "screenshare_type"):
        if name in given:
            one_of(given[name], f"{field}.{name}", TYPES)
    if "type" not in given:
        raise InvalidInput(Problem(f"{field}.type", "missing"))
    if not isinstance(given.get("stylesheet", ""), str):
        raise InvalidInput(Problem(f"{field}.stylesheet", not_text(given["stylesheet"])))
    layout = Layout(**given)
    raise_if_any(layout.problems(field))
    return layout


@dataclasses.dataclass(frozen=True, kw_only=True, order=True)
class DeclaredStream:
    """A stream of a manual one, and which of its tracks are in it."""

    stream_id: str
    has_audio: bool = True
    has_video: bool = True

    @property
    def tracks(self) -> str:
        both = self.has_audio and self.has_video
        return "" if both else ", its audio only" if self.has_audio else ", its video only"


def _streams(value: Any, field: str) -> tuple[DeclaredStream, ...]:
    if isinstance(value, str) or not isinstance(value, (list, tuple)):
        raise InvalidInput(Problem(field, f"must be a list such as [{{stream_id: …}}], not {quote(value)}"))
    streams = sorted(_stream(one, f"{field}[{number}]") for number, one in enumerate(value))
    twice = [one.stream_id for one, other in itertools.pairwise(streams) if one.stream_id == other.stream_id]
    if twice:
        raise InvalidInput(Problem(field, f"must have each stream once, not {quote(twice[0])} twice"))
    if len(streams) > MAX_STREAMS:
        raise InvalidInput(Problem(field, f"must have at most {MAX_STREAMS} streams, not {len(streams)}"))
    return tuple(streams)


def _stream(value: Any, field: str) -> DeclaredStream:
    given = map_of(value, field, _STREAM, "{stream_id: …}")
    raise_if_any(id_problems(f"{field}.stream_id", given.get("stream_id")))
    for name in ("has_audio", "has_video"):
        if name in given:
            true_or_false(given[name], f"{field}.{name}")
    stream = DeclaredStream(**given)
    if not stream.has_audio and not stream.has_video:
        raise InvalidInput(Problem(field, "has_audio and has_video must not both be false: leave the stream out"))
    return stream


def map_of(value: Any, field: str, rows: Collection[Input], such: str, *, quoted: bool = True) -> dict[str, Any]:
    """What is given of a map that has these rows. ``quoted``: what is wrong may be shown."""
    if not isinstance(value, Mapping):
        raise InvalidInput(Problem(field, f"must be a map such as {such}{f', not {quote(value)}' if quoted else ''}"))
    names = [row.name for row in rows]
    strange = [key for key in value if key not in names]
    if strange:
        what = f"has no {quote(strange[0])}" if quoted else "has an unknown key"
        raise InvalidInput(Problem(field, f"{what}: its keys are {', '.join(names)}"))
    return {name: item for name, item in value.items() if item is not None}


MAX_NAME = 80
"""Characters. Source: ``archiveName`` of a session."""


def name_of_one(value: Any, field: str) -> str:
    """A name or a tag."""
    found = text(value, field)
    if len(found) > MAX_NAME:
        raise InvalidInput(Problem(field, f"must have at most {MAX_NAME} characters, not {len(found)}"))
    if not found.isprintable():
        raise InvalidInput(Problem(field, "must not contain control characters or line breaks"))
    return found


LAYOUT = Input("layout", _layout, type="dict", suboptions=_LAYOUT)
STREAMS = Input("streams", _streams, type="list", elements="dict", suboptions=_STREAM, reports_live_value=True, reconciled=True)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ComposedSpec(RunSpec):
    """``streams``: those of a manual one; ``None``: whoever adds and removes them is somebody else."""

    streams: tuple[DeclaredStream, ...] | None = None


SpecT = TypeVar("SpecT", bound=Any)


class ComposedKind(RunningKind[SpecT, FoundT]):
    """A :class:`RunningKind` with a layout and streams."""

    def composed(self, spec: SpecT) -> bool:
        """Whether all streams are in one picture."""
        return True

    def problems(self, spec: SpecT, doubtful: Collection[str]) -> Iterator[Problem]:
        """What goes together or not. Nothing can be said of the ``doubtful``."""
        if spec.streams and spec.stream_mode != "manual":
            yield Problem("streams", "needs stream_mode 'manual': with 'auto' all streams are in it")
        with_video = [one for one in spec.streams or () if one.has_video]
        if not {"output_mode", "has_video"} & set(doubtful) and self.composed(spec) and spec.has_video and len(with_video) > MAX_VIDEO:
            yield Problem("streams", f"must have at most {MAX_VIDEO} streams with video, not {len(with_video)}")

    def said_of_streams(self, spec: SpecT) -> dict[str, Any]:
        """The inputs ``layout`` and ``streams``."""
        layout = None if spec.layout is None else {name: value for name, value in dataclasses.asdict(spec.layout).items() if value is not None}
        return {"layout": layout, "streams": None if spec.streams is None else [dataclasses.asdict(one) for one in spec.streams]}

    def canonical(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Streams as they are shown, so that none is a difference but where there is one."""
        if not isinstance(inputs.get("streams"), (list, tuple)):
            return dict(inputs)
        return {**inputs, "streams": [dataclasses.asdict(one) for one in _streams(inputs["streams"], "streams")]}

    def adjustments(self, spec: SpecT, found: FoundT | None, record: SpecT | None) -> tuple[Action, ...]:
        actions = list(self._adjust_streams(spec, found))
        # The API shows no layout: what was declared last is all that is known. One that is new has it from its start.
        if found is not None and spec.layout != (None if record is None else record.layout):
            layout = spec.layout or Layout()
            actions.append(Action(do="layout", text=f"change the layout of {self.name} {found.id} to {layout.type}", args={"layout": layout}))
        return tuple(actions)

    def _adjust_streams(self, spec: SpecT, found: Any) -> Iterator[Action]:
        if spec.streams is None:
            return
        what = "it" if found is None else f"{self.name} {found.id}"
        there = {} if found is None else {one.stream_id: (one.has_audio, one.has_video) for one in found.streams}
        for stream in spec.streams:
            if there.get(stream.stream_id) != (stream.has_audio, stream.has_video):
                yield Action(do="add", text=f"add stream {stream.stream_id} to {what}{stream.tracks}", args={"stream": stream})
        for stream_id in sorted(there.keys() - {one.stream_id for one in spec.streams}):
            text = f"take stream {stream_id} out of {what}"
            yield Action(do="remove", text=text, args={"stream": DeclaredStream(stream_id=stream_id)}, disrupts=True)

    def adjust(self, scope: Scope, signer: Signer, found: Any, action: Action) -> Any:
        client = self.client(scope, signer)
        if action.do == "layout":
            client.set_layout(found.id, action.args["layout"])
            return found
        stream: DeclaredStream = action.args["stream"]
        others = tuple(one for one in found.streams if one.stream_id != stream.stream_id)
        if action.do == "remove":
            with contextlib.suppress(NotFound):
                client.remove_stream(found.id, stream.stream_id)
            return dataclasses.replace(found, streams=others)
        try:
            client.add_stream(found.id, stream.stream_id, has_audio=stream.has_audio, has_video=stream.has_video)
        except NotFound:
            raise PlanError(f"stream {stream.stream_id} cannot be added to {self.name} {found.id}: it is not in session {found.session_id}") from None
        return dataclasses.replace(found, streams=tuple(sorted((*others, stream), key=lambda one: one.stream_id)))
