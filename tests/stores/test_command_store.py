# SPDX-License-Identifier: Apache-2.0
"""Programs that publish: what they get, what their answers mean, and that none outlives its time. Real programs, real processes."""

from __future__ import annotations

import json
import os
import select
import threading
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from pulumi_opentok.core.desired import commands
from pulumi_opentok.core.desired.publish import Comparer, Publication, PublishError
from tests.stores.places import NEWER, PUT_SECRET, SECRET, any_store, document

Program = Callable[[str], Path]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Makes a program of the lines of a shell script."""

    def make(lines: str) -> Path:
        path = tmp_path / f"program-{len(list(tmp_path.iterdir()))}"
        path.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return make


def comparer(command: object) -> Comparer:
    return cast(Comparer, any_store(f"exec:{command}"))


def refusal(step: Callable[[], object]) -> str:
    """The one line of a step that fails, in which no piece of the secret is."""
    with pytest.raises(PublishError) as refused:
        step()
    text = str(refused.value)
    assert not any(SECRET[start : start + 8] in text for start in range(len(SECRET) - 7)), text
    assert refused.value.__cause__ is None
    return text


def test_each_step_gets_its_name_and_the_document_on_stdin(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENTOK_ACCOUNT_SECRET", "an-account-5ecret")
    monkeypatch.setenv("OPENTOK_API_SECRET", "a-project-5ecret")
    monkeypatch.setenv("OPENTOK_WEBHOOK_SECRET", "a-webhook-5ecret")
    monkeypatch.setenv("OF_THE_USER", "kept")
    said = tmp_path / "said"
    said.mkdir()
    write = program(f'cat >"{said}/$2.stdin"; env >"{said}/$2.env"; echo "$#:$1:$2" >"{said}/$2.arguments"; echo noise; echo noise >&2')
    one = comparer(f"{write} 'two  words'")
    one.preflight()
    assert one.holds(document())
    one.write(document())
    for step in ("preflight", "compare", "write"):
        assert (said / f"{step}.arguments").read_text() == f"2:two  words:{step}\n"
        environment = (said / f"{step}.env").read_text()
        assert f"OPENTOK_PUBLISH={step}\n" in environment
        assert "OF_THE_USER=kept\n" in environment
        assert "5ecret" not in environment
    assert json.loads((said / "preflight.stdin").read_text()) == {"platform": "opentok", "preflight": True}
    assert [json.loads((said / f"{step}.stdin").read_text()) for step in ("compare", "write")] == [document()] * 2


def test_no_process_shows_the_secret_to_others(program: Program, tmp_path: Path) -> None:
    """The program itself looks: the secret that it was given stands in no argument of any process, nor in its own environment."""
    seen = tmp_path / "seen"
    look = r"""secret=$(sed -n 's/.*"api_secret": "\([^"]*\)".*/\1/p')
