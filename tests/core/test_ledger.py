# SPDX-License-Identifier: Apache-2.0
"""The ledger's file: private, whole, locked; whatever stands in its way is one clear line, and nothing is changed."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.files import atomic as atomic_file
from pulumi_opentok.core.desired.files import lock as file_lock
from pulumi_opentok.core.desired.ledger.local import FileLedger, LedgerError

KEY = "project/46000001"
ENTRY = {"secret_version": 3, "name": "Grüße", "private": {"secret_triggers": {"v": "sha256:00"}}}
EMPTY = {"format": "opentok-ledger", "version": 1, "entries": {}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.json"


def ledger(path: Path, patience: float = 0.0) -> FileLedger:
    return FileLedger(str(path), patience=patience)


def enter(path: Path, key: str = KEY, **entry: Any) -> None:
    with ledger(path).locked() as book:
        book.set(key, entry or ENTRY)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_it_is_made_at_the_first_write_and_private(path: Path) -> None:
    with ledger(path).locked() as book:
        assert book.entry(KEY) is None
        book.forget(KEY)
        assert not path.exists()
        book.set(KEY, ENTRY)
        assert json.loads(path.read_text("utf-8")) == {**EMPTY, "entries": {KEY: ENTRY}}
    assert (mode(path), mode(path.with_name("ledger.json.lock"))) == (0o600, 0o600)
    for opened in (ledger(path).locked(), ledger(path).read_only()):
        with opened as book:
            assert book.entry(KEY) == ENTRY


def test_forgetting_and_putting_back(path: Path) -> None:
    enter(path, "project/1", secret_version=1)
    enter(path)
    with ledger(path).locked() as book:
        book.forget(KEY)
        with ledger(path).read_only() as meanwhile:
            assert (meanwhile.entry(KEY), meanwhile.entry("project/1")) == (None, {"secret_version": 1})
        book.restore(KEY, ENTRY)
        book.restore("project/1", None)
    assert list(json.loads(path.read_text("utf-8"))["entries"]) == [KEY]


def test_what_is_remembered_already_does_not_touch_the_disk(path: Path) -> None:
    enter(path)
    before = path.stat()
    enter(path)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_another_mode_is_tightened_by_the_next_run_but_not_by_a_check(path: Path) -> None:
    enter(path)
    path.chmod(0o644)
    with ledger(path).read_only():
        assert mode(path) == 0o644
    with ledger(path).locked():
        assert mode(path) == 0o600
    path.chmod(0o666)
    with pytest.raises(LedgerError, match="others may write to it: run chmod go-w"), ledger(path).locked():
        pass
    assert mode(path) == 0o666, "somebody else may have changed it: that is not covered up"


def test_a_link_stays_a_link_and_its_target_is_what_is_locked(path: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    path.symlink_to(tmp_path / "kept" / "real.json")
    enter(path)
    assert path.is_symlink()
    with ledger(path).locked(), pytest.raises(LedgerError, match="is locked"), ledger(tmp_path / "kept" / "real.json").locked():
        pass


UNUSABLE: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "is empty, which a ledger never is: remove the file"),
    "no text": (b"\xff\xfe\x00", "is no text"),
    "no JSON": ("secret: x", "is not JSON"),
    "cut off": (json.dumps(EMPTY)[:-5], "is not JSON"),
    "deep": ("[" * 100_000, "is not JSON"),
    "a list": ("[]", "is JSON, but not a ledger"),
    "foreign": ('{"resources": []}', "is JSON, but not a ledger"),
    "newer": (json.dumps({**EMPTY, "version": 2, "entries": []}), "was written by a newer opentok (version 2"),
    "no version": (json.dumps({**EMPTY, "version": None}), "is damaged"),
    "version 0": (json.dumps({**EMPTY, "version": 0}), "is damaged"),
    "true as version": (json.dumps({**EMPTY, "version": True}), "is damaged"),
    "no entries": (json.dumps({**EMPTY, "entries": []}), "is damaged"),
    "an entry that is a text": (json.dumps({**EMPTY, "entries": {KEY: "x"}}), f"is damaged: entry '{KEY}' is not a map"),
}


@pytest.mark.parametrize("way", ["locked", "read_only"])
@pytest.mark.parametrize("case", UNUSABLE)
def test_a_file_that_cannot_be_used_is_left_alone(path: Path, case: str, way: str) -> None:
    content, text = UNUSABLE[case]
    content = content.encode() if isinstance(content, str) else content
    path.write_bytes(content)
    assert text in refused(path, way)
    assert path.read_bytes() == content


@pytest.mark.parametrize("way", ["locked", "read_only"])
def test_places_where_no_ledger_can_be(path: Path, tmp_path: Path, way: str) -> None:
    assert "is a folder: give the path of a file in it" in refused(tmp_path, way)
    assert "cannot be made: there is no such folder" in refused(tmp_path / "none" / "ledger.json", way)
    path.touch()
    assert "there is no such folder" in refused(path / "ledger.json", way)
    os.mkfifo(tmp_path / "fifo")
    assert "is no regular file" in refused(tmp_path / "fifo", way)
    path.unlink()
    path.symlink_to(path)
    assert "cannot be" in refused(path, way)


@pytest.mark.parametrize("value", ["", " ", "a\0b"])
def test_a_path_that_is_none(value: str) -> None:
    with pytest.raises(InvalidInput, match="ledger: must be the path of a file"):
        FileLedger(value)


def refused(path: Path, way: str = "locked") -> str:
    with pytest.raises(LedgerError) as caught, getattr(ledger(path), way)():
        pass
    said = str(caught.value)
    assert said.startswith(f"ledger '{path}' ")
    assert "\n" not in said
    return said


def denied(number: int) -> Any:
    def fail(*_: Any, **__: Any) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_read_only_disk_is_found_before_anything_is_done(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere but there, so the tests let the system say it."""
    enter(path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "cannot be written: its folder is on a read-only disk" in refused(path)
    monkeypatch.undo()
    monkeypatch.setattr(os, "open", denied(errno.EROFS))
    assert "cannot be locked: Read-only file system" in refused(path)


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_first_write_that_fails_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    with ledger(path).locked() as book:
        monkeypatch.setattr(atomic_file.os, step, denied(errno.ENOSPC))
        with pytest.raises(LedgerError, match="cannot be written: No space left"):
            book.set(KEY, ENTRY)
        assert book.entry(KEY) is None
        monkeypatch.undo()
    assert [file.name for file in path.parent.iterdir()] == ["ledger.json.lock"]


def test_a_write_that_fails_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(path)
    before = path.read_bytes()
    with ledger(path).locked() as book:
        monkeypatch.setattr(atomic_file.os, "fsync", denied(errno.ENOSPC))
        with pytest.raises(LedgerError, match="cannot be written: No space left"):
            book.forget(KEY)
        assert book.entry(KEY) == ENTRY
        assert path.read_bytes() == before
        monkeypatch.undo()
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == ["ledger.json", "ledger.json.lock"]


def test_a_system_without_such_locks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lock, "fcntl", None)
    assert "needs file locks (flock), which this system has not" in refused(path)
    with ledger(path).read_only() as book:
        assert book.entry(KEY) is None


