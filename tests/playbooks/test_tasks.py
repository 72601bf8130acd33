# SPDX-License-Identifier: Apache-2.0
"""What is done in a session and read of it, by real playbooks: check mode says what the run does, and a lost answer is said and not repeated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Credentials, fingerprint
from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.broadcasts.options import BroadcastOptions, Hls, Rtmp
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.playbooks.sessions import WRONG_IDS, project_pair, task
from tests.things.sessions import ACME, ACME_SECRET, GLOBEX, PROJECTS, session_id

STREAM_NAME, PAGE = "k3yOfTheChannel", "https://example.com/page?token=t0kenOfThePage"
SOCKET, HEADER = "wss://far.example.com/t0kenOfTheSocket", "t0kenOfTheHeader"
HOOK = "https://hooks.example.com/t0kenOfTheHook"
PARTS = ("changed", "actions", "before", "after", "diff")
ENDS = "and OpenTok can mute a session only while it has clients: nothing was done"


def acme(opentok: Emulator) -> OpenTok:
    return OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=opentok.url)


def in_two_steps(title: str, module: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    """Checked, then run."""
    return [task(f"{title}: check", module, options, check_mode=True), task(title, module, options)]


@pytest.mark.long
def test_what_is_done_in_a_session(tmp_path: Path) -> None:
    with Emulator(projects=PROJECTS) as opentok:
        room = acme(opentok).sessions.create(media_mode="routed").session_id
        empty = acme(opentok).sessions.create(media_mode="routed").session_id
        one, two = (opentok.publish(room, name=name) for name in ("one", "two"))
        ledger = str(tmp_path / "ledger.json")
        classes = {"session": room, "streams": [{"id": one["streamId"], "layout_classes": ["focus"]}, {"id": two["streamId"], "layout_classes": []}]}
        muted = {"session": room, "action": "mute", "excluded_streams": [two["streamId"]], "ledger": ledger}
        put_out = {"session": room, "action": "disconnect", "connection_id": two["connectionId"]}
        captioned, audio = {"session": room, "ledger": ledger}, {"session": room, "name": "transcriber", "ledger": ledger}
        changes: dict[str, tuple[str, dict[str, Any], list[str]]] = {
            "signal": ("signal", {"session": room, "data": {"pin": 4711}, "type": "chat"}, ["signal.to_all"]),
            "signal to one": ("signal", {"session": room, "connection_id": one["connectionId"], "data": "hello"}, ["signal.to_one"]),
            "classes": ("stream", classes, ["stream.list", "stream.set_layout_classes"]),
            "mute": ("moderation", muted, ["session.mute"]),
            "mute one": ("moderation", {"session": room, "action": "mute", "stream_id": two["streamId"]}, ["stream.mute"]),
            "unmute": ("moderation", {"session": room, "action": "unmute"}, ["session.mute"]),
            "put out": ("moderation", put_out, ["connection.list", "connection.disconnect"]),
            "captions": ("captions", {**captioned, "language_code": "de-DE", "status_callback_url": HOOK}, ["captions.start"]),
            "other captions": ("captions", captioned, ["captions.stop", "captions.start"]),
            "audio": ("audio_connector", {**audio, "uri": SOCKET, "headers": {"X-Key": HEADER}}, ["connection.list", "audio_connector.start"]),
            "no captions": ("captions", {**captioned, "state": "stopped"}, ["captions.stop"]),
            "no audio": ("audio_connector", {**audio, "state": "stopped"}, ["connection.list", "connection.disconnect"]),
        }
        quiet: dict[str, tuple[str, dict[str, Any], list[str]]] = {
            "classes again": ("stream", classes, ["stream.list"]),
            "mute again": ("moderation", muted, []),
            "put out again": ("moderation", put_out, ["connection.list"]),
            "mute one that is gone": ("moderation", {"session": room, "action": "mute", "stream_id": two["streamId"]}, ["stream.mute"]),
            "signal to one that is gone": ("signal", {"session": room, "connection_id": two["connectionId"], "data": "a"}, ["signal.to_one"]),
            "no captions again": ("captions", {**captioned, "state": "stopped"}, []),
            "no audio again": ("audio_connector", {**audio, "state": "stopped"}, []),
            "signal to nobody": ("signal", {"session": empty, "data": "a"}, ["signal.to_all"]),
        }
        nobody = {"session": empty, "action": "mute"}
        tasks = [step for title, (module, options, _) in (changes | quiet).items() for step in in_two_steps(title, module, options)]
        tasks += [{**step, "ignore_errors": True} for step in in_two_steps("nobody", "moderation", nobody)]
        played = AnsibleRun(tmp_path, opentok, env_of(opentok)).play(tasks, "--diff").succeeded()
        left = opentok.session(room) or {}

    for title, (module, _, requests) in (changes | quiet).items():
        planned, done = played.of(f"{title}: check"), played.of(title)
        assert {part: planned.result[part] for part in PARTS} == {part: done.result[part] for part in PARTS}, title
        assert foreseen(planned.result[module], done.result[module])
        assert (done.result["changed"], done.requests) == (title in changes, requests), title
        assert [name for name in planned.requests if name not in ("connection.list", "stream.list", "stream.get")] == []
    assert [played.of(title).result["msg"] for title in ("nobody: check", "nobody")] == [f"nobody is connected to session {empty}, {ENDS}"] * 2
    assert [(stream["name"], stream["muted"], stream["layoutClassList"]) for stream in left["streams"]] == [("one", True, ["focus"])]
    assert (left["muted"], [client["connectionId"] for client in left["connections"]]) == (False, [one["connectionId"]])
    assert "4711" not in str({**played.of("signal").result, "invocation": None})
    assert [secret for secret in (ACME_SECRET, SOCKET, HEADER, HOOK) if secret in played.output + Path(ledger).read_text()] == []


def foreseen(planned: dict[str, Any] | None, done: dict[str, Any] | None) -> bool:
    """Whether a check shows what the run does, but for the ids that only OpenTok can give."""
    new = {name for name in ("id", "captions_id", "connection_id") if planned and name in planned and planned[name] is None}
    return planned == (done and {**done, **dict.fromkeys(new)})


def env_of(opentok: Emulator) -> dict[str, str]:
    """Acme's own pair alone."""
    return {"OPENTOK_API_URL": opentok.url, "OPENTOK_API_KEY": ACME, "OPENTOK_API_SECRET": ACME_SECRET}