[ ${#secret} = 40 ] || exit 3
for file in /proc/[0-9]*/cmdline /proc/$$/environ; do
  tr '\0' '\n' <"$file" 2>/dev/null | while read -r line; do case $line in *"$secret"*) echo "$file"; esac; done
done"""
    one = comparer(program(f'{{ {look}\n}} >"{seen}"'))
    one.write(document())
    assert seen.read_text() == ""


@pytest.mark.parametrize(("status", "holds"), [(0, True), (10, False)])
def test_the_exit_status_of_compare_is_the_answer(program: Program, status: int, holds: bool) -> None:
    assert comparer(program(f"exit {status}")).holds(document()) is holds


@pytest.mark.parametrize(
    ("lines", "step", "words"),
    [
        ("exit 10", "write", ["write failed (exit status 10)", "it wrote nothing to stderr"]),
        ("exit 1", "compare", ["compare failed (exit status 1)"]),
        ("echo first >&2; printf 'no  such\\tdrawer\\n\\n' >&2; exit 2", "preflight", ["preflight failed (exit status 2): no  such drawer"]),
        ("kill -9 $$", "write", ["write failed (ended by SIGKILL)"]),
        ("tr -d '\\n' >&2; exit 1", "write", ["write failed (exit status 1): {", '"api_secret": "***"']),
        ("sed -n 's/.*secret\": \"\\(.........\\).*/cut off: \\1/p' >&2; exit 1", "write", ["cut off: ***"]),
        ("head -c 3000000 /dev/zero | tr '\\0' 'x' >&2; echo >&2; echo the end >&2; exit 1", "write", ["the end"]),
    ],
)
def test_all_other_answers_are_errors_of_one_line(program: Program, lines: str, step: str, words: list[str]) -> None:
    command = program(lines)
    one = comparer(command)
    steps = {"preflight": one.preflight, "compare": lambda: one.holds(document()), "write": lambda: one.write(document())}
    text = refusal(steps[step])
    assert text.startswith(f"command '{command}': ")
    assert [word for word in words if word not in text] == [], text
    assert "first" not in text
    assert "\n" not in text


@pytest.mark.parametrize(
    "shows",
    [
        *(f'printf "%s$secret:" {before} | base64 -w 0' for before in ("''", "k", "ke")),
        'printf %s "$secret" | tr a-f A-F',
        'printf %s "$secret" | od -An -v -t x1 -w99 | tr -d " "',
        'printf %s "$secret" | od -An -v -t x1 -w99 | tr "a-f " "A-F%"',
    ],
)
def test_a_secret_in_another_encoding_is_not_quoted(program: Program, shows: str) -> None:
    secret = """secret=$(sed -n 's/.*"api_secret": "\\([^"]*\\)".*/\\1/p')"""
    said = refusal(lambda: comparer(program(f"{secret}; {{ {shows}; }} >&2; exit 1")).write(document())).partition("(exit status 1): ")[2]
    assert "***" in said
    # Of base64, the characters at the ends that have a few bits of what stands beside it.
    assert len(said.replace("***", "")) <= 7, said


def test_a_program_that_does_not_read_and_one_that_talks(program: Program) -> None:
    comparer(program("exit 0")).write(document(rotated_at="x" * 300_000))
    comparer(program("exec head -c 3000000 /dev/zero")).write(document())


def test_one_that_takes_too_long_is_ended_with_all_that_it_started(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "GRACE", 0.2)
    pids = tmp_path / "pids"
    lines = f"trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >>\"{pids}\"; exec sleep 300' & echo $$ >>\"{pids}\"; sleep 300; sleep 300"
    command = program(lines)
    text = refusal(lambda: comparer(f"{command}?timeout=1").write(document()))
    assert text == f"command '{command}': write: did not end within 1 s and was ended: ?timeout= at its end sets how long it may take"
    assert [pid for pid in pids.read_text().split() if lives(int(pid))] == []


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Linux alone tells what is below a process")
def test_what_has_left_its_group_and_its_session_is_ended_as_well(program: Program, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    stray = f"echo $$ >>\"{pids}\"; sleep 300 & echo $! >>\"{pids}\"; wait"
    command = program(f"setsid sh -c '{stray}' & while [ \"$(wc -l <\"{pids}\")\" != 2 ]; do :; done 2>/dev/null; sleep 300")
    refusal(lambda: comparer(f"{command}?timeout=3").write(document()))
    assert len(ended := pids.read_text().split()) == 2
    assert all(ends(int(pid)) for pid in ended)


def ends(pid: int) -> bool:
    """Whether it has ended, or does within 30 s."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with open(handle, "rb") as file:
        return bool(select.select([file], [], [], 30)[0])


def test_what_it_leaves_behind_ends_with_it(program: Program, tmp_path: Path) -> None:
    """It has the secret, and holds stderr open, for which nobody waits."""
    pid = tmp_path / "pid"
    comparer(program(f'sleep 300 & echo $! >"{pid}"')).write(document())
    assert ends(int(pid.read_text()))


def lives(pid: int) -> bool:
    """Whether there is such a process, be it one that nobody has waited for. What init has yet to reap is none of ours."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
    except FileNotFoundError:
        return False
    return state != "Z" or int(parent) == os.getpid()


def test_no_thread_and_no_child_is_left(program: Program, tmp_path: Path) -> None:
    before, pid = threading.active_count(), tmp_path / "pid"
    comparer(program(f'echo $$ >"{pid}"')).write(document())
    assert threading.active_count() <= before  # those of earlier tests may end meanwhile
    assert not lives(int(pid.read_text()))


def test_programs_that_cannot_be_run(program: Program, tmp_path: Path) -> None:
    text = program("exit 0")
    text.write_bytes(b"\0\1\2")
    folder = tmp_path / "folder"
    folder.mkdir()
    for command, words in (
        (tmp_path / "none", "there is no program"),
        (folder, "there is no program"),
        ("no-such-program-anywhere", "it is not on PATH"),
        (text, "cannot be started: Exec format error: is it a program, or a script with a #! line?"),
    ):
        assert words in refusal(comparer(command).preflight)


def test_a_program_that_others_could_have_put_there_is_not_run(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    one = program(f'touch "{ran}"')
    one.chmod(0o777)
    assert "is not safe from other users: others may write to it: run chmod go-w" in refusal(comparer(one).preflight)
    one.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(one, 12345, 12345)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        for command in (one, one.name):
            assert "belongs to user 12345" in refusal(comparer(command).preflight)
        # Also where a file would be trusted: whose folder it is may not decide what root runs.
        home = tmp_path / "home-of-12345"
        home.mkdir()
        os.chown(home, 12345, 12345)
        one.rename(home / "program")
        assert "belongs to user 12345" in refusal(comparer(home / "program").preflight)
    assert not ran.exists()


def test_one_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(PUT_SECRET.parent), prepend=os.pathsep)
    one = comparer(f"put-secret {tmp_path}/opentok.json")
    assert not one.holds(document())
    one.write(document())
    assert one.holds(document())
    assert not one.holds(document(api_secret=NEWER))


class Newer:
    """What another run has published meanwhile."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> dict[str, object]:
        self.asked += 1
        return document(api_secret=NEWER, version=2)


def test_a_newer_secret_is_not_replaced_by_the_one_that_this_run_knows(tmp_path: Path) -> None:
    """Nothing can be read, so OpenTok is asked before anything is overwritten: the newer one is there already."""
    file = tmp_path / "opentok.json"
    one, look = comparer(f"{PUT_SECRET} {file}"), Newer()
    one.write(document(api_secret=NEWER, version=2))
    assert Publication([one]).ensure(document(), before=document(), look=look) == ((), None)
    assert json.loads(file.read_text())["api_secret"] == NEWER
    assert steps(file) == ["write", "compare", "compare"]


def test_what_is_live_by_then_is_written(tmp_path: Path) -> None:
    file = tmp_path / "opentok.json"
    one, look = comparer(f"{PUT_SECRET} {file}"), Newer()
    done, failed = Publication([one]).ensure(document(), before=document(), look=look)
    assert (len(done), failed, look.asked) == (1, None, 1)
    assert json.loads(file.read_text())["api_secret"] == NEWER


def test_a_secret_that_is_not_known_yet_is_not_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "opentok.json"
    one = comparer(f"{PUT_SECRET} {file}")
    one.write(document())
    assert len(Publication([one]).planned(document(api_secret=None))) == 1
    assert Publication([one]).planned(document()) == ()
    assert steps(file) == ["write", "compare"]


def steps(file: Path) -> list[str]:
    return [line.split()[0] for line in Path(f"{file}.steps").read_text().splitlines()]
