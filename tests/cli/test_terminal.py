# SPDX-License-Identifier: Apache-2.0
"""On a terminal: aligned tables of any script, colours that can be turned off, progress, and a question before something is done."""

from __future__ import annotations

import re
import subprocess

import pytest

from pulumi_opentok.cli.tables import clean, cut, table, width
from tests.cli.running import PROGRAM, Command

WIDTHS = [("", 0), ("acme", 4), ("東京", 4), ("é", 1), ("e\u0301", 1), ("🚀", 2), ("ﬁ", 1), ("ｱ", 1), ("Ａ", 2), ("a\u200db", 2)]
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
TWO = "projects: [{key: a, name: A}, {key: b, name: B, status: suspended}]"


@pytest.mark.parametrize(("text", "columns"), WIDTHS)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize("columns", range(1, 20))
@pytest.mark.parametrize("text", ["東京ビデオ相談室", "plain text of ascii", "🚀 Rocket 🚀", "e\u0301" * 30])
def test_what_is_cut_fits_and_says_so(text: str, columns: int) -> None:
    shown = cut(text, columns)
    assert width(shown) <= columns
    assert shown == text if width(text) <= columns else shown.endswith("…")


def test_columns_are_aligned_by_what_a_terminal_shows() -> None:
    lines = table(["A", "B", "C"], [["東京", "x", "end"], ["a", "🚀🚀", "東京" * 20]], 30)
    assert {width(line[: re.search(r"C|end|東京東", line).start()]) for line in lines} == {12}  # type: ignore[union-attr]
    assert all(width(line) <= 30 for line in lines)


def test_what_could_move_the_cursor_is_a_blank() -> None:
    assert clean("a\x1b[31m\u202eb\nc\u200cd") == "a [31m b c\u200cd"


def test_a_narrow_terminal_cuts_names(command: Command) -> None:
    command.projects.create("東京" * 40)
    lines = command("list", COLUMNS="60").ok().out.splitlines()
    assert width(lines[1]) in (59, 60)
    assert lines[1].endswith("…")
    assert "…" not in command("list").ok().out


def test_a_name_that_forges_a_line(command: Command) -> None:
    command.projects.create("x")
    command.emulator.edit_project("46000001", name="evil\n46009999  active\x1b[2J")
    out = command("list").ok().out
    assert (out.count("\n"), "\x1b" in out) == (3, False)
    odd = "evil\x9b2J\x7f\u202egnp\U000e0041\u2028é東"
    command.emulator.edit_project("46000001", name=odd)
    for arguments in (("list",), ("show", "46000001")):
        shown = command(*arguments, "--json").ok()
        assert [char for char in odd if char in shown.out and char not in "evil2Jgnpé東"] == []
        project = shown.json["project"] if arguments[0] == "show" else shown.json["projects"][0]
        assert project["name"] == odd


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours(command: Command, env: dict[str, str], coloured: bool) -> None:
    code, shown = command.on_terminal("plan", "-f", command.file(TWO), **env)
    assert (code, "\x1b[32m+" in shown) == (0, coloured)
    assert "\x1b" not in command("plan", "-f", "tenants.yaml").ok().out


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("yes\n", 0), ("n\n", 1), ("\n", 1), ("\x04", 1)])
def test_apply_asks_and_does_what_it_showed(command: Command, typed: str, code: int) -> None:
    ended, shown = command.on_terminal("apply", "-f", command.file(TWO), typed=typed)
    assert ended == code
    assert "create project 'A'" in shown
    assert "[y/N]" in shown
    assert command.names() == (["A", "B"] if code == 0 else [])
    assert ("nothing was done" in shown) == (code == 1)


def test_apply_does_not_ask_when_told_or_when_there_is_nothing_to_do(command: Command) -> None:
    for arguments in (["--yes"], [], ["--json"]):
        code, shown = command.on_terminal("apply", "-f", command.file(TWO), *arguments)
        assert (code, "[y/N]" in shown) == (0, False)


def test_rotate_asks_and_names_the_project(command: Command) -> None:
    secret = command.projects.create("acme").secret
    code, shown = command.on_terminal("rotate", "acme", "--reason", "x", typed="n\n")
    assert code == 1
    assert "Rotate the secret of project 46000001 'acme'? Every client token" in shown
    assert command.projects.get("46000001").secret == secret
    assert command.on_terminal("rotate", "acme", "--reason", "x", typed="y\n")[0] == 0
    assert command.projects.get("46000001").secret != secret


@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1"}])
def test_progress_of_many(command: Command, env: dict[str, str]) -> None:
    for _ in range(2):
        command.projects.create("P5 [red]")
    command.emulator.fault("project.create", "delay", times=None, seconds=0.15)
    rows = ", ".join(f"{{name: 'P{number} [red]'}}" for number in range(6))
    _code, shown = command.on_terminal("apply", "-f", command.file(f"projects: [{rows}]"), "--yes", "--parallel", "2", **env)
    assert re.search(r"[1-5]/6 .*P\d \[red\]", shown), "what looks like markup is none"
    assert re.search(r"[1-5]/6 .*1 failed", shown)
    assert "6 projects: 5 changed" in shown
    assert shown.count(HIDE) == shown.count(SHOW) == 1, "the cursor comes back"
    assert bool(COLOUR.search(shown)) == (not env)


def test_who_reads_only_the_first_line_sees_no_traceback(command: Command) -> None:
    for number in range(30):
        command.projects.create(f"p{number}")
    line = f"{' '.join(PROGRAM)} list --json | head -n 1"
    done = subprocess.run(["sh", "-c", line], cwd=command.folder, env=command.environment({}), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("{\n", "")
