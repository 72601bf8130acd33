# SPDX-License-Identifier: Apache-2.0
"""Archive storages against the emulator and a moto server: what a ledger remembers is compared, what is verified can be written to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from pulumi_opentok.core import Connection, Credentials, Forbidden, PlanError
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.api.sessions import SessionOptions
from pulumi_opentok.core.api.storage import Storage
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.archive_storage import probe
from pulumi_opentok.core.desired.archive_storage.kind import ARCHIVE_STORAGE, KEPT, LOST, OLD_KEY
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.errors import ApiError, InvalidInput, LedgerError, MissingLibrary, NoResponse, OutcomeUnknown
from pulumi_opentok.emulator import Emulator
from tests.moto_server import moto_server
from tests.things.archive_storage import AZURE_KEY, NO_S3, SECRET_KEY, TO_AZURE, TO_S3, storage
from tests.things.sessions import ACME

__all__ = ["moto_server"]
SECRET = "acm3" * 10
UNSETTLED = "no answer to the last request said whether it is set"
ROTATED = "anotherSecretOfTheSameUser/0123456789abc"
SET = (
    f"set the archive storage of project {ACME}: archives that start from now on are uploaded to bucket 'acme-archives' of Amazon S3,"
    " whatever was set before, which OpenTok does not show"
)


class Acme:
    """A project with a ledger of its own, as an application of its own sees it."""

    def __init__(self, emulator: Emulator, ledger: Path) -> None:
        self.emulator = emulator
        self.ledger = ledger
        self.client = OpenTok(Credentials(key=ACME, secret=SECRET, kind="project"), api_url=emulator.url)

    def run(self, *, check: bool = False, absent: bool = False, remembers: bool = True, **inputs: Any) -> Report:
        ledger = FileLedger(str(self.ledger)) if remembers else None
        run = Run(ARCHIVE_STORAGE, Scope(Connection.resolve(environ=self.emulator.env)), ledger=ledger, check=check)
        if absent:
            return run.absent({"project": ACME, **inputs})
        return run.present({**TO_S3, **inputs})

    def asked(self) -> list[str]:
        """The operations of its storage since the last look."""
        found = [str(row["operation"]) for row in self.emulator.journal()]
        self.emulator.clear_journal()
        return [name.rpartition(".")[2] for name in found if name.startswith("archive_storage.")]

    def is_remembered(self) -> bool:
        return self.ledger.exists() and f"archive_storage/{ACME}" in json.loads(self.ledger.read_text())["entries"]


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Acme]:
    with Emulator(projects=[(ACME, SECRET, "Acme")]) as emulator:
        yield Acme(emulator, tmp_path / "ledger.json")


def test_what_the_ledger_remembers_is_compared(acme: Acme) -> None:
    planned, asked = acme.run(check=True), acme.asked()
    assert (planned.actions, asked, acme.is_remembered()) == ((SET,), [], False)
    made = acme.run()
    assert (made.actions, made.plan.after, acme.asked()) == ((SET,), planned.plan.after, ["set"])
    assert made.shown is not None
    again = acme.run()
    assert (again.changed, again.shown, again.warnings, acme.asked()) == (False, made.shown, (), [])

    rotated = acme.run(secret_key=ROTATED)
    assert rotated.actions == (f"set the archive storage of project {ACME} again (secret_key changed)",)
    assert (rotated.warnings, acme.asked()) == ((f"secret_key: {OLD_KEY}",), ["set"])
    moved = acme.run(check=True, secret_key=ROTATED, bucket="other-bucket", fallback="none")
    assert [action.disrupts for action in moved.plan.actions] == [True]
    assert moved.actions[0].endswith("are uploaded to bucket 'other-bucket' of Amazon S3 instead of bucket 'acme-archives' of Amazon S3")
    assert moved.warnings == (LOST,)
    to_azure = acme.run(**NO_S3, **TO_AZURE)
    assert "to container 'archives' of Azure account 'acme' instead of bucket 'acme-archives'" in to_azure.actions[0]
    assert (acme.run(**NO_S3, **TO_AZURE).changed, acme.asked()) == (False, ["set"])
    assert [secret for secret in (SECRET_KEY, ROTATED, AZURE_KEY) if secret in acme.ledger.read_text()] == []
    assert AZURE_KEY not in repr(to_azure.plan)


def test_triggers_set_it_again(acme: Acme) -> None:
    acme.run(triggers={"set": "1"})
    assert not acme.run(triggers={"set": 1}).changed
    assert acme.run(triggers={"set": "2"}).actions == (f"set the archive storage of project {ACME} again (triggers changed)",)
    assert (acme.run(triggers={"set": "2"}).changed, acme.asked()) == (False, ["set", "set"])
    with pytest.raises(InvalidInput, match=r"triggers: needs a record of the last run: give a ledger .* without one every run sets"):
        acme.run(remembers=False, triggers={"set": "2"})


def test_without_a_ledger_every_run_sets_it(acme: Acme) -> None:
    assert [acme.run(remembers=False).actions for _ in range(2)] == [(SET,)] * 2
    assert acme.asked() == ["set", "set"]


def test_its_end(acme: Acme) -> None:
    acme.run()
    planned = acme.run(check=True, absent=True)
    instead = "instead of being uploaded to bucket 'acme-archives' of Amazon S3"
    assert planned.actions == (f"remove the archive storage of project {ACME}: {KEPT} {instead}",)
    assert (acme.run(absent=True).actions, acme.is_remembered()) == (planned.actions, False)
    assert (acme.run(absent=True).changed, acme.asked()) == (False, ["set", "delete", "delete"])
    acme.run(remembers=False)
    unseen = acme.run(absent=True, remembers=False)
    assert unseen.actions == (f"remove the archive storage of project {ACME}, if one is set: {KEPT}",)
    assert not acme.run(absent=True, remembers=False).changed


def test_one_that_is_retained_stays_set(acme: Acme) -> None:
    acme.run()
    kept = acme.run(absent=True, on_delete="retain")
    assert (kept.changed, acme.is_remembered(), acme.asked()) == (False, False, ["set"])
    assert acme.run(absent=True).changed, "it was there all the time"


def test_one_that_was_removed_elsewhere_is_no_change(acme: Acme) -> None:
    acme.run()
    acme.client.archive_storage.delete()
    assert (acme.run(absent=True).changed, acme.is_remembered()) == (False, False)


def test_a_lost_answer_is_remembered_as_such(acme: Acme) -> None:
    """Else a declaration that is taken back would look as if it had never been sent."""
    acme.run()
    acme.emulator.fault("archive_storage.set", "drop_after", times=20)
    lost = acme.run(bucket="other-bucket")
    acme.emulator.clear_faults()
    acme.asked()
    assert (lost.actions, isinstance(lost.unfinished, NoResponse)) == ((), True)
    back = acme.run()
    assert f"again (bucket changed; {UNSETTLED})" in back.actions[0]
    assert (acme.run().changed, acme.asked()) == (False, ["set"])


def test_a_run_that_is_killed_while_it_sets_knows_no_more(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.run()

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit(1)

    with monkeypatch.context() as context:
        context.setattr(Storage, "set", killed)
        with pytest.raises(SystemExit):
            acme.run(bucket="other-bucket")
    assert UNSETTLED in acme.run().actions[0]


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_removal_without_an_answer_is_remembered_as_such(acme: Acme, lost: str) -> None:
    """Else a storage that is declared again would be taken for one that is set."""
    acme.run()
    acme.emulator.fault("archive_storage.delete", f"drop_{lost}", times=20)
    with pytest.raises(OutcomeUnknown, match=f"the archive storage of project {ACME} may or may not have been removed: no answer said which"):
        acme.run(absent=True)
    acme.emulator.clear_faults()
    acme.asked()
    assert acme.run(check=True).actions == (f"set the archive storage of project {ACME} again ({UNSETTLED})",)
    assert (acme.run().changed, acme.run().changed, acme.asked()) == (True, False, ["set"])
    acme.emulator.fault("archive_storage.delete", f"drop_{lost}", times=20)
    with pytest.raises(OutcomeUnknown):
        acme.run(absent=True)
    acme.emulator.clear_faults()
    assert (acme.run(absent=True).changed, acme.is_remembered()) == (lost == "before", False)


def test_a_run_that_is_killed_while_it_removes_knows_no_more(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.run(triggers={"set": "1"})

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit(1)

    with monkeypatch.context() as context:
        context.setattr(Storage, "delete", killed)
        with pytest.raises(SystemExit):
            acme.run(absent=True)
    assert acme.run(triggers={"set": "1"}).actions == (f"set the archive storage of project {ACME} again ({UNSETTLED})",)


def test_a_removal_that_is_refused_leaves_it_as_it_was(acme: Acme) -> None:
    acme.run()
    acme.emulator.edit_project(ACME, status="SUSPENDED")
    with pytest.raises(Forbidden, match="46000001 is suspended"):
        acme.run(absent=True)
    acme.emulator.edit_project(ACME, status="VALID")
    assert not acme.run().changed


def test_what_is_refused_is_not_remembered(acme: Acme) -> None:
    acme.emulator.edit_project(ACME, status="SUSPENDED")
    by_pair = Scope(Connection.resolve(environ={"OPENTOK_API_URL": acme.emulator.url, "OPENTOK_API_KEY": ACME, "OPENTOK_API_SECRET": SECRET}))
    with pytest.raises(Forbidden, match="46000001 is suspended: activate the project"):
        Run(ARCHIVE_STORAGE, by_pair, ledger=FileLedger(str(acme.ledger))).present(TO_S3)
    assert not acme.is_remembered()
    acme.emulator.edit_project(ACME, status="VALID")
    acme.emulator.fault("archive_storage.set", "status", status=400)
    with pytest.raises(ApiError, match=r"archive_storage\.set of the archive storage of project 46000001: HTTP 400"):
        acme.run()
    assert acme.run().changed
    with pytest.raises(PlanError, match=f"there is no project 46000009 in account {acme.emulator.account_key}"):
        acme.run(absent=True, project="46000009")


@pytest.mark.parametrize("remembers", [True, False])
def test_a_check_says_what_the_run_does_with_a_project_that_is_none(acme: Acme, remembers: bool) -> None:
    suspended = rf"^project {ACME} is suspended: activate the project to set its archive storage; nothing was set$"
    acme.emulator.edit_project(ACME, status="SUSPENDED")
    for check in (True, False):
        with pytest.raises(PlanError, match=suspended):
            acme.run(check=check, remembers=remembers)
    acme.emulator.edit_project(ACME, status="VALID")
    acme.run(remembers=remembers)
    acme.emulator.edit_project(ACME, status="SUSPENDED")
    if remembers:
        assert not acme.run().changed, "there is nothing to set"
    acme.emulator.delete_project(ACME)
    for check in (True, False):
        with pytest.raises(PlanError, match=rf"^there is no project {ACME} in account {acme.emulator.account_key}: check the id"):
            acme.run(check=check, remembers=remembers)
    assert acme.asked() == ["set"]


def test_it_costs_one_look_at_the_project(acme: Acme) -> None:
    for _ in range(2):
        acme.emulator.clear_journal()
        acme.run()
        assert [row["operation"] for row in acme.emulator.journal()].count("project.get") == 1


def test_a_ledger_that_was_edited(acme: Acme) -> None:
    acme.run()
    text = acme.ledger.read_text()
    for old, new in (("pbkdf2-sha256:50000", "pbkdf2-sha256:99999999999"), ('"triggers": {}', '"triggers": 5')):
        acme.ledger.write_text(text.replace(old, new))
        with pytest.raises(LedgerError, match="archive_storage/46000001"):
            acme.run()


def allowed(action: str, resource: str = "*") -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


WRITE_ONLY = allowed("s3:PutObject", f"arn:aws:s3:::acme-archives/{ACME}/*")


class Cloud:
    """A moto server with the bucket `acme-archives` that asks who is there: its policies count."""

    def __init__(self, url: str) -> None:
        self.url = url
        requests.post(f"{url}/moto-api/reset", timeout=60)
        by_root = {"endpoint_url": url, "region_name": "us-east-1", "aws_access_key_id": "root", "aws_secret_access_key": "root"}
        self.s3, self.iam = boto3.client("s3", **by_root), boto3.client("iam", **by_root)
        self.s3.create_bucket(Bucket="acme-archives")

    def user(self, name: str, policy: dict[str, Any]) -> dict[str, Any]:
        """A user's pair, as inputs of a storage."""
        self.iam.create_user(UserName=name)
        self.iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        made = self.iam.create_access_key(UserName=name)["AccessKey"]
        return {"endpoint": self.url, "access_key": made["AccessKeyId"], "secret_key": made["SecretAccessKey"], "verify": True}

    def asks_who_is_there(self, *, forgets: str = "0") -> None:
        """From now on, or ``inf``: never."""
        requests.post(f"{self.url}/moto-api/reset-auth", data=forgets.encode(), timeout=60)

    def objects(self) -> list[str]:
        self.asks_who_is_there(forgets="inf")
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket="acme-archives").get("Contents", [])]


