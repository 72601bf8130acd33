# SPDX-License-Identifier: Apache-2.0
"""An archive (recording) of a session as desired state: the session is being recorded, or it is not.

The API lists what records and what has ended, but neither the tag nor the layout of one. So an archive is its session and its name; what is
declared besides is compared with what the last run has declared, and where no run has left a record with what the list shows.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from ...api.archives.calls import Archives
from ...api.archives.objects import Archive, ArchiveStream
from ...api.archives.options import BITRATES, OUTPUT_MODES, QUANTIZATION, STREAM_MODES, ArchiveOptions
from ...api.layouts import RESOLUTIONS
from ...errors import NotFound, PlanError, quote
from ...http.auth import Signer
from ..inputs import Input, InputReader, text, whole_number
from ..looking import UNIT, looks
from ..plan import Action
from ..running.composed import LAYOUT, STREAMS, ComposedKind, ComposedSpec, name_of_one
from ..running.kind import run_table
from ..running.state import key_of
from ..scope import Scope
from ..times import from_text
from .shown import OUTPUTS, PLAIN, show_archive

NO_FILE = ("deleted", "expired", "failed")

FILE = 15.0
"""Seconds that one waits for the file of an archive that was stopped, which has to be there to be deleted."""


OPTIONS = tuple(field.name for field in dataclasses.fields(ArchiveOptions))


@dataclasses.dataclass(frozen=True, kw_only=True)
class ArchiveSpec(ArchiveOptions, ComposedSpec):
    """What is declared. ``name`` is the tag where only that is given: a list shows names and no tags."""


class ArchiveKind(ComposedKind[ArchiveSpec, Archive]):
    """Drives one archive. See :class:`RunningKind`."""

    name = "archive"
    table = run_table(
        Input("name", name_of_one, force_new=True, reports_live_value=True),
        Input("output_mode", choices=OUTPUT_MODES, default="composed", reports_live_value=True),
        LAYOUT,
        Input("resolution", choices=RESOLUTIONS, reports_live_value=True),
        Input("has_audio", type="bool", default=True, reports_live_value=True),
        Input("has_video", type="bool", default=True, reports_live_value=True),
        Input("stream_mode", choices=STREAM_MODES, default="auto", reports_live_value=True),
        STREAMS,
        Input("multi_archive_tag", name_of_one),
        Input("max_bitrate", whole_number(*BITRATES, "bits per second"), type="int", reports_live_value=True),
        Input("quantization_parameter", whole_number(*QUANTIZATION), type="int", reports_live_value=True),
        Input("has_transcription", type="bool", default=False, reports_live_value=True),
        Input("transcription_language", text),
        Input("transcription_summary", type="bool"),
        ends=("stop", "delete", "keep"),
    )
    outputs = ("id", "archive_id", "account_key", *OUTPUTS)

    runs = ("started", "paused")
    gone = "deleted"
    key_inputs = ("name",)
    named_by = ("session", "name", "multi_archive_tag")
    immutable = tuple(name for name in OPTIONS if name not in ("name", "layout"))
    # What a list does not show of one must not make each run stop it.
    compared = tuple(name for name in immutable if name not in ("multi_archive_tag", "has_transcription"))
    started: ClassVar[Mapping[str, Any]] = {"status": "started", "duration": 0, "size": 0, "reason": None, "sha256sum": None, "streams": []}

    def read_spec(self, reader: InputReader) -> ArchiveSpec:
        declared = reader.table(self.table)
        if not reader.given("name") and "multi_archive_tag" in declared:
            declared["name"] = declared["multi_archive_tag"]
        spec = ArchiveSpec(**declared)
        # What is not known yet is taken to be what fits.
        fits: dict[str, Any] = {"stream_mode": "manual", "has_transcription": True}
        judged = dataclasses.replace(spec, **{name: value for name, value in fits.items() if name in reader.doubtful()})
        reader.add((*judged.problems(), *self.problems(judged, reader.doubtful())))
        return spec

    def composed(self, spec: ArchiveSpec) -> bool:
        return spec.output_mode == "composed"

    def client(self, scope: Scope, signer: Signer) -> Archives:
        return Archives(scope.transport, signer)

    def listed(self, scope: Scope, signer: Signer, session: str) -> Iterable[Archive]:
        return self.client(scope, signer).iterate(session_id=session)

    def start(self, scope: Scope, signer: Signer, spec: ArchiveSpec) -> Archive:
        options = ArchiveOptions(**{name: getattr(spec, name) for name in OPTIONS})
        return self.client(scope, signer).start(spec.session, options)

    def key(self, spec: ArchiveSpec) -> str | None:
        return key_of(spec.name)

    def key_of(self, found: Archive) -> str | None:
        return key_of(found.name)

    def starting(self, spec: ArchiveSpec) -> str:
        how = [spec.output_mode, *([spec.resolution] if spec.resolution else [])]
        if not (spec.has_audio and spec.has_video):
            how.append("audio only" if spec.has_audio else "video only")
        if spec.stream_mode == "manual":
            how.append("the streams that are added")
        return f"record session {spec.session}{f' as {quote(spec.name)}' if spec.name else ''} ({', '.join(how)})"

    def stopping(self, found: Archive) -> str:
        return f"{_stop(found)}; what was recorded is kept"

    def ended(self, found: Archive) -> str:
        how = "has failed" if found.status == "failed" else f"has ended (status {found.status})"
        return f"session {found.session_id} is not recorded: archive {found.id} {how}{f', {quote(found.reason)}' if found.reason else ''}"

    def nobody(self, spec: ArchiveSpec) -> str:
        hint = "let one connect and run again, or make the session with archive_mode: always, which records from its first client on"
        return f"nobody is connected to session {spec.session}, and OpenTok records a session only with a client: {hint}"

    def blocked(self, spec: ArchiveSpec, beside: Collection[Archive]) -> bool:
        return spec.multi_archive_tag is None

    def taken(self, spec: ArchiveSpec, beside: Collection[Archive]) -> str:
        others = self.these((f"{one.id}{f' ({quote(one.name)})' if one.name else ''}" for one in beside), ("records", "record"))
        how = "declare one that no other archive has" if spec.multi_archive_tag else "declare one"
        return f"{others} session {spec.session} already, and OpenTok makes a second one only with a multi_archive_tag: {how}"

    def unstoppable(self, found: Archive) -> str:
        why = "perhaps the session records itself (archive_mode: always), which ends when its clients have left"
        return f"archive {found.id} cannot be stopped: {why}"

    def end(self, spec: ArchiveSpec, found: Archive) -> tuple[Action, ...]:
        stop = super().end(spec, found)
        if spec.on_delete != "delete" or found.status in NO_FILE:
            return stop
        text = f"delete archive {found.id}: its file is deleted too, unless it was uploaded to a storage of your own"
        stop = tuple(dataclasses.replace(action, text=_stop(found)) for action in stop)
        return (*stop, Action(do="delete_file", text=text, args={"id": found.id}, disrupts=True))

    def adjust(self, scope: Scope, signer: Signer, found: Archive, action: Action) -> Archive:
        return self._delete(scope, signer, found) if action.do == "delete_file" else super().adjust(scope, signer, found, action)

    def _delete(self, scope: Scope, signer: Signer, found: Archive) -> Archive:
        """The API deletes one only when its file is made, which takes a while from its stop on."""
        client = self.client(scope, signer)
        try:
            for wait in looks(FILE):
                if wait:
                    time.sleep(wait * UNIT)
                now = client.get(found.id)
                if now.status in ("available", "uploaded"):
                    client.delete(found.id)
                    break
                if now.status in NO_FILE:
                    return now
            else:
                raise PlanError(f"archive {found.id} is not deleted: OpenTok still makes its file, and deletes one only then: run again in a while")
        except NotFound:
            pass  # gone is done
        return dataclasses.replace(found, status=self.gone)

    def said(self, spec: ArchiveSpec) -> dict[str, Any]:
        plain = {name: getattr(spec, name) for name in self.inputs if name not in ("layout", "streams")}
        return {**plain, **self.said_of_streams(spec)}

    def show_found(self, found: Archive) -> dict[str, Any]:
        return {"archive_id": found.id, **show_archive(found)}

    def restore_found(self, saved: Mapping[str, Any]) -> Archive | None:
        if not saved.get("archive_id"):
            return None
        plain = {name: saved[name] for name in PLAIN if saved.get(name) is not None}
        times = {name: from_text(saved.get(name)) for name in ("created_at", "updated_at")}
        streams = tuple(ArchiveStream(**one) for one in saved.get("streams") or ())
        return Archive(**{**plain, "id": saved["archive_id"], "project_id": saved.get("project"), **times, "streams": streams})


def _stop(found: Archive) -> str:
    return f"stop archive {found.id}: session {found.session_id} is recorded no longer"


ARCHIVE = ArchiveKind()
