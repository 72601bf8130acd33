# SPDX-License-Identifier: Apache-2.0
"""Several accounts: side by side, a project moved between them, and a default account that is suddenly another one."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi import automation as auto

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import NO_CHANGES_EXPECTED
from tests.engine.project_stack import NewStack, ProjectStack, account

EU = ("20000002", "euSecretOfTheAccount" * 2)
US = ("30000003", "usSecretOfTheAccount" * 2)


@pytest.mark.long
def test_two_accounts_and_a_move(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    for pair in (EU, US):
        opentok_emulator.add_account(*pair)
    home = {"acme": "eu", "zoe": "us"}
    arguments: dict[str, Any] = {"timeout": 20, "api_url": opentok_emulator.url}

    def program() -> None:
        config = pulumi.Config("proof")
        providers = {
            region: opentok.Provider(region, account_key=key, account_secret=config.require_secret(f"{region}Secret"), **arguments)
            for region, (key, _) in {"eu": EU, "us": US}.items()
        }
        for name, region in home.items():
            opts = pulumi.ResourceOptions(provider=providers[region])
            project = opentok.Project(name, name=name.title(), status="active", opts=opts)
            pulumi.export(name, project.account_key)

    secrets = {"proof:euSecret": auto.ConfigValue(EU[1], secret=True), "proof:usSecret": auto.ConfigValue(US[1], secret=True)}
    platform = ProjectStack(new_stack, opentok_emulator, env={}, also=program, config=secrets)

    def where() -> dict[str, list[str]]:
        return {pair[0]: [project.name for project in account(opentok_emulator, pair).projects.list()] for pair in (EU, US)}

    platform.up().ok()
    assert where() == {EU[0]: ["Acme"], US[0]: ["Zoe"]}
    assert platform.stack.outputs() == {"acme": EU[0], "zoe": US[0]}
    assert platform.up_again_is_quiet()

    home["acme"] = "us"
    old = platform.id_of("acme")
    planned = platform.planned()
    assert planned.step("acme").replaces == ("account_key",)
    assert planned.ops("zoe") == ["same"]
    assert any(f"belongs to account {EU[0]}" in text and US[0] in text for text in planned.warnings)
    moved = platform.up().ok()
    assert moved.ops("acme") == ["create-replacement", "replace", "delete-replaced"]
    assert where() == {EU[0]: [], US[0]: ["Zoe", "Acme"]}
    assert platform.id_of("acme") != old
    assert platform.quiet()
    assert not platform.refresh(expect_no_changes=True).ok().changed
    arguments["timeout"] = 21
    assert platform.up().ok().ops("acme") == ["same"], "another setting of a provider is no other account"
    assert platform.up_again_is_quiet()
    platform.destroy().ok()
    assert where() == {EU[0]: [], US[0]: []}
    assert platform.leaks() == []


@pytest.mark.long
def test_another_default_account_in_the_environment(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account(*EU)
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme", "status": "active"}})
    platform.up().ok()
    acme = platform.id_of("acme")
    platform.requests()

    platform.stack.env.update(OPENTOK_ACCOUNT_KEY=EU[0], OPENTOK_ACCOUNT_SECRET=EU[1])
    for run in (platform.preview, platform.up, platform.refresh, platform.destroy):
        failed = run()
        assert failed.code not in (0, NO_CHANGES_EXPECTED)
        said = "\n".join(failed.errors)
        assert f"belongs to account {opentok_emulator.account_key}" in said
        assert f"credentials are of account {EU[0]}" in said
        assert platform.id_of("acme") == acme, "nothing looks gone"
    assert platform.names() == ["Acme"]
    assert platform.requests() == {}, "and nobody asked the other account"

    platform.stack.env.update(opentok_emulator.env)
    assert platform.up_again_is_quiet()
    assert platform.leaks() == []


@pytest.mark.long
def test_another_default_account_in_the_config(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account(*EU)
    mine = {
        "opentok:accountKey": opentok_emulator.account_key,
        "opentok:accountSecret": auto.ConfigValue(opentok_emulator.account_secret, secret=True),
        "opentok:apiUrl": opentok_emulator.url,
    }
    theirs: dict[str, str | auto.ConfigValue] = {"opentok:accountKey": EU[0], "opentok:accountSecret": auto.ConfigValue(EU[1], secret=True)}
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme"}}, env={}, config=mine)
    platform.up().ok()
    assert platform.up_again_is_quiet(), "the stack's config alone is enough"

    platform.stack.set_all_config(theirs)
    refused = platform.preview()
    assert refused.code not in (0, NO_CHANGES_EXPECTED)
    assert any(f"credentials are of account {EU[0]}" in text and "another Provider" in text for text in refused.errors)
    assert not platform.refresh().ok().changed, "a refresh goes by the credentials in the state"
    platform.destroy().ok()
    assert platform.names() == []
    assert platform.leaks() == []


def test_half_a_pair_stops_a_preview(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme"}}, env={**opentok_emulator.env, "OPENTOK_ACCOUNT_SECRET": ""})
    failed = platform.preview()
    assert failed.code not in (0, NO_CHANGES_EXPECTED)
    assert any("account_secret: missing, but account_key is given" in text for text in failed.errors)
    assert platform.requests() == {}
