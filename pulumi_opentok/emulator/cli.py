# SPDX-License-Identifier: Apache-2.0
"""The command ``opentok-emulator``."""

from __future__ import annotations

import argparse
import json
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from .config import HEADER_TIMEOUT, LIST_COUNTS, RENDER_STOP_STATUSES, WEBHOOK_TIMEOUT, EmulatorError, check_host, parse_account, parse_project
from .texts import number_in
from .visitors import is_loopback

Parsed = TypeVar("Parsed")

_EPILOG = """\
Serves the OpenTok REST API over plain HTTP, without an account and without a network. Once it listens, it prints its address, its
account pair and `export` lines that point clients at it, past any proxy. The control plane is under /_emulator/; an unknown path under it
lists all calls. Stop it with Ctrl+C or SIGTERM. Exit status: 0 after a stop, 2 if it cannot start.
"""

_EXPOSED = (
    "opentok-emulator: warning: it listens on {host}: anyone who can reach this machine there can read all secrets and change everything;"
    " publish its port on 127.0.0.1 only\n"
)


def _argument(parse: Callable[[str], Parsed]) -> Callable[[str], Parsed]:
    def checked(text: str) -> Parsed:
        try:
            return parse(text)
        except EmulatorError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return checked


def _port(text: str) -> int:
    port = number_in(text, 65_535)
    if port is None:
        raise argparse.ArgumentTypeError("a port must be a number from 0 to 65535")
    return port


class _Parser(argparse.ArgumentParser):
    """One line for an error, and nothing of a secret in it."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    result = _Parser(
        prog="opentok-emulator",
        description="Run a local OpenTok service for stacks, playbooks and tests.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    result.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    result.add_argument(
        "--allow-host",
        metavar="NAME",
        dest="allow_hosts",
        action="append",
        type=_argument(check_host),
        help="another name that clients may use for it, besides those of this machine and --host; repeatable (default: none)",
    )
    result.add_argument("--port", type=_port, default=8765, help="port to listen on; 0 picks a free one (default: %(default)s)")
    result.add_argument("--data", metavar="FILE", help="SQLite file that keeps the state (default: memory only)")
    result.add_argument(
        "--account",
        metavar="KEY:SECRET",
        dest="accounts",
        action="append",
        type=_argument(parse_account),
        help="account pair; repeatable, the first is the primary one (default: a fixed pair)",
    )
    result.add_argument(
        "--project",
        metavar="KEY:SECRET[:NAME]",
        dest="projects",
        action="append",
        type=_argument(parse_project),
        help="project of the primary account that exists from the start; repeatable",
    )
    result.add_argument("--seed", metavar="N", type=int, help="make secrets and the probability of faults repeatable")
    result.add_argument("--strict-exp", action="store_true", help="refuse tokens that live longer than 300 seconds")
    result.add_argument(
        "--render-stop-status",
        type=int,
        choices=RENDER_STOP_STATUSES,
        default=200,
        help="success code for stopping a render: the Ruby SDK accepts only 204, the Python and Java SDKs only 200 (default: %(default)s)",
    )
    result.add_argument(
        "--list-count",
        choices=LIST_COUNTS,
        default=LIST_COUNTS[0],
        help="what the count of a list counts: the items on this page, as the live API was seen to do, or on all pages (default: %(default)s)",
    )
    result.add_argument(
        "--archive-dir", metavar="DIR", help="write the file of every ended archive to DIR/PROJECT/ARCHIVE/archive.mp4 or .zip"
    )
    result.add_argument(
        "--webhook-timeout",
        metavar="SECONDS",
        type=float,
        default=WEBHOOK_TIMEOUT,
        help="time that the receiver of a webhook has to answer (default: %(default)g)",
    )
    result.add_argument(
        "--header-timeout",
        metavar="SECONDS",
        type=float,
        default=HEADER_TIMEOUT,
        help="time that a client has to send the head of a request (default: %(default)g)",
    )
    result.add_argument("--json", action="store_true", help="print one line of JSON instead of text once it listens")
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Run the emulator until it is told to stop. Returns the exit status."""
    arguments = parser().parse_args(argv)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        return _run(arguments, stop)
    except EmulatorError as error:
        sys.stderr.write(f"opentok-emulator: {error}\n")
        return 2


def _run(arguments: argparse.Namespace, stop: threading.Event) -> int:
    from .server import Emulator

    projects = arguments.projects or []
    emulator = Emulator(
        host=arguments.host,
        port=arguments.port,
        data=arguments.data,
        accounts=arguments.accounts,
        projects=[(project.key, project.secret, project.name) for project in projects],
        seed=arguments.seed,
        strict_exp=arguments.strict_exp,
        render_stop_status=arguments.render_stop_status,
        webhook_timeout=arguments.webhook_timeout,
        archive_dir=arguments.archive_dir,
        allow_hosts=arguments.allow_hosts or (),
        header_timeout=arguments.header_timeout,
        list_count=arguments.list_count,
    )
    with emulator:
        description = {
            "url": emulator.url,
            "account_key": emulator.account_key,
            "account_secret": emulator.account_secret,
            "projects": emulator.projects,
        }
        lines = [json.dumps(description)] if arguments.json else _text(emulator.url, emulator.accounts, emulator.projects, emulator.env)
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        if not is_loopback(arguments.host):
            sys.stderr.write(_EXPOSED.format(host=arguments.host or "every address"))
        stop.wait()
    return 0


def _text(url: str, accounts: list[tuple[str, str]], projects: list[dict[str, str]], env: dict[str, str]) -> list[str]:
    lines = [f"OpenTok emulator listening on {url}", f"dashboard {url}/_emulator/"]
    lines += [f"account {key} secret {secret}" for key, secret in accounts]
    lines += [f"project {project['id']} secret {project['secret']} name {json.dumps(project['name'])}" for project in projects]
    lines += [_past_proxies(urlsplit(url).hostname or "")]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in env.items()]
    return lines


def _past_proxies(host: str) -> str:
    """The line by which clients reach ``host`` without a proxy. Programs read the one variable or the other; what the shell has in them stays."""
    hosts = ",".join(dict.fromkeys(["127.0.0.1", "localhost", host]))
    names = (("NO_PROXY", "no_proxy"), ("no_proxy", "NO_PROXY"))
    return "export " + " ".join(f'{name}="${{{name}:-${{{other}:-localhost}}}},{hosts}"' for name, other in names)
