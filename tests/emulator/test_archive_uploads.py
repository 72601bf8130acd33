# SPDX-License-Identifier: Apache-2.0
"""The file of an archive goes where its project's storage says (an S3-compatible endpoint: a moto server), and into the emulator's own folder."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.client import BaseClient

from pulumi_opentok.emulator import Control, Emulator, EmulatorError
from pulumi_opentok.emulator.storage import s3
from tests.emulator.command import ROOT, Start, described, failing
from tests.emulator.raw import Raw
from tests.emulator.s3_stand_in import S3StandIn
from tests.emulator.test_archives import call, session, start, status
from tests.moto_server import moto_server

ACCESS, SECRET = "AKIAUPLOADER", "n0t/a+real-secret-of-a-bucket"
PAIR = ("12345678", "0123456789abcdef0123456789abcdef01234567")
__all__ = ["moto_server"]


@pytest.fixture
def bucket(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> BaseClient:
    """A client of an S3 that has one empty bucket, "recordings"."""
    requests.post(f"{moto_server}/moto-api/reset", timeout=10)
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    client = boto3.client("s3", "us-east-1", endpoint_url=moto_server, aws_access_key_id="a", aws_secret_access_key="b")
    client.create_bucket(Bucket="recordings")
    return client


def storage(endpoint: str, **more: Any) -> dict[str, Any]:
    config = {"accessKey": ACCESS, "secretKey": SECRET, "bucket": "recordings", "endpoint": endpoint}
    return {"type": "s3", "config": {**config, **more.pop("config", {})}, **more}


def recorded(emulator: Control, client: Raw, settings: dict[str, Any] | None, **fields: Any) -> str:
    """An archive that was stopped and is not looked at yet."""
    if settings is not None:
        assert call(client, "PUT", "/storage", settings).status_code == 200
    session_id = session(client)
    emulator.publish(session_id)
    archive_id = str(start(client, session_id, **fields)["id"])
    assert call(client, "POST", f"/{archive_id}/stop").status_code == 200
    return archive_id


def shown(client: Raw, archive_id: str) -> dict[str, Any]:
    return dict(call(client, "GET", f"/{archive_id}").json())


@pytest.mark.parametrize(("mode", "name", "kind"), [("composed", "archive.mp4", "video/mp4"), ("individual", "archive.zip", "application/zip")])
def test_the_file_is_in_the_bucket(
    bucket: Any, moto_server: str, project: Raw, opentok_emulator: Emulator, mode: str, name: str, kind: str
) -> None:
    archive_id = recorded(opentok_emulator, project, storage(moto_server, config={"sse": "s3"}), outputMode=mode)
    assert [status(project, archive_id), bucket.list_objects_v2(Bucket="recordings")["KeyCount"]] == ["stopped", 0]
    opentok_emulator.advance(1)
    archive = shown(project, archive_id)
    assert (archive["status"], archive["url"], archive["reason"]) == ("uploaded", None, "user initiated")
    assert [each["Key"] for each in bucket.list_objects_v2(Bucket="recordings")["Contents"]] == [f"{project.key}/{archive_id}/{name}"]
    stored = bucket.get_object(Bucket="recordings", Key=f"{project.key}/{archive_id}/{name}")
    content = stored["Body"].read()
    assert (len(content), base64.b64encode(hashlib.sha256(content).digest()).decode()) == (archive["size"], archive["sha256sum"])
    assert (stored["ContentType"], stored["ServerSideEncryption"]) == (kind, "AES256")
    known = opentok_emulator.archive(archive_id) or {}
    assert known["uploadedTo"] == f"{moto_server}/recordings/{project.key}/{archive_id}/{name}"
    assert (known["delivering"], known["problem"]) == (False, None)


def test_without_sse_none_is_asked_for(project: Raw, opentok_emulator: Emulator) -> None:
    with S3StandIn() as store:
        recorded(opentok_emulator, project, storage(store.url, config={"sse": "none"}))
        opentok_emulator.advance(1)
    ((method, _, headers, _),) = store.seen
    assert (method, "x-amz-server-side-encryption" in headers) == ("PUT", False)
    assert f"Credential={ACCESS}/" in headers["authorization"]


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize(("fallback", "wanted"), [({"fallback": "none"}, "failed"), ({"fallback": "opentok"}, "available"), ({}, "available")])
@pytest.mark.parametrize("fault", ["bucket", "endpoint", "answer"])
def test_an_upload_that_fails(
    bucket: Any, moto_server: str, project: Raw, opentok_emulator: Emulator, fallback: dict[str, str], wanted: str, fault: str
) -> None:
    with S3StandIn(answer=f"<Error><Code>{SECRET}</Code></Error>".encode(), status=500) as broken:
        settings = {
            "bucket": storage(moto_server, config={"bucket": "not-there"}, **fallback),
            "endpoint": storage(f"http://127.0.0.1:{closed_port()}", **fallback),
            "answer": storage(broken.url, **fallback),
        }[fault]
        archive_id = recorded(opentok_emulator, project, settings)
        opentok_emulator.advance(1)
    archive, known = shown(project, archive_id), opentok_emulator.archive(archive_id) or {}
    assert (archive["status"], known["status"], known["delivering"]) == (wanted, wanted, False)
    words = {"bucket": "NoSuchBucket, HTTP 404", "endpoint": "EndpointConnectionError", "answer": "HTTP 500"}[fault]
    assert words in known["problem"]
    assert SECRET not in json.dumps(known)
    if wanted == "failed":
        assert (archive["reason"], archive["url"], archive["size"], archive["sha256sum"]) == ("failure", None, 0, "")
        assert call(project, "DELETE", f"/{archive_id}").status_code == 409
    else:
        assert archive["reason"] == "user initiated"
        assert len(requests.get(archive["url"], timeout=60).content) == archive["size"] > 0


def in_background(call_it: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=call_it, daemon=True)
    thread.start()
    return thread


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads wait for longer than any test does."""
    monkeypatch.setattr(s3, "_READ", 3600)


