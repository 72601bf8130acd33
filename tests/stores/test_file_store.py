# SPDX-License-Identifier: Apache-2.0
"""The file store: private, whole or not at all, and clear about whatever stands in its way."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pulumi_opentok.core.desired.publish import Publication, PublishError
from pulumi_opentok.core.desired.stores.file import FileStore
from tests.stores.places import NEWER, SECRET, document, store

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "opentok.json"


@pytest.fixture
def file(path: Path) -> FileStore:
    path.parent.mkdir()
    return FileStore(str(path))


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o7777)


def test_it_is_json_for_its_owner_alone(file: FileStore, path: Path) -> None:
    file.write(document())
    assert mode(path) == "0o600"
    assert path.read_text(encoding="utf-8") == json.dumps(document(), indent=2) + "\n"
    assert os.listdir(path.parent) == ["opentok.json"]


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_whatever_the_umask(file: FileStore, path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        file.preflight()
        file.write(document())
    finally:
        os.umask(before)
    assert mode(path) == "0o600"


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one = store("file:opentok.json")
    monkeypatch.chdir("/")
    one.write(document())
    assert (tmp_path / "opentok.json").exists()


@pytest.mark.parametrize("open_to", [0o640, 0o604, 0o660, 0o755])
def test_one_that_others_may_read_is_tightened_and_that_is_reported(file: FileStore, path: Path, open_to: int) -> None:
    file.write(document())
    path.chmod(open_to)
    publication = Publication([file])
    assert publication.planned(document()) == (f"publish the credentials of project 46000001 to {file.where}",)
    assert mode(path) == oct(open_to)
    done, failed = publication.ensure(document())
    assert (len(done), failed) == (1, None)
    assert mode(path) == "0o600"
    assert publication.ensure(document()) == ((), None)


def test_an_empty_file_may_be_filled(file: FileStore, path: Path) -> None:
    path.write_text("\n", encoding="utf-8")
    assert file.read() is None
    file.preflight()
    file.write(document())
    assert file.read() == document()


@as_root
def test_the_owner_is_kept(file: FileStore, path: Path) -> None:
    path.touch(0o600)
    os.chown(path, NOBODY, NOBODY)
    file.preflight()
    file.write(document())
    assert (path.stat().st_uid, path.stat().st_gid, mode(path)) == (NOBODY, NOBODY, "0o600")


@pytest.mark.parametrize("damaged", ['{"platform": "opentok", "api_key": "460', "\x00\x01", "[" * 100_000, '"opentok"', "x" * 70_000])
def test_what_is_damaged_or_foreign_stays(file: FileStore, path: Path, damaged: str) -> None:
    path.touch(0o600)
    path.write_text(damaged, encoding="utf-8")
    for ask in (file.read, file.preflight):
        refused(ask, "no OpenTok credential document")
    assert path.read_text(encoding="utf-8") == damaged


def test_a_folder(file: FileStore, path: Path) -> None:
    path.mkdir()
    for ask in (file.read, file.preflight, lambda: file.write(document())):
        refused(ask, "is a folder: name a file in it")


def test_no_folder(tmp_path: Path) -> None:
    file = FileStore(str(tmp_path / "none" / "x.json"))
    for ask in (file.read, file.preflight, lambda: file.write(document())):
        refused(ask, "its folder is not there: make it")


def test_a_file_where_a_folder_should_be(file: FileStore, path: Path) -> None:
    path.touch(0o600)
    refused(FileStore(f"{path}/x.json").preflight, "Not a directory")


@pytest.mark.parametrize("leads_to", ["elsewhere.json", "nowhere.json", "opentok.json"])
def test_a_link(file: FileStore, path: Path, leads_to: str) -> None:
    elsewhere = path.with_name("elsewhere.json")
    elsewhere.touch(0o600)
    path.symlink_to(leads_to)
    for ask in (file.read, file.preflight, lambda: file.write(document())):
        refused(ask, "is a symbolic link: name the file that it leads to")
    assert path.is_symlink()
    assert elsewhere.read_bytes() == b""


def test_a_link_to_the_folder_is_none_of_its_business(tmp_path: Path, file: FileStore, path: Path) -> None:
    (tmp_path / "link").symlink_to(path.parent)
    FileStore(str(tmp_path / "link" / path.name)).write(document())
    assert file.read() == document()


def test_a_pipe_is_not_waited_for(file: FileStore, path: Path) -> None:
    os.mkfifo(path)
    for ask in (file.read, file.preflight, lambda: file.write(document())):
        refused(ask, "is no regular file")


def test_a_device() -> None:
    refused(FileStore("/dev/null").preflight, "is no regular file")


def test_a_name_that_is_too_long(file: FileStore, path: Path) -> None:
    refused(FileStore(str(path.with_name("x" * 300))).preflight, "File name too long")
    longest = FileStore(str(path.with_name("x" * 255)))
    longest.write(document())
    assert longest.read() == document()


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no /proc")
def test_a_file_system_that_takes_no_files() -> None:
    refused(FileStore("/proc/opentok.json").preflight, "cannot be written")


@as_root
def test_a_folder_that_may_not_be_written(file: FileStore, path: Path, reachable: Path) -> None:
    with user(NOBODY):
        refused(FileStore(str(reachable / "x.json")).preflight, "cannot be written: Permission denied: run as a user who may")


@as_root
def test_a_file_that_may_not_be_read(reachable: Path) -> None:
    file = FileStore(str(reachable / "x.json"))
    file.write(document())
    with user(NOBODY):
        refused(file.read, "cannot be read: Permission denied")


@as_root
def test_a_file_of_another_user(reachable: Path) -> None:
    file = FileStore(str(reachable / "x.json"))
    file.write(document())
    os.chown(file.path, NOBODY - 1, -1)
    os.chown(reachable, NOBODY, -1)
    Path(file.path).chmod(0o644)
    with user(NOBODY):
        refused(file.preflight, f"belongs to user {NOBODY - 1}, and only that user or root can replace it")
    assert os.listdir(reachable) == ["x.json"]


def test_a_full_disk_keeps_the_old_document_and_no_half_file(file: FileStore, path: Path) -> None:
    file.write(document())
    with largest_file(20):
        refused(lambda: file.write(document(api_secret=NEWER)), "cannot be written: File too large")
    assert file.read() == document()
    assert os.listdir(path.parent) == ["opentok.json"]


def test_whoever_reads_meanwhile_sees_one_or_the_other(file: FileStore, path: Path) -> None:
    documents = [document(api_secret=secret) for secret in (SECRET, NEWER)]
    file.write(documents[0])
    stop = threading.Event()
    seen: set[str] = set()

    def look() -> None:
        while not stop.is_set():
            seen.add(path.read_text(encoding="utf-8"))

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(200):
        file.write(documents[number % 2])
    stop.set()
    reader.join()
    assert seen <= {json.dumps(one, indent=2) + "\n" for one in documents}


KILLED = """
import os, sys, signal
from pulumi_opentok.core.desired.stores.file import FileStore
os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
FileStore(sys.argv[1]).write({"platform": "opentok", "api_key": "46000001", "api_secret": "%s"})
"""


def test_a_run_that_is_killed_while_it_writes(file: FileStore, path: Path) -> None:
    file.write(document())
    done = subprocess.run([sys.executable, "-c", KILLED % NEWER, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert file.read() == document()
    (left,) = (other for other in path.parent.iterdir() if other != path)
    assert mode(left) == "0o600"
    os.utime(left)
    file.preflight()
    assert left.exists(), "another run may be writing it"
    os.utime(left, times=(time.time() - 3600,) * 2)
    file.preflight()
    assert os.listdir(path.parent) == ["opentok.json"]


def refused(ask: Callable[[], object], because: str) -> None:
    with pytest.raises(PublishError) as refusal:
        ask()
    text = str(refusal.value)
    assert because in text
    assert text.startswith("file '")
    assert SECRET not in text
    assert NEWER not in text


@pytest.fixture
def reachable(tmp_path: Path) -> Iterator[Path]:
    """A folder that every user can get to: those above it are for their owner alone."""
    closed = [folder for folder in tmp_path.parents if folder.stat().st_mode & 0o001 == 0]
    modes = {folder: folder.stat().st_mode for folder in (*closed, tmp_path)}
    for folder in modes:
        folder.chmod(0o755)
    yield tmp_path
    for folder, before in modes.items():
        folder.chmod(before)


@contextmanager
def user(number: int) -> Iterator[None]:
    os.seteuid(number)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
