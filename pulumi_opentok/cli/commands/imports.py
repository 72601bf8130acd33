# SPDX-License-Identifier: Apache-2.0
"""``import``."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...core import OpenTokError
from ...core.errors import quote
from .. import documents, options, terminal
from ..account import Account
from ..errors import FAILED, OK, UsageError
from ..importing import ansible_files, folder, pulumi_files
from ..importing.imported import Imported, imported
from ..reports.outputs import STDOUT
from ..subcommand import Subcommand
from ..tables import clean

_EXAMPLES = """\
examples:
  opentok-projects import --pulumi --language yaml --output stack
  opentok-projects import --ansible --output playbook
  opentok-projects import --ansible --output -                  prints the files, and writes none
Changes nothing at OpenTok, and replaces no file without --force. The files hold no secret. Exit status: 0 done, 1 some projects cannot be
imported (the others are in the files) or a file cannot be written, 2 wrong usage, or a file is there already (nothing was sent).
"""

ANSIBLE = "ansible"
_FOR_PULUMI = (
    "pulumi stack init dev",
    f"pulumi import --file {pulumi_files.IMPORT_FILE} --generate-code=false --yes",
    "pulumi preview --expect-no-changes",
)
NEXT = {
    "python": ("python -m pip install -r requirements.txt", *_FOR_PULUMI),
    "yaml": _FOR_PULUMI,
    "typescript": ("npm install", *_FOR_PULUMI),
    ANSIBLE: ("ansible-playbook site.yml --check --diff", "ansible-playbook site.yml"),
}
"""What to run next, in the folder of the files. ``--expect-no-changes`` fails where anything differs."""


def _add(commands: Any) -> None:
    what = "write the Pulumi program or the playbook that declares all projects of the account as they are"
    command = options.subcommand(commands, "import", what, _EXAMPLES, ledger=False)
    form = command.add_mutually_exclusive_group(required=True)
    form.add_argument("--pulumi", action="store_true", help=f"a program, and {pulumi_files.IMPORT_FILE} for `pulumi import --file`")
    form.add_argument("--ansible", action="store_true", help="tenants.yaml, and a playbook for it")
    command.add_argument("--language", choices=pulumi_files.LANGUAGES, help="of the program (default: python)")
    command.add_argument("--output", metavar="DIR", default=".", help="where to write the files; - prints them instead (default: this folder)")
    command.add_argument("--force", action="store_true", help="replace files of the same names")


def _import(given: argparse.Namespace) -> int:
    if given.ansible and given.language is not None:
        raise UsageError("--language is about the program of --pulumi: leave it out with --ansible")
    form = ANSIBLE if given.ansible else given.language or "python"
    names = tuple(_files(form, "", ()))
    output = None if given.output == STDOUT else os.path.expanduser(given.output)
    if output is not None:
        folder.check(output, names, replace=given.force)
    elif given.force:
        raise UsageError("--force replaces files, and --output - writes none: give one or the other")
    account = Account(given)
    found, errors = account.fleet().declarations()
    for error in errors:
        terminal.complain(f"not imported: {error}")
    if not found:
        raise OpenTokError(f"account {account.key} has no project that can be imported: nothing was written")
    projects = imported(found)
    files = _files(form, account.key or "", projects)
    if output is not None:
        folder.write(output, files)
    document = documents.of_import(account.key, projects, files, output=output, then=NEXT[form])
    account.print(document, lambda: _lines(output, form, files, projects))
    return FAILED if errors else OK


def _files(form: str, account_key: str, projects: Sequence[Imported]) -> dict[str, str]:
    return ansible_files.files(account_key, projects) if form == ANSIBLE else pulumi_files.files(form, account_key, projects)


def _lines(output: str | None, form: str, files: dict[str, str], projects: Sequence[Imported]) -> list[str]:
    if output is None:
        return [line for name, text in files.items() for line in (f"==> {name} <==", *text.split("\n"))]
    many = f"{len(projects)} project{'' if len(projects) == 1 else 's'}"
    enter = [] if Path(output).resolve() == Path.cwd() else [f"cd {shlex.quote(output)}"]
    return [f"{many}: {', '.join(files)} written to {clean(quote(output, 300))}; next:", *(f"  {line}" for line in (*enter, *NEXT[form]))]


IMPORT = Subcommand(name="import", add=_add, run=_import)
