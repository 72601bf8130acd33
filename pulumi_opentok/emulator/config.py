# SPDX-License-Identifier: Apache-2.0
"""What an emulator is started with: accounts, projects, the data file, the seed."""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import re
import tempfile

# Fixed and plainly not real ("fa4e" reads "fake"), but of the real shape: digits, and 40 hexadecimal characters.
DEFAULT_ACCOUNT = ("10000001", "fa4e" * 10)

RENDER_STOP_STATUSES = (200, 204)
LIST_COUNTS = ("page", "total")
WEBHOOK_TIMEOUT = 5.0  # seconds; our own, no source says how long the real service waits
HEADER_TIMEOUT = 20.0  # seconds; our own, as common servers have it
_HOST = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,252}")
_KEY = re.compile(r"[0-9]{1,18}")


class EmulatorError(Exception):
    """The emulator cannot start. The message is one line and says what to change."""


@dataclasses.dataclass(frozen=True, repr=False)
class ProjectSeed:
    """A project that exists from the start: its key, secret and name."""

    key: str
    secret: str
    name: str = ""


@dataclasses.dataclass(frozen=True, repr=False)
class Config:
    """How an emulator starts.

    ``accounts`` are (key, secret) pairs, the first is the primary one; if empty, the accounts of the data file are used, else
    :data:`DEFAULT_ACCOUNT`. ``data`` is the path of the SQLite file; None keeps everything in memory. ``seed`` makes secrets and the
    probability of faults repeatable. ``strict_exp`` refuses tokens that live longer than 300 seconds. ``render_stop_status`` is the
    success code of ``render.stop``, 200 or 204: SDKs disagree. ``webhook_timeout`` is how many seconds (by the machine's clock) the
    receiver of a webhook has to answer. The file of every ended archive is written to the folder ``archive_dir``. ``host`` is the address
    to listen on, ``allow_hosts`` are more names that clients may use for it. ``header_timeout`` is how many seconds (by the machine's
    clock) a client has to send the head of a request. ``list_count`` is what the ``count`` of a list counts: the items on this page
    ("page") or on all pages ("total"): sources disagree.
    """

    accounts: tuple[tuple[str, str], ...] = ()
    projects: tuple[ProjectSeed, ...] = ()
    data: str | None = None
    seed: int | None = None
    strict_exp: bool = False
    render_stop_status: int = 200
    webhook_timeout: float = WEBHOOK_TIMEOUT
    archive_dir: str | None = None
    host: str = "127.0.0.1"
    allow_hosts: tuple[str, ...] = ()
    header_timeout: float = HEADER_TIMEOUT
    list_count: str = LIST_COUNTS[0]

    def __post_init__(self) -> None:
        if self.render_stop_status not in RENDER_STOP_STATUSES:
            raise EmulatorError("render_stop_status must be 200 or 204")
        if self.list_count not in LIST_COUNTS:
            raise EmulatorError("list_count must be page or total")
        if not 0 < self.webhook_timeout <= 60:
            raise EmulatorError("webhook_timeout must be more than 0 and at most 60 seconds")
        if not 0 < self.header_timeout <= 600:
            raise EmulatorError("header_timeout must be more than 0 and at most 600 seconds")
        for name in self.allow_hosts:
            check_host(name)
        keys = [key for key, _ in self.accounts] + [project.key for project in self.projects]
        for key in keys:
            check_key(key)
        for secret in [secret for _, secret in self.accounts] + [project.secret for project in self.projects]:
            check_secret(secret)
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise EmulatorError(f"the key {twice[0]} is used twice; every account and project needs its own")


def check_key(key: object) -> str:
    """Return ``key`` if it is a usable account or project key (1 to 18 digits), else raise :class:`EmulatorError`."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise EmulatorError("a key must be 1 to 18 digits")  # not shown: it may be a secret in the wrong place
    return key


def check_secret(secret: object) -> str:
    """Return ``secret`` if it is usable (printable ASCII without spaces), else raise :class:`EmulatorError` without showing it."""
    if not isinstance(secret, str) or not secret or not all("!" <= character <= "~" for character in secret):
        raise EmulatorError("a secret must be printable ASCII characters without spaces")
    return secret


def check_host(text: object) -> str:
    """Return a host name, or an address without brackets, in lower case; raise :class:`EmulatorError` for anything else."""
    bare = text.lower().removeprefix("[").removesuffix("]") if isinstance(text, str) else ""
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        if not _HOST.fullmatch(bare):
            raise EmulatorError("an allowed host must be a name or an address without scheme and port, such as opentok.example.com") from None
    return bare.rstrip(".")


def parse_account(text: str) -> tuple[str, str]:
    """Read ``KEY:SECRET``. Raises :class:`EmulatorError`."""
    key, colon, secret = text.partition(":")
    if not colon:
        raise EmulatorError("expected KEY:SECRET")
    return check_key(key), check_secret(secret)


def parse_project(text: str) -> ProjectSeed:
    """Read ``KEY:SECRET`` or ``KEY:SECRET:NAME`` (the name may contain colons). Raises :class:`EmulatorError`."""
    key, colon, rest = text.partition(":")
    if not colon:
        raise EmulatorError("expected KEY:SECRET or KEY:SECRET:NAME")
    secret, _, name = rest.partition(":")
    return ProjectSeed(check_key(key), check_secret(secret), name)


def prepare_folder(folder: str) -> str:
    """The absolute path of a folder that files can be written into; it is made if need be. Raises :class:`EmulatorError`."""
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise EmulatorError(f"cannot write into the archive folder {folder}: {reason}") from error
    return os.path.abspath(folder)
