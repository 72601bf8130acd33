# SPDX-License-Identifier: Apache-2.0
"""`make fresh` with programs that only write down what they were asked for: what is run, what is noted, and that nothing stays behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools import fresh

PROGRAMS = {
    "debootstrap": 'for last; do folder="$previous"; previous="$last"; done; mkdir -p "$folder/etc/ssl/certs"; echo "$folder" > "$NOTES/folder"',
    "apt-get": "echo http://mirror.example/debian/",
    "git": """case "$1" in clone) ;; *) echo abc1234 ;; esac""",
    "mount": "",
    "umount": "",
    "chroot": """case "$*" in *--version) echo Python 3.14.10 ;; *demo) exit "$DEMO" ;; esac""",
}


class Notes:
    """What was asked for, and where it was noted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def asked(self, program: str) -> list[str]:
        lines = (self.folder / "log").read_text(encoding="utf-8").splitlines()
        return [line.removeprefix(f"{program} ") for line in lines if line.startswith(f"{program} ")]

    def rows(self) -> list[list[str]]:
        return [[cell.strip() for cell in line.split("|")[2:-2]] for line in fresh.RECORD.read_text(encoding="utf-8").splitlines()]

    def chroot_is_gone(self) -> bool:
        return not Path((self.folder / "folder").read_text(encoding="utf-8").strip()).exists()


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Notes:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name, does in PROGRAMS.items():
        (bin_ / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "$NOTES/log"\n{does}\n', encoding="utf-8")
        (bin_ / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}:/usr/bin:/bin")
    monkeypatch.setenv("NOTES", str(tmp_path))
    monkeypatch.setenv("DEMO", "0")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENTOK_ACCOUNT_SECRET", "5ecret")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(fresh, "RECORD", tmp_path / "FRESH.md")
    return Notes(tmp_path)


def test_both_commands_as_a_user_and_as_root_on_both_releases(notes: Notes) -> None:
    assert fresh.main([]) == 0
    assert [row[:5] for row in notes.rows()] == [
        ["abc1234", release, "3.14.10", user, f"`make {command}`"]
        for release in ("trixie", "sid")
        for user in ("someone", "root")
        for command in ("demo", "test")
    ]
    assert {row[5] for row in notes.rows()} == {"ok"}
    assert len(notes.asked("debootstrap")) == 4, "each user has a machine of its own"
    assert len(notes.asked("umount")) == 8
    assert notes.chroot_is_gone()
    makes = [line for line in notes.asked("chroot") if " make " in line]
    assert all("--ignore-environment" in line and "https_proxy=http://proxy.example:3128" in line for line in makes)
    assert "5ecret" not in str(notes.asked("chroot"))


def test_a_command_that_fails_is_noted_and_the_next_one_runs(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "2")
    assert fresh.main(["--releases", "sid", "--users", "root"]) == 1
    assert [row[4:6] for row in notes.rows()] == [["`make demo`", "exit status 2"], ["`make test`", "ok"]]
    assert notes.chroot_is_gone()


def test_what_is_missing_is_one_line(notes: Notes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(notes.folder))
    assert fresh.main([]) == 1
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert fresh.main([]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "error: there is no debootstrap here: apt-get install debootstrap",
        "error: only root can make a chroot: run it as root",
    ]