def fault(operation: str, kind: str, **fields: Any) -> dict[str, Any]:
    """What makes the next request fail."""
    return {"vars": {"opentok_control": [["POST", "faults", {"operation": operation, "kind": kind, "times": 1, **fields}]]}, "ignore_errors": True}


@pytest.mark.long
def test_a_lost_answer_and_wrong_input(tmp_path: Path) -> None:
    with Emulator(projects=PROJECTS) as opentok:
        room = acme(opentok).sessions.create(media_mode="routed").session_id
        one = opentok.publish(room, name="one")
        mute = {"session": room, "action": "mute"}
        lost = {
            "signal": task("signal", "signal", {"session": room, "data": "a"}, **fault("signal.to_all", "drop_after")),
            "mute": task("mute", "moderation", mute, **fault("session.mute", "drop_after")),
            "captions": task("captions", "captions", {"session": room}, **fault("captions.start", "drop_after")),
            "audio": task("audio", "audio_connector", {"session": room, "uri": SOCKET}, **fault("audio_connector.start", "drop_after")),
        }
        put_out = {"session": room, "action": "disconnect", "connection_id": one["connectionId"]}
        asked = task("captions that run", "captions", {"session": room})
        told = task("put out", "moderation", put_out, **fault("connection.disconnect", "drop_after"))
        right: dict[str, dict[str, Any]] = {
            "signal": {"data": "a"},
            "moderation": {"action": "mute"},
            "stream": {"streams": [{"id": "a", "layout_classes": []}]},
            "captions": {},
            "audio_connector": {"uri": SOCKET},
            "stream_info": {},
            "connection_info": {},
            "archive_info": {},
        }
        wrong = {f"{module}: {title}": (module, options, title) for module, options in right.items() for title in ("truncated", "of another project")}
        refused = [
            task(name, module, {**options, "session": WRONG_IDS[title][0]}, ignore_errors=True) for name, (module, options, title) in wrong.items()
        ]
        played = AnsibleRun(tmp_path, opentok, env_of(opentok)).play([*lost.values(), asked, told, *refused]).succeeded()

    for title in lost:
        failed = played.of(title)
        assert (failed.outcome, failed.result["failure"]["outcome_unknown"], len(failed.requests)) == ("failed", True, 1), title
    running = played.of("captions that run")
    assert (running.result["changed"], running.result["captions"]["captions_id"], running.requests) == (False, None, ["captions.start"])
    assert "has captions already, so none were started" in str(running.result["warnings"])
    done = played.of("put out")
    assert (done.outcome, done.result["changed"], done.requests) == ("ok", True, ["connection.list", *["connection.disconnect"] * 2])
    for name, (_, _, title) in wrong.items():
        message = refusal(played, name)
        assert WRONG_IDS[title][1] in message, name
    assert "Traceback" not in played.output


