# SPDX-License-Identifier: Apache-2.0
"""Archive storages by real playbooks: with a ledger the second run does nothing, without one each sets it; check mode is the run; no key is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.playbooks.sessions import account_pair, project_pair, task
from tests.things.archive_storage import AZURE_KEY, NO_S3, SECRET_KEY, TO_AZURE, TO_S3
from tests.things.rows import HIDDEN
from tests.things.sessions import ACME, ACME_SECRET, PROJECTS, UNIFIED

ROTATED = "anotherSecretOfTheSameUser/0123456789abc"
SECRETS = (SECRET_KEY, ROTATED, AZURE_KEY, ACME_SECRET)


@pytest.fixture
def opentok() -> Iterator[Emulator]:
    with Emulator(projects=PROJECTS) as emulator:
        yield emulator


def steps(title: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    return [task(f"{title}: {step}", "archive_storage", options, check_mode=step == "check") for step in ("check", "run", "again")]


def assert_predicted(played: Played, title: str, request: str, *, again: bool = False) -> dict[str, Any]:
    """Check mode sends nothing and says what the run does; gives the run's result. ``again``: so does a second run."""
    check, run, second = (played.of(f"{title}: {step}") for step in ("check", "run", "again"))
    asked = [[name for name in one.requests if name != "project.get"] for one in (check, run, second)]
    assert asked == [[], [request], [request] if again else []], title
    for part in ("changed", "actions", "before", "after", "diff"):
        assert check.result[part] == run.result[part], (title, part)
    assert (second.result["changed"], second.result["archive_storage"]) == (again, run.result["archive_storage"]), title
    return run.result


@pytest.mark.long
def test_the_life_of_an_archive_storage(tmp_path: Path, opentok: Emulator) -> None:
    ledger = tmp_path / "ledger.json"
    base = {**account_pair(opentok), **TO_S3, "ledger": str(ledger)}
    gone = {**account_pair(opentok), "project": ACME, "state": "absent"}
    forget = {**gone, "ledger": str(ledger)}
    tasks = [
        *steps("new", base),
        *steps("new keys", {**base, "access_key": "AKIAANOTHER", "secret_key": ROTATED}),
        *steps("azure", {**account_pair(opentok), **TO_AZURE, "fallback": "none", "ledger": str(ledger), "triggers": {"set": "2026-11"}}),
        *steps("no ledger", {**project_pair(opentok), **{name: value for name, value in TO_S3.items() if name != "project"}}),
        task("retained", "archive_storage", {**gone, "ledger": str(tmp_path / "other.json"), "on_delete": "retain"}),
        *steps("gone", forget),
    ]
    played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "-vvv").succeeded()

    new = assert_predicted(played, "new", "archive_storage.set")
    assert new["actions"][0].startswith(f"set the archive storage of project {ACME}: archives that start from now on are uploaded to bucket")
    keys = assert_predicted(played, "new keys", "archive_storage.set")
    assert keys["actions"] == [f"set the archive storage of project {ACME} again (access_key and secret_key changed)"]
    assert "keep the old key valid" in keys["warnings"][0]
    azure = assert_predicted(played, "azure", "archive_storage.set")
    assert [text.partition(":")[0] for text in azure["warnings"]] == ["fallback", "azure_key", "done"]
    assert (azure["archive_storage"]["azure_key"], azure["archive_storage"]["fallback"]) == (None, "none")
    unremembered = assert_predicted(played, "no ledger", "archive_storage.set", again=True)
    assert unremembered["archive_storage"]["project"] == ACME
    assert played.of("retained").requests == []
    check, run, again = (played.of(f"gone: {step}").result for step in ("check", "run", "again"))
    assert (check["actions"], run["archive_storage"], again["changed"]) == (run["actions"], None, False)
    assert [secret for secret in (*SECRETS, opentok.account_secret) if secret in played.output + ledger.read_text()] == []


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a password": ({"endpoint": f"https://joe:{HIDDEN}@s3.example.com"}, "endpoint: must be a URL with its scheme, such as"),
    "a URL": ({"bucket": "s3://acme-archives"}, "bucket: must be the name of a bucket"),
    "a number": ({"secret_key": 12345678}, "secret_key: must be a string, not int: quote it"),
    "both": ({"azure_container": "archives"}, "azure_container: contradicts bucket"),
    "neither": (NO_S3, "bucket: missing: declare bucket, access_key and secret_key for S3"),
    "no ledger": ({"triggers": {"a": "b"}}, "triggers: needs a record of the last run: give a ledger"),
    "another platform": ({"project": UNIFIED}, "project: must be a project id (= API key) such as '46123456'"),
    "not absent": ({"state": "absent", "verify": True}, "verify: contradicts state: absent"),
}
"""Options and what is said of them; the whole table is for the unit tests."""


def test_bad_input_is_refused_before_any_request(tmp_path: Path, opentok: Emulator) -> None:
    base = {**account_pair(opentok), **TO_S3}
    written = {title: {name: value for name, value in {**base, **options}.items() if value is not None} for title, (options, _) in BAD.items()}
    tasks = [task(title, "archive_storage", options, ignore_errors=True) for title, options in written.items()]
    played = AnsibleRun(tmp_path, opentok, {}).play(tasks, "-vvv").succeeded()
    for title, (_, says) in BAD.items():
        failed = played.of(title)
        assert (failed.outcome, failed.requests) == ("failed", []), title
        assert says in failed.result["msg"], title
        # All that is printed shows the task itself as well, with what stands in it in clear.
        assert [secret for secret in (HIDDEN, SECRET_KEY) if secret in str(failed.result)] == [], title
    assert opentok.journal() == []
