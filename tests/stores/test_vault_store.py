# SPDX-License-Identifier: Apache-2.0
"""HashiCorp Vault by hvac, against the stand-in: mounts, capabilities, check-and-set, and every refusal as one line."""

from __future__ import annotations

import functools
from pathlib import Path

import hvac
import pytest

from pulumi_opentok.core.desired.publish import PublishError
from tests.stores import places
from tests.stores.places import NEWER, SECRET, document, store
from tests.stores.vault_stand_in import ROOT, VaultStandIn

TARGET = "vault:secret/acme/opentok"
DATA = "secret/data/acme/opentok"
TOKEN = "hvs.limited-token-0123456789abcdef"
refused = functools.partial(places.refused, hidden=(ROOT, TOKEN))
SHAPES = [
    "[]",
    "[3]",
    "null",
    "{}",
    '{"data": []}',
    '{"data": "x"}',
    '{"errors": [3]}',
    '{"data": {"metadata": null}}',
    '{"data": {"metadata": {"version": "x"}}}',
]
PROXY = "<html>squid: {body}</html>"


def test_the_requests_of_a_check_that_finds_nothing_to_do(vault: VaultStandIn) -> None:
    store(TARGET).write(document())
    vault.requests.clear()
    assert store(TARGET).read() == document()
    assert vault.requests == [("GET", "sys/internal/ui/mounts/secret/acme/opentok"), ("GET", DATA)]


def test_a_mount_of_several_parts(vault: VaultStandIn) -> None:
    store("vault:team/kv/acme").write(document())
    assert vault.versions["", "team/kv/data/acme"] == [document()]


