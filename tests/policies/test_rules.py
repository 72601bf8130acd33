# SPDX-License-Identifier: Apache-2.0
"""The rules by themselves, what they leave unjudged, and the settings file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.policies.actions import MODULES
from pulumi_opentok.policies.declared import Declared
from pulumi_opentok.policies.rules import RULES
from pulumi_opentok.policies.settings import ENVIRONMENT, PolicySettings, SettingsError, read_settings
from tests.policies.cases import ACCOUNTS, CASES, EXPIRES

NAMES = [rule.name for rule in RULES]


def test_each_rule_has_a_case_and_stands_in_the_docs() -> None:
    assert {*NAMES} == {rule for case in CASES for layer in ("pulumi", "ansible") for rule in case.refused_by(layer)} | {ACCOUNTS}
    page = Path("docs/policies.md").read_text(encoding="utf-8")
    assert [name for name in (*NAMES, *(setting for rule in RULES for setting in rule.schema)) if f"`{name}`" not in page] == []


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_what_is_not_known_or_none_of_its_business_is_not_judged(rule: Any) -> None:
    unknown = {"on_delete", "secret_max_age", "require_encryption"}
    session = Declared(kind="session", properties={}, unknown={"media_mode"})
    for kind in ("project", "sip_trunk", "archive", "session", "token"):
        declared = Declared(kind=kind, properties={}, unknown=unknown, places=("prod",), ends=True, protect=None, records=session)
        assert rule.wrong(declared, {"accounts": ["1"]} if rule.name == ACCOUNTS else {}) is None


def test_short_names_are_those_of_the_collection() -> None:
    assert {path.stem for path in Path("ansible_collections/opentok/cloud/plugins/modules").glob("*.py")} == MODULES


def test_an_existing_session_is_as_its_id_says() -> None:
    taken_over = Declared(kind="session", properties={"existing_id": "1_MX4x"})
    recording = Declared(kind="archive", properties={}, records=taken_over)
    assert [rule.name for rule in RULES if rule.wrong(recording)] == []


@pytest.mark.parametrize(
    ("place", "is_production"),
    [("prod", True), ("Production", True), ("eu-prod", True), ("prod-eu", True), ("eu.PROD_2", True), ("eu_production", True)]
    + [(name, False) for name in ("product", "dev", "preprod", "reproduction")],
)
def test_production_is_told_by_names(place: str, is_production: bool) -> None:
    declared = Declared(kind="project", properties={"secret_max_age": "30d"}, places=("deploy", place), ends=True)
    assert bool([rule.name for rule in RULES if rule.wrong(declared)]) is is_production


WRONG: list[tuple[Any, str]] = [
    ([], "must be a map of rules to their settings"),
    ({"secret-expires": "advisory"}, "there is no rule 'secret-expires'; the rules are production-projects-are-protected, "),
    ({EXPIRES: "off"}, f"{EXPIRES}: must be one of advisory, mandatory, disabled, or a map"),
    ({EXPIRES: {"enforcementLevel": 1}}, f"{EXPIRES}: must be one of advisory"),
    ({EXPIRES: {"day": 3}}, f"{EXPIRES}: there is no setting 'day'; it has days"),
    ({EXPIRES: {"days": "30"}}, f"{EXPIRES}: days must be a number above 0"),
    ({EXPIRES: {"days": float("inf")}}, f"{EXPIRES}: days must be a number above 0, at most 3650"),
    ({EXPIRES: {"days": float("nan")}}, f"{EXPIRES}: days must be a number above 0"),
    ({ACCOUNTS: {"accounts": []}}, f"{ACCOUNTS}: accounts must be a list of texts, at least one"),
    ({ACCOUNTS: {"accounts": [""]}}, f"{ACCOUNTS}: accounts must be a list of texts"),
    ({"production-projects-are-kept": {"production": []}}, "production must be a list of texts, at least one"),
    ({EXPIRES: {"days": True}}, f"{EXPIRES}: days must be a number above 0"),
    ({ACCOUNTS: {"accounts": 46000001}}, f"{ACCOUNTS}: accounts must be a list of texts"),
    ({"sip-trunks-are-encrypted": {"days": 3}}, "there is no setting 'days'; it has none"),
]


@pytest.mark.parametrize(("document", "message"), WRONG, ids=range(len(WRONG)))
def test_settings_that_are_wrong(document: Any, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        PolicySettings(document, "rules.json")
    assert str(caught.value).startswith("rules.json: ")
    assert message in str(caught.value)


def test_the_file_of_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    assert read_settings().level(EXPIRES) == "mandatory"
    path = tmp_path / "mine.json"
    path.write_text('{"all": "advisory", "secrets-expire": {"enforcementLevel": "disabled", "days": 30}}', encoding="utf-8")
    monkeypatch.setenv(ENVIRONMENT, str(path))
    settings = read_settings()
    assert (settings.level(EXPIRES), settings.of(EXPIRES), settings.level(ACCOUNTS)) == ("disabled", {"days": 30}, "advisory")
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "none.json"))
    with pytest.raises(SettingsError, match=r"none\.json: cannot be read as JSON"):
        read_settings()