@pytest.mark.usefixtures("patient")
def test_an_endpoint_that_hangs_holds_up_neither_requests_nor_the_end() -> None:
    with S3StandIn(hangs=True) as store:
        with Emulator(projects=[(*PAIR, "p")]) as emulator, Raw(emulator.url, *PAIR, "project") as client:
            archive_id = recorded(emulator, client, storage(store.url))
            assert store.came.wait(60)
            assert status(client, archive_id) == "stopped"
            assert (emulator.archive(archive_id) or {})["delivering"] is True
            server = emulator._thread
        assert server is not None
        assert not server.is_alive()


def test_one_that_failed_meanwhile_stays_failed(opentok_emulator: Emulator, project: Raw) -> None:
    with S3StandIn(hangs=True) as store:
        archive_id = recorded(opentok_emulator, project, storage(store.url))
        waiting = in_background(lambda: Control(opentok_emulator.url).advance(1))
        assert store.came.wait(60)
        opentok_emulator.fail_archive(archive_id, "disk full")
        store.go_on.set()
        waiting.join(60)
    archive = shown(project, archive_id)
    assert (archive["status"], archive["reason"], archive["size"]) == ("failed", "disk full", 0)


@pytest.mark.usefixtures("patient")
def test_a_reset_forgets_what_is_under_way(opentok_emulator: Emulator, project: Raw) -> None:
    with S3StandIn(hangs=True) as store:
        recorded(opentok_emulator, project, storage(store.url))
        waiting = in_background(lambda: Control(opentok_emulator.url).advance(1))
        assert store.came.wait(60)
        opentok_emulator.reset()
        waiting.join(60)
        assert not waiting.is_alive()
        assert opentok_emulator.all_archives() == []


def test_a_restart_in_the_middle_begins_the_upload_anew(command: Start, tmp_path: Path) -> None:
    data, port = str(tmp_path / "state.db"), closed_port()
    not_for_uploads = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "", "AWS_PROFILE": "of-somebody-else"}
    first = command("--port", "0", "--json", "--data", data, "--project", ":".join(PAIR), **not_for_uploads)
    with S3StandIn(hangs=True, port=port) as store:
        told = described(first)
        client = Raw(told["url"], *PAIR, "project")
        archive_id = recorded(Control(told["url"]), client, storage(store.url, fallback="none"))
        assert store.came.wait(60)
        assert status(client, archive_id) == "stopped"
        first.kill()
        first.communicate()
    with S3StandIn(port=port) as again:
        told = described(command("--port", "0", "--json", "--data", data))
        Control(told["url"]).settle()
        assert status(Raw(told["url"], *PAIR, "project"), archive_id) == "uploaded"
    for seen in (store.seen, again.seen):
        assert [(method, path) for method, path, _, _ in seen] == [("PUT", f"/recordings/{PAIR[0]}/{archive_id}/archive.mp4")]
    assert again.seen[0][3] == store.seen[0][3] != b""


@pytest.mark.parametrize(
    "settings",
    [
        {"type": "s3", "config": {"accessKey": ACCESS, "secretKey": SECRET, "bucket": "b"}, "fallback": "none"},
        {"type": "azure", "config": {"accountName": "a", "accountKey": SECRET, "container": "c"}, "fallback": "none"},
    ],
)
def test_without_an_endpoint_and_to_azure_nothing_is_sent(project: Raw, opentok_emulator: Emulator, settings: dict[str, Any]) -> None:
    archive_id = recorded(opentok_emulator, project, settings)
    opentok_emulator.advance(1)
    known = opentok_emulator.archive(archive_id) or {}
    assert (known["status"], known["uploadedTo"], known["problem"], known["size"] > 0) == ("uploaded", None, None, True)


