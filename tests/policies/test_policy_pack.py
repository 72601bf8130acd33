# SPDX-License-Identifier: Apache-2.0
"""The policy pack by the real CLI: `pulumi preview --policy-pack`, as the documentation has it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import ROOT, of_page
from tests.engine import plugin
from tests.engine.conftest import engine
from tests.engine.typed import Shell
from tests.policies.cases import ACCOUNTS, CASES, ENCRYPTED, EXPIRES, KEPT, PROTECTED, ROUTED

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

WAYS = """\
class Team(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Team", name, {}, opts)
        opentok.Project(f"{name}-project", on_delete="retain", secret_max_age="30d", opts=pulumi.ResourceOptions(parent=self))

def turned(args):
    protect = {"protected-by-transform": True, "unprotected-by-transform": False}.get(args.name)
    options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(protect=protect))
    return None if protect is None else pulumi.ResourceTransformResult(args.props, options)

pulumi.runtime.register_resource_transform(turned)
good = {"on_delete": "suspend", "secret_max_age": "30d"}
protected = pulumi.ResourceOptions(protect=True)
Team("protecting-team", protected)
Team("team")
trunk = {"uri": "sip:a@gateway.example.com"}
opentok.Tenant("tenant", name="Tenant", session={"media_mode": "routed"}, sip_trunk=trunk)
opentok.Tenant("good-tenant", name="Good tenant", project=good, opts=protected)
opentok.Project("protected-by-transform", **good)
opentok.Project("unprotected-by-transform", **good, opts=protected)
base = opentok.Project("base", **good, opts=protected)
opentok.Project("not-known-yet", on_delete="suspend", secret_max_age=base.api_key.apply(lambda _: "365d"), opts=protected)
opentok.RecordedRoom("recorded", project=base, archive={"state": "stopped"})
relayed = opentok.Session("plain-room", project=base)
opentok.Archive("by-apply", session=relayed.session_id.apply(str.strip), state="stopped")
aliased = pulumi.ResourceOptions(protect=True, aliases=[pulumi.Alias(name="before")])
opentok.Project("aliased", secret_max_age="30d", opts=aliased)
"""
LATER = """\
import pulumi_opentok as opentok
base = opentok.Project("base", name="Base", secret_max_age="30d")
opentok.Project("not-known-yet", name="Later", secret_max_age=base.api_key.apply(lambda _: "365d"))
"""
"""Of which the preview does not know all: it is judged by `up`."""
IN_WAYS = {
    (PROTECTED, "team-project"),
    (PROTECTED, "tenant-project"),
    (KEPT, "tenant-project"),
    (EXPIRES, "tenant-project"),
    (ENCRYPTED, "tenant-sip-trunk"),
    (PROTECTED, "unprotected-by-transform"),
    (ROUTED, "by-apply"),
    (KEPT, "aliased"),
}
"""What is refused of them in production."""


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
    return "\n".join([*lines, WAYS])


WRONG = {
    '{"secret-expires": "disabled"}': "there is no rule 'secret-expires'; the rules are production-projects-are-protected, ",
    '{"secrets-expire": {"day": 30}}': "secrets-expire: there is no setting 'day'; it has days",
    '{"accounts-are-allowed": {"accounts": []}}': "accounts: Array must have at least 1 items",
}
"""Settings that are wrong, with what is said of them."""


@pytest.mark.long
def test_a_preview_is_refused_by_what_the_table_says(engine: Path, tmp_path: Path) -> None:
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: rules\nruntime: python\n", encoding="utf-8")
    (folder / "__main__.py").write_text(program(), encoding="utf-8")
    settings = {"all": "advisory", EXPIRES: "disabled", ACCOUNTS: {"accounts": ["10000001"], "enforcementLevel": "mandatory"}}
    (folder / "opentok-policies.json").write_text(json.dumps(settings), encoding="utf-8")
    with Emulator() as opentok:
        opentok.add_account("20000002", "0123456789abcdef" * 3)
        shell = Shell(engine, tmp_path / "home", folder, opentok.env)
        shell("pulumi stack init eu-prod").ok()
        refused = shell(PREVIEW)
        assert refused.code != 0
        expected = {("mandatory", rule, case.name) for case in CASES for rule in case.refused_by("pulumi")}
        expected |= {("mandatory", *row) for row in IN_WAYS}
        assert {*FOUND.findall(refused.text)} == expected, refused.text
        assert "too-old has a secret that may get too old: declare a secret_max_age of at most 90d" in refused.text

        (shown,) = [snippet.text for snippet in of_page(ROOT / "docs" / "policies.md") if snippet.language == "text"]
        assert [line for line in shown.splitlines() if line not in refused.text and "(local: " not in line] == []

        natively = program().replace("import pulumi_opentok as", "from pulumi_opentok import native as")
        (shell.work_dir / "__main__.py").write_text(natively, encoding="utf-8")
        (shell.work_dir / "accounts.json").write_text(json.dumps({ACCOUNTS: {"accounts": ["20000002"]}}), encoding="utf-8")
        plugin.install(shell.home / "bin")
        shell(f"pulumi config set opentok:accountKey {opentok.account_key}").ok()
        found = {*FOUND.findall(shell(f"{PREVIEW} --policy-pack-config accounts.json", OPENTOK_ACCOUNT_KEY="").text)}
        of_others = {name for _, rule, name in found if rule == ACCOUNTS}
        assert {row for row in found if row[1] != ACCOUNTS} == expected
        assert ("acme" in of_others, "elsewhere" in of_others) == (True, False), "by the account of the stack's config, or of its own provider"
        (shell.work_dir / "__main__.py").write_text(program(), encoding="utf-8")

        shell("pulumi stack init dev").ok()
        judged = shell(f"{PREVIEW} --policy-pack-config opentok-policies.json")
        found = FOUND.findall(judged.text)
        expected = {("advisory", rule, case.name) for case in CASES for rule in case.refused_by("pulumi", production=False) - {EXPIRES}}
        expected |= {("advisory", *row) for row in IN_WAYS if row[0] not in (PROTECTED, KEPT, EXPIRES)}
        assert {*found} == {*expected, ("mandatory", ACCOUNTS, "elsewhere")}
        assert judged.code != 0

        for number, (wrong, message) in enumerate(WRONG.items()):
            (shell.work_dir / f"wrong{number}.json").write_text(wrong, encoding="utf-8")
            said = shell(f"{PREVIEW} --policy-pack-config wrong{number}.json")
            assert said.code != 0
            assert message in said.text
        assert [entry["operation"] for entry in opentok.journal() if entry["operation"] != "project.list"] == []

        (shell.work_dir / "__main__.py").write_text(LATER, encoding="utf-8")
        stopped = shell(PREVIEW.replace("preview", "up --yes", 1))
        assert stopped.code != 0
        assert {*FOUND.findall(stopped.text)} == {("mandatory", EXPIRES, "not-known-yet")}
        assert [project["name"] for project in opentok.all_projects()] == ["Base"]
        assert [secret for secret in (PASSWORD, opentok.account_secret) if secret in shell.printed] == []
