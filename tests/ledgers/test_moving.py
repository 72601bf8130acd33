# SPDX-License-Identifier: Apache-2.0
"""Entries move between ledgers of all kinds: all of them, compared, and nobody works with a stale or a half one, wherever the move is killed."""

from __future__ import annotations

import concurrent.futures
import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core.desired.ledger.ledger import Ledger
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.ledger.mark import FILLED, MOVED, MOVING, Mark
from pulumi_opentok.core.desired.ledger.moving import abandon, fill, move
from pulumi_opentok.core.errors import InvalidInput, LedgerError
from tests.ledgers.memory_cells import Shelf

ENTRIES = {f"project/4600000{i}": {"name": f"Nr. {i}", "secret_version": i, "private": {"a": [1, None]}} for i in range(1, 4)}

Make = Callable[[], Ledger]


@pytest.fixture(params=["file to file", "file to cells", "cells to file", "cells to cells"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Make, Make]:
    """What opens the ledger with the entries, and the empty one."""

    def of(kind: str, name: str) -> Make:
        if kind == "file":
            return lambda: FileLedger(str(tmp_path / name), patience=0.0)
        return Shelf(f"memory://{name}").ledger

    kinds = request.param.split(" to ")
    pair = of(kinds[0], "old"), of(kinds[1], "new")
    with pair[0]().locked() as book:
        for key, entry in ENTRIES.items():
            book.set(key, entry)
    return pair


def entries(make: Make, *, marked: bool = False) -> dict[str, Any]:
    with make().read_only(marked=marked) as book:
        return dict(book.everything())


def refused(make: Make, *words: str) -> None:
    """Whoever opens it, to write or to read, is told so."""
    ledger = make()
    for opened in (ledger.locked(), ledger.read_only()):
        with pytest.raises(LedgerError) as caught, opened:
            pass
        assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)


def test_moved(pair: tuple[Make, Make]) -> None:
    old, new = pair
    done = move(old(), new())
    assert (done.entries, done.new, done.already) == (3, 3, False)
    assert entries(new) == ENTRIES
    refused(old, "has moved to", new().where)
    assert move(old(), new()).already
    assert entries(old, marked=True) == ENTRIES


def test_and_back_with_what_happened_meanwhile(pair: tuple[Make, Make]) -> None:
    old, new = pair
    move(old(), new())
    with new().locked() as book:
        book.forget("project/46000001")
        book.set("project/46000002", {"name": "renamed"})
    move(new(), old())
    assert entries(old) == {"project/46000002": {"name": "renamed"}, "project/46000003": ENTRIES["project/46000003"]}
    refused(new, "has moved to", old().where)


def test_kept(pair: tuple[Make, Make]) -> None:
    old, new = pair
    move(old(), new(), keep=True)
    assert entries(old) == entries(new) == ENTRIES


class Killed(BaseException):
    pass


@contextlib.contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, step: int) -> Iterator[None]:
    """The process dies at its write number ``step``, whichever ledger that is to."""
    from pulumi_opentok.core.desired.ledger.local import FileBook
    from pulumi_opentok.core.desired.ledger.shared import SharedBook

    left = [step]
    with monkeypatch.context() as patched:
        for book in (FileBook, SharedBook):
            for name in ("set", "put_mark"):
                real = getattr(book, name)

                def write(self: Any, *args: Any, real: Any = real) -> None:
                    left[0] -= 1
                    if left[0] < 0:
                        raise Killed
                    real(self, *args)

                patched.setattr(book, name, write)
        yield


