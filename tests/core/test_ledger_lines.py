# SPDX-License-Identifier: Apache-2.0
"""What a run notes while it is under way is a line each below the ledger's document, so many projects take no longer each than few.

However the run ends: what was told to be noted is there, and the next run makes one document of it.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core.desired.files import atomic as atomic_file
from pulumi_opentok.core.desired.ledger import file as ledger_file
from pulumi_opentok.core.desired.ledger.local import FileLedger, LedgerError

OLD = {"project/0": {"name": "old", "secret_version": 1}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger that a run has made."""
    path = tmp_path / "ledger.json"
    with ledger(path).locked() as book:
        book.set("project/0", OLD["project/0"])
    return path


def ledger(path: Path) -> FileLedger:
    return FileLedger(str(path), patience=0.0)


def document(entries: Any) -> str:
    return json.dumps({"format": "opentok-ledger", "version": 1, "entries": entries}, indent=2, sort_keys=True) + "\n"


def seen(path: Path, *keys: str) -> dict[str, Any]:
    """What a check sees of these."""
    with ledger(path).read_only() as book:
        return {key: entry for key in keys if (entry := book.entry(key)) is not None}


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    """A mark for each call of a function of ``atomic_file`` from now on."""
    real: Callable[..., None] = getattr(atomic_file, name)
    calls: list[str] = []

    def call(path: str, content: bytes) -> None:
        calls.append(name)
        real(path, content)

    monkeypatch.setattr(ledger_file, name, call)
    return calls


def test_the_whole_is_written_once_however_much_is_noted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced = counted(monkeypatch, "replace_file")
    with ledger(path).locked() as book, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: book.set(f"project/{number}", {"name": str(number)}), range(60)))
        assert (replaced, path.stat().st_mode & 0o777) == ([], 0o600)
        noted = {f"project/{number}": {"name": str(number)} for number in range(60)}
        assert seen(path, *noted) == noted
    assert (len(replaced), path.stat().st_mode & 0o777) == (1, 0o600)
    assert path.read_text("utf-8") == document(noted)


def test_nothing_noted_nothing_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced = counted(monkeypatch, "replace_file")
    with ledger(path).locked() as book:
        book.set("project/0", OLD["project/0"])
        book.forget("project/1")
    assert replaced == []


def test_cut_off_anywhere_the_whole_lines_count(path: Path) -> None:
    whole = path.read_bytes()
    lines = [{"project/1": {"name": "one"}}, {"project/0": None, "project/2": {"name": "two"}}]
    added = "".join(json.dumps(line) + "\n" for line in lines).encode()
    first = added.index(b"\n") + 1
    after = {0: OLD, 1: {**OLD, **lines[0]}, 2: {"project/1": {"name": "one"}, "project/2": {"name": "two"}}}
    for end in range(len(added) + 1):
        path.write_bytes(whole + added[:end])
        expected = after[(end >= first) + (end == len(added))]
        assert seen(path, "project/0", "project/1", "project/2") == expected
        assert path.read_bytes() == whole + added[:end]
        with ledger(path).locked() as book:
            book.set("project/3", {"name": "three"})
            assert seen(path, "project/3")
        assert path.read_text("utf-8") == document({**expected, "project/3": {"name": "three"}})


def test_what_a_killed_run_left_is_tidied_up_by_one_that_notes_nothing(path: Path) -> None:
    whole = path.read_text("utf-8")
    path.write_text(whole + '{"project/1": {"name": "one"}}\n{"project/2": {"na')
    with ledger(path).locked():
        pass
    assert path.read_text("utf-8") == document({**OLD, "project/1": {"name": "one"}})


NOTE = """
import os, sys, threading; from pulumi_opentok.core.desired.ledger.local import FileLedger
def note(book, thread):
    for number in range(100000):
        book.set(f"project/{thread}-{number}", {"name": "x" * 300})
        os.write(1, f"project/{thread}-{number}\\n".encode())
with FileLedger(sys.argv[1]).locked() as book:
    for thread in range(8):
        threading.Thread(target=note, args=(book, thread)).start()
    threading.Event().wait()
"""


