# SPDX-License-Identifier: Apache-2.0
"""GitHub Actions secrets against the contract server: a secret that nobody reads, and the variable that says what is in it."""

from __future__ import annotations

import functools
import json
import re
import subprocess
from datetime import timedelta

import pytest
import yaml

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.publish import Publication
from pulumi_opentok.core.http.auth import fingerprint
from tests.docs.snippets import snippets
from tests.stores import places
from tests.stores.cloud_front import Asked, CloudFront, Told
from tests.stores.github_contract import EVERYTHING, TOKEN, GitHubContract
from tests.stores.places import NEWER, SECRET, document, github_place, store

TARGET = "github-actions:acme/web/OPENTOK"
NAME = "/repos/acme/web/actions/OPENTOK"
NOTE = f"{NAME}_PUBLISHED"
refused = functools.partial(places.refused, hidden=(TOKEN,))


def test_what_is_written_beside_the_secret(github: GitHubContract) -> None:
    store(TARGET).write(document())
    assert json.loads(github.variables[NOTE]) == {
        "platform": "opentok",
        "api_key": "46000001",
        "version": 1,
        "rotated_at": "2026-03-01T12:00:00Z",
        "secret_fingerprint": fingerprint(SECRET),
        "updated_at": "2026-03-01T12:00:01Z",
    }


def test_runners_hide_the_secret_itself(github: GitHubContract) -> None:
    """They hide each line of a secret, and what stands in double quotes on one (actions/runner: Worker.cs, ValueEncoders.TrimDoubleQuotes)."""
    store(TARGET).write(document())
    lines = github.secrets[NAME]["value"].splitlines()
    assert f'"{SECRET}"' in lines
    assert min(len(line) for line in lines) > 8  # short ones would hide half of every log


def test_the_step_of_the_docs_reads_the_pair(github: GitHubContract) -> None:
    store(TARGET).write(document())
    secrets = {"OPENTOK": github.secrets[NAME]["value"]}
    (snippet,) = [snippet for snippet in snippets() if snippet.runner == "step"]
    (step,) = yaml.safe_load(snippet.text)
    env = {
        name: re.sub(r"\$\{\{ fromJSON\(secrets\.(\w+)\)\.(\w+) \}\}", lambda it: json.loads(secrets[it[1]])[it[2]], of)
        for name, of in step["env"].items()
    }
    assert env == {"OPENTOK_API_KEY": "46000001", "OPENTOK_API_SECRET": SECRET}
    subprocess.run(["bash", "-e", "-c", step["run"]], env=env, check=True)


def test_no_request_has_the_secret_in_the_open(github: GitHubContract, front: CloudFront) -> None:
    store(TARGET).preflight()
    store(TARGET).write(document())
    assert front.asked
    assert not any(SECRET.encode() in asked.body or SECRET in asked.path for asked in front.asked)


def test_the_preflight_leaves_nothing(github: GitHubContract) -> None:
    store(TARGET).preflight()
    assert (github.secrets, github.variables) == ({}, {})


def test_a_preflight_after_one_that_was_killed(github: GitHubContract) -> None:
    github.put_secret(f"{NAME}_PREFLIGHT", "{}")
    github.variables[f"{NAME}_PREFLIGHT"] = "{}"
    store(TARGET).preflight()
    assert (github.secrets, github.variables) == ({}, {})


@pytest.mark.parametrize("missing", sorted(EVERYTHING))
def test_the_preflight_needs_each_right(github: GitHubContract, missing: str) -> None:
    store(TARGET).write(document())
    github.rights = EVERYTHING - {missing}
    refused(TARGET, "preflight", "403", "Resource not accessible", "the GITHUB_TOKEN of a workflow cannot have them")


@pytest.mark.parametrize("environment", ["prod", "prod/eu"])
def test_a_secret_of_an_environment(github: GitHubContract, environment: str) -> None:
    one = store(f"github-actions:acme/web/environments/{environment}/OPENTOK")
    one.preflight()
    one.write(document())
    assert list(github.secrets) == [f"/repos/acme/web/environments/{environment}/OPENTOK"]
    assert (one.read() or {})["secret_fingerprint"] == fingerprint(SECRET)


@pytest.mark.parametrize("target", ["github-actions:acme/other/OPENTOK", "github-actions:acme/web/environments/nowhere/OPENTOK"])
@pytest.mark.parametrize("asked", ["read", "preflight", "write"])
def test_a_repository_or_environment_that_is_not_there(github: GitHubContract, target: str, asked: str) -> None:
    """GitHub says 404 for each of these, and for a secret that is not there."""
    refused(target, asked, "404: Not Found", "is there such a repository or environment?")


def test_a_secret_of_someone_else(github: GitHubContract) -> None:
    github.put_secret(NAME, "hunter2")
    text = refused(TARGET, "write", "without a variable OPENTOK_PUBLISHED beside it", "is not overwritten")
    assert "hunter2" not in text
    assert github.secrets[NAME]["value"] == "hunter2"


@pytest.mark.parametrize("value", ["v1.2.3", "{}x", '{"platform": "twilio"}', "[]"])
def test_a_variable_of_someone_else(github: GitHubContract, value: str) -> None:
    github.variables[NOTE] = value
    refused(TARGET, "preflight", "variable OPENTOK_PUBLISHED", "is not overwritten")
    assert github.variables == {NOTE: value}


