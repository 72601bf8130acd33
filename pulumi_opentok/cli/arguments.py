# SPDX-License-Identifier: Apache-2.0
"""The arguments of the command."""

from __future__ import annotations

from .argument_parser import Parser, parser_of
from .commands import SUBCOMMANDS

PROG = "opentok-projects"

_EPILOG = """\
examples:
  opentok-projects list
  opentok-projects plan  -f tenants.yaml --ledger ledger.json
  opentok-projects apply -f tenants.yaml --ledger ledger.json --publish 'file:/etc/opentok/{key}.json'
  opentok-projects due   -f tenants.yaml --ledger ledger.json || mail -s 'secrets are due' ops
  opentok-projects rotate 46000001 --reason 'leaked in a chat' --ledger ledger.json
  opentok-projects suspend --csv overdue.csv

The account pair comes from OPENTOK_ACCOUNT_KEY and OPENTOK_ACCOUNT_SECRET; other variables: OPENTOK_API_URL, OPENTOK_TIMEOUT,
OPENTOK_LEDGER, NO_COLOR, and OPENTOK_DEBUG=1 for tracebacks.
Exit status: 0 done; 1 something failed; 2 wrong usage or input (nothing was sent); 3 something is not finished, or it is unknown
whether it was done: run again; 7 something is due (due) or would change (plan --expect-no-changes); 128 plus the number of the signal
after Ctrl+C or SIGTERM: what was begun is finished.
"""


def parser() -> Parser:
    """The parser of the command and its subcommands."""
    return parser_of(PROG, "List, declare, suspend and rotate the OpenTok projects of an account.", _EPILOG, SUBCOMMANDS)