@pytest.fixture
def cloud(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    there = Cloud(moto_server)
    # What whoever runs this has set is not what OpenTok will use.
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-somebody")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    yield there
    there.asks_who_is_there(forgets="inf")


def test_archives_are_uploaded_where_it_says(acme: Acme, cloud: Cloud) -> None:
    user = cloud.user("all", allowed("s3:*"))
    cloud.asks_who_is_there()
    report = acme.run(**user, sse="s3")
    assert (report.warnings, cloud.objects()) == ((), [])
    session = acme.client.sessions.create(SessionOptions(media_mode="routed")).session_id
    acme.emulator.publish(session)
    archive = acme.client.archives.start(session)
    acme.client.archives.stop(archive.id)
    acme.emulator.advance(1)
    acme.emulator.settle()
    assert acme.client.archives.get(archive.id).status == "uploaded"
    assert cloud.objects() == [f"{ACME}/{archive.id}/archive.mp4"]


def test_who_may_only_write_is_told_what_is_left(acme: Acme, cloud: Cloud) -> None:
    user = cloud.user("writer", WRITE_ONLY)
    cloud.asks_who_is_there()
    (warning,) = acme.run(**user).warnings
    (left,) = cloud.objects()
    assert left.startswith(f"{ACME}/pulumi-opentok-probe-")
    assert warning == f"verify: the probe object '{left}' could be written and not be deleted (AccessDenied): delete it yourself"
    assert not acme.run(**user).changed, "nothing is tried again"
    assert acme.run(**{**user, "verify": False}).shown is not None
    cloud.asks_who_is_there()
    assert acme.run(**user).warnings != (), "tried once more where it was not asked for the last time"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no such bucket": ({"bucket": "not-there"}, "bucket: there is no such bucket"),
    "another access key": ({"access_key": "AKIANOTTHERE"}, "access_key: is not known there"),
    "another secret": ({"secret_key": ROTATED}, "secret_key: does not belong to access_key"),
    "may not write": ({"project": ACME}, "access_key: may not write to the bucket: allow s3:PutObject"),
    "nobody there": ({"endpoint": "http://127.0.0.1:1"}, "endpoint: cannot be reached or used (EndpointConnectionError)"),
}


