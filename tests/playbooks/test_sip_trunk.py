# SPDX-License-Identifier: Apache-2.0
"""The life of SIP trunks by real playbooks: what check mode says is what the run does, the second run does nothing, and nothing is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_opentok.core.desired.sip_trunk.document import dial_options, read_trunk
from tests.playbooks.ansible_run import AnsibleRun
from tests.unit.sip.gateways import HOST, listening, nobody_listens

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

MODULE = "opentok.cloud.sip_trunk"
PASSWORD = "hunter2-hunter2"
SECRET = "{{ lookup('ansible.builtin.env', 'SIP_PASSWORD') }}"
URI = "sip:+15551234567@sip.example.com;transport=tls"
FRONT: dict[str, Any] = {
    "name": "Front",
    "uri": "sip:+15551234567@SIP.example.com;transport=TLS",
    "sender": "+15557654321@example.com",
    "headers": {"X-Order": "7"},
    "username": "acme",
    "password": SECRET,
    "require_encryption": True,
}
KEYS = {
    *("id", "fingerprint", "document", "name", "uri", "sender", "headers", "username", "password", "password_version"),
    *("secure", "video", "observe_force_mute", "require_encryption", "enabled"),
}


@pytest.fixture
def ansible(tmp_path: Path, opentok_emulator: Emulator) -> AnsibleRun:
    """Ansible without any credentials of OpenTok."""
    return AnsibleRun(tmp_path, opentok_emulator, {"OPENTOK_API_URL": opentok_emulator.url, "SIP_PASSWORD": PASSWORD})


def thrice(title: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    """Check, run, and run again."""
    return [
        {"name": f"{title}: check", MODULE: options, "check_mode": True},
        {"name": f"{title}: run", MODULE: options},
        {"name": f"{title}: again", MODULE: options},
    ]


def test_life(ansible: AnsibleRun, tmp_path: Path) -> None:
    file, plain = tmp_path / "trunk.json", tmp_path / "plain.json"
    dest = {"dest": str(file)}
    edited = "import json, sys; path = sys.argv[1]; d = json.load(open(path)); d.update(enabled=False, note='x'); json.dump(d, open(path, 'w'))"
    steps: dict[str, tuple[dict[str, Any], str]] = {
        "create": ({**FRONT, **dest}, f"publish SIP trunk 'Front' in '{file}'"),
        "change": ({**FRONT, **dest, "password_version": 2, "video": True}, f"change SIP trunk 'Front' in '{file}': password_version and video"),
        "edited": ({**FRONT, **dest, "password_version": 2, "video": True}, f"change SIP trunk 'Front' in '{file}': enabled"),
        "opened": ({**FRONT, **dest, "password_version": 2, "video": True}, f"change SIP trunk 'Front' in '{file}': nothing but the file"),
        "bare": ({"uri": "b@sip.example.com", "dest": str(plain)}, f"publish SIP trunk 'sip:b@sip.example.com' in '{plain}'"),
        "absent": ({**dest, "state": "absent"}, f"remove SIP trunk 'Front' in '{file}': calls under way go on"),
    }
    before = {
        "edited": {"name": "edit", "ansible.builtin.command": {"argv": ["python3", "-c", edited, str(file)]}},
        "opened": {"name": "open", "ansible.builtin.file": {"path": str(file), "mode": "0644"}},
        "absent": {"name": "keep", "ansible.builtin.command": {"argv": ["cp", "-p", str(file), str(tmp_path / "kept.json")]}},
    }
    tasks = []
    for title, (options, _) in steps.items():
        tasks += [*([before[title]] if title in before else []), *thrice(title, options)]
    played = ansible.play(tasks, "--diff", "-vvv").succeeded()
    for title, (_, action) in steps.items():
        planned, done, again = (played.of(f"{title}: {what}").result for what in ("check", "run", "again"))
        assert done["changed"], title
        assert [text.startswith(action) for text in done["actions"]] == [True], done["actions"]
        for part in ("changed", "actions", "before", "after", "diff", "sip_trunk"):
            assert planned[part] == done[part], title
        assert planned.get("warnings") == done.get("warnings"), title
        assert (again["changed"], again["actions"], again["sip_trunk"]) == (False, [], done["sip_trunk"]), title
        if title != "absent":
            assert set(done["sip_trunk"]) == KEYS
            assert read_trunk(done["sip_trunk"]["document"]).fingerprint == done["sip_trunk"]["fingerprint"]
    kept = json.loads((tmp_path / "kept.json").read_text())
    assert kept == played.of("opened: run").result["sip_trunk"]["document"]
    assert (kept["uri"], kept["password_version"], kept["secure"], kept["enabled"]) == (URI, 2, True, True)
    assert dial_options(kept, PASSWORD)["video"] is True
    assert (tmp_path / "kept.json").stat().st_mode & 0o777 == plain.stat().st_mode & 0o777 == 0o600
    assert not file.exists()
    assert played.of("bare: run").result["warnings"] == ["uri: has no scheme: 'sip:' was put before it"]
    assert "no E.164" not in played.output
    assert played.of("edited: check").result["before"]["enabled"] is False
    assert [result.requests for result in played.results if result.requests] == []
    assert PASSWORD not in played.output
    assert PASSWORD not in file.parent.joinpath("record-1.jsonl").read_text()


def test_what_is_not_published_changes_nothing(ansible: AnsibleRun, tmp_path: Path) -> None:
    with listening() as port, nobody_listens() as closed:
        open_one, refused = (f"sip:a@{HOST}:{number};transport=tcp" for number in (port, closed))
        file = {"dest": str(tmp_path / "verified.json")}
        tasks = [
            *thrice("returned", FRONT),
            *thrice("verified", {"uri": open_one, "verify": True, **file}),
            {"name": "not verified: check", MODULE: {"uri": refused, "verify": True, **file}, "check_mode": True},
            {"name": "not verified: run", MODULE: {"uri": refused, "verify": True, **file}, "ignore_errors": True},
            {"name": "left", MODULE: {"uri": open_one, **file}},
            {"name": "needs no end", MODULE: {"state": "absent"}, "ignore_errors": True},
            {"name": "not there", MODULE: {"state": "absent", "dest": str(tmp_path / "none.json")}},
        ]
        played = ansible.play(tasks).succeeded()
    planned, done = (played.of(f"returned: {what}").result for what in ("check", "run"))
    assert (done["changed"], done["actions"], planned["sip_trunk"]) == (False, [], done["sip_trunk"])
    assert done["sip_trunk"]["document"]["uri"] == URI
    assert played.of("verified: run").result["changed"]
    assert not played.of("verified: again").result["changed"]
    assert played.of("not verified: check").result["changed"], "never verified in a check"
    message = played.of("not verified: run").result["msg"]
    refusal = f"{HOST}:{closed} (tcp) at {HOST}:{closed}: connect: refused"
    assert message == f"verify: the gateway is not as it should be, so nothing was published: {refusal}"
    assert not played.of("left").result["changed"], "a failed verification leaves the file as it was"
    assert played.of("needs no end").result["msg"] == "state is absent but all of the following are missing: dest"
    assert not played.of("not there").result["changed"]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "password in uri": ({"uri": "sip:a:{{ lookup('ansible.builtin.env', 'SIP_PASSWORD') }}@h"}, "uri: must not hold a password"),
    "password in clear": ({"uri": URI, "username": "a", "password": SECRET, "name": f"my {SECRET}"}, "name: holds the password, but is published"),
}
"""The whole table is tests/things/sip_trunk.py."""


def test_bad_input_is_one_line(ansible: AnsibleRun, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.json"
    foreign.write_text('{"password": "x"}')
    left = f"file '{foreign}' holds no SIP trunk document and is left as it is"
    refused = {**REFUSED, "foreign": ({"uri": URI, "dest": str(foreign)}, left), "foreign, absent": ({"state": "absent", "dest": str(foreign)}, left)}
    tasks = [{"name": title, MODULE: options, "ignore_errors": True} for title, (options, _) in refused.items()]
    played = ansible.play(tasks, "-vvv", "--diff").succeeded()
    for title, (_, text) in refused.items():
        failed = played.of(title)
        assert (failed.outcome, failed.result["msg"].startswith(text)) == ("failed", True), failed.result["msg"]
        assert "\n" not in failed.result["msg"]
    assert foreign.read_text() == '{"password": "x"}'
    assert PASSWORD not in played.output
    assert "Traceback" not in played.output