def test_a_secret_that_someone_wrote_since_is_not_held_and_is_written_anew(github: GitHubContract) -> None:
    store(TARGET).write(document())
    github.put_secret(NAME, "by hand")
    assert (store(TARGET).read() or {})["secret_fingerprint"] is None
    looked: list[int] = []

    def look() -> dict[str, object]:
        looked.append(1)
        return document()

    done, failed = Publication([store(TARGET)]).ensure(document(), before=document(), look=look)
    assert (len(done), failed, len(looked)) == (1, None, 1)
    assert github_place(github).look() == document()
    assert Publication([store(TARGET)]).ensure(document(), before=document(), look=look) == ((), None)


@pytest.mark.parametrize("cut_at", ["PUT", "POST", "PATCH"])
def test_a_run_that_is_cut_between_its_requests_is_made_up_for(github: GitHubContract, front: CloudFront, cut_at: str) -> None:
    if cut_at == "PATCH":
        store(TARGET).write(document(api_secret=NEWER))
    front.instead = lambda asked: Told(503, {"message": "down"}) if asked.method == cut_at else None
    refused(TARGET, "write", "503: down")
    front.instead = lambda asked: None
    done, failed = Publication([store(TARGET)]).ensure(document())
    assert (len(done), failed) == (1, None)
    assert github_place(github).look() == document()
    assert Publication([store(TARGET)]).ensure(document()) == ((), None)


def test_a_write_within_the_second_of_another_is_not_told_apart(github: GitHubContract) -> None:
    """GitHub dates to the second: docs/publish.md says so."""
    github.tick = timedelta(0)
    store(TARGET).write(document())
    github.put_secret(NAME, "by hand")
    assert (store(TARGET).read() or {})["secret_fingerprint"] == fingerprint(SECRET)


def test_a_secondary_rate_limit_comes_as_403(github: GitHubContract, front: CloudFront) -> None:
    left = [Told(403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "0"})] * 2
    front.instead = lambda asked: left.pop() if left else None
    store(TARGET).write(document())
    assert left == []
    front.instead = lambda asked: Told(403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0"})
    refused(TARGET, "read", "the rate limit is reached: run again later")


def test_a_repository_that_was_renamed(github: GitHubContract, front: CloudFront) -> None:
    front.instead = lambda asked: Told(301, {"message": "Moved Permanently"}, {"Location": "https://api.github.com/repositories/1"})
    refused(TARGET, "read", "301: Moved Permanently", "the repository has moved: name it as it is called now")


def test_an_answer_without_a_key(github: GitHubContract, front: CloudFront) -> None:
    front.instead = lambda asked: Told(200, {"key": "bm8ga2V5", "key_id": "1"}) if asked.path.endswith("/public-key") else None
    refused(TARGET, "write", "the public key in the answer is none")


def test_no_token(github: GitHubContract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    refused(TARGET, "read", "there is no token: set GH_TOKEN or GITHUB_TOKEN")


@pytest.mark.parametrize("token", ["expired-token-0123456789", "tökén-0123456789\u2713", "line\nbreak-0123456789"])
def test_a_token_that_is_none(github: GitHubContract, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("GH_TOKEN", token)
    assert "0123456789" not in refused(TARGET, "read")


def test_a_netrc_takes_no_part(github: GitHubContract, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="utf-8") as file:
        file.write("default login someone password else\n")
    monkeypatch.setenv("NETRC", netrc)
    store(TARGET).write(document())


def test_an_enterprise_server(github: GitHubContract, front: CloudFront, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "https://github.acme.example/api/v3")
    store(TARGET).write(document())
    assert {asked.host for asked in front.asked} == {"github.acme.example"}


@pytest.mark.parametrize("url", ["http://github.acme.example/api/v3", "github.acme.example", "https://user:passw0rd@github.acme.example", "https://"])
def test_an_address_that_would_show_the_token(github: GitHubContract, front: CloudFront, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("GITHUB_API_URL", url)
    with pytest.raises(InvalidInput, match="GITHUB_API_URL must be an https URL") as wrong:
        store(TARGET)
    assert "passw0rd" not in str(wrong.value)
    assert front.asked == []


@pytest.mark.parametrize("lag", [0, 1, 2, 3])
def test_github_may_be_late_to_show_what_was_written(github: GitHubContract, front: CloudFront, lag: int) -> None:
    store(TARGET).write(document())
    before = [Told(200, {"name": "OPENTOK", "updated_at": github.secrets[NAME]["updated_at"]})] * lag

    def instead(asked: Asked) -> Told | None:
        is_late = before and asked.method == "GET" and asked.path.endswith("/OPENTOK") and any(one.method == "PUT" for one in front.asked)
        return before.pop() if is_late else None

    front.asked.clear()
    front.instead = instead
    if lag < 3:
        store(TARGET).write(document(api_secret=NEWER))
        assert (store(TARGET).read() or {})["secret_fingerprint"] == fingerprint(NEWER)
    else:
        refused(TARGET, "write", "GitHub does not show that")
        assert (store(TARGET).read() or {})["secret_fingerprint"] is None


def test_a_secret_that_is_deleted_meanwhile(github: GitHubContract, front: CloudFront) -> None:
    def delete(asked: Asked) -> None:
        if asked.method == "GET" and asked.path.endswith("/OPENTOK") and any(one.method == "PUT" for one in front.asked):
            github.secrets.clear()

    front.before = delete
    refused(TARGET, "write", "was written, and GitHub does not show that")
