# SPDX-License-Identifier: Apache-2.0
"""The policy pack by the real CLI: `pulumi preview --policy-pack`, as the documentation has it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import ROOT, of_page
from tests.engine.conftest import engine
from tests.engine.typed import Shell
from tests.policies.cases import ACCOUNTS, CASES, EXPIRES

__all__ = ["engine"]

PREVIEW = 'pulumi preview --policy-pack "$(python -m pulumi_opentok.policies pulumi)"'
FOUND = re.compile(r"^ +- \[(mandatory|advisory)\]  (\S+)  \(\S+: ([\w-]+)\)", re.MULTILINE)
PASSWORD = "correct horse battery staple"
HEAD = """\
import pulumi
import pulumi_opentok as opentok

other = opentok.Provider("other", account_key="20000002", account_secret=pulumi.Output.secret("0123456789abcdef" * 3))
uri = "sip:a@gateway.example.com;transport=tls"
opentok.SipTrunk("secretive", uri=uri, username="u", password=pulumi.Output.secret(PASSWORD), require_encryption=True)
opentok.Project("elsewhere", on_delete="retain", secret_max_age="1d", opts=pulumi.ResourceOptions(protect=True, provider=other))
""".replace("PASSWORD", repr(PASSWORD))


def program() -> str:
    """A resource for each case, of its name."""
    lines = [HEAD]
    for case in CASES:
        properties = dict(case.properties)
        arguments = "".join(f", {name}={value!r}" for name, value in properties.items())
        if case.session is not None:
            session = "".join(f", {name}={value!r}" for name, value in case.session.items())
            lines.append(f'room = opentok.Session("{case.name}-room", project="46000001"{session})')
            arguments += ", session=room.session_id"
        kind = "".join(word.capitalize() for word in case.kind.split("_"))
        lines.append(f'opentok.{kind}("{case.name}"{arguments}, opts=pulumi.ResourceOptions(protect={case.protect}))')
    return "\n".join(lines) + "\n"


@pytest.mark.long
def test_a_preview_is_refused_by_what_the_table_says(engine: Path, tmp_path: Path) -> None:
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: rules\nruntime: python\n", encoding="utf-8")
    (folder / "__main__.py").write_text(program(), encoding="utf-8")
    settings = {"all": "advisory", EXPIRES: "disabled", ACCOUNTS: {"accounts": ["10000001"], "enforcementLevel": "mandatory"}}
    (folder / "opentok-policies.json").write_text(json.dumps(settings), encoding="utf-8")
    with Emulator() as opentok:
        shell = Shell(engine, tmp_path / "home", folder, opentok.env)
        shell("pulumi stack init eu-prod").ok()
        refused = shell(PREVIEW)
        assert refused.code != 0
        expected = {("mandatory", rule, case.name) for case in CASES for rule in case.refused_by("pulumi")}
        assert {*FOUND.findall(refused.text)} == expected
        assert "too-old has a secret that may get too old: declare a secret_max_age of at most 90d" in refused.text

        (shown,) = [snippet.text for snippet in of_page(ROOT / "docs" / "policies.md") if snippet.language == "text"]
        assert [line for line in shown.splitlines() if line not in refused.text and "(local: " not in line] == []

        shell("pulumi stack init dev").ok()
        judged = shell(f"{PREVIEW} --policy-pack-config opentok-policies.json")
        found = FOUND.findall(judged.text)
        expected = {("advisory", rule, case.name) for case in CASES for rule in case.refused_by("pulumi", production=False) - {EXPIRES}}
        assert {*found} == {*expected, ("mandatory", ACCOUNTS, "elsewhere")}
        assert judged.code != 0
        assert [entry["operation"] for entry in opentok.journal() if entry["operation"] != "project.list"] == []
        assert [secret for secret in (PASSWORD, opentok.account_secret) if secret in shell.printed] == []
