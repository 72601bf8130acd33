# SPDX-License-Identifier: Apache-2.0
"""Pages in a session by real playbooks: rendered once, an end elsewhere shown and undone only if declared; check mode is the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.playbooks.sessions import account_pair, project_pair, task
from tests.things.renders import OTHER_URL, SECRET_PART, URL
from tests.things.sessions import ACME, ACME_SECRET, GLOBEX, PROJECTS, RELAYED, session_id

PAGE = "{{ lookup('ansible.builtin.env', 'PAGE') }}"
"""As a playbook has a secret: what stands in it in clear, Ansible itself shows at -vvv where a task fails."""
READS = {"project.get", "render.list", "render.get"}


def steps(title: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    settled = {"register": "shown", "until": "(shown.before or {}).status | default('') != 'starting'", "retries": 50, "delay": 0.2}
    return [
        task(f"{title}: settled", "render", options, check_mode=True, **settled),
        *(task(f"{title}: {step}", "render", options, check_mode=step == "check") for step in ("check", "run", "again")),
    ]


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
def test_the_life_of_a_page(tmp_path: Path) -> None:
    with Emulator(projects=PROJECTS) as opentok:
        client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=opentok.url)
        room = client.sessions.create(media_mode="routed").session_id
        base = {**account_pair(opentok), "session": room, "url": PAGE}
        ledger = {**project_pair(opentok), "session": room, "url": OTHER_URL, "ledger": str(tmp_path / "ledger.json")}
        lost = [["POST", "faults", {"operation": "render.start", "kind": "drop_after"}]]
        wrong = {
            "relayed": ({"session": RELAYED}, "session: is relayed: renders need a routed session (media_mode: routed)"),
            "no page": ({"url": f"ftp://{PAGE}"}, "url: must begin with http:// or https://"),
            "too long": ({"max_duration": 40000}, "max_duration: must be a whole number from 60 to 36000 seconds, not 40000"),
        }
        tasks = [
            *steps("new", {**base, "name": "board"}),
            *steps("stopped", {**base, "state": "stopped"}),
            task("ended", "render", base),
            *steps("again", {**base, "restart": True}),
            *steps("absent", {**base, "state": "absent"}),
            *steps("with a ledger", ledger),
            *steps("another duration", {**ledger, "max_duration": 600}),
            task("lost", "render", {**base, "restart": True}, vars={"opentok_control": lost}),
            *(task(title, "render", {**base, **options}, ignore_errors=True) for title, (options, _) in wrong.items()),
            task("foreign", "render", {**ledger, "session": session_id(GLOBEX)}, ignore_errors=True),
        ]
        played = AnsibleRun(tmp_path, opentok, {"PAGE": URL}).play(tasks, "-vvv", "--diff").succeeded()
        running = [one.url for one in client.renders.iterate() if one.status in ("starting", "started")]

    new = assert_predicted(played, "new", ["render.start"])
    first = new["render"]["render_id"]
    assert (new["actions"], new["render"]["url"]) == ([f"render a page into session {room} as 'board' (1280x720)"], None)
    stopped = assert_predicted(played, "stopped", ["render.stop"])
    assert stopped["actions"] == [f"stop render {first}: session {room} shows its page no longer"]
    ended = played.of("ended").result
    assert (ended["changed"], ended["render"]["reason"]) == (False, "Stop Requested")
    assert "nothing is started again, unless restart is true" in ended["warnings"][0]
    again = assert_predicted(played, "again", ["render.start"])
    assert f"again: session {room} does not show the page: render {first} has ended" in again["actions"][0]
    assert assert_predicted(played, "absent", ["render.stop"])["render"] is None
    assert_predicted(played, "with a ledger", ["render.start"])
    assert len(assert_predicted(played, "another duration", ["render.stop", "render.start"])["actions"]) == 2
    assert played.of("lost").requests.count("render.start") == 1
    assert "the list shows that it runs" in played.of("lost").result["warnings"][0]
    for title, (_, says) in wrong.items():
        failed = played.of(title)
        assert (failed.outcome, failed.requests, failed.result["msg"].splitlines()) == ("failed", [], [says]), title
    assert f"belongs to project {GLOBEX}" in played.of("foreign").result["msg"]
    assert sorted(running, key=str) == sorted([URL, OTHER_URL])
    everything = played.output + (tmp_path / "ledger.json").read_text(encoding="utf-8")
    assert [secret for secret in (SECRET_PART, ACME_SECRET, opentok.account_secret) if secret in everything] == []