@pytest.mark.parametrize("step", range(7))
def test_killed_anywhere_it_is_ended_by_doing_it_again(pair: tuple[Make, Make], monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    old, new = pair
    with killed_at(monkeypatch, step), pytest.raises(Killed):
        move(old(), new())
    if step:
        refused(old, "has moved to" if step == 6 else "is being moved to", new().where)
    if step > 1:
        refused(new, "is being filled from", old().where)
    assert move(old(), new()).entries == 3
    assert entries(new) == ENTRIES
    refused(old, "has moved to")


@pytest.mark.parametrize("step", range(1, 6))
def test_killed_and_taken_back(pair: tuple[Make, Make], monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    old, new = pair
    with killed_at(monkeypatch, step), pytest.raises(Killed):
        move(old(), new())
    abandon(old(), new())
    assert entries(old) == ENTRIES
    if step > 1:
        refused(new, "has moved to", old().where)
    assert entries(new, marked=True) == {}
    move(old(), new())
    assert entries(new) == ENTRIES


@pytest.mark.parametrize("step", range(1, 6))
def test_killed_and_begun_anew_to_another_place(pair: tuple[Make, Make], monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Which is refused: the first one would stay half filled."""
    old, new = pair
    third = Shelf("memory://third").ledger
    with killed_at(monkeypatch, step), pytest.raises(Killed):
        move(old(), new())
    with pytest.raises(LedgerError) as caught:
        move(old(), third())
    assert f"is being moved to '{new().where}': nothing was done; end that with `opentok-ledger move`, or take it back" in str(caught.value)
    assert entries(third) == {}
    abandon(old(), new())
    assert move(old(), third()).entries == 3


@pytest.mark.parametrize("left", [None, Mark(MOVING, "/third"), Mark(MOVED, "/third")], ids=["in use", "moving", "moved"])
def test_what_is_filled_from_one_that_does_not_move_to_it_any_more_can_be_freed(pair: tuple[Make, Make], left: Mark | None) -> None:
    old, new = pair
    with new().locked() as book:
        book.set("project/46000001", ENTRIES["project/46000001"])
        book.put_mark(Mark(FILLED, old().where))
    with old().locked() as book:
        book.put_mark(left)
    assert abandon(old(), new()) == 1
    assert entries(new) == {}
    assert fill(new(), ENTRIES, "/l.json").new == 3
    with old().read_only(marked=True) as book:
        assert (book.mark, book.everything()) == (left, ENTRIES)


def test_one_whose_last_step_is_left_is_not_taken_back(pair: tuple[Make, Make], monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = pair
    with killed_at(monkeypatch, 6), pytest.raises(Killed):
        move(old(), new())
    with pytest.raises(LedgerError, match=r"has moved to .*: nothing was done; end that with `opentok-ledger move`"):
        abandon(old(), new())
    assert entries(new, marked=True) == ENTRIES


@pytest.mark.parametrize("do", [move, abandon])
def test_a_ledger_under_two_names(do: Callable[[Ledger, Ledger], object]) -> None:
    """Is known for one at once: it would wait for itself."""
    shelf = Shelf("memory://one")
    alias = Shelf("memory://two")
    alias.lock, alias.cells = shelf.lock, shelf.cells
    waited: list[str] = []
    with pytest.raises(InvalidInput, match="TO: is the same ledger as FROM, under another name"):
        do(shelf.ledger(patience=60, warn=waited.append), alias.ledger(patience=60, warn=waited.append))
    assert waited == []
    assert entries(shelf.ledger) == {}


def test_what_cannot_be(pair: tuple[Make, Make]) -> None:
    old, new = pair
    with pytest.raises(InvalidInput, match="is the same ledger as FROM"):
        move(old(), old())
    with new().locked() as book:
        book.set("project/46000009", {"name": "somebody's"})
    with pytest.raises(LedgerError, match=r"has entries of its own \('project/46000009'\): nothing was moved"):
        move(old(), new())
    assert (entries(old), entries(new)) == (ENTRIES, {"project/46000009": {"name": "somebody's"}})
    with pytest.raises(LedgerError, match="is not being moved to"):
        abandon(old(), new())


def test_a_run_that_has_one_open_is_waited_for(pair: tuple[Make, Make]) -> None:
    old, new = pair
    for busy in (old, new):
        with busy().locked(), pytest.raises(LedgerError, match=r"is (in use|locked) by another run \(process .*\) and was not free within 0 s"):
            move(old(), new())
        assert (entries(old), entries(new)) == (ENTRIES, {})
    assert move(old(), new()).entries == 3


def test_imported_all_or_nothing(pair: tuple[Make, Make]) -> None:
    _old, new = pair
    more = {"project/46000009": {"name": "more"}}
    assert fill(new(), ENTRIES, "/l.json").new == 3
    with pytest.raises(LedgerError, match=r"is not empty: nothing was imported; give --merge to add to its 3 entries"):
        fill(new(), more, "/l.json")
    done = fill(new(), {**ENTRIES, **more}, "/l.json", merge=True)
    assert (done.entries, done.new, entries(new)) == (4, 1, {**ENTRIES, **more})
    with pytest.raises(LedgerError, match=r"has other entries for 'project/46000001': nothing was imported"):
        fill(new(), {"project/46000008": {}, "project/46000001": {"name": "else"}}, "/l.json", merge=True)
    assert entries(new) == {**ENTRIES, **more}


@pytest.mark.parametrize("step", range(1, 5))
def test_an_import_that_is_killed(pair: tuple[Make, Make], monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    _old, new = pair
    with killed_at(monkeypatch, step), pytest.raises(Killed):
        fill(new(), ENTRIES, "/l.json")
    refused(new, "is being filled from the file '/l.json'")
    assert fill(new(), ENTRIES, "/l.json").entries == 3
    assert entries(new) == ENTRIES


def test_a_run_that_was_there_before_ends_in_peace(tmp_path: Path) -> None:
    """And what it noted at its end is moved."""
    shelf, new, waiting = Shelf(), FileLedger(str(tmp_path / "new")), threading.Event()
    source = shelf.ledger(patience=30, warn=lambda text: waiting.set())
    with concurrent.futures.ThreadPoolExecutor() as pool:
        with shelf.ledger().locked() as book:
            moving = pool.submit(move, source, new)
            assert waiting.wait(30)
            refused(shelf.ledger, "is being moved to")
            book.set("project/1", {"name": "a"})
        assert moving.result().entries == 1
