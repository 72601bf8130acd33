# SPDX-License-Identifier: Apache-2.0
"""Places that only look as if they could be written: a full disk, a file that is a mount, an immutable one. The preflight tells before a rotation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_opentok.core.desired.publish import PublishError
from pulumi_opentok.core.desired.stores.file import FileStore
from tests.stores.places import NEWER, document

# In namespaces of its own: what is mounted there is gone with it.
INSIDE = """
set -e
cd "$1"
mkdir disk
case $2 in
  full) mount -t tmpfs -o size=64k,mode=0755 none disk; mv x.json disk; cat /dev/zero > disk/zero 2>/dev/null || true ;;
  nearly-full) mount -t tmpfs -o size=64k,mode=0755 none disk; mv x.json disk; cat /dev/zero > disk/zero 2>/dev/null || true
    truncate -s -4096 disk/zero; touch disk/zero2 ;;
  empty-full) mount -t tmpfs -o size=64k,mode=0755 none disk; cat /dev/zero > disk/zero 2>/dev/null || true ;;
  bind) touch disk/x.json; mount --bind x.json disk/x.json ;;
  read-only) mv x.json disk; mount --bind disk disk; mount -o remount,ro,bind disk ;;
esac
"$3" -c "$4" disk/x.json
"""

ASK = """
import sys
from pulumi_opentok.core.desired.publish import PublishError
from pulumi_opentok.core.desired.stores.file import FileStore
try:
    FileStore.of(sys.argv[1]).preflight()
    print("passed")
except PublishError as error:
    print(error)
"""


def asked(folder: Path, case: str) -> str:
    place = folder / "x.json"
    place.touch(0o600)
    place.write_text(json.dumps(document()))
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", INSIDE, "sh", str(folder), case, sys.executable, ASK], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no mounts of its own here: {done.stderr.strip()[-200:]}")
    return done.stdout.strip()


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
    assert says in asked(tmp_path, case)


@pytest.mark.parametrize(("flag", "place"), [("+i", "x.json"), ("+a", "x.json"), ("+i", "."), ("+a", ".")])
def test_immutable(tmp_path: Path, flag: str, place: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    store = FileStore(str(folder / "x.json"))
    store.write(document())
    flagged = subprocess.run(["chattr", flag, place], cwd=folder, capture_output=True, text=True, check=False)
    if flagged.returncode:
        pytest.skip(f"no such attributes here: {flagged.stderr.strip()}")
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