def test_what_does_not_work_is_named_before_opentok_is_told(acme: Acme, cloud: Cloud) -> None:
    writer, nobody, anywhere = cloud.user("writer", WRITE_ONLY), cloud.user("nobody", allowed("s3:List*")), cloud.user("anywhere", allowed("s3:*"))
    cloud.asks_who_is_there()
    pairs = {"no such bucket": anywhere, "may not write": nobody}
    for title, (inputs, says) in WRONG.items():
        user = pairs.get(title, writer)
        assert acme.run(check=True, **{**user, **inputs}).changed, "never in check mode"
        with pytest.raises(PlanError) as failed:
            acme.run(**{**user, **inputs})
        assert str(failed.value) == f"verify: {says}; nothing was sent to OpenTok", title
        assert [secret for secret in (user["secret_key"], ROTATED) if secret in str(failed.value)] == []
    assert (acme.asked(), acme.is_remembered()) == ([], False)


def test_nothing_of_whoever_runs_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenTok will have the declared keys and Amazon's own address, whatever is set here."""
    for name, value in (("AWS_PROFILE", "nobody"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_DEFAULT_REGION", "eu-west-1")):
        monkeypatch.setenv(name, value)
    client = probe._client(storage())
    assert (client.meta.endpoint_url, client.meta.region_name) == ("https://s3.amazonaws.com", "us-east-1")


def test_without_boto3_one_line_says_so(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "HAS_BOTO3", False)
    with pytest.raises(MissingLibrary, match=r"the Python library boto3 is missing: install it with `pip install boto3`"):
        acme.run(verify=True)
    assert acme.asked() == []
    assert acme.run().changed, "it is asked for only then"
