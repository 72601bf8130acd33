# SPDX-License-Identifier: Apache-2.0
"""`opentok-ledger` on every store: moves between all of them, past runs that have one open, and on after it was killed."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import forking
from tests.engine.environment import REPO, whole_environment
from tests.ledgers.runs import Refused, Run, runs
from tests.ledgers.stores import STORES, Place

ENTRIES = {
    f"project/4600000{i}": {"id": f"4600000{i}", "name": f"Nr. {i} ü", "account_key": "45", "secret_fingerprint": f"sha256:{i:064}", "private": {}}
    for i in range(1, 4)
}


def environment(*places: Place) -> dict[str, str]:
    own = {name: value for place in places for name, value in place.environ.items()}
    return whole_environment({"PYTHONPATH": str(REPO), **own})


def command(*arguments: str, places: tuple[Place, ...], code: int = 0, folder: Path) -> str:
    done = forking.run("pulumi_opentok.cli.ledger", arguments, env=environment(*places), cwd=folder)
    assert done.returncode == code, done.stdout + done.stderr
    assert not [secret for place in places for secret in place.secrets if secret in done.stdout + done.stderr]
    return done.stderr if code not in (0, 7) else done.stdout


def filled(place: Place) -> Place:
    with runs(place.url, place.environ) as (run,):
        for key, entry in ENTRIES.items():
            run.set(key, entry)
        run.close()
    return place


def refused(place: Place, says: str) -> None:
    """Whoever names it, to write or to read."""
    for write in (True, False):
        run = Run(place.url, place.environ)
        try:
            with pytest.raises(Refused, match=says):
                run.open(write)
        finally:
            run.end()


@pytest.mark.long
def test_moved_through_all_of_them(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        places = [stack.enter_context(make(request)) for make in STORES.values()]
        filled(places[0])
        for old, new in [*itertools.pairwise(places), (places[-1], places[-2])]:
            both = (old, new)
            said = json.loads(command("move", old.url, new.url, "--json", places=both, folder=tmp_path))
            assert (said["moved"], said["entries"]) == (True, len(ENTRIES))
            refused(old, "has moved to")
            assert json.loads(command("export", new.url, places=both, folder=tmp_path))["entries"] == ENTRIES
        assert command("check", new.url, places=(new,), folder=tmp_path).endswith("0 findings\n")
        assert "moved before" in command("move", old.url, new.url, places=both, folder=tmp_path)


def test_imported_and_merged(place: Place, tmp_path: Path) -> None:
    def importing(entries: dict[str, Any], *options: str, code: int = 0) -> str:
        text = json.dumps({"format": "opentok-ledger", "version": 1, "entries": entries})
        os.close(os.open(tmp_path / "export.json", os.O_CREAT, 0o600))
        (tmp_path / "export.json").write_text(text)
        return command("import", "export.json", place.url, *options, places=(place,), code=code, folder=tmp_path)

    assert importing(ENTRIES).startswith("3 entries imported")
    assert importing({**ENTRIES, "project/9": {"name": "more"}}, "--merge").startswith("1 entry imported")
    assert "has other entries for 'project/9'" in importing({"project/8": {}, "project/9": {"name": "else"}}, "--merge", code=1)
    assert list(json.loads(command("show", place.url, "Nr. 3 ü", "--json", places=(place,), folder=tmp_path))["entries"]) == ["project/46000003"]


def test_check_goes_on_past_what_is_no_map(shared: Place, tmp_path: Path) -> None:
    filled(shared)
    for key in ("project/1", "project/2"):
        shared.damage(key, ["no map"])
    found = json.loads(command("check", shared.url, "--json", places=(shared,), code=7, folder=tmp_path))
    assert [(one["what"], one["key"]) for one in found["findings"]] == [("damaged", "project/1"), ("damaged", "project/2")]
    assert found["entries"] == len(ENTRIES) + 2


@pytest.mark.parametrize("shared", ["s3", "kubernetes"], indirect=True)
def test_check_goes_on_past_what_is_no_document(shared: Place, tmp_path: Path) -> None:
    """The other stores take documents only."""
    filled(shared)
    assert shared.spoil is not None
    for key, data in {"1": b"", "2": b"\xff", "3": b"[1]", "4": b"[" * 100_000}.items():
        shared.spoil(f"project/{key}", data)
    found = json.loads(command("check", shared.url, "--json", places=(shared,), code=7, folder=tmp_path))
    assert [one["what"] for one in found["findings"]] == ["damaged"] * 4
    assert found["entries"] == len(ENTRIES) + 4
    with runs(shared.url, shared.environ) as (run,):
        assert sorted(run.entry("project/46000001")) == sorted(ENTRIES["project/46000001"])
        with pytest.raises(Refused, match=r"NoMap: ledger .* is damaged: entry 'project/1' is not a map; restore it"):
            run.entry("project/1")


@pytest.mark.parametrize("shared", ["kubernetes"], indirect=True)
def test_a_namespace_that_is_not_there(shared: Place, tmp_path: Path) -> None:
    """Lists as an empty one does."""
    for options in ((), ("--read-only",)):
        said = command("check", "kubernetes://nosuch/x", *options, places=(shared,), code=1, folder=tmp_path)
        assert "there is no namespace nosuch: create it, or name another" in said
    assert command("check", shared.url, "--read-only", places=(shared,), folder=tmp_path).endswith("0 findings\n")
    if shared.reader:  # who may not look at namespaces
        reader = dataclasses.replace(shared, environ=shared.reader)
        assert command("check", shared.url, "--read-only", places=(reader,), folder=tmp_path).endswith("0 findings\n")


def test_who_holds_what(shared: Place, tmp_path: Path) -> None:
    filled(shared)
    with runs(shared.url, shared.environ) as (run,):
        run.take({"kind": "project", "key": "46000001", "called": "Nr. 1 ü", "account": "45"})
        held = json.loads(command("check", shared.url, "--json", places=(shared,), folder=tmp_path))["held"]
        assert sorted(one["what"] for one in held) == ["45/project/called/Nr. 1 ü", "project/46000001"]
        assert all(f"process {run.process.pid} on " in one["holder"] for one in held), held
        run.close()
    assert json.loads(command("check", shared.url, "--json", places=(shared,), folder=tmp_path))["held"] == []


@contextlib.contextmanager
def moving(old: Place, new: Place, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A move that waits for a run that has one of them open."""
    arguments = [sys.executable, "-m", "pulumi_opentok.cli.ledger", "move", old.url, new.url]
    with subprocess.Popen(
        arguments, env=environment(old, new), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "is held by another run (process" in line, line + process.stdout.read()
        yield process
        rest = process.stdout.read()
    assert "3 entries moved" in rest or process.returncode != 0, rest


@pytest.mark.parametrize("shared", ["postgresql", "s3"], indirect=True)
def test_a_run_that_has_it_open_ends_in_peace(shared: Place, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with STORES["file"](request) as new, runs(filled(shared).url, shared.environ) as (run,), moving(shared, new, tmp_path):
        refused(shared, "is being moved to")
        run.set("project/46000001", {"name": "changed"})
        run.close()
    with runs(new.url, {}) as (run,):
        assert run.entry("project/46000001") == {"name": "changed"}


@pytest.mark.parametrize("shared", ["postgresql", "s3"], indirect=True)
def test_one_that_is_killed_is_ended_by_the_next(shared: Place, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with STORES["file"](request) as new:
        with runs(filled(shared).url, shared.environ) as (run,):
            with moving(shared, new, tmp_path) as process:
                process.kill()
            refused(shared, "is being moved to")
            run.close()
        assert "3 entries moved" in command("move", shared.url, new.url, places=(shared, new), folder=tmp_path)
        refused(shared, "has moved to")


@pytest.mark.parametrize("shared", ["postgresql", "s3"], indirect=True)
def test_a_ledger_under_two_names(shared: Place, tmp_path: Path) -> None:
    """Is told at once, as for two names of a file, and nothing is left marked."""
    other = filled(shared).url.replace("127.0.0.1", "localhost")
    assert other != shared.url
    said = command("move", shared.url, other, places=(shared,), code=2, folder=tmp_path)
    assert said == "opentok-ledger: TO: is the same ledger as FROM, under another name\n"
    with runs(shared.url, shared.environ) as (run,):
        assert run.of("project").keys() == {key.partition("/")[2] for key in ENTRIES}


@pytest.mark.parametrize("shared", ["postgresql"], indirect=True)
def test_one_that_is_killed_can_be_taken_back(shared: Place, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with STORES["file"](request) as new:
        with runs(filled(shared).url, shared.environ) as (run,):
            with moving(shared, new, tmp_path) as process:
                process.kill()
            run.close()
        assert "stays in use" in command("move", shared.url, new.url, "--abandon", places=(shared, new), folder=tmp_path)
        with runs(shared.url, shared.environ) as (run,):
            assert run.of("project").keys() == {key.partition("/")[2] for key in ENTRIES}
