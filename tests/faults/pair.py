# SPDX-License-Identifier: Apache-2.0
"""Two parties at once on one account that declare the same: two pipelines, two stacks, Pulumi beside Ansible, with and without a common ledger.

What is promised is less than to one alone, and is checked as that: with a common ledger one project and one rotation for one intent;
without one, two of a name never go unsaid and each party rotates at most once for itself. In any case nothing declared is deleted, what
is published in the end is live, and after clean runs nothing changes any more.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pulumi_opentok.core import fingerprint
from tests.faults import processes
from tests.faults.drive import LAYERS, PATIENT
from tests.faults.layers.base import Declaration, Layer, Result
from tests.faults.layers.pulumi import PulumiLayer
from tests.faults.misdeeds import Misdeeds
from tests.faults.model import Broken
from tests.faults.opentok import OpenTokProcess, executed, project_id
from tests.faults.schedule import Crowd, Pair, Step, Together
from tests.faults.turns import LONG, Turns


def drive_pair(opentok: OpenTokProcess, pair: Pair) -> None:
    """Raises :class:`Broken` for an invariant that does not hold."""
    opentok.reset()
    opentok.requests()
    with processes.folder() as folder:
        layers = _layers(opentok, Path(folder), pair)
        try:
            Several(opentok, layers, pair).run()
        finally:
            for layer in layers:
                layer.end()


def _layers(opentok: OpenTokProcess, folder: Path, pair: Pair) -> list[Layer]:
    shared = folder / "ledger.json" if pair.common else None
    layers = []
    for party, kind in enumerate(pair.layers):
        own = folder / str(party)
        own.mkdir()
        layer = LAYERS[kind](opentok, own, party=party, ledger=shared)
        if isinstance(layer, PulumiLayer):
            layer.stack.generated = False
        layers.append(layer)
    return layers


class Several:
    """Parties that declare the same, through the steps of one schedule."""

    _patience = LONG
    """Seconds that one waits for a sign of another before it looks again."""

    def __init__(self, opentok: OpenTokProcess, layers: list[Layer], pair: Pair | Crowd) -> None:
        self._opentok = opentok
        self._layers = layers
        self._pair = pair
        self._common = isinstance(pair, Crowd) or pair.common
        self._declared: dict[str, Declaration] = {}
        self._asked: Counter[str] = Counter()
        self._rotated: Counter[str] = Counter()
        self._kills = 0
        self._rows: dict[str, dict[str, Any]] = {}
        self._secrets = {opentok.env["OPENTOK_ACCOUNT_SECRET"]}
        self._texts: list[str] = []

    def run(self) -> None:
        for step in self._pair.steps:
            for name, what in step.changes:
                self._change(name, what)
            self._at_once(step)
        for _round in range(2):
            self._one_after_the_other()
        before = self._rows
        again = self._one_after_the_other()
        changed = [name for result in again for name, outcome in result.outcomes.items() if outcome.changed]
        if changed or before != self._rows:
            raise Broken(f"after two clean rounds a third one changed {changed or 'the account'}")
        self._in_the_end()

    def _change(self, name: str, what: str) -> None:
        declaration = self._declared.setdefault(name, Declaration(name))
        declaration.present = what != "delete"
        if what == "trigger":
            declaration.trigger += 1
            self._asked[name] += 1
        elif what == "retire" and (rows := self._named(name)):
            declaration.retired.append(fingerprint(rows[0]["secret"]))
            self._asked[name] += 1

    def _named(self, name: str) -> list[dict[str, Any]]:
        return [row for row in self._rows.values() if row["name"] == name]

    def _at_once(self, step: Together) -> None:
        before, published = self._rows, self._published()
        turns = Turns(step.order, len(self._layers))
        results: dict[int, Result] = {}
        failures: list[BaseException] = []

        def run(party: int) -> None:
            layer = self._layers[party]
            layer.at_once, layer.url, layer.blocked = True, self._opentok.gateway.url(party), lambda: turns.blocked(party, self._patience)
            layer.frozen = lambda process: self._freeze(process, party, turns)
            try:
                results[party] = layer.run(self._declared, Step(moment=None if party else step.moment), timeout=PATIENT)
            except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
                failures.append(error)
            finally:
                layer.at_once, layer.url = False, ""
                turns.ended(party)

        with self._opentok.gateway.misbehaving(step.rude, before, turns.of) as misdeeds, self._store_of(step):
            threads = [threading.Thread(target=run, args=(party,)) for party in range(len(self._layers))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        if failures:
            raise failures[0]
        self._kills += sum(result.killed for result in results.values())
        self._after(list(results.values()), before)
        self._twins(results, misdeeds, before)
        if self._common:
            self._only_live(published)

    def _freeze(self, process: int, party: int, turns: Turns) -> None:
        """Nobody of two stands still."""

    def _store_of(self, step: Together) -> AbstractContextManager[None]:
        """What the ledger's store does meanwhile."""
        return contextlib.nullcontext()

    def _one_after_the_other(self) -> list[Result]:
        results = []
        for layer in self._layers:
            before = self._rows
            result = layer.run(self._declared, Step(refresh=True), timeout=PATIENT)
            failed = {name: outcome.error for name, outcome in result.outcomes.items() if not outcome.ok}
            if failed or result.failed or result.outcomes.keys() != self._declared.keys():
                raise Broken(f"a clean run did not succeed: {failed or result.failed or 'it did not get to the end'}")
            self._after([result], before)
            for name, declaration in self._declared.items():
                self._holds(name, declaration, result, layer)
            results.append(result)
        return results

    def _after(self, results: list[Result], before: Mapping[str, Mapping[str, Any]]) -> None:
        journal = self._opentok.requests()
        self._rows = {row["id"]: row for row in self._opentok.all_projects()}
        self._secrets |= {row["secret"] for row in self._rows.values()}
        self._texts += [text for result in results for text in result.texts]
        wanted = {name for name, declaration in self._declared.items() if declaration.present}
        for entry in executed(journal, "project.delete"):
            row = before.get(project_id(entry))
            if row is not None and row["name"] in wanted:
                raise Broken(f"project {row['id']} {row['name']!r} was deleted, which nobody asked for")
        for entry in executed(journal, "project.refresh_secret"):
            self._rotated[self._name_of(project_id(entry), before)] += 1
        for name, count in self._rotated.items():
            most = self._asked[name] if self._common else 2 * self._asked[name] + self._kills
            if count > most:
                raise Broken(f"the secret of {name} was rotated {count} times, asked for was {self._asked[name]}")

    def _name_of(self, project: str, before: Mapping[str, Mapping[str, Any]]) -> str:
        row = self._rows.get(project) or before.get(project)
        return str(row["name"]) if row else ""

    def _twins(self, results: Mapping[int, Result], misdeeds: Misdeeds, before: Mapping[str, Any]) -> None:
        """Two of a name: with a common ledger never, without one never unsaid; whoever reads it keeps the oldest."""
        for name in self._declared:
            twins = self._named(name)
            if len(twins) < 2:
                continue
            if self._common:
                raise Broken(f"{len(twins)} projects are named {name}, in spite of a common ledger: {results}")
            killed = any(result.killed for result in results.values())
            told = [outcome for result in results.values() for outcome in result.outcomes.values() if not outcome.ok]
            said = any(all(row["id"] in outcome.error for row in twins) for outcome in told)
            if not said and not killed and not misdeeds.fired["lag project.list"]:
                raise Broken(f"{len(twins)} projects are named {name}, and nobody says so: {results}")
            for row in twins[1:]:
                self._opentok.delete_project(row["id"])
        self._rows = {row["id"]: row for row in self._opentok.all_projects()}

    def _holds(self, name: str, declaration: Declaration, result: Result, layer: Layer) -> None:
        outcome, named = result.outcomes[name], self._named(name)
        if not declaration.present:
            # What knows projects by its state has told of its own: the other one's is looked at in the end.
            if named and layer.deletes_unsaved:
                raise Broken(f"{name} was told to be gone and is there")
            return
        if len(named) != 1 or outcome.shown is None or outcome.shown["id"] != named[0]["id"]:
            raise Broken(f"{name} was told to be there, and is {[row['id'] for row in named]}")
        if outcome.shown["secret_fingerprint"] != fingerprint(named[0]["secret"]):
            raise Broken(f"the caller has not the live secret of {name}")

    def _out_of_reach(self, rows: list[dict[str, Any]]) -> bool:
        """Whether nobody can delete it: each create was cut off, and what knows projects by its state alone has none of it."""
        return not any(layer.deletes_unsaved or any(layer.holds(row["id"]) for row in rows) for layer in self._layers)

    def _published(self) -> dict[Path, str]:
        places = {layer.place(name) for layer in self._layers for name in self._declared}
        return {place: place.read_text() for place in places if place.exists()}

    def _only_live(self, before: Mapping[Path, str]) -> None:
        for place, text in self._published().items():
            document = json.loads(text)
            row = self._rows.get(document["api_key"])
            if before.get(place) != text and (row is None or row["secret"] != document["api_secret"]):
                raise Broken(f"what was published of {place.stem} is not its live secret")

    def _in_the_end(self) -> None:
        for name, declaration in self._declared.items():
            if not declaration.present and (named := self._named(name)) and not self._out_of_reach(named):
                raise Broken(f"{name} was told to be gone and is there")
        for place, text in self._published().items():
            document = json.loads(text)
            row = self._rows.get(document["api_key"])
            if self._declared[place.stem].present and (row is None or row["secret"] != document["api_secret"]):
                raise Broken(f"what is published of {place.stem} is not its live secret")
        self._texts += [layer.saved() for layer in self._layers]
        for text in self._texts:
            if any(secret in text for secret in self._secrets):
                raise Broken("a secret is shown")
