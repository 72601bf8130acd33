# SPDX-License-Identifier: Apache-2.0
"""A live broadcast of a session as desired state: the session is being broadcast, or it is not.

A broadcast has no name, and the API lists neither its tag nor its layout, and only those that run. So a broadcast is its session and its tag, and one
with a tag is known only to who has started it. OpenTok itself starts no second one of the same tag, and without a tag none beside another.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from ...api.broadcasts.calls import Broadcasts
from ...api.broadcasts.objects import Broadcast, BroadcastStream, RtmpOutput
from ...api.broadcasts.options import BITRATES, MAX_DURATION, MIN_DURATION, STREAM_MODES, BroadcastOptions, Hls, Rtmp
from ...api.layouts import RESOLUTIONS
from ...errors import InvalidInput, Problem, join_words, not_text, quote
from ...http.auth import FINGERPRINT, Signer, fingerprint
from ..inputs import Input, InputReader, true_or_false, whole_number
from ..running.composed import LAYOUT, STREAMS, ComposedKind, ComposedSpec, map_of, name_of_one
from ..running.kind import run_table
from ..running.state import RUNNING, RunState, key_of
from ..scope import Scope
from ..times import from_text
from .shown import OUTPUTS, PLAIN, show_broadcast

USUAL_DURATION = 14_400
"""Seconds, where none is declared and none shown. Source: the Node and Python SDKs."""

_HLS = (Input("dvr", type="bool", default=False), Input("low_latency", type="bool", default=False))
_RTMP = (
    Input("server_url", type="str", required=True, secret=True),
    Input("stream_name", type="str", required=True, secret=True),
    Input("id", type="str"),
)


def _hls(value: Any, field: str) -> Hls:
    given = map_of(value, field, _HLS, "{dvr: true}")
    for name, item in given.items():
        true_or_false(item, f"{field}.{name}")
    return Hls(**given)


def _rtmp(value: Any, field: str) -> tuple[Rtmp, ...]:
    if isinstance(value, str) or not isinstance(value, (list, tuple)):
        raise InvalidInput(Problem(field, "must be a list such as [{server_url: 'rtmps://…', stream_name: …}]"))
    return tuple(_output(one, f"{field}[{number}]") for number, one in enumerate(value))


def _output(value: Any, field: str) -> Rtmp:
    """Its parts are judged with the other options; here no value is quoted."""
    given = map_of(value, field, _RTMP, "{server_url: 'rtmps://…', stream_name: …}", quoted=False)
    if not isinstance(given.get("id", ""), str):
        raise InvalidInput(Problem(f"{field}.id", not_text(given["id"])))
    return Rtmp(server_url=given.get("server_url", ""), stream_name=given.get("stream_name", ""), id=given.get("id"))


OPTIONS = tuple(field.name for field in dataclasses.fields(BroadcastOptions))


@dataclasses.dataclass(frozen=True, kw_only=True)
class BroadcastSpec(BroadcastOptions, ComposedSpec):
    """What is declared."""


class BroadcastKind(ComposedKind[BroadcastSpec, Broadcast]):
    """Drives one broadcast. See :class:`RunningKind`."""

    name = "broadcast"
    table = run_table(
        Input("hls", _hls, type="dict", suboptions=_HLS),
        Input("rtmp", _rtmp, type="list", elements="dict", suboptions=_RTMP, quoted=False, reports_live_value=True),
        LAYOUT,
        Input("resolution", choices=RESOLUTIONS, reports_live_value=True),
        Input("has_audio", type="bool", default=True, reports_live_value=True),
        Input("has_video", type="bool", default=True, reports_live_value=True),
        Input("stream_mode", choices=STREAM_MODES, default="auto", reports_live_value=True),
        STREAMS,
        Input("max_duration", whole_number(MIN_DURATION, MAX_DURATION, "seconds"), type="int", reports_live_value=True),
        Input("max_bitrate", whole_number(*BITRATES, "bits per second"), type="int", reports_live_value=True),
        Input("multi_broadcast_tag", name_of_one, force_new=True, needs_record=True),
    )
    instead_of_record = "leave the tag out: OpenTok lists none, so only a ledger knows which broadcast has it"
    outputs = ("id", "broadcast_id", "account_key", *OUTPUTS)

    runs = ("started",)
    gone = "stopped"
    keyless = True
    key_inputs = ("multi_broadcast_tag",)
    named_by = ("session", "multi_broadcast_tag")
    immutable = tuple(name for name in OPTIONS if name not in ("layout", "multi_broadcast_tag"))
    compared = ("max_duration", "max_bitrate", "resolution", "has_audio", "has_video", "stream_mode")
    started: ClassVar[Mapping[str, Any]] = {"status": "started", "streams": []}

    def read_spec(self, reader: InputReader) -> BroadcastSpec:
        spec = BroadcastSpec(**reader.table(self.table))
        # What is not known yet is taken to be what fits.
        fits: dict[str, Any] = {"stream_mode": "manual", "hls": Hls()}
        doubtful = {field.partition(".")[0].partition("[")[0] for field in reader.doubtful()}
        if spec.state != RUNNING or doubtful & {"rtmp", "state"}:
            doubtful.add("hls")
        if spec.hls is not None:
            del fits["hls"]
        judged = dataclasses.replace(spec, **{name: value for name, value in fits.items() if name in doubtful})
        reader.add((*judged.problems(), *self.problems(judged, reader.doubtful())))
        if "has_audio" not in reader.doubtful() and not spec.has_audio and not spec.has_video:
            reader.problem("has_audio", "and has_video must not both be false: there would be nothing to broadcast")
        return spec

    def client(self, scope: Scope, signer: Signer) -> Broadcasts:
        return Broadcasts(scope.transport, signer)

    def listed(self, scope: Scope, signer: Signer, session: str) -> Iterable[Broadcast]:
        return self.client(scope, signer).iterate(session_id=session)

    def start(self, scope: Scope, signer: Signer, spec: BroadcastSpec) -> Broadcast:
        options = BroadcastOptions(**{name: getattr(spec, name) for name in OPTIONS})
        return self.client(scope, signer).start(spec.session, options)

    def key(self, spec: BroadcastSpec) -> str | None:
        return key_of(spec.multi_broadcast_tag)

    def key_of(self, found: Broadcast) -> str | None:
        return key_of(found.multi_broadcast_tag)

    def rewritten(self, spec: BroadcastSpec, made: Broadcast) -> bool:
        return made.multi_broadcast_tag not in (None, spec.multi_broadcast_tag)

    def unique(self, spec: BroadcastSpec) -> bool:
        return spec.multi_broadcast_tag is not None

    def new(self, spec: BroadcastSpec, before: RunState[Broadcast], there: RunState[Broadcast]) -> list[Broadcast]:
        """Where the list shows no tag, one that is new and as declared."""
        found = super().new(spec, before, there)
        if found or spec.multi_broadcast_tag is None:
            return found
        return [one for one in there.beside if one.id not in before.seen and not self.differs(spec, one)]

    def starting(self, spec: BroadcastSpec) -> str:
        outputs = [*(["HLS"] if spec.hls else []), *([f"{len(spec.rtmp)} RTMP output{'s' if len(spec.rtmp) > 1 else ''}"] if spec.rtmp else [])]
        tag = f" with tag {quote(spec.multi_broadcast_tag)}" if spec.multi_broadcast_tag else ""
        return f"broadcast session {spec.session}{tag} ({join_words(outputs)})"

    def stopping(self, found: Broadcast) -> str:
        return f"stop broadcast {found.id} of session {found.session_id}: its viewers are cut off"

    def ended(self, found: Broadcast) -> str:
        return f"session {found.session_id} is not broadcast: broadcast {found.id} has ended"

    def nobody(self, spec: BroadcastSpec) -> str:
        return f"nobody is connected to session {spec.session}, and OpenTok broadcasts a session only with a client: let one connect, then run again"

    def unseen(self, spec: BroadcastSpec) -> str:
        if spec.multi_broadcast_tag is None:
            return super().unseen(spec)
        return (
            "it may be on air all the same, and no later run finds one with a tag: broadcast_info or get_broadcasts lists what runs;"
            " stop what should not, and run again"
        )

    def taken(self, spec: BroadcastSpec, beside: Collection[Broadcast]) -> str:
        how = "stop it if an earlier run has started it, or declare another" if spec.multi_broadcast_tag else "declare a"
        return f"{self.these(one.id for one in beside)} in session {spec.session} already: {how} multi_broadcast_tag for one beside it"

    def blocked(self, spec: BroadcastSpec, beside: Collection[Broadcast]) -> bool:
        return spec.multi_broadcast_tag is None

    def expected(self, spec: BroadcastSpec, found: Broadcast) -> bool:
        """Whether it has lasted as long as it may; a second is what its times may be off by."""
        if found.created_at is None or found.updated_at is None:
            return False
        longest = found.max_duration or spec.max_duration or USUAL_DURATION
        return found.updated_at - found.created_at >= datetime.timedelta(seconds=longest - 1)

    def differs(self, spec: BroadcastSpec, found: Broadcast) -> list[str]:
        different = super().differs(spec, found)
        if (spec.hls is not None) != (found.hls_url is not None) and found.status in self.runs:
            different.append("it has an HLS output" if found.hls_url else "it has no HLS output")
        whole = all(one.server_url and one.stream_name for one in found.rtmp)
        wanted, there = ({(one.server_url, one.stream_name) for one in outputs} for outputs in (spec.rtmp, found.rtmp))
        others = wanted != there if whole else len(spec.rtmp) != len(found.rtmp)
        if others and found.status in self.runs:
            different.append("its RTMP outputs are others")
        return different

    def changed(self, spec: BroadcastSpec, record: BroadcastSpec) -> list[str]:
        """A ledger has fingerprints of the outputs only."""
        return super().changed(dataclasses.replace(spec, rtmp=_hidden(spec.rtmp)), dataclasses.replace(record, rtmp=_hidden(record.rtmp)))

    def said(self, spec: BroadcastSpec) -> dict[str, Any]:
        plain = {name: getattr(spec, name) for name in self.inputs if name not in ("layout", "streams", "hls", "rtmp")}
        rtmp = [dataclasses.asdict(one) for one in _hidden(spec.rtmp)] or None
        return {**plain, **self.said_of_streams(spec), "hls": None if spec.hls is None else dataclasses.asdict(spec.hls), "rtmp": rtmp}

    def planned(self, spec: BroadcastSpec) -> dict[str, Any]:
        return {name: value for name, value in self.said(spec).items() if name != "rtmp"}

    def show_found(self, found: Broadcast) -> dict[str, Any]:
        return {"broadcast_id": found.id, **show_broadcast(found)}

    def restore_found(self, saved: Mapping[str, Any]) -> Broadcast | None:
        if not saved.get("broadcast_id"):
            return None
        plain = {name: saved[name] for name in PLAIN if saved.get(name) is not None}
        times = {name: from_text(saved.get(name)) for name in ("created_at", "updated_at")}
        streams = tuple(BroadcastStream(**one) for one in saved.get("streams") or ())
        rtmp = tuple(RtmpOutput(**{name: one.get(name) for name in ("id", "status", "server_url")}) for one in saved.get("rtmp") or ())
        return Broadcast(**{**plain, "id": saved["broadcast_id"], "project_id": saved.get("project"), **times, "streams": streams, "rtmp": rtmp})

    def restore_spec(self, inputs: Mapping[str, Any]) -> BroadcastSpec:
        """Fingerprints, which a ledger has, are no URLs."""
        rtmp = _rtmp(inputs["rtmp"], "rtmp") if inputs.get("rtmp") else ()
        return dataclasses.replace(self.parse({**inputs, "rtmp": None}, unknown=("rtmp",)), rtmp=rtmp)


def _hidden(outputs: Iterable[Rtmp]) -> tuple[Rtmp, ...]:
    return tuple(Rtmp(id=one.id, server_url=_print(one.server_url), stream_name=_print(one.stream_name)) for one in outputs)


def _print(text: str) -> str:
    return text if FINGERPRINT.fullmatch(text) else fingerprint(text)


BROADCAST = BroadcastKind()
