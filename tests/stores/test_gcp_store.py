# SPDX-License-Identifier: Apache-2.0
"""Google Secret Manager by Google's own client, against the contract server: what is written, pruned and asked for, and by whose credentials."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
from google.cloud import secretmanager_v1

from pulumi_opentok.core.desired.publish import PublishError
from tests.stores import places
from tests.stores.cloud_front import Asked, CloudFront
from tests.stores.gcp_contract import EVERYTHING, GoogleContract, Version, error
from tests.stores.places import NEWER, document, store

NAME = "projects/acme/secrets/opentok"
TARGET = f"gcp-secretmanager:{NAME}"
refused = functools.partial(places.refused, hidden=("ya29.refreshed", "BEGIN PRIVATE KEY"))


def states(google: GoogleContract, name: str = NAME) -> str:
    """E: enabled, D: disabled or destroyed; the first version first."""
    return "".join(version.state[0] for version in google.secrets[name])


def test_a_secret_that_is_not_there_is_created_as_our_own(google: GoogleContract) -> None:
    store(TARGET).write(document())
    assert google.created == [{"replication": {"automatic": {}}, "labels": {"published-by": "pulumi-opentok"}}]
    assert states(google) == "E"


def test_a_regional_secret_is_asked_for_in_its_region(google: GoogleContract, front: CloudFront) -> None:
    regional = "projects/acme/locations/europe-west3/secrets/opentok"
    one = store(f"gcp-secretmanager:{regional}?keep=1")
    one.preflight()
    one.write(document())
    one.write(document(version=2))
    assert states(google, regional) == "DE"
    assert {asked.host for asked in front.asked} == {"secretmanager.europe-west3.rep.googleapis.com"}


@pytest.mark.parametrize("is_there", [False, True])
def test_the_preflight_writes_no_version(google: GoogleContract, is_there: bool) -> None:
    if is_there:
        store(TARGET).write(document())
    store(TARGET).preflight()
    assert len(google.secrets[NAME]) == is_there


@pytest.mark.parametrize(
    ("keep", "missing"),
    [("", "versions.access"), ("", "versions.add"), ("?keep=2", "versions.list"), ("?keep=2", "versions.destroy"), ("", "secrets.create")],
)
def test_the_preflight_asks_for_each_right_that_the_write_needs(google: GoogleContract, keep: str, missing: str) -> None:
    if missing != "secrets.create":
        store(TARGET).write(document())
    google.rights = EVERYTHING - {f"secretmanager.{missing}"}
    refused(f"{TARGET}{keep}", "preflight", f"secretmanager.{missing}")


def test_rights_that_are_not_needed_are_not_asked_for(google: GoogleContract) -> None:
    store(TARGET).write(document())
    google.rights = frozenset({"secretmanager.versions.access", "secretmanager.versions.add"})
    store(TARGET).preflight()
    store(TARGET).write(document(version=2))
    assert store(TARGET).read() == document(version=2)


@pytest.mark.parametrize(("keep", "after"), [(1, "DDDE"), (2, "DDEE"), (3, "DEEE"), (9, "EEEE")])
def test_older_versions_are_destroyed_and_never_the_live_one(google: GoogleContract, keep: int, after: str) -> None:
    for version in (1, 2, 3):
        store(TARGET).write(document(version=version))
    store(f"{TARGET}?keep={keep}").write(document(version=4))
    assert states(google) == after
    assert store(TARGET).read() == document(version=4)


def test_what_someone_else_put_there_is_not_destroyed(google: GoogleContract) -> None:
    google.secrets[NAME] = [Version(b"hunter2"), Version(b"older"), Version(json.dumps(document()).encode(), "DISABLED")]
    google.secrets[NAME] += [Version(json.dumps(document(version=version)).encode()) for version in (2, 3)]
    store(f"{TARGET}?keep=1").write(document(version=4))
    assert states(google) == "EEDDDE"
    assert google.secrets[NAME][2].data is not None  # disabled by its owner, not destroyed by us


def test_what_cannot_be_pruned_is_said_and_the_credentials_are_there(google: GoogleContract) -> None:
    for version in (1, 2):
        store(TARGET).write(document(version=version))
    google.rights = EVERYTHING - {"secretmanager.versions.destroy"}
    text = refused(f"{TARGET}?keep=1", "write", "destroy was refused", "Version 3 has the live credentials; the next rotation prunes to keep=1")
    assert "versions.destroy" in text
    assert store(TARGET).read() == document()


@pytest.mark.parametrize("state", ["DISABLED", "DESTROYED"])
def test_a_latest_version_that_nobody_can_read_is_nothing(google: GoogleContract, state: str) -> None:
    google.secrets[NAME] = [Version(json.dumps(document()).encode(), state)]
    assert store(TARGET).read() is None
    store(TARGET).preflight()
    store(TARGET).write(document(version=2))
    assert store(TARGET).read() == document(version=2)


def test_a_write_over_a_version_of_the_same_moment_is_said(google: GoogleContract, front: CloudFront) -> None:
    """Google has no conditional write: only the number tells."""
    store(TARGET).write(document())

    def someone_else(asked: Asked) -> None:
        if asked.path.endswith(":addVersion"):
            google.secrets[NAME].append(Version(json.dumps(document(api_secret=NEWER)).encode()))

    front.before = someone_else
    refused(TARGET, "write", "version 3 was written when another run had just written one too: run again")


def test_a_secret_that_another_run_creates_at_the_same_moment(google: GoogleContract, front: CloudFront) -> None:
    front.before = lambda asked: google.secrets.setdefault(NAME, []) if asked.path.endswith("/secrets") else None
    store(TARGET).write(document())
    assert store(TARGET).read() == document()


def test_a_token_that_google_does_not_take(google: GoogleContract, front: CloudFront) -> None:
    front.instead = lambda asked: error(401, "UNAUTHENTICATED", f"expired: {asked.headers['authorization']}")
    text = refused(TARGET, "read", "UNAUTHENTICATED", "the credentials have expired", "expired: Bearer ***")
    assert "eyJ" not in text


@pytest.mark.parametrize("is_revoked", [False, True])
def test_the_credentials_of_gcloud(google: GoogleContract, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_revoked: bool) -> None:
    """As `gcloud auth application-default login` leaves them."""
    google.refreshable = not is_revoked
    file = tmp_path / "user.json"
    user = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "1//refresh-token-of-the-user"}
    file.write_text(json.dumps(user), encoding="utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    if is_revoked:
        refused(TARGET, "read", "RefreshError", "expired or revoked", "gcloud auth application-default login")
    else:
        store(TARGET).write(document())
        assert store(TARGET).read() == document()


@pytest.mark.parametrize("content", [None, "", "{}", '{"type": "service_account"}'])
def test_credentials_that_are_none(google: GoogleContract, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "none.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    refused(TARGET, "preflight", "GOOGLE_APPLICATION_CREDENTIALS")


def test_the_contract_is_one_to_googles_client(google: GoogleContract) -> None:
    client = secretmanager_v1.SecretManagerServiceClient(transport="rest")
    client.create_secret(parent="projects/acme", secret_id="x", secret={"replication": {"automatic": {}}})
    added = client.add_secret_version(parent="projects/acme/secrets/x", payload={"data": b"1", "data_crc32c": 0x90F599E3})
    assert added.name == "projects/acme/secrets/x/versions/1"
    with pytest.raises(Exception, match="checksum"):
        client.add_secret_version(parent="projects/acme/secrets/x", payload={"data": b"2", "data_crc32c": 0x90F599E3})
    assert client.access_secret_version(name="projects/acme/secrets/x/versions/latest").payload.data == b"1"
    assert [version.state.name for version in client.list_secret_versions(parent="projects/acme/secrets/x")] == ["ENABLED"]


def test_a_read_that_fails_before_a_write_writes_nothing(google: GoogleContract, front: CloudFront) -> None:
    one = store(TARGET)
    assert one.read() is None
    google.rights = EVERYTHING - {"secretmanager.versions.access"}
    with pytest.raises(PublishError, match="access was refused"):
        one.write(document())
    assert NAME not in google.secrets
