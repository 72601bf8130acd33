# SPDX-License-Identifier: Apache-2.0
"""Paths that other users of the machine could lead elsewhere, or had a file ready at: refused before any secret is issued."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_opentok.cli import saved_plan
from pulumi_opentok.cli.errors import UsageError
from pulumi_opentok.core.desired.files.trusted_path import distrust
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.publish import PublishError
from pulumi_opentok.core.desired.sip_trunk.file import write_document
from pulumi_opentok.core.desired.stores.file import FileStore
from pulumi_opentok.core.errors import LedgerError, PlanError
from tests.stores.places import SECRET, document

MALLORY, SERVICE = 65001, 65002
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can publish into other users' hands")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def folder(path: Path, owner: int = 0, mode: int = 0o755, group: int = 0) -> Path:
    path.mkdir()
    os.chown(path, owner, group)
    path.chmod(mode)
    return path


def made(path: Path, owner: int) -> Path:
    """An empty file that belongs to `owner`, as a user may have it made for a service, or have made it to get a secret."""
    path.touch(0o600)
    os.chown(path, owner, 0)
    return path


def link(path: Path, to: Path | str, owner: int) -> Path:
    path.symlink_to(to)
    os.lchown(path, owner, 0)
    return path


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a file ready in a sticky folder": (
        lambda top: made(folder(top / "s", mode=0o1777) / "x", MALLORY),
        "x belongs to user 65001, who may have had it ready",
    ),
    "a folder ready in a sticky folder": (
        lambda top: made(folder(folder(top / "s", mode=0o1777) / "d", MALLORY) / "x", MALLORY),
        "d belongs to user 65001, who may have had it ready",
    ),
    "a file ready in a folder that all may write to": (
        lambda top: made(folder(top / "s", mode=0o777) / "x", MALLORY),
        "x belongs to user 65001, who may have had it ready",
    ),
    "a file ready in a folder that a group may write to": (
        lambda top: made(folder(top / "s", mode=0o2775, group=MALLORY) / "x", MALLORY),
        "x belongs to user 65001, who may have had it ready in a folder that other users can write to",
    ),
    "one further up": (lambda top: made(folder(folder(top / "s", mode=0o777) / "d") / "x", SERVICE), "x belongs to user 65002, who may have had it"),
    "a link ready in a folder that all may write to": (
        lambda top: link(folder(top / "s", mode=0o777) / "l", folder(top / "d"), MALLORY) / "x",
        "l belongs to user 65001, who can lead that link anywhere",
    ),
    "in it the file of a third one": (lambda top: made(folder(top / "m", MALLORY) / "x", SERVICE), "x belongs to user 65002, a third one"),
    "another user's link to a folder": (
        lambda top: link(top / "l", folder(top / "d"), MALLORY) / "x",
        "l belongs to user 65001, who can lead that link anywhere",
    ),
    "the service's own link": (lambda top: made(link(top / "l", folder(top / "d", SERVICE), SERVICE) / "x", SERVICE), "l belongs to user 65002"),
    "root's link to a bad one": (
        lambda top: link(top / "l", made(folder(top / "m", MALLORY) / "x", SERVICE).parent, 0) / "x",
        "x belongs to user 65002, a third one",
    ),
    "root's relative link through a bad one": (
        lambda top: (folder(top / "s", mode=0o777), made(folder(top / "d") / "x", SERVICE), link(top / "l", "s/../d", 0))[2] / "x",
        "x belongs to user 65002, who may have had it ready",
    ),
}

GOOD: dict[str, Callable[[Path], Path]] = {
    "root's own": lambda top: folder(top / "d") / "x",
    "the service's file in root's folder": lambda top: made(folder(top / "d") / "x", SERVICE),
    "the service's file in its folders": lambda top: made(folder(folder(top / "home", SERVICE, 0o700) / "app", SERVICE) / "x", SERVICE),
    "root's folder in a sticky one": lambda top: folder(folder(top / "s", mode=0o1777) / "d") / "x",
    "root's file in a sticky one": lambda top: made(folder(top / "s", mode=0o1777) / "x", 0),
    "a new file in a volume of Kubernetes": lambda top: folder(top / "s", mode=0o777) / "x",
    "root's folder in one": lambda top: folder(folder(top / "s", mode=0o2777) / "d") / "x",
    "a new file in another user's folder": lambda top: folder(top / "m", SERVICE) / "x",
    "a new file in a sticky one": lambda top: folder(top / "s", mode=0o1777) / "x",
    "root's link": lambda top: link(top / "l", folder(top / "d"), 0) / "x",
    "root's relative link": lambda top: (folder(top / "d"), link(folder(top / "e") / "l", "../d", 0))[1] / "x",
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(home: Path, case: str) -> None:
    prepare, words = REFUSED[case]
    path = prepare(home)
    before = sorted(home.rglob("*"))
    store = FileStore(str(path))
    for ask in (store.read, store.preflight, lambda: store.write(document())):
        with pytest.raises(PublishError) as refused:
            ask()
        assert words in str(refused.value)
        assert str(refused.value).startswith(f"file '{path}' is not safe from other users: ")
    ledger = FileLedger(str(path))
    for way in (ledger.locked, ledger.read_only):
        with pytest.raises(LedgerError, match="is not safe from other users"), way():
            pass
    with pytest.raises(PlanError, match="is not safe from other users"):
        write_document(str(path), {})
    assert sorted(home.rglob("*")) == before
    assert all(SECRET not in each.read_text() for each in before if each.is_file())


@pytest.mark.parametrize("case", GOOD)
def test_good(home: Path, case: str) -> None:
    path = GOOD[case](home)
    owner = path.stat().st_uid if path.exists() else 0
    store = FileStore(str(path))
    store.preflight()
    store.write(document())
    assert store.read() == document()
    assert (path.stat().st_uid, path.stat().st_mode & 0o777) == (owner, 0o600)
    path.unlink()
    if owner == 0:
        with FileLedger(str(path)).locked() as book:
            book.set("a", {})
        assert path.exists()


def test_a_ledger_and_a_plan_that_others_may_write_to(home: Path) -> None:
    path = home / "l.json"
    for mode in (0o606, 0o660):
        with FileLedger(str(path)).locked() as book:
            book.set("a", {})
        os.chown(path, 0, MALLORY)
        path.chmod(mode)
        ledger = FileLedger(str(path))
        for way in (ledger.locked, ledger.read_only):
            with pytest.raises(LedgerError, match=r"is not safe from other users: others may write to it: run chmod go-w .*l\.json"), way():
                pass
        path.unlink()
    made(home / "plan.json", MALLORY)
    with pytest.raises(UsageError, match="is not safe from other users"):
        saved_plan.read(str(link(folder(home / "s", mode=0o1777) / "plan.json", home / "plan.json", MALLORY)))
    with pytest.raises(UsageError, match=r"is not safe from other users: .*p\.json belongs to user 65001"):
        saved_plan.read(str(made(home / "s" / "p.json", MALLORY)))


def test_root_does_not_take_the_ledger_of_a_user_away(home: Path) -> None:
    ledger = folder(home / "app", SERVICE) / "l.json"
    with FileLedger(str(ledger)).locked() as book:
        book.set("a", {})
    for each in (ledger, ledger.with_name("l.json.lock")):
        os.chown(each, SERVICE, 0)
    ledger.with_name("l.json.lock").unlink()
    with FileLedger(str(ledger)).locked() as book:
        book.set("b", {})
    assert "b" in ledger.read_text()
    assert [each.stat().st_uid for each in sorted(ledger.parent.iterdir())] == [SERVICE, SERVICE]


def test_a_lock_that_someone_else_had_ready(home: Path) -> None:
    """Who owns it could hold it for ever."""
    ledger = folder(home / "s", mode=0o1777) / "l.json"
    lock = made(ledger.with_name("l.json.lock"), MALLORY)
    with pytest.raises(LedgerError, match="lock belongs to user 65001, who may have had it ready"), FileLedger(str(ledger)).locked():
        pass
    assert lock.read_text() == ""


def test_whoever_runs_it_may_have_folders_of_its_own(home: Path) -> None:
    (home / "shared").mkdir()
    path = made(folder(home / "shared" / "m", MALLORY, 0o700) / "x", MALLORY)
    (home / "shared").chmod(0o1777)
    assert "m belongs to user 65001" in (distrust(str(path)) or "")
    closed = [each for each in home.parents if each.stat().st_mode & 0o005 != 0o005]
    modes = {each: each.stat().st_mode for each in (*closed, home)}
    for each in modes:
        each.chmod(0o755)
    os.seteuid(MALLORY)
    try:
        assert distrust(str(path)) is None
    finally:
        os.seteuid(0)
        for each, before in modes.items():
            each.chmod(before)


def test_the_private_group_of_a_user_is_that_user(home: Path) -> None:
    """umask 002, as on Fedora: root's group has nobody else in it here."""
    assert distrust(str(made(folder(home / "d", mode=0o775) / "x", SERVICE))) is None
    os.chown(home / "d", 0, MALLORY)
    assert distrust(str(home / "d" / "x")) is not None
