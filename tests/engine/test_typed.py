# SPDX-License-Identifier: Apache-2.0
"""What a person reads who types `pulumi up`, `preview --diff`, `refresh`, `stack export` and `destroy`: plans, errors once, and no secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import console
from tests.engine.outcome import NO_CHANGES_EXPECTED
from tests.engine.typed import Shell
from tests.pictures import plan
from tests.pictures.plan import EXAMPLE, START
from tests.pictures.terminal import text_of

KEYS = [tenant["key"] for tenant in yaml.safe_load((EXAMPLE / "tenants.yaml").read_text(encoding="utf-8"))["tenants"]]
STACK = "opentok-tenants-dev"
PAGE = console(EXAMPLE / "README.md")


@pytest.mark.long
def test_the_tenants(engine: Path, tmp_path: Path, opentok_emulator: Emulator) -> None:
    shell = Shell(engine, tmp_path, EXAMPLE, opentok_emulator.env)
    shell("\n".join(PAGE[:2])).ok()
    made = shell(PAGE[2]).ok()
    assert (made.done, made.under) == (dict.fromkeys([*KEYS, STACK], "created"), {})
    before = {project["name"]: project for project in opentok_emulator.all_projects()}
    acme, mueller, rocket = (before[name] for name in ("Acme Telehealth", "Müller & Söhne GmbH", "🚀 Rocket School"))

    plan.edit(shell)
    planned = shell(f"{plan.PREVIEW} --expect-no-changes")
    assert planned.code == NO_CHANGES_EXPECTED
    rotates = f"warning: to do: rotate the secret of project {acme['id']} 'Acme Telehealth': secret_triggers 'rotation' changed; every client token"
    suspends = f"warning: to do: suspend project {mueller['id']} 'Müller & Söhne GmbH': its key and every session"
    told = (rotates, suspends, '~ rotation: "2026-11" => "2026-12"', '~ status: "active" => "suspended"', "~ 2 to update", "11 unchanged")
    assert {text: planned.text.count(text) for text in told} == dict.fromkeys(told, 1), planned.text
    picture = text_of(plan.FILE.read_text(encoding="utf-8")).removeprefix(f"$ {plan.PREVIEW}\n")
    assert plan.lines_of(picture) == plan.lines_of(plan.shown(planned.text)), "make pictures"
    did = shell("pulumi up --yes --skip-preview").ok()
    assert did.done == {"acme": "updated", "mueller": "updated"}
    assert {name: len(lines) for name, lines in did.under.items()} == {"acme": 1, "mueller": 1}
    assert did.under["acme"][0].startswith(rotates)
    assert did.under["mueller"][0].startswith(suspends)
    assert shell("pulumi preview --expect-no-changes").ok().under == {}

    rotated = opentok_emulator.project(acme["id"]) or {}
    assert rotated["secret"] != acme["secret"]
    opentok_emulator.delete_project(rocket["id"])
    drifted = shell(PAGE[7])
    assert (drifted.code, drifted.under) == (NO_CHANGES_EXPECTED, {})
    assert "+ 1 to create" in drifted.text
    assert shell("pulumi refresh --yes --skip-preview").ok().done == {"rocket": "deleted"}
    state = json.loads(shell("pulumi stack export 2> /dev/null").ok().text)
    assert len(state["deployment"]["resources"]) == len(KEYS) - 1 + 2, "with the stack and its provider"
    assert "[secret]" in shell(PAGE[3]).ok().text
    assert shell("pulumi destroy --yes --skip-preview").ok().done == dict.fromkeys({*KEYS, STACK} - {"rocket"}, "deleted")
    assert opentok_emulator.all_projects() == []

    secrets = {project["secret"] for project in [*before.values(), rotated]} | {opentok_emulator.account_secret}
    assert [secret for secret in secrets if secret in shell.printed + shell.everything_on_disk()] == []


@pytest.fixture
def shop(engine: Path, tmp_path: Path) -> Shell:
    """In a folder with a program of one project."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
    (folder / "__main__.py").write_text('import pulumi_opentok as opentok\nopentok.Project("acme", name="Acme")\n', encoding="utf-8")
    (tmp_path / "home").mkdir()
    return Shell(engine, tmp_path / "home", folder, {})


@pytest.mark.long
def test_an_error_stands_once_and_in_one_line(shop: Shell) -> None:
    with Emulator(projects=[("46000001", "a" * 40, "Acme")]) as opentok:
        shop.env.update(opentok.env)
        taken = shop(f"{START}\npulumi up --skip-preview")
        assert (taken.code, len(taken.under["acme"]), taken.under["shop-dev"]) == (1, 1, ["error: update failed"])
        assert taken.under["acme"][0].startswith("error: Exception: a project 'Acme' exists already in account 10000001: id 46000001. To take it ")

        shop.edit("__main__.py", 'name="Acme"', 'name="Globex", status="paused", on_delete="never"')
        wrong = shop("pulumi preview")
        assert (wrong.code, list(wrong.under)) == (1, ["acme"])
        assert [line.partition("'acme': ")[2] for line in wrong.under["acme"]] == [
            "property status value {paused} has a problem: must be 'active' or 'suspended', not 'paused'",
            "property on_delete value {never} has a problem: must be 'delete' or 'suspend' or 'retain', not 'never'",
        ]

        shop.edit("__main__.py", ', status="paused", on_delete="never"', "")
        refused = shop("pulumi up --skip-preview", OPENTOK_ACCOUNT_SECRET="wr0ng" * 8)
        assert (refused.code, len(refused.under["acme"]), refused.under["shop-dev"]) == (1, 1, ["error: update failed"])
        assert "HTTP 403 'Invalid signature': the secret does not belong to account key 10000001" in refused.under["acme"][0]
        assert ("wr0ng" in shop.printed, "Traceback" in shop.printed) == (False, False)
