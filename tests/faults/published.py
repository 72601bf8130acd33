# SPDX-License-Identifier: Apache-2.0
"""Nothing is published but the live secret: the files that a layer writes credentials to, seen before and after each run."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_opentok.core import fingerprint
from tests.faults.doubt import Doubt
from tests.faults.layers.base import Layer, Result
from tests.faults.model import Broken, Model

Row = Mapping[str, Any]


class Published:
    """The files of one layer."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._before: dict[str, dict[str, Any]] = {}

    @contextlib.contextmanager
    def out_of_reach(self, so: bool) -> Iterator[None]:
        """While inside nothing can be written, if it is ``so``: the folder is not there."""
        folder = self._layer.place("any").parent
        away = folder.with_name("away")
        if so:
            folder.rename(away)
        try:
            yield
        finally:
            if so:
                away.rename(folder)

    def check(self, model: Model, result: Result, rows: Mapping[str, Row], doubt: Doubt) -> None:
        """What was written in this run is live, and what is told to be done is published."""
        if not self._layer.publishes:
            return
        for name, declaration in model.declared.items():
            there, before = self._read(name), self._before.get(name)
            outcome = result.outcomes.get(name)
            if there is not None and there != before:
                if outcome is None or outcome.ok or not doubt.misleads:
                    self._is_live(name, there, before, model, rows, doubt)
                self._before[name] = there
            if not declaration.present or outcome is None or not outcome.ok or outcome.shown is None:
                continue
            if there is None or fingerprint(there["api_secret"]) != outcome.shown["secret_fingerprint"]:
                raise Broken(f"{name} was told to be done, and its secret is not published")

    def _is_live(self, name: str, there: Row, before: Row | None, model: Model, rows: Mapping[str, Row], doubt: Doubt) -> None:
        row, past = rows.get(there["api_key"]), doubt.past.get(there["api_key"])
        if row is not None and there["api_secret"] == row["secret"]:
            return
        known = model.known.get(name)
        if past is not None and there["api_secret"] == past["secret"]:
            # It could not be seen that this one is dead, unless this layer knew it, or had already published the live one.
            outdated = known is not None and known.id == there["api_key"] and fingerprint(there["api_secret"]) in known.outdated
            over = before is not None and row is not None and before["api_secret"] == row["secret"]
            if not outdated and not over:
                return
        raise Broken(f"what was published of {name} is not its live secret")

    def _read(self, name: str) -> dict[str, Any] | None:
        path = self._layer.place(name)
        return dict(json.loads(path.read_text())) if path.exists() else None