HOLD = """
import sys; from pulumi_opentok.core.desired.ledger.local import FileLedger
with FileLedger(sys.argv[1]).locked():
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held_elsewhere(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process holds the ledger."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_locked_by_another_process_until_that_one_ends_however(path: Path) -> None:
    enter(path)
    with held_elsewhere(path) as other:
        said = refused(path)
        assert f"is locked by another run (process {other.pid} on " in said
        assert "was not free within 0 s: run again when that one has ended" in said
        with ledger(path).read_only() as book:
            assert book.entry(KEY) == ENTRY
        other.kill()
        other.wait()
        with ledger(path).locked() as book:
            assert book.entry(KEY) == ENTRY


def test_who_waits_long_enough_gets_it(path: Path) -> None:
    with held_elsewhere(path) as other, ThreadPoolExecutor() as pool:
        waiting = pool.submit(enter_patiently, path)
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()
        waiting.result(timeout=20)
    assert KEY in path.read_text("utf-8")


def enter_patiently(path: Path) -> None:
    with ledger(path, patience=20).locked() as book:
        book.set(KEY, ENTRY)


COUNT = """
import sys; from pulumi_opentok.core.desired.ledger.local import FileLedger
for _ in range(15):
    with FileLedger(sys.argv[1], patience=50).locked() as book:
        book.set("all", {"count": (book.entry("all") or {"count": 0})["count"] + 1})
        book.set(f"one/{sys.argv[2]}", {"name": sys.argv[2]})
"""


def test_several_processes_at_once_lose_nothing(path: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", COUNT, str(path), str(number)]) for number in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    entries = json.loads(path.read_text("utf-8"))["entries"]
    assert entries == {"all": {"count": 60}, **{f"one/{number}": {"name": str(number)} for number in range(4)}}


def test_threads_that_share_a_book_lose_nothing(path: Path) -> None:
    with ledger(path).locked() as book, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: book.set(f"project/{number}", {"name": str(number)}), range(40)))
    assert len(json.loads(path.read_text("utf-8"))["entries"]) == 40
