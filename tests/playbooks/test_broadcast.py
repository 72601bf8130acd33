# SPDX-License-Identifier: Apache-2.0
"""Broadcasts by real playbooks: started once, known by a ledger after their end, keys nowhere in clear; check mode is the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.playbooks.sessions import account_pair, project_pair, task
from tests.things.broadcasts import CHANNEL
from tests.things.rows import HIDDEN
from tests.things.sessions import ACME, ACME_SECRET, PROJECTS, RELAYED

READS = {"project.get", "broadcast.list", "broadcast.get"}


def steps(title: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    return [task(f"{title}: {step}", "broadcast", options, check_mode=step == "check") for step in ("check", "run", "again")]


def steady(part: Any) -> Any:
    """Without what goes live between the check and the run."""
    return {name: value for name, value in part.items() if name not in ("hls_status", "rtmp")} if isinstance(part, dict) else part


def assert_predicted(played: Played, title: str, requests: list[str]) -> dict[str, Any]:
    """Check mode only reads and says what the run does, a second run changes nothing; gives the run's result."""
    check, run, again = (played.of(f"{title}: {step}") for step in ("check", "run", "again"))
    assert {*check.requests, *again.requests} <= READS, title
    assert [name for name in run.requests if name not in READS] == requests, title
    for part in ("changed", "actions", "before", "after"):
        assert steady(check.result[part]) == steady(run.result[part]), (title, part)
    assert check.result["diff"][0] == run.result["diff"][0]
    assert (again.result["changed"], again.result["actions"]) == (False, []), title
    return run.result


@pytest.mark.long
def test_the_life_of_a_broadcast(tmp_path: Path) -> None:
    with Emulator(projects=PROJECTS) as opentok:
        client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=opentok.url)
        stage = client.sessions.create(media_mode="routed").session_id
        opentok.publish(stage)
        base = {**account_pair(opentok), "session": stage, "hls": {}, "max_duration": 600, "ledger": str(tmp_path / "ledger.json")}
        tagged = {**project_pair(opentok), "session": stage, "ledger": base["ledger"], "rtmp": [CHANNEL], "multi_broadcast_tag": "b"}
        other = {**tagged, "rtmp": [{**CHANNEL, "stream_name": f"{HIDDEN}-2"}]}
        over = [["POST", "clock", {"advance": 601}]]
        tasks = [
            *steps("new", base),
            *steps("beside it", tagged),
            *steps("another key", other),
            *steps("no longer beside it", {**tagged, "rtmp": None, "state": "absent"}),
            task("over", "broadcast", base, vars={"opentok_control": over}),
            *steps("started again", {**base, "restart": True}),
            task("read", "broadcast_info", {name: base[name] for name in ("api_url", "account_key", "account_secret", "session")}),
            *steps("stopped", {**base, "hls": None, "state": "stopped"}),
            *steps("without a ledger", {**base, "ledger": None}),
            task("no output", "broadcast", {**base, "hls": None}, ignore_errors=True),
            task("no ledger", "broadcast", {**tagged, "ledger": None}, ignore_errors=True),
            task("relayed", "broadcast", {**base, "session": RELAYED}, ignore_errors=True),
            task("no URL", "broadcast", {**base, "rtmp": [{**CHANNEL, "server_url": f"https://{HIDDEN}"}]}, ignore_errors=True),
        ]
        played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "-vvv").succeeded()

    new = assert_predicted(played, "new", ["broadcast.start"])
    assert new["actions"] == [f"broadcast session {stage} (HLS)"]
    beside = assert_predicted(played, "beside it", ["broadcast.start"])
    assert [one["server_url"] for one in beside["broadcast"]["rtmp"]] == ["rtmps://live.example.com/…"]
    moved = assert_predicted(played, "another key", ["broadcast.stop", "broadcast.start"])
    assert f"done: stop broadcast {beside['broadcast']['broadcast_id']} of session {stage}: its viewers are cut off" in moved["warnings"][0]
    assert_predicted(played, "no longer beside it", ["broadcast.stop"])
    ended = played.of("over").result
    said = [text for text in ended.get("warnings", []) if "broadcast" in text]
    assert (ended["changed"], ended["broadcast"]["status"], said) == (False, "stopped", []), "it was to end then"
    again = assert_predicted(played, "started again", ["broadcast.start"])
    assert [one["id"] for one in played.of("read").result["broadcasts"]] == [again["broadcast"]["broadcast_id"]]
    assert_predicted(played, "stopped", ["broadcast.stop"])
    assert_predicted(played, "without a ledger", ["broadcast.start"])
    assert "hls: or rtmp must be given: a broadcast needs an output" in played.of("no output").result["msg"]
    assert "multi_broadcast_tag: needs a record of the last run: give a ledger" in played.of("no ledger").result["msg"]
    assert "session: is relayed: broadcasts need a routed session" in played.of("relayed").result["msg"]
    assert "rtmp[0].server_url: must begin with rtmp:// or rtmps://" in played.of("no URL").result["msg"]
    assert [played.of(title).requests for title in ("no output", "no ledger", "relayed", "no URL")] == [[]] * 4
    seen = played.output + (tmp_path / "ledger.json").read_text(encoding="utf-8")
    assert [secret for secret in (HIDDEN, ACME_SECRET, opentok.account_secret) if secret in seen] == []