def test_the_storage_at_the_beginning_is_the_one_that_counts(project: Raw, opentok_emulator: Emulator) -> None:
    with S3StandIn() as store:
        session_id = session(project)
        opentok_emulator.publish(session_id)
        before = start(project, session_id, multiArchiveTag="a")["id"]
        assert call(project, "PUT", "/storage", storage(store.url)).status_code == 200
        after = start(project, session_id, multiArchiveTag="b")["id"]
        assert call(project, "DELETE", "/storage").status_code == 204
        for archive_id in (before, after):
            call(project, "POST", f"/{archive_id}/stop")
        opentok_emulator.advance(1)
    assert [status(project, before), status(project, after), len(store.seen)] == ["available", "uploaded", 1]


def test_without_boto3_it_says_what_to_install(tmp_path: Path, command: Start) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['botocore'] = sys.modules['boto3'] = None\n")
    told = described(command("--port", "0", "--json", "--project", ":".join(PAIR), PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}"))
    client = Raw(told["url"], *PAIR, "project")
    archive_id = recorded(Control(told["url"]), client, storage("http://127.0.0.1:9"))
    Control(told["url"]).advance(1)
    known = Control(told["url"]).archive(archive_id) or {}
    assert (known["status"], known["problem"]) == ("available", "boto3 is missing: pip install 'pulumi-opentok[aws]'")


@pytest.mark.parametrize(("mode", "name"), [("composed", "archive.mp4"), ("individual", "archive.zip")])
def test_the_own_folder_gets_every_file(bucket: Any, moto_server: str, tmp_path: Path, mode: str, name: str) -> None:
    folder = tmp_path / "a" / "b"
    with Emulator(projects=[(*PAIR, "p")], archive_dir=folder) as emulator, Raw(emulator.url, *PAIR, "project") as client:
        kept = recorded(emulator, client, None, outputMode=mode)
        uploaded = recorded(emulator, client, storage(moto_server), outputMode=mode)
        emulator.advance(1)
        archive, other = shown(client, kept), shown(client, uploaded)
        assert (archive["status"], other["status"]) == ("available", "uploaded")
        content = requests.get(archive["url"], timeout=60).content
        assert (folder / PAIR[0] / kept / name).read_bytes() == content
        assert len(content) == archive["size"]
        in_bucket = bucket.get_object(Bucket="recordings", Key=f"{PAIR[0]}/{uploaded}/{name}")["Body"].read()
        assert (folder / PAIR[0] / uploaded / name).read_bytes() == in_bucket
        assert call(client, "DELETE", f"/{kept}").status_code == 204
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [name, name]


def test_a_folder_that_fails_later_loses_no_archive(tmp_path: Path) -> None:
    folder = tmp_path / "archives"
    with Emulator(projects=[(*PAIR, "p")], archive_dir=folder) as emulator, Raw(emulator.url, *PAIR, "project") as client:
        folder.rmdir()
        folder.write_text("not a folder any more")
        archive_id = recorded(emulator, client, None)
        emulator.advance(1)
        known = emulator.archive(archive_id) or {}
        assert known["status"] == "available"
        assert known["problem"] == f"cannot write {PAIR[0]}/{archive_id}/archive.mp4 into the archive folder: Not a directory"
        assert len(requests.get(known["url"], timeout=60).content) == known["size"]


def test_a_folder_that_cannot_be_written_is_an_error_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none")):
        with pytest.raises(EmulatorError, match=f"cannot write into the archive folder {folder}: "):
            Emulator(archive_dir=folder).start()
    assert "cannot write into the archive folder" in failing("--port", "0", "--archive-dir", str(tmp_path / "file"))


def test_the_credentials_are_nowhere(bucket: Any, moto_server: str, command: Start, tmp_path: Path) -> None:
    data = tmp_path / "state.db"
    process = command("--port", "0", "--json", "--data", str(data), "--archive-dir", str(tmp_path / "files"), "--project", ":".join(PAIR))
    told = described(process)
    client, control = Raw(told["url"], *PAIR, "project"), Control(told["url"])
    wrong = storage(moto_server.replace("//", f"//user:{SECRET}@") + f"/?token={SECRET}", config={"bucket": "not-there"}, fallback="none")
    ids = [recorded(control, client, settings) for settings in (storage(moto_server), wrong, storage("http://127.0.0.1:9"))]
    control.advance(1)
    assert [status(client, archive_id) for archive_id in ids] == ["uploaded", "failed", "available"]
    assert call(client, "DELETE", "/storage").status_code == 204
    seen = [json.dumps(each) for each in (control.journal(), control.all_archives(), control.all_sessions(), control.deliveries())]
    seen += [call(client, "GET").text, *(path.read_bytes().decode("latin-1") for path in (tmp_path / "files").rglob("*") if path.is_file())]
    process.terminate()
    seen += process.communicate()
    assert process.returncode == 0
    with sqlite3.connect(data) as db:
        seen += [str(row) for row in db.execute("SELECT * FROM archives").fetchall()]
    assert [text for text in seen if SECRET in text or ACCESS in text] == []
    assert len(seen) == 4 + 1 + len(ids) + 2 + len(ids)
