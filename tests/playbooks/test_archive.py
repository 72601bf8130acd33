# SPDX-License-Identifier: Apache-2.0
"""Recordings by real playbooks: started once, an end elsewhere shown and started again only if declared; check mode is the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.playbooks.sessions import WRONG_IDS, account_pair, project_pair, task
from tests.things.sessions import ACME, ACME_SECRET, PROJECTS, RELAYED

READS = {"project.get", "archive.list", "archive.get"}


def steps(title: str, options: dict[str, Any], **keywords: Any) -> list[dict[str, Any]]:
    return [task(f"{title}: {step}", "archive", options, check_mode=step == "check", **keywords) for step in ("check", "run", "again")]


def assert_predicted(played: Played, title: str, requests: list[str]) -> dict[str, Any]:
    """Check mode only reads and says what the run does, a second run changes nothing; gives the run's result."""
    check, run, again = (played.of(f"{title}: {step}") for step in ("check", "run", "again"))
    assert {*check.requests, *again.requests} <= READS, title
    assert [name for name in run.requests if name not in READS] == requests, title
    for part in ("changed", "actions", "before", "after", "diff"):
        assert check.result[part] == run.result[part], (title, part)
    assert (again.result["changed"], again.result["actions"]) == (False, []), title
    return run.result


@pytest.mark.long
def test_the_life_of_a_recording(tmp_path: Path) -> None:
    with Emulator(projects=PROJECTS) as opentok:
        client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=opentok.url)
        room, empty = (client.sessions.create(media_mode="routed").session_id for _ in range(2))
        streams = [opentok.publish(room)["streamId"] for _ in range(2)]
        base = {**account_pair(opentok), "session": room}
        ledger = {**project_pair(opentok), "session": room, "ledger": str(tmp_path / "ledger.json"), "name": "kept"}
        manual = {**base, "name": "speaker", "multi_archive_tag": "speaker", "stream_mode": "manual", "streams": [{"stream_id": streams[0]}]}
        lost = [["POST", "faults", {"operation": "archive.start", "kind": "drop_after"}]]
        tasks = [
            *steps("new", base),
            *steps("beside it", manual),
            *steps("other streams", {**manual, "streams": [{"stream_id": streams[1], "has_video": False}]}),
            *steps("no longer beside it", {**base, "name": "speaker", "state": "absent"}),
            *steps("stopped", {**base, "state": "stopped"}),
            task("ended", "archive", base),
            *steps("started again", {**base, "restart": True}),
            *steps("absent", {**base, "state": "absent", "on_delete": "delete"}),
            task("lost", "archive", {**base, "restart": True, "name": "lost"}, vars={"opentok_control": lost}),
            task("lost: stopped", "archive", {**base, "name": "lost", "state": "stopped"}),
            *steps("with a ledger", ledger),
            *steps("another layout", {**ledger, "layout": {"type": "pip"}}),
            *steps("another resolution", {**ledger, "layout": {"type": "pip"}, "resolution": "1280x720"}),
            task("nobody there", "archive", {**base, "session": empty}, ignore_errors=True),
            task("read", "archive_info", base),
        ]
        played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "-vvv").succeeded()

    new = assert_predicted(played, "new", ["archive.start"])
    first = new["archive"]["archive_id"]
    assert (new["actions"], new["archive"]["id"]) == ([f"record session {room} (composed)"], room)
    assert assert_predicted(played, "beside it", ["archive.start", "archive.update_streams"])["archive"]["streams"][0]["stream_id"] == streams[0]
    assert len(assert_predicted(played, "other streams", ["archive.update_streams"] * 2)["actions"]) == 2
    stopped = assert_predicted(played, "stopped", ["archive.stop"])
    said = f"stop archive {first}: session {room} is recorded no longer; what was recorded is kept"
    assert (stopped["actions"], stopped["warnings"]) == ([said], [f"done: {said}"])
    ended = played.of("ended").result
    assert (ended["changed"], ended["archive"]["reason"]) == (False, "user initiated")
    assert "nothing is started again, unless restart is true" in ended["warnings"][0]
    again = assert_predicted(played, "started again", ["archive.start"])
    assert f"again: session {room} is not recorded: archive {first} has ended" in again["actions"][0]
    gone = assert_predicted(played, "absent", ["archive.stop", "archive.delete"])
    assert (gone["archive"], gone["after"]) == (None, {})
    assert_predicted(played, "no longer beside it", ["archive.stop"])
    assert played.of("lost").requests.count("archive.start") == 1
    assert "the list shows that it runs" in played.of("lost").result["warnings"][0]
    kept = assert_predicted(played, "with a ledger", ["archive.start"])["archive"]
    assert assert_predicted(played, "another layout", ["archive.set_layout"])["archive"]["archive_id"] == kept["archive_id"]
    assert len(assert_predicted(played, "another resolution", ["archive.stop", "archive.start"])["actions"]) == 2
    assert f"nobody is connected to session {empty}" in played.of("nobody there").result["msg"]
    running = [one for one in played.of("read").result["archives"] if one["status"] == "started"]
    assert [(one["name"], one["resolution"]) for one in running] == [("kept", "1280x720")]
    assert [secret for secret in (ACME_SECRET, opentok.account_secret) if secret in played.output] == []


BAD: dict[str, tuple[dict[str, Any], str]] = {
    **{title: ({"session": value}, says) for title, (value, says) in WRONG_IDS.items() if title != "of another project"},
    "relayed": ({"session": RELAYED}, "session: is relayed: archives need a routed session (media_mode: routed)"),
    "a layout of individual files": ({"output_mode": "individual", "layout": {"type": "pip"}}, "layout: needs output_mode 'composed'"),
    "streams of all": ({"streams": [{"stream_id": "a"}]}, "streams: needs stream_mode 'manual'"),
    "an empty tag": ({"multi_archive_tag": ""}, "multi_archive_tag: must not be empty or blank"),
    "a state of projects": ({"state": "present"}, "value of state must be one of: running, stopped, absent, got: present"),
}
"""Options and what is said of them; the whole table is for the unit tests."""


def test_bad_input_is_refused_before_any_request(tmp_path: Path) -> None:
    with Emulator(projects=PROJECTS) as opentok:
        room = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=opentok.url).sessions.create(media_mode="routed").session_id
        opentok.clear_journal()
        base = {**account_pair(opentok), "session": room}
        tasks = [task(title, "archive", {**base, **options}, ignore_errors=True) for title, (options, _) in BAD.items()]
        played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "-vvv").succeeded()
        for title, (_, says) in BAD.items():
            failed = played.of(title)
            assert (failed.outcome, failed.requests) == ("failed", []), title
            assert says in failed.result["msg"], title
        assert opentok.journal() == []
