# SPDX-License-Identifier: Apache-2.0
"""Guards of the product, each broken by hand in a copy of the tree: random schedules have to find every one.

A mutant is data: a file, a text in it, and the text in its place. ``python -m tests.faults --mutants`` runs them and prints the table of
RECORD.md; a text that is not there any more is said, for then the guard was changed and the mutant has to be as well.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faults.progress import REPO

CORE = "ansible_collections/opentok/cloud/plugins/module_utils/_core"

TREES = ("ansible_collections", "pulumi_opentok", "tests")

MOST = 400
"""Schedules of a layer after which a mutant counts as not found."""


@dataclasses.dataclass(frozen=True)
class Mutant:
    """``guard`` is what is broken; ``layers`` are those whose schedules are tried, in this order."""

    guard: str
    file: str
    old: str
    new: str
    layers: tuple[str, ...] = ("core",)


@dataclasses.dataclass(frozen=True)
class Found:
    """What became of it: after how many schedules of which layer an invariant was broken, and which. ``layer`` empty: it was not found."""

    mutant: Mutant
    layer: str = ""
    tried: int = 0
    why: str = ""

    def row(self) -> str:
        """A line of the table."""
        after = f"{self.layer}, schedule {self.tried}" if self.layer else "**not found**"
        return f"| {self.mutant.guard} | `{Path(self.mutant.file).name}` | {after} | {self.why} |"


MUTANTS = (
    Mutant(
        "a 404 counts as gone only in the API's own form",
        f"{CORE}/http/refusals.py",
        "if _says_absent(operation, status) and not body.in_form:",
        "if _says_absent(operation, status) and status < 0:",
        ("pulumi", "core"),
    ),
    Mutant(
        "a list that is cut is an error",
        f"{CORE}/http/responses.py",
        "    if operation.is_read:\n        _refuse_a_part",
        "    if not operation.is_read:\n        _refuse_a_part",
    ),
    Mutant(
        "an answer is of the project that was asked for",
        f"{CORE}/api/account.py",
        "        if isinstance(row, dict):\n            same(",
        "        if row is None:\n            same(",
        ("core", "pulumi"),
    ),
    Mutant(
        "a request that is no read is not sent again after an answer that cannot be read",
        f"{CORE}/http/transport.py",
        "                if not operation.repeatable:\n                    raise\n",
        "",
    ),
    Mutant(
        "after a lost answer the project is read back before its secret is rotated again",
        f"{CORE}/desired/project/rotation.py",
        "        if current.secret_fingerprint not in {project.secret_fingerprint, *dead}:\n            return current\n    return None",
        "    return None",
    ),
    Mutant(
        "what a ledger knows is read by its id before it counts as gone",
        f"{CORE}/desired/project/again.py",
        "scope.creation.of_id(id_) or read(scope, id_)",
        "scope.creation.of_id(id_)",
        ("pair", "core"),
    ),
    Mutant(
        "what is begun is noted before it is done",
        f"{CORE}/desired/run.py",
        "        self.note(book, spec, state, begun)\n",
        "",
    ),
    Mutant(
        "no secret in the ledger",
        f"{CORE}/desired/remembering.py",
        "if name not in self._kind.secret_outputs}",
        "if name}",
    ),
    Mutant(
        "a ledger is held by one run at a time",
        f"{CORE}/desired/files/lock.py",
        "fcntl.LOCK_EX | fcntl.LOCK_NB",
        "fcntl.LOCK_SH | fcntl.LOCK_NB",
        ("pair",),
    ),
    Mutant(
        "a store that holds another secret is written",
        f"{CORE}/desired/publish.py",
        ' or not _holds(there, wanted["api_secret"])',
        "",
    ),
    Mutant(
        "a secret that is the same after a rotation was not rotated",
        f"{CORE}/desired/project/rotation.py",
        "    if not same and lost is None:\n        return new",
        "    if same or lost is None:\n        return new",
    ),
    Mutant(
        "one more list after a create shows a second one of the name",
        f"{CORE}/desired/creation.py",
        "            if others and one.alone:",
        "            if others and not one.alone:",
        ("pair", "core"),
    ),
    Mutant(
        "a secret that was rotated away is not taken for the live one",
        f"{CORE}/desired/project/again.py",
        "    return dataclasses.replace(state, project=read_anew(scope.account.projects, project))",
        "    return state",
    ),
    Mutant(
        "a generated name stays in a renamed stack or resource",
        "pulumi_opentok/_driving/driver.py",
        "        news = {**news, **generated_before(self.kind, olds, news)}\n",
        "",
        ("pulumi", "engine"),
    ),
    Mutant(
        "a delete knows that another entry of the state holds the project",
        "pulumi_opentok/_entries.py",
        "        if not others:\n            return False\n",
        "        return False\n",
        ("pulumi", "engine"),
    ),
)


def run(base: int, guards: Sequence[str] = ()) -> int:
    """Breaks one guard after the other (those whose text holds one of ``guards``, all without any) and prints the table."""
    chosen = [mutant for mutant in MUTANTS if not guards or any(text in mutant.guard for text in guards)]
    missing = 0
    print("| guard | in | found by | broken invariant |\n|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder)
        for tree in TREES:
            shutil.copytree(REPO / tree, copy / tree, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        for mutant in chosen:
            found = _find(copy, mutant, base)
            missing += not found.layer
            print(found.row(), flush=True)
    return 1 if missing else 0


def _find(copy: Path, mutant: Mutant, base: int) -> Found:
    file = copy / mutant.file
    text = file.read_text()
    if text.count(mutant.old) != 1:
        return Found(mutant, why=f"its text stands {text.count(mutant.old)} times in the file: the guard was changed")
    file.write_text(text.replace(mutant.old, mutant.new))
    try:
        found = [(layer, _witness(copy, layer, base)) for layer in mutant.layers[:1]]
        while not found[-1][1]["schedule"] and len(found) < len(mutant.layers):
            layer = mutant.layers[len(found)]
            found.append((layer, _witness(copy, layer, base)))
    finally:
        file.write_text(text)
    layer, witness = found[-1]
    if not witness["schedule"]:
        return Found(mutant, why=f"in {witness['tried']} schedules each of {', '.join(mutant.layers)}")
    if _run(copy, f"--only={witness['schedule']}").returncode:
        return Found(mutant, why=f"the schedule breaks an invariant without the mutant as well: {witness['why']}")
    return Found(mutant, layer, witness["tried"], witness["why"])


def _witness(copy: Path, layer: str, base: int) -> dict[str, Any]:
    """Runs schedules in the copy until one breaks an invariant: how many (``tried``), which (``schedule``) and ``why``."""
    done = _run(copy, f"--find={layer}", f"--seed={base}", f"--schedules={MOST}")
    try:
        return dict(json.loads(done.stdout.splitlines()[-1]))
    except (ValueError, IndexError):
        raise RuntimeError(f"the mutant did not run: {done.stdout}{done.stderr}") from None


def _run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults", *arguments]
    return subprocess.run(command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False)
