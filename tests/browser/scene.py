# SPDX-License-Identifier: Apache-2.0
"""An emulator with something in every section of its dashboard, hostile names and a secret wherever one can be."""

from __future__ import annotations

import dataclasses
from typing import Any

import requests

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw, sign

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
TEMPLATE = "{{ 7 * 191 }}{% raw %}"
S3 = {"accessKey": "s3-access-key-sekret", "secretKey": "s3-secret-key-sekret", "bucket": "tenant-recordings"}


@dataclasses.dataclass
class Scene:
    """The emulator, a client of its first project, two sessions with clients and all that must never be shown."""

    opentok: Emulator
    account: Raw
    client: Raw
    session: str
    stage: str
    secrets: list[str] = dataclasses.field(repr=False)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the project; JSON or None."""
        answer = self.client.send(method, f"/v2/project/{self.client.key}/{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def new_session(self, **form: str) -> str:
        """A session of the project."""
        answer = self.client.send("POST", "/session/create", data=form, headers={"Accept": "application/json"})
        return str(answer.json()[0]["session_id"])


def fill(opentok: Emulator) -> Scene:
    """Puts the state in."""
    account = Raw(opentok.url, opentok.account_key, opentok.account_secret)
    acme, hostile, template, suspended = (account.create(name) for name in ("ACME GmbH", SCRIPT, TEMPLATE, "Initech"))
    opentok.edit_project(suspended["id"], status="SUSPENDED")
    opentok.edit_project(hostile["id"], status="ACTIVE")
    retired = opentok.edit_project(template["id"], secret="ab" * 20)["secret"]
    opentok.add_account("10000002", "another-account-sekret")
    secrets = [opentok.account_secret, "another-account-sekret", retired, *(project["secret"] for project in (acme, hostile, template, suspended))]
    scene = Scene(opentok, account, account.of(acme), "", "", secrets)
    scene.session, scene.stage = scene.new_session(), scene.new_session(archiveMode="manual")
    _put_media(scene)
    _break_things(scene)
    return scene


def _put_media(scene: Scene) -> None:
    opentok, token = scene.opentok, sign(scene.client.key, scene.client.secret, "project")
    anna = opentok.connect(scene.session, data=SCRIPT)
    opentok.publish(scene.session, name=IMAGE, video_type="screen", connection_id=anna)
    opentok.publish(scene.stage, name="stage")
    hook = "http://anna:hook-password-sekret@127.0.0.1:9/hook?k=hook-query-sekret"  # nobody listens there
    opentok.set_webhook(scene.client.key, "archive", hook, secret="hook-signature-sekret")
    scene.call("POST", "callback", {"group": "archive", "event": "status", "url": hook.replace("/hook", "/callback")})
    scene.call("PUT", "archive/storage", {"type": "s3", "config": S3})
    scene.call("POST", "archive", {"sessionId": scene.session, "name": SCRIPT})
    stopped = scene.call("POST", "archive", {"sessionId": scene.stage, "name": "all hands", "outputMode": "individual"})
    scene.call("POST", f"archive/{stopped['id']}/stop")
    rtmp = [{"serverUrl": "rtmp://live.example.com/rtmp-application-sekret", "streamName": "rtmp-stream-key-sekret"}]
    scene.call("POST", "broadcast", {"sessionId": scene.stage, "outputs": {"hls": {}, "rtmp": rtmp}})
    page = "https://anna:render-password-sekret@composer.example.com/page?token=render-query-sekret#render-fragment-sekret"
    scene.call("POST", "render", {"sessionId": scene.session, "token": token, "url": page, "properties": {"name": TEMPLATE}})
    uri = "sip:alice:sip-uri-sekret@sip.example.com;parameter=sip-parameter-sekret?header=sip-query-sekret"
    auth = {"username": "sip-user-sekret", "password": "sip-password-sekret"}
    scene.call("POST", "dial", {"sessionId": scene.stage, "token": token, "sip": {"uri": uri, "auth": auth, "headers": {"X-K": "sip-header-sekret"}}})
    scene.secrets.append(token)
    opentok.settle()


def _break_things(scene: Scene) -> None:
    opentok = scene.opentok
    opentok.fault("project.create", "drop_after")
    opentok.fault("archive.start", "status", times=None, after=2, probability=0.5)
    opentok.fault("session.create", "delay", seconds=2)
    try:
        scene.account.create("Umbrella")
    except requests.ConnectionError:
        pass
    else:
        raise AssertionError("the fault did not fire")
    scene.account.send("GET", f"/nope/{SCRIPT}", token="")
    scene.account.send("GET", "/v2/project?query-sekret=1", token="header-sekret")
