# SPDX-License-Identifier: Apache-2.0
"""``report``."""

from __future__ import annotations

import argparse
import datetime
from typing import Any

from ...core.desired.drift.files import OUTPUTS
from ...core.desired.drift.first_seen import carried
from .. import files
from ..errors import OK
from ..options import local_subcommand
from ..reports import outputs
from ..reports.sources import read
from ..subcommand import Subcommand

_EXAMPLES = """\
examples:
  opentok-projects report --from drift.json --markdown comment.md
  pulumi preview --json | opentok-projects report --from -
  opentok-projects plan -f tenants.yaml --json | opentok-projects report --from - --marker opentok-plan --markdown comment.md
Sends nothing. Without any output it prints Markdown. Exit status: 0 it is rendered, whatever it says; 1 it cannot be written; 2 wrong input.
"""


def _add(commands: Any) -> None:
    report = local_subcommand(
        commands,
        "report",
        "render as Markdown, JUnit XML, for Prometheus or as JSON what another run found",
        _EXAMPLES,
    )
    report.add_argument(
        "--from",
        dest="source",
        metavar="FILE",
        required=True,
        help="a document of drift, or the JSON of `opentok-projects plan`, of `pulumi preview` or of the Ansible module; - is stdin",
    )
    report.add_argument("--since", metavar="FILE", help="the --json-file of the run before, as with `drift`; may be the same file")
    outputs.add(report)


def _report(given: argparse.Namespace) -> int:
    outputs.check(given)
    previous = outputs.previous(given.since)
    if all(getattr(given, name) is None for name in OUTPUTS):
        given.markdown = outputs.STDOUT
    called = f"--from {given.source}"
    document = read(files.json_document(given.source, called), called, datetime.datetime.now(datetime.timezone.utc))
    outputs.write(given, carried(document, previous))
    return OK


REPORT = Subcommand(name="report", add=_add, run=_report)
