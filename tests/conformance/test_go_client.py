# SPDX-License-Identifier: Apache-2.0
"""The Go SDK's client itself, and its sessions."""

from __future__ import annotations

import pytest

from pulumi_opentok.core.api.session_ids import decode_session_id
from tests.conformance.covering import covers, with_context
from tests.conformance.scene import Scene
from tests.conformance.sdks import Sdk, SdkError


@covers("go", "New", "OpenTok.SetAPIHost", "OpenTok.SetHTTPClient", "OpenTok.Debug", "UserAgent", "Version")
def test_client(scene: Scene, go: Sdk) -> None:
    assert go.function("Version") == "2.3.2"
    assert go.function("UserAgent").endswith("opentok-go-sdk/2.3.2")
    client = go.function("New", scene.project.id, scene.project.secret)
    assert client.call("SetAPIHost", scene.url) is None
    client.call("Debug")
    assert client.call("CreateSession", {})["session_id"]
    assert "========== Response Begin ==========" in go.log.read_text(encoding="utf-8")
    client.call("SetHTTPClient")
    with pytest.raises(SdkError, match="the test's own HTTP client"):
        client.call("CreateSession", {})
    with pytest.raises(SdkError, match="API Host cannot be empty"):
        client.call("SetAPIHost", "")


@pytest.mark.parametrize("options", [{}, {"MediaMode": "enabled"}, {"MediaMode": "disabled", "ArchiveMode": "always"}, {"Location": "198.51.100.7"}])
@covers("go", *with_context("OpenTok.CreateSession"))
def test_create_session(scene: Scene, go: Sdk, options: dict[str, str]) -> None:
    for twin in ("", "Context"):
        made = scene.client(go).call(f"CreateSession{twin}", options)
        assert made["project_id"] == scene.project.id
        assert made["create_dt"]
        identity = decode_session_id(made["session_id"])
        assert (identity.api_key, identity.location) == (scene.project.id, options.get("Location"))
        assert identity.relayed is (options.get("MediaMode") == "enabled")  # without it the API's own default is routed
        kept = scene.emulator.session(made["session_id"])
        assert kept is not None
        assert kept["archiveMode"] == options.get("ArchiveMode", "manual")


def test_refusals(scene: Scene, go: Sdk) -> None:
    for client, text in (
        (scene.wrong(go), "TokBox error: code: 403; message: Invalid signature"),
        (scene.unknown(go), "TokBox error: code: 403; message: Issuer not found"),
    ):
        with pytest.raises(SdkError) as caught:
            client.call("CreateSession", {})
        assert caught.value.text == text
    with pytest.raises(SdkError) as caught:
        scene.client(go).call("CreateSession", {"ArchiveMode": "never"})
    assert caught.value.status == 400


@covers("go", *with_context("OpenTok.ListArchives"))
def test_no_archives(scene: Scene, go: Sdk) -> None:
    for twin in ("", "Context"):
        for options in (None, {"Offset": 1, "Count": 5}):
            listed = scene.client(go).call(f"ListArchives{twin}", options)
            assert listed.fields == {"count": 0, "items": []}
    with pytest.raises(SdkError, match="code: 403; message: Invalid signature"):
        scene.wrong(go).call("ListArchives", None)
