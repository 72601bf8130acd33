# SPDX-License-Identifier: Apache-2.0
"""The life of archive storages on the real engine: set, quiet, keys rotated in place, moved, renamed, gone before their project."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack
from tests.things.archive_storage import ACCESS_KEY, AZURE_KEY, SECRET_KEY

ROTATED = "anotherSecretOfTheSameUser/0123456789abc"


@pytest.mark.long
def test_life(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    to: dict[str, Any] = {"bucket": "acme-archives", "access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "sse": "s3"}
    names = ["archives"]

    def program() -> None:
        acme = opentok.Project("acme", name="ACME GmbH")
        storage, *_others = [opentok.ArchiveStorage(name, project=acme, **to) for name in names]
        pulumi.export("bucket", storage.bucket)
        pulumi.export("key", storage.secret_key)

    platform = ProjectStack(new_stack, opentok_emulator)
    platform.stack.program = program
    platform.secrets |= {SECRET_KEY, ROTATED, AZURE_KEY}
    assert platform.planned().changes == {"create": 3}
    assert platform.up().ok().warnings == ()
    assert platform.requests() == {"project.list": 2, "project.create": 1, "archive_storage.set": 1}
    assert platform.up_again_is_quiet()
    assert not platform.refresh(expect_no_changes=True).ok().changed
    assert (platform.stack.outputs()["bucket"], "key" in platform.stack.secret_outputs()) == ("acme-archives", True)

    to["secret_key"] = ROTATED
    planned = platform.planned()
    assert planned.ops("archives") == ["update"]
    assert "again (secret_key changed)" in planned.text
    assert any("keep the old key valid" in text for text in planned.warnings)
    platform.up().ok()
    assert platform.requests() == {"project.get": 1, "archive_storage.set": 1}
    assert platform.up_again_is_quiet()

    to.clear()
    to.update(azure_container="archives", azure_account="acme", azure_key=AZURE_KEY, fallback="none")
    planned = platform.planned()
    assert any("container 'archives' of Azure account 'acme' instead of bucket 'acme-archives' of Amazon S3" in text for text in planned.warnings)
    assert any("an archive that cannot be uploaded is lost ('none')" in text for text in planned.warnings)
    platform.up().ok()
    assert platform.stack.outputs().get("bucket") is None
    assert platform.up_again_is_quiet()

    names.append("another")
    platform.requests()
    twice = platform.preview()
    assert (twice.code, platform.requests()) == (1, {})
    # In the order in which the engine has happened to check them.
    orders = ("'archives' and 'another'", "'another' and 'archives'")
    said = [f"is declared by two resources of this program, {both}: remove one of them" for both in orders]
    assert any(text in error for text in said for error in twice.errors)
    names[:] = ["renamed"]
    renamed = platform.up().ok()
    assert (renamed.ops("renamed"), renamed.ops("archives")) == (["create"], ["delete"])
    assert platform.requests() == {"project.get": 1, "archive_storage.set": 1}, "the old entry is only forgotten"
    assert platform.up_again_is_quiet()
    assert platform.leaks() == []
    gone = platform.destroy().ok()
    assert any("start from now on stay in OpenTok's cloud for 72 hours instead of being uploaded to container" in text for text in gone.warnings)
    assert platform.requests()["archive_storage.delete"] == 1
    assert platform.names() == []
