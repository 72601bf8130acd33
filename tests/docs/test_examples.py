# SPDX-License-Identifier: Apache-2.0
"""Every example as its README walks through it, on the real engine and by the real ansible-playbook; each `up` and each playbook a second time."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.docs.example_walk import S3, AnsibleWalk, PulumiWalk, ServiceWalk, Walk, emulator_of
from tests.docs.snippets import ROOT, console
from tests.engine.stack import EngineStack

EXAMPLES = ROOT / "examples"
ELSEWHERE = {
    "pulumi/tenants": "tests/engine/test_typed.py",
    "pulumi/automation-api": "test_the_service",
    "pulumi/languages": "tests/engine/test_languages.py",
    "pulumi/call-centre": "tests/engine/test_call_centre_example.py",
    "ansible/tenants": "tests/playbooks/test_tenants_example.py",
    "ansible/call-centre": "tests/playbooks/test_call_centre_example.py",
}
"""What these walk through is longer, and looks at more."""


NINE = {
    *("quickstart", "tenants", "adopt-existing", "rotate-in-window", "call-centre"),
    *("recordings-to-s3", "live-stream", "two-accounts", "automation-api"),
}


def here(layer: str) -> list[str]:
    folders = sorted(page.parent.name for page in (EXAMPLES / layer).glob("*/README.md"))
    return [name for name in folders if f"{layer}/{name}" not in ELSEWHERE]


def projects(walk: Walk) -> dict[str, str]:
    """Name -> status, of those that are there when the walk has ended."""
    return {project["name"]: project["status"] for project in walk.opentok.all_projects()}


def nothing_is_left(walk: Walk) -> None:
    assert projects(walk) == {}


def each_is_in_its_account(walk: PulumiWalk | AnsibleWalk) -> None:
    where = {project["name"]: project["account"] for project in walk.opentok.all_projects()}
    assert where == {"Acme": "10000001", "Initech": "10000001", "Globex": "20000002"}


def initech_has_moved(walk: PulumiWalk) -> None:
    assert walk.exports["accounts"] == {"acme": "10000001", "globex": "20000002", "initech": "20000002"}
    nothing_is_left(walk)


def all_are_still_there(walk: Walk) -> None:
    assert projects(walk) == {"Globex": "SUSPENDED", "Initech": "VALID", "Umbrella": "VALID"}


def initech_is_still_overdue(walk: Walk) -> None:
    assert projects(walk) == {"ACME Inc.": "ACTIVE", "Globex": "VALID", "Initech": "SUSPENDED"}
    assert walk.asked("project.set_status") == 3


def it_was_rotated_once(walk: PulumiWalk) -> None:
    assert walk.exports["secret_version"] == 2
    assert walk.asked("project.refresh_secret") == 1
    nothing_is_left(walk)


def it_was_rotated_once_and_published(walk: AnsibleWalk) -> None:
    published = json.loads((walk.folder / "acme.json").read_text(encoding="utf-8"))
    (project,) = walk.opentok.all_projects()
    assert (published["api_secret"], published["version"]) == (project["secret"], 2)
    assert walk.asked("project.refresh_secret") == 1


def it_was_recorded_once(walk: Walk) -> None:
    (archive,) = walk.opentok.all_archives()
    assert (archive["status"], archive["duration"] >= 60) == ("uploaded", True)
    assert (walk.asked("archive.start"), walk.asked("archive_storage.set")) == (1, 1)


def the_token_is_in_its_file(walk: AnsibleWalk) -> None:
    token = walk.folder / "guest.token"
    assert token.stat().st_mode & 0o777 == 0o600
    assert token.read_text(encoding="utf-8") not in walk.printed
    assert projects(walk) == {"ACME GmbH": "SUSPENDED"}


def test_every_example_is_in_the_index_and_has_a_test() -> None:
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    folders = [f"{layer}/{path.name}" for layer in ("pulumi", "ansible") for path in (EXAMPLES / layer).iterdir() if path.is_dir()]
    assert [name for name in folders if f"({name}/" not in index] == []
    assert set(folders) == {*ELSEWHERE, *AT_THE_END}
    assert {f"pulumi/{name}" for name in NINE} <= set(folders)


def test_both_layers_read_the_same_files() -> None:
    pairs = [(path, EXAMPLES / "ansible" / path.parent.name / path.name) for path in (EXAMPLES / "pulumi").glob("*/[a-z]*.yaml")]
    assert len(pairs) >= 4
    assert [path.name for path, other in pairs if path.read_bytes() != other.read_bytes()] == []


def the_show_was_live_once(walk: Walk) -> None:
    assert (walk.asked("broadcast.start"), walk.asked("broadcast.stop")) == (1, 1)


AT_THE_END: dict[str, Callable[..., None]] = {
    "pulumi/quickstart": nothing_is_left,
    "pulumi/adopt-existing": all_are_still_there,
    "pulumi/recordings-to-s3": it_was_recorded_once,
    "pulumi/rotate-in-window": it_was_rotated_once,
    "pulumi/live-stream": the_show_was_live_once,
    "pulumi/two-accounts": initech_has_moved,
    "ansible/quickstart": the_token_is_in_its_file,
    "ansible/adopt-existing": all_are_still_there,
    "ansible/recordings-to-s3": it_was_recorded_once,
    "ansible/rotate-in-window": it_was_rotated_once_and_published,
    "ansible/live-stream": the_show_was_live_once,
    "ansible/suspend-overdue": initech_is_still_overdue,
    "ansible/two-accounts": each_is_in_its_account,
}
"""What is true at OpenTok when a walk has ended."""


def s3_of(page: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """An empty S3, where the page starts one, in the place of its address."""
    if not any(command.startswith("moto_server") for command in console(page)):
        return {}
    url = str(request.getfixturevalue("moto_server"))
    requests.post(f"{url}/moto-api/reset", timeout=60).raise_for_status()
    return {S3: url}


@pytest.mark.long
@pytest.mark.parametrize("name", here("pulumi"))
def test_with_pulumi(name: str, new_stack: Callable[..., EngineStack], request: pytest.FixtureRequest) -> None:
    page = EXAMPLES / "pulumi" / name / "README.md"
    with emulator_of(page) as opentok:
        walk = PulumiWalk(page, opentok, new_stack, {})
        walk.addresses |= s3_of(page, request)
        walk.go()
        AT_THE_END[f"pulumi/{name}"](walk)


@pytest.mark.long
@pytest.mark.parametrize("name", here("ansible"))
def test_with_ansible(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    page = EXAMPLES / "ansible" / name / "README.md"
    with emulator_of(page) as opentok:
        walk = AnsibleWalk(page, opentok, tmp_path, {})
        walk.addresses |= s3_of(page, request)
        walk.go()
        AT_THE_END[f"ansible/{name}"](walk)


@pytest.mark.long
def test_the_service(engine: Path, tmp_path: Path) -> None:
    page = EXAMPLES / "pulumi" / "automation-api" / "README.md"
    with emulator_of(page) as opentok, ServiceWalk(page, opentok, engine, tmp_path) as walk:
        walk.go()
        assert projects(walk) == {"ACME GmbH": "SUSPENDED"}
        assert (walk.asked("project.create"), walk.asked("session.create")) == (2, 2)

        def take_a_name_twice(_: int) -> tuple[int, str]:
            answer = requests.put(f"{walk.url}/tenants/initech", json={"name": "ACME GmbH"}, timeout=120)
            return answer.status_code, answer.json()["error"]

        with ThreadPoolExecutor(2) as pool:
            busy, taken = sorted(pool.map(take_a_name_twice, range(2)))
        assert busy == (409, "another request works on initech")
        assert (taken[0], "'ACME GmbH' exists already" in taken[1]) == (502, True)
        assert walk.leaks() == []
