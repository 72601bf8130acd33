# SPDX-License-Identifier: Apache-2.0
"""Places that only look as if they could be written: a full disk, a file that is a mount, an immutable one. The preflight tells before a rotation."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_opentok.core.desired.publish import PublishError
from pulumi_opentok.core.desired.stores.file import FileStore
from tests.stores.places import NEWER, document

DISK = ("-t", "tmpfs", "-o", "size=64k,mode=0755", "none")


@contextlib.contextmanager
def mounted(place: Path, *arguments: str) -> Iterator[None]:
    """``mount`` of ``arguments`` at ``place``, gone afterwards."""
    # Not through a pipe: its end was once not seen, and the test waited for ever.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(["mount", *arguments, str(place)], stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False)
        said.seek(0)
        why = said.read().strip()
    if done.returncode:
        pytest.skip(f"only root that may mount can do this: {why}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path, but: int = 0) -> None:
    """Leaves no room on ``disk`` but ``but`` bytes."""
    zero = disk / "zero"
    with pytest.raises(OSError, match="No space left"):
        zero.write_bytes(bytes(1 << 20))
    os.truncate(zero, zero.stat().st_size - but)


@contextlib.contextmanager
def disk_of(case: str, folder: Path) -> Iterator[Path]:
    """A place of a document on a disk of its own."""
    disk = folder / "disk"
    disk.mkdir()
    place = disk / "x.json"
    with contextlib.ExitStack() as stack:
        if case in ("full", "nearly-full", "empty-full"):
            stack.enter_context(mounted(disk, *DISK))
        if case != "empty-full":
            place.touch(0o600)
            place.write_text(json.dumps(document()))
        if case == "bind":
            stack.enter_context(mounted(place, "--bind", str(place)))
        elif case == "read-only":
            stack.enter_context(mounted(disk, "--bind", "-o", "ro", str(disk)))
        else:
            fill(disk, but=4096 if case == "nearly-full" else 0)
        yield place


def asked(place: Path) -> str:
    """What the preflight of ``place`` says."""
    try:
        FileStore(str(place)).preflight()
    except PublishError as error:
        return str(error)
    return "passed"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("full", "cannot be written: No space left on device: make room on its disk"),
        ("empty-full", "cannot be written: No space left on device: make room on its disk"),
        ("nearly-full", "passed"),
        ("bind", "cannot be written: Device or resource busy: it is a mount of its own (of a container, say), which cannot be replaced"),
        ("read-only", "cannot be written: Read-only file system"),
    ],
)
def test_a_place_that_only_looks_writable(tmp_path: Path, case: str, says: str) -> None:
    with disk_of(case, tmp_path) as place:
        assert says in asked(place)


@pytest.mark.parametrize(("flag", "place"), [("+i", "x.json"), ("+a", "x.json"), ("+i", "."), ("+a", ".")])
def test_immutable(tmp_path: Path, flag: str, place: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    store = FileStore(str(folder / "x.json"))
    store.write(document())
    # By env: a minimal Debian has no chattr, which is then a reason like another.
    flagged = subprocess.run(["env", "chattr", flag, place], cwd=folder, capture_output=True, text=True, check=False)
    if flagged.returncode:
        pytest.skip(f"only root on a disk with such attributes can do this: {flagged.stderr.strip()}")
    try:
        with pytest.raises(PublishError, match="cannot be written: Operation not permitted: is it immutable"):
            store.preflight()
    finally:
        subprocess.run(["chattr", f"-{flag[1]}", place], cwd=folder, check=True)
    assert store.read() == document()


def test_a_file_that_is_there_is_replaced_by_itself(tmp_path: Path) -> None:
    place = tmp_path / "x.json"
    store = FileStore(str(place))
    for content in (b"", json.dumps(document(api_secret=NEWER)).encode()):
        place.touch(0o640)
        place.write_bytes(content)
        before = place.stat().st_ino
        store.preflight()
        assert (place.read_bytes(), place.stat().st_ino != before) == (content, True)
        assert os.listdir(tmp_path) == ["x.json"]
