# SPDX-License-Identifier: Apache-2.0
"""Client tokens by real playbooks, from the module and from the lookup: good ones, shown only on request, and nothing changes anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from pulumi_opentok.emulator import Emulator
from tests.playbooks.ansible_run import AnsibleRun
from tests.playbooks.sessions import WRONG_IDS, account_pair, project_pair, said_of, task
from tests.things.sessions import ACME, ACME_SECRET, GLOBEX, GLOBEX_SECRET, PROJECTS, ROOM, session_id

KEYS = {
    "id",
    "token",
    "expires_at",
    "api_key",
    "secret_fingerprint",
    "valid",
    "session",
    "role",
    "expires_in",
    "data",
    "layout_classes",
    "token_format",
    "renew_before",
}
MODERATOR = {"role": "moderator", "expires_in": "12h", "data": "agent 7", "layout_classes": ["full", "focus"]}


@pytest.fixture
def opentok() -> Iterator[Emulator]:
    with Emulator(projects=PROJECTS) as emulator:
        yield emulator


def claims(token: str, secret: str = ACME_SECRET) -> dict[str, Any]:
    """What a token says; its signature and its end are checked."""
    said: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"])
    return said


def lookup(*terms: str, **options: Any) -> str:
    """The lookup in a template. The account's secret is a variable: Ansible shows the lines of a playbook that failed."""
    words = [*(f"'{term}'" for term in terms), *(f"{name}={value!r}" for name, value in options.items())]
    if "account_key" in options:
        words.append("account_secret=lookup('ansible.builtin.env', 'ACCOUNT_SECRET')")
    return f"{{{{ lookup('opentok.cloud.token', {', '.join(words)}) }}}}"


def kept(title: str, template: str, path: Path, **keywords: Any) -> dict[str, Any]:
    """A task that writes what a template gives to a file and shows nothing of it."""
    return {"name": title, "ansible.builtin.copy": {"content": template, "dest": str(path), "mode": "0600"}, "no_log": True, **keywords}


@pytest.mark.long
def test_the_module(tmp_path: Path, opentok: Emulator) -> None:
    by_account, by_project = ({**pair, "session": ROOM} for pair in (account_pair(opentok), project_pair(opentok)))
    asked = {**by_account, **MODERATOR, "return_secret": True}
    tasks = [
        task("not asked", "token", by_account),
        task("asked", "token", asked, no_log=True, register="agent"),
        kept("used", "{{ agent.token.token }}", tmp_path / "token"),
        task("check", "token", by_account, check_mode=True),
        task("by the project pair", "token", {**by_project, "token_format": "t1"}),
        *(task(f"module: {title}", "token", {**by_account, "session": wrong}, ignore_errors=True) for title, (wrong, _) in NOT_OURS.items()),
        task("another project's pair", "token", {**by_project, "session": session_id(GLOBEX)}, ignore_errors=True),
        task("too long", "token", {**by_account, "expires_in": "31d"}, ignore_errors=True),
        task("no duration", "token", {**by_account, "expires_in": "3600"}, ignore_errors=True),
        task("too much data", "token", {**by_account, "data": "ü" * 501}, ignore_errors=True),
        task("no pair", "token", {"session": ROOM}, ignore_errors=True),
    ]
    played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "--diff", "-vvv").succeeded()

    token = (tmp_path / "token").read_text(encoding="utf-8")
    said = claims(token)
    assert (said["session_id"], said["role"], said["connection_data"]) == (ROOM, "moderator", "agent 7")
    assert said["initial_layout_class_list"] == "full focus"
    assert said["exp"] - said["iat"] == 12 * 3600
    for title in ("not asked", "check", "by the project pair"):
        result = played.of(title).result
        assert (result["changed"], set(result["token"]), result["token"]["token"]) == (False, KEYS, None), title
        assert {name for name, value in result["token"].items() if value is None} == {"token", "data", "renew_before"}, title
    assert [played.of(title).requests for title in ("not asked", "check", "by the project pair")] == [["project.get"], ["project.get"], []]
    refused = {
        **{f"module: {title}": said_of("session", title) for title in NOT_OURS},
        "another project's pair": f"project '{GLOBEX}' is declared, but api_key is '{ACME}'",
        "too long": "expires_in: must be at most 30d, the longest that OpenTok takes, not '31d'",
        "no duration": "expires_in: must be a duration such as",
        "too much data": "data: must be a string of at most 1000 bytes",
        "no pair": "credentials are missing: give the account pair",
    }
    for title, text in refused.items():
        failed = played.of(title)
        message = str(failed.result["msg"])
        assert (failed.outcome, text in message, len(message.splitlines()), failed.requests) == ("failed", True, 1, []), (title, message)
    assert "Traceback" not in played.output
    assert [secret for secret in (token, ACME_SECRET, GLOBEX_SECRET, opentok.account_secret) if secret in played.output] == []
    assert {entry["operation"] for entry in opentok.journal()} == {"project.get"}