def refusal(played: Played, title: str) -> str:
    """The one line that a task was refused with, before any request."""
    failed = played.of(title)
    message = str(failed.result["msg"])
    assert (failed.outcome, failed.requests, len(message.splitlines())) == ("failed", [], 1), (title, message)
    return message


@pytest.mark.long
def test_what_is_read(tmp_path: Path) -> None:
    """By the account pair, and the lookup and the filter for secrets."""
    with Emulator(projects=PROJECTS) as opentok:
        ours = acme(opentok)
        room = ours.sessions.create(media_mode="routed").session_id
        stream = opentok.publish(room, name="one")["streamId"]
        older = ours.archives.start(room, ArchiveOptions(name="older"))
        newer = ours.archives.start(room, ArchiveOptions(name="newer", multi_archive_tag="second"))
        ours.archives.stop(older.id)
        opentok.settle()
        channel = Rtmp(server_url="rtmps://live.example.com/app", stream_name=STREAM_NAME)
        live = ours.broadcasts.start(room, BroadcastOptions(hls=Hls(), rtmp=[channel]))
        render = ours.renders.start(room, ours.tokens.generate(room), PAGE)
        opentok.clear_journal()
        reads: dict[str, tuple[str, dict[str, Any], list[str]]] = {
            "archives": ("archive_info", {"project": ACME}, [newer.id, older.id]),
            "newest": ("archive_info", {"session": room, "limit": 1}, [newer.id]),
            "one": ("archive_info", {"project": int(ACME), "id": older.id, "return_secret": True}, [older.id]),
            "no such": ("archive_info", {"project": ACME, "id": "b40ef09b-3811-4726-b508-e41a0f96c68f"}, []),
            "of another": ("archive_info", {"project": GLOBEX}, []),
            "broadcasts": ("broadcast_info", {"session": room}, [live.id]),
            "broadcast": ("broadcast_info", {"project": ACME, "id": live.id}, [live.id]),
            "renders": ("render_info", {"session": room}, [render.id]),
            "render": ("render_info", {"project": ACME, "id": render.id, "return_secret": True}, [render.id]),
            "stream": ("stream_info", {"session": room, "id": stream}, [stream]),
            "nobody": ("connection_info", {"session": session_id(ACME)}, []),
            "decoded": ("session_info", {"session": room}, [room]),
        }
        secret = f"lookup('opentok.cloud.project_secret', '{ACME}')"
        both = f"lookup('opentok.cloud.project_secret', '{ACME}', '{GLOBEX}', wantlist=True)"
        said: dict[str, tuple[str, str]] = {
            "fingerprint": (f"{secret} | opentok.cloud.secret_fingerprint", fingerprint(ACME_SECRET)),
            "fingerprints": (f"{both} | map('opentok.cloud.secret_fingerprint') | length", "2"),
            "of a fingerprint": (f"'{fingerprint('a').upper()}' | opentok.cloud.secret_fingerprint", fingerprint("a")),
            "of a line": ("'a\n' | opentok.cloud.secret_fingerprint", fingerprint("a")),
        }
        wrong: dict[str, tuple[str, str]] = {
            "no such project": ("lookup('opentok.cloud.project_secret', '46999999')", "there is no project 46999999 in account"),
            "no id": ("lookup('opentok.cloud.project_secret', 'Acme GmbH')", "project: must be a project id"),
            "no project": ("lookup('opentok.cloud.project_secret')", "project: missing: declare whose secret, by the project's id"),
            "no option": (f"lookup('opentok.cloud.project_secret', '{ACME}', name='Acme')", "name: no option of the lookup; it has account_key"),
            "no secret": ("'' | opentok.cloud.secret_fingerprint", "must be given a secret, not an empty string"),
            "a number": ("4711 | opentok.cloud.secret_fingerprint", "must be given a secret, not int: quote it"),
        }
        debug = "ansible.builtin.debug"
        tasks = [task(title, module, options, no_log="return_secret" in options) for title, (module, options, _) in reads.items()]
        tasks += [{"name": title, debug: {"msg": f"{{{{ {template} }}}}"}} for title, (template, _) in said.items()]
        tasks += [{"name": title, debug: {"msg": f"{{{{ {template} }}}}"}, "ignore_errors": True} for title, (template, _) in wrong.items()]
        played = AnsibleRun(tmp_path, opentok).play(tasks, "-vvv").succeeded()
        pair = {f"OPENTOK_{name.upper()}": value for name, value in project_pair(opentok).items()}
        later = [{"name": "not yet", debug: {"msg": "{{ lookup('opentok.cloud.project_secret', none) | opentok.cloud.secret_fingerprint }}"}}]
        checked = AnsibleRun(tmp_path, opentok).play(later, "--check").succeeded()
        alone = [{"name": "alone", debug: {"msg": f"{{{{ {secret} }}}}"}, "ignore_errors": True}]
        without = AnsibleRun(tmp_path, opentok, pair).play(alone).succeeded()

    for title, (module, options, ids) in reads.items():
        if "return_secret" not in options:
            rows = played.of(title).result[f"{module.removesuffix('_info')}s"]
            assert [row["id"] for row in rows] == ids, title
    wanted = {"archives": ["project.get", "archive.list"], "one": ["project.get", "archive.get"], "decoded": []}
    assert {title: played.of(title).requests for title in wanted} == wanted
    assert [row["url"] for row in played.of("archives").result["archives"]] == [None, None]
    (shown,) = played.of("broadcasts").result["broadcasts"]
    assert [(output["server_url"], "stream_name" in output) for output in shown["rtmp"]] == [("rtmps://live.example.com/…", False)]
    assert [row["url"] for row in played.of("renders").result["renders"]] == [None]
    assert played.changed() == []
    assert {title: str(played.of(title).result["msg"]) for title in said} == {title: text for title, (_, text) in said.items()}
    for title, (_, text) in wrong.items():
        failed = played.of(title)
        assert (failed.outcome, text in str(failed.result["msg"])) == ("failed", True), failed.result["msg"]
    assert checked.of("not yet").result["msg"] == "(known after it is done)"
    assert "the account pair is missing" in str(without.of("alone").result["msg"])
    secrets = (ACME_SECRET, opentok.account_secret, STREAM_NAME, "t0kenOfThePage")
    assert [one for one in secrets if one in played.output + checked.output + without.output] == []
