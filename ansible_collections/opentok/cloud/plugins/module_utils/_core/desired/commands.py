# SPDX-License-Identifier: Apache-2.0
"""Programs of others that a run starts: a command line without a shell, found where nobody else could have put it, ended in time.

Each runs in a session and process group of its own, so Ctrl+C at a terminal does not reach it, and all of the group ends with it, after a
timeout all that it has started. What it reads comes on stdin; its stdout is thrown away, and of its stderr the last line is kept. The secrets of
this program's environment are not in its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import LIKE_A_SECRET, InvalidInput, OpenTokError, Problem, quote
from ..http.connection import ENVIRONMENT, SECRET_SETTINGS
from .files.trusted_path import distrust, open_to_others

SECONDS = 60
"""How long one run may take, where nothing else is said."""

MOST_SECONDS = 600

GRACE = 2.0
"""Seconds that a program has to end by itself after SIGTERM."""

LONGEST = 500
"""Characters of a command line: it is shown as a whole, because two of which less was shown could look alike."""

TAIL = 4096
"""Bytes of its stderr that are kept."""

WEBHOOK_SECRET = "OPENTOK_WEBHOOK_SECRET"
"""The variable that has the key by which webhooks are signed."""

HIDDEN = (*(ENVIRONMENT[name] for name in SECRET_SETTINGS), WEBHOOK_SECRET)
"""Variables that no program gets."""

_TIMEOUT = re.compile(r"\?timeout=(?P<seconds>.*)\Z")


class CommandError(OpenTokError):
    """A program could not be run, or did not end in time."""


@dataclasses.dataclass(frozen=True)
class Ended:
    """How it ended: its exit status (negative: by this signal), and the last line that it wrote to stderr, which may quote what it was given."""

    status: int
    said: str

    @property
    def how(self) -> str:
        """For texts."""
        if self.status >= 0:
            return f"exit status {self.status}"
        with contextlib.suppress(ValueError):
            return f"ended by {signal.Signals(-self.status).name}"
        return f"ended by signal {-self.status}"


@dataclasses.dataclass(frozen=True)
class Command:
    """The ``words`` of a command line, as it was written (``line``), and the ``seconds`` that each run may take."""

    words: tuple[str, ...]
    line: str
    seconds: int = SECONDS

    @property
    def where(self) -> str:
        """For texts."""
        return f"command {quote(self.line, LONGEST)}"

    @classmethod
    def of(cls, place: str, field: str) -> Command:
        """The command of ``exec:`` and ``place``: words as a shell splits them, ``?timeout=SECONDS`` at the end. Raises :class:`InvalidInput`."""
        what = f"{quote('exec:' + place, 120)}:"
        found = _TIMEOUT.search(place)
        line = place[: found.start()] if found else place
        seconds = found["seconds"] if found else str(SECONDS)
        problems = []
        if LIKE_A_SECRET.search(place):
            problems.append("holds what looks like a secret, which all users of this machine could see: let the program read it from a file")
        if len(line) > LONGEST:
            problems.append(f"{what} is longer than {LONGEST} characters: put it into a script")
        if not (seconds.isascii() and seconds.isdigit() and 1 <= int(seconds) <= MOST_SECONDS):
            problems.append(f"{what} ?timeout= must be a whole number of seconds from 1 to {MOST_SECONDS}")
        try:
            words = shlex.split(line)
        except ValueError as error:
            words = []
            problems.append(f"{what} cannot be split into words as a shell does it: {str(error).lower()}")
        else:
            if not words or not words[0]:
                problems.append(f"{what} names no program")
            elif "/" in words[0] and not words[0].startswith("/"):
                problems.append(f"{what} must begin with the absolute path of a program, or with the name of one on PATH")
        if problems:
            raise InvalidInput([Problem(field, problem) for problem in problems])
        return cls(tuple(words), line, int(seconds))

    def run(self, given: bytes, *arguments: str, variables: Mapping[str, str]) -> Ended:
        """Runs it once with ``arguments`` after its own, ``given`` on stdin, and ``variables`` in its environment. Raises :class:`CommandError`."""
        environment = {name: value for name, value in os.environ.items() if name not in HIDDEN}
        try:
            process = subprocess.Popen(  # pylint: disable=ansible-bad-function  # there is no AnsibleModule here
                [self._program(), *self.words[1:], *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**environment, **variables},
                start_new_session=True,
            )
        except OSError as error:
            raise CommandError(f"cannot be started: {error.strerror or type(error).__name__}: is it a program, or a script with a #! line?") from None
        said = [b""]
        threads = [threading.Thread(target=target, daemon=True) for target in (lambda: _give(process, given), lambda: _take(process, said))]
        try:
            for thread in threads:
                thread.start()
            status = process.wait(self.seconds)
        except subprocess.TimeoutExpired:
            raise CommandError(f"did not end within {self.seconds} s and was ended: ?timeout= at its end sets how long it may take") from None
        finally:
            # Also after Ctrl+C where nothing is begun, and what it has left running: that might have the secret, and it holds stderr open.
            _end(process)
            for thread in filter(threading.Thread.is_alive, threads):
                thread.join(GRACE)
        return Ended(status, _last_line(said[0]))

    def _program(self) -> str:
        """The path of the program, which nobody but root and the user of this run could have put there. Raises :class:`CommandError`."""
        name = self.words[0]
        found = shutil.which(name)
        if found is None:
            advice = "check the path" if "/" in name else "it is not on PATH"
            raise CommandError(f"there is no program {quote(name, 200)} that can be run: {advice}")
        found = os.path.abspath(found)
        try:
            real = os.path.realpath(found)
            wrong = distrust(found, own=True) or distrust(real, own=True) or open_to_others(real)
        except OSError as error:
            raise CommandError(f"cannot be looked at: {error.strerror}") from None
        if wrong:
            raise CommandError(f"is not safe from other users: {wrong}")
        return found


def _give(process: subprocess.Popen[bytes], given: bytes) -> None:
    """Writes it all, or as much as is read."""
    pipe: Any = process.stdin
    with contextlib.suppress(OSError):
        pipe.write(given)
    with contextlib.suppress(OSError):
        pipe.close()


def _take(process: subprocess.Popen[bytes], said: list[bytes]) -> None:
    """Reads its stderr and keeps the end."""
    pipe: Any = process.stderr
    with pipe, contextlib.suppress(OSError):
        while some := os.read(pipe.fileno(), 65536):
            said[0] = (said[0] + some)[-TAIL:]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends what is left of its group, and leaves no zombie. One that has not ended by itself: also what it has started outside of its group."""
    with contextlib.ExitStack() as held:
        strays: list[int] = []
        if process.poll() is None:
            strays = _strays(process.pid)
            for stray in strays:
                held.callback(os.close, stray)
            _signal(process, signal.SIGTERM, strays)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
        _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM), strays)
        process.kill()  # where there are no groups
        process.wait()


def _strays(program: int) -> list[int]:
    """Handles, which mean no other process later, of all that is below ``program`` or of its session, and not of its group; Linux alone has them."""
    if not hasattr(os, "pidfd_open"):
        return []
    found: list[int] = []
    below = {program}
    rows = sorted(_processes())
    while more := [row for row in rows if row[0] not in below and (row[1] in below or row[3] == program)]:
        below |= {row[0] for row in more}
        for pid in (row[0] for row in more if row[2] != program):
            with contextlib.suppress(OSError):
                found.append(os.pidfd_open(pid))
    return found


def _processes() -> Iterator[tuple[int, int, int, int]]:
    """Process, parent, group and session of each that this user can see."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, ValueError), open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
            _state, parent, group, session = file.read().rpartition(")")[2].split()[:4]
            yield int(name), int(parent), int(group), int(session)


def _signal(process: subprocess.Popen[bytes], number: int, strays: Sequence[int]) -> None:
    with contextlib.suppress(OSError):
        os.killpg(process.pid, number)
    for stray in strays:
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(stray, number)


def _last_line(said: bytes) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else ""