@pytest.mark.parametrize("count", [1, 10, 100])
def test_killed_while_eight_threads_note_what_was_told_is_there(path: Path, count: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", NOTE, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(count)]
    process.kill()
    told += process.stdout.read().split()
    process.wait()
    process.stdout.close()
    assert seen(path, *told, "project/0") == {**{key: {"name": "x" * 300} for key in told}, **OLD}
    with ledger(path).locked() as book:
        assert all(book.entry(key) for key in told)
    entries = json.loads(path.read_text("utf-8"))["entries"]
    # Beyond what was told: what each of the threads was at.
    assert set(told) < set(entries)
    assert len(entries) - len(told) - 1 <= 8


def short(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk takes a part of what is added."""

    def append(file: str, content: bytes) -> None:
        with open(file, "ab") as opened:
            opened.write(content[:20])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(ledger_file, "append_to_file", append)


def test_what_was_added_in_part_and_could_not_be_taken_off_is_written_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ledger(path).locked() as book:
        with monkeypatch.context() as broken:
            short(path, broken)
            with pytest.raises(LedgerError, match="cannot be written: No space left"):
                book.set("project/1", {"name": "one"})
        assert seen(path, "project/0", "project/1") == OLD
        book.set("project/2", {"name": "two"})
        book.set("project/3", {"name": "three"})
        assert seen(path, "project/1", "project/2", "project/3").keys() == {"project/2", "project/3"}
    assert path.read_text("utf-8") == document({**OLD, "project/2": {"name": "two"}, "project/3": {"name": "three"}})


def test_each_of_many_that_cannot_be_noted_hears_of_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(ledger_file, "append_to_file", full)
    monkeypatch.setattr(ledger_file, "replace_file", full)
    with ledger(path).locked() as book, ThreadPoolExecutor(8) as pool:
        notes = [pool.submit(book.set, f"project/{number}", {"name": "new"}) for number in range(20)]
        assert {str(note.exception()) for note in notes} == {f"ledger '{path}' cannot be written: No space left on device"}
    assert seen(path, "project/0", "project/1") == OLD


def test_a_file_that_someone_removes_meanwhile_is_made_again(path: Path) -> None:
    with ledger(path).locked() as book:
        path.unlink()
        book.set("project/1", {"name": "one"})
        assert path.read_text("utf-8") == document({**OLD, "project/1": {"name": "one"}})


def test_a_run_whose_end_cannot_be_tidied_has_lost_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ledger(path).locked() as book:
        book.set("project/1", {"name": "one"})
        monkeypatch.setattr(atomic_file.os, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
    monkeypatch.undo()
    assert seen(path, "project/0", "project/1") == {**OLD, "project/1": {"name": "one"}}
    assert sorted(file.name for file in path.parent.iterdir()) == ["ledger.json", "ledger.json.lock"]


@pytest.mark.parametrize("way", ["locked", "read_only"])
@pytest.mark.parametrize(
    ("below", "text"),
    [
        ("{\n", "is not JSON"),
        ("[]\n", "is not JSON"),
        ("rubbish", "is not JSON"),
        ('{"project/1": {}}\nrubbish', "is not JSON"),
        ('{"project/1": {"na\n{"project/2": {}}\n', "is not JSON"),
        ('{"project/1": "x"}\n', "is damaged: entry 'project/1' is not a map"),
    ],
)
def test_what_no_run_can_have_added_is_refused_and_left(path: Path, below: str, text: str, way: str) -> None:
    content = path.read_text("utf-8") + below
    path.write_text(content)
    with pytest.raises(LedgerError, match=text), getattr(ledger(path), way)():
        pass
    assert path.read_text("utf-8") == content


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for name in ("pipe", "link"):
        before = os.lstat(tmp_path / name)
        with pytest.raises(OSError, match="it is no regular file"):
            atomic_file.replace_file(str(tmp_path / name), b"{}")
        assert os.lstat(tmp_path / name) == before
    assert len(list(tmp_path.iterdir())) == 2