def test_a_namespace(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_NAMESPACE", "europe")
    store(TARGET).write(document())
    assert vault.versions["europe", DATA] == [document()]


def test_the_token_of_vault_login(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VAULT_TOKEN")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".vault-token").write_text(ROOT, encoding="utf-8")
    store(TARGET).write(document())
    assert vault.versions["", DATA] == [document()]


def test_what_someone_else_wrote_meanwhile_is_not_overwritten(vault: VaultStandIn) -> None:
    one = store(TARGET)
    assert one.read() is None
    store(TARGET).write(document(api_secret=NEWER))
    with pytest.raises(PublishError, match=r"check-and-set parameter did not match.*if someone else has just written there, run again"):
        one.write(document())
    assert vault.versions["", DATA] == [document(api_secret=NEWER)]
    one.write(document())
    assert vault.versions["", DATA] == [document(api_secret=NEWER), document()]


def test_a_lost_answer_is_found_out_by_the_next_run(vault: VaultStandIn) -> None:
    first = store(TARGET)
    assert first.read() is None
    vault.lose_answers_to = "POST"
    with pytest.raises(PublishError, match="no usable answer"):
        first.write(document())
    vault.lose_answers_to = None
    assert store(TARGET).read() == document()


@pytest.mark.parametrize("version", ["1", "2"])
def test_the_preflight_changes_nothing(vault: VaultStandIn, version: str) -> None:
    if version == "2":
        store(TARGET).write(document())
    before = {path: list(versions) for path, versions in vault.versions.items() if versions}
    store(TARGET).preflight()
    assert {path: versions for path, versions in vault.versions.items() if versions} == before


@pytest.mark.parametrize(
    ("there", "may", "missing"),
    [
        (False, ["read", "create", "update"], None),
        (False, ["read", "create"], None),
        (True, ["read", "update"], None),
        (False, ["read", "update"], "create"),
        (True, ["read", "create"], "update"),
        (True, ["read", "list"], "update"),
    ],
)
def test_the_preflight_asks_for_what_the_write_needs(
    vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch, there: bool, may: list[str], missing: str | None
) -> None:
    if there:
        store(TARGET).write(document())
    limited(vault, monkeypatch, may)
    if missing is None:
        store(TARGET).preflight()
        store(TARGET).write(document(version=2))
    else:
        refused(TARGET, "preflight", f"the token has no capability `{missing}` on {DATA}")
        refused(TARGET, "write", "permission denied")


def test_a_parameter_that_a_policy_denies(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """The capability alone does not show it."""
    limited(vault, monkeypatch, ["read", "create", "update"])
    vault.denied = {"options"}
    refused(TARGET, "preflight", "write was refused", "permission denied")


@pytest.mark.parametrize("asked", ["read", "preflight", "write"])
def test_no_read(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    limited(vault, monkeypatch, ["update", "create"])
    refused(TARGET, asked, "read was refused", "Forbidden", "needs read, create and update")


def test_a_path_of_which_the_token_may_know_nothing(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.tokens[TOKEN] = {"team/kv/*": ["read"]}
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    refused(TARGET, "preflight", "look for the engine was refused", "preflight capability check returned 403")


def test_kv_version_1_is_refused(vault: VaultStandIn) -> None:
    refused("vault:old/acme", "preflight", "the engine at old is no KV version 2")
    refused("vault:old/acme", "write", "the engine at old is no KV version 2")


def test_the_mount_alone(vault: VaultStandIn) -> None:
    refused("vault:team/kv", "preflight", "no path after it")


def test_no_token(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_TOKEN")
    refused(TARGET, "preflight", "there is no token: set VAULT_TOKEN, or log in with `vault login`")


def test_a_token_that_has_expired(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    refused(TARGET, "read", "Forbidden", "or has expired")


@pytest.mark.parametrize("token", [f"{TOKEN}\n", "tökén"])
def test_a_token_that_no_header_can_hold(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("VAULT_TOKEN", token)
    refused(TARGET, "read")


def test_sealed(vault: VaultStandIn) -> None:
    vault.sealed = True
    refused(TARGET, "preflight", "VaultDown", "Vault is sealed", "see `vault status`")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "nonsense", "http://", "https://user:passw0rd@127.0.0.1:9"])
def test_nobody_there(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("VAULT_ADDR", address)
    monkeypatch.setenv("VAULT_TOKEN", ROOT)
    text = refused(TARGET, "read", "no usable answer", "check VAULT_ADDR")
    assert "passw0rd" not in text


@pytest.mark.parametrize("status", [200, 204, 400, 403, 500, 502])
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_proxy_that_quotes_what_it_was_sent(vault: VaultStandIn, method: str, kind: str, status: int) -> None:
    def instead(asked: str, path: str, body: bytes) -> tuple[int, str, str] | None:
        return (status, kind, PROXY.format(body=body.decode())) if asked == method and "mounts" not in path else None

    vault.instead = instead
    refused(TARGET, "write")


@pytest.mark.parametrize("quoted", [SECRET, SECRET[7:], SECRET[:20] + "..."])
def test_what_vault_quotes_of_the_secret_is_scrubbed(vault: VaultStandIn, quoted: str) -> None:
    said = f'{{"errors": ["invalid value {quoted} sent with {ROOT}"]}}'
    vault.instead = lambda method, path, body: (400, "application/json", said) if method == "POST" else None
    assert "invalid value ***" in refused(TARGET, "write")


@pytest.mark.parametrize("answer", SHAPES)
@pytest.mark.parametrize("of", ["mounts", "data/", "capabilities"])
@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_of_another_shape(vault: VaultStandIn, of: str, status: int, answer: str) -> None:
    vault.instead = lambda method, path, body: (status, "application/json", answer) if of in path else None
    refused(TARGET, "preflight")


def limited(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch, capabilities: list[str]) -> None:
    vault.tokens[TOKEN] = {"secret/data/acme/*": capabilities}
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)


def test_the_stand_in_is_one_to_hvac(vault: VaultStandIn) -> None:
    kv = hvac.Client().secrets.kv.v2
    kv.create_or_update_secret("x", secret={"a": "1"}, cas=0)
    with pytest.raises(hvac.exceptions.InvalidRequest):
        kv.create_or_update_secret("x", secret={"a": "2"}, cas=0)
    assert kv.read_secret_version("x", raise_on_deleted_version=True)["data"]["data"] == {"a": "1"}