NOT_OURS = {title: said for title, said in WRONG_IDS.items() if title != "of another project"}
"""With the account pair, any project of the account is right."""


@pytest.mark.long
def test_the_lookup(tmp_path: Path, opentok: Emulator) -> None:
    """The project pair comes from the environment, the account pair from options."""
    environ = {"OPENTOK_API_URL": opentok.url, "OPENTOK_API_KEY": ACME, "OPENTOK_API_SECRET": ACME_SECRET, "ACCOUNT_SECRET": opentok.account_secret}
    files = {name: tmp_path / name for name in ("account", "pair", "two")}
    account = {"account_key": opentok.account_key}
    both = lookup(ROOM, session_id(GLOBEX), wantlist=True, **account).replace(") }}", ") | to_json }}")
    refused = {
        **{f"lookup: {title}": (lookup(wrong), said_of("session", title)) for title, (wrong, _) in WRONG_IDS.items()},
        "a wrong word": (lookup(ROOM, roles="moderator"), "roles: no option of the lookup; it has role, expires_in"),
        "a wrong role": (lookup(ROOM, role="boss"), "boss"),
        "too long": (lookup(ROOM, expires_in="31d"), "expires_in: must be at most 30d"),
        "a wrong pair": (lookup(ROOM, account_key="99999999"), "account key 99999999 is unknown"),
        "no session": (lookup(), "session: missing"),
    }
    tasks = [
        kept("by the account pair", lookup(ROOM, **account, **MODERATOR), files["account"]),
        kept("by the project pair", lookup(ROOM), files["pair"]),
        kept("of two projects", both, files["two"]),
        *({"name": title, "ansible.builtin.debug": {"msg": template}, "ignore_errors": True} for title, (template, _) in refused.items()),
    ]
    played = AnsibleRun(tmp_path, opentok, environ).play(tasks, "--diff", "-vvv").succeeded()

    tokens = {name: file.read_text(encoding="utf-8") for name, file in files.items()}
    said = claims(tokens["account"])
    assert (said["session_id"], said["role"], said["connection_data"]) == (ROOM, "moderator", "agent 7")
    assert said["exp"] - said["iat"] == 12 * 3600
    assert claims(tokens["pair"])["role"] == "publisher"
    first, second = json.loads(tokens["two"])
    assert (claims(first)["iss"], claims(second, GLOBEX_SECRET)["iss"]) == (ACME, GLOBEX)
    wanted = {"by the account pair": ["project.get"], "by the project pair": [], "of two projects": ["project.get", "project.get"]}
    assert {title: played.of(title).requests for title in wanted} == wanted
    for title, (_, text) in refused.items():
        failed = played.of(title)
        message = str(failed.result["msg"])
        assert (failed.outcome, text in message, len(message.splitlines())) == ("failed", True, 1), (title, message)
    assert "Traceback" not in played.output
    secrets = [tokens["account"], tokens["pair"], first, second, ACME_SECRET, GLOBEX_SECRET, opentok.account_secret]
    assert [secret for secret in secrets if secret in played.output] == []
