# SPDX-License-Identifier: Apache-2.0
"""What goes wrong with a store in a cloud, each wrong thing asked of each cloud: one line, no secret in it, nothing written blindly."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from pulumi_opentok.core.desired.publish import PublishError
from pulumi_opentok.core.desired.stores import azure as azure_store
from pulumi_opentok.core.desired.stores import gcp as gcp_store
from pulumi_opentok.core.desired.stores import github_api
from tests.stores import azure_contract, github_contract, places
from tests.stores.cloud_front import Asked, CloudFront, Told
from tests.stores.conftest import PLACES
from tests.stores.places import NEWER, SECRET, Place, document, store

HIDDEN = (github_contract.TOKEN, azure_contract.TOKEN, azure_contract.CLIENT_SECRET)
refused = functools.partial(places.refused, hidden=HIDDEN)


@dataclass(frozen=True)
class Cloud:
    """One of them: how it words a refusal, the host whose answers count, and which request writes the secret."""

    name: str
    host: str
    error: Callable[[int, str], dict[str, Any]]
    write: tuple[str, str]
    only_reading: tuple[frozenset[str], str]

    def is_write(self, asked: Asked) -> bool:
        return asked.method == self.write[0] and asked.path.endswith(self.write[1]) and bool(asked.body)


CLOUDS = [
    Cloud(
        "gcp-secretmanager",
        "secretmanager.googleapis.com",
        lambda status, message: {"error": {"code": status, "message": message, "status": "PERMISSION_DENIED" if status == 403 else "ABORTED"}},
        ("POST", "secrets/opentok:addVersion"),
        (frozenset({"secretmanager.versions.access"}), "secretAccessor and secretVersionAdder"),
    ),
    Cloud(
        "azure-keyvault",
        "acme.vault.azure.net",
        lambda status, message: {"error": {"code": "Forbidden" if status == 403 else "Throttled", "message": message}},
        ("PUT", "/secrets/opentok"),
        (frozenset({"get"}), "the identity needs get and set"),
    ),
    Cloud(
        "github-actions",
        "api.github.com",
        lambda status, message: {"message": message},
        ("PUT", "/actions/secrets/OPENTOK"),
        (frozenset({"secrets:read", "variables:read"}), "the token needs Secrets and Variables"),
    ),
]


@pytest.fixture(params=CLOUDS, ids=[cloud.name for cloud in CLOUDS])
def cloud(request: pytest.FixtureRequest) -> Cloud:
    found: Cloud = request.param
    return found


@pytest.fixture
def contract(cloud: Cloud, request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(PLACES[cloud.name][0])


@pytest.fixture
def place(cloud: Cloud, contract: Any) -> Place:
    return PLACES[cloud.name][1](contract)


@pytest.mark.parametrize("asked", ["read", "preflight", "write"])
def test_nothing_is_allowed(contract: Any, cloud: Cloud, place: Place, asked: str) -> None:
    contract.rights = frozenset()
    refused(place.target, asked, "403" if cloud.name != "gcp-secretmanager" else "PERMISSION_DENIED", cloud.only_reading[1])


@pytest.mark.parametrize("is_there", [False, True])
def test_a_preflight_finds_that_only_reading_is_allowed(contract: Any, cloud: Cloud, place: Place, is_there: bool) -> None:
    if is_there:
        place.store.write(document())
    contract.rights = cloud.only_reading[0]
    assert place.store.read() == (place.as_read(document()) if is_there else None)
    refused(place.target, "preflight", cloud.only_reading[1])
    refused(place.target, "write", cloud.only_reading[1])
    assert place.look() == (document() if is_there else None)


@pytest.mark.parametrize(
    ("retry_after", "refusals", "is_done"), [("0", 2, True), (None, 2, True), ("0", 3, False), ("31", 1, False), ("soon", 2, True)]
)
def test_too_many_requests(front: CloudFront, cloud: Cloud, place: Place, retry_after: str | None, refusals: int, is_done: bool) -> None:
    one = place.store
    assert one.read() is None
    left = [Told(429, cloud.error(429, "slow down"), {"Retry-After": retry_after} if retry_after else {})] * refusals
    front.instead = lambda asked: left.pop() if left and cloud.is_write(asked) else None
    if is_done:
        one.write(document())
        assert place.look() == document()
    else:
        with pytest.raises(PublishError, match="slow down"):
            one.write(document())
        assert place.look() is None
    assert left == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_read_is_asked_again_and_a_write_is_not(front: CloudFront, cloud: Cloud, place: Place, status: int) -> None:
    one = place.store
    failed = [Told(status, cloud.error(status, "try later"))] * 2
    front.instead = lambda asked: failed.pop() if failed and asked.method == "GET" and asked.host == cloud.host else None
    assert one.read() is None
    assert failed == []
    front.instead = lambda asked: Told(status, cloud.error(status, "try later")) if cloud.is_write(asked) else None
    front.asked.clear()
    with pytest.raises(PublishError, match=r"try later.*run again"):
        one.write(document())
    assert len([asked for asked in front.asked if cloud.is_write(asked)]) == 1


@pytest.mark.parametrize("status", [200, 204, 302, 401, 404, 409, 502])
@pytest.mark.parametrize("asked", ["read", "write"])
def test_a_gateway_that_quotes_what_it_was_sent(front: CloudFront, cloud: Cloud, place: Place, asked: str, status: int) -> None:
    """Not even its 404 says that there is nothing, nor its 409 that there is something."""

    def instead(request: Asked) -> Told | None:
        said = f"<html>{request.body.decode()} {request.headers} {SECRET}</html>"
        return Told(status, said, {"Location": "https://login.acme.example/"}) if asked == "read" or cloud.is_write(request) else None

    place.put(document()) if cloud.name != "github-actions" else place.store.write(document())
    front.instead = instead
    refused(place.target, asked)
    assert place.look() == document()


@pytest.mark.parametrize("status", [200, 400, 404, 413])
def test_a_gateway_does_not_pass_for_a_preflight(front: CloudFront, cloud: Cloud, place: Place, status: int) -> None:
    """Google and Azure are asked for a refusal: it has to be theirs."""
    place.store.write(document())
    front.instead = lambda asked: (
        Told(status, "<html>blocked</html>") if asked.method in ("PUT", "POST") and asked.host == cloud.host and asked.body else None
    )
    refused(place.target, "preflight")


@pytest.mark.parametrize("quoted", [SECRET, SECRET[7:], SECRET[:20] + "..."])
def test_what_a_cloud_quotes_of_the_secret_is_scrubbed(front: CloudFront, cloud: Cloud, place: Place, quoted: str) -> None:
    def instead(asked: Asked) -> Told | None:
        body = asked.body.decode()
        said = f"invalid value {quoted} in {body} by {asked.headers.get('authorization')}"
        return Told(400, cloud.error(400, said)) if cloud.is_write(asked) else None

    front.instead = instead
    assert "invalid value ***" in refused(place.target, "write")


def test_a_cloud_that_hangs(front: CloudFront, cloud: Cloud, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (azure_store, gcp_store, github_api):
        monkeypatch.setattr(module, "READ_TIMEOUT", 0.3)
    front.hang_at = lambda asked: asked.host == cloud.host
    refused(place.target, "read", "no usable answer", "check")


def test_nobody_there(front: CloudFront, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    for asked in ("read", "preflight", "write"):
        refused(place.target, asked, "check")


def test_a_host_with_another_certificate(front: CloudFront, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    refused(place.target, "write", "check")
    assert place.look() is None


def test_a_lost_answer_is_found_out_by_the_next_run(front: CloudFront, cloud: Cloud, place: Place) -> None:
    place.store.preflight()
    front.lose_answer_to = cloud.is_write
    refused(place.target, "write", "no usable answer")
    front.lose_answer_to = lambda asked: False
    assert place.look() == document()
    if cloud.name == "github-actions":
        assert place.store.read() is None  # nobody can say whose it is: it is written once more
        place.store.write(document())
    assert place.store.read() == place.as_read(document())


def test_what_someone_else_wrote_since_the_read_is_not_overwritten(cloud: Cloud, place: Place) -> None:
    one = place.store
    assert one.read() is None
    place.store.write(document(api_secret=NEWER))
    with pytest.raises(PublishError, match=r"not overwritten: run again"):
        one.write(document())
    assert place.look() == document(api_secret=NEWER)
    one.write(document())
    assert place.look() == document()


@pytest.mark.parametrize(
    "answer", [[], [3], None, {}, {"error": 3}, {"error": {"code": []}}, {"value": 3}, {"updated_at": 3}, {"payload": {"data": "%"}}]
)
@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("asked", ["read", "write"])
def test_an_answer_of_another_shape(front: CloudFront, cloud: Cloud, place: Place, asked: str, status: int, answer: Any) -> None:
    place.store.write(document(version=7))
    told = Told(status, json.dumps(answer), {"Content-Type": "application/json"})
    front.instead = lambda request: told if request.host == cloud.host and (asked == "read" or cloud.is_write(request)) else None
    refused(place.target, asked)
    assert place.look() == document(version=7)


def test_an_idle_run_reads_and_nothing_else(front: CloudFront, cloud: Cloud, place: Place) -> None:
    place.store.write(document())
    front.asked.clear()
    place.store.read()
    asked = [asked for asked in front.asked if asked.host == cloud.host and (cloud.name != "azure-keyvault" or asked.token)]
    assert {one.method for one in asked} == {"GET"}
    assert len(asked) == (2 if cloud.name == "github-actions" else 1)


def test_a_target_of_a_cloud_takes_no_other_setting() -> None:
    for target in ("azure-keyvault:acme/opentok?keep=0", "gcp-secretmanager:projects/acme/secrets/x?keep="):
        with pytest.raises(ValueError, match=r"takes only \?keep="):
            store(target)
