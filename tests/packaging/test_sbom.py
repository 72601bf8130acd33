# SPDX-License-Identifier: Apache-2.0
"""What the bill of materials says of the wheel, read from outside."""

from __future__ import annotations

import hashlib
import json
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from cyclonedx.model.bom import Bom

from tests.packaging.building import core_version
from tools import sbom


def test_it_has_the_wheel_and_all_that_users_install_with_it(wheel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = Path(shutil.copy(wheel, tmp_path))
    assert sbom.main([str(copy)]) == 0
    target = tmp_path / f"pulumi_opentok-{core_version()}.cdx.json"
    assert capsys.readouterr().out == f"{target}\n"
    read = json.loads(target.read_text(encoding="utf-8"))
    assert (read["bomFormat"], read["specVersion"]) == ("CycloneDX", "1.6")
    root = read["metadata"]["component"]
    assert (root["name"], root["version"]) == ("pulumi-opentok", core_version())
    assert root["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(wheel.read_bytes()).hexdigest()}]
    assert root["licenses"] == [{"license": {"name": "Apache-2.0"}}]
    listed = {component["name"].lower(): component for component in read["components"]}
    assert {"pulumi", "requests", "urllib3", "grpcio", "starlette", "boto3", "hvac"} <= set(listed), "direct, of extras, and theirs"
    assert not {"pytest", "mypy", "ansible-core", "moto", "selenium"} & set(listed), "nothing that only tests need"
    assert listed["requests"]["purl"] == f"pkg:pypi/requests@{version('requests')}"
    graph = {each["ref"]: each.get("dependsOn", []) for each in read["dependencies"]}
    assert listed["requests"]["bom-ref"] in graph[root["bom-ref"]]
    assert listed["urllib3"]["bom-ref"] in graph[listed["requests"]["bom-ref"]]
    assert Bom.from_json(read).components  # type: ignore[attr-defined]


def test_what_is_not_installed_is_one_line(wheel: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sbom, "distribution", lambda name: (_ for _ in ()).throw(PackageNotFoundError(name)))
    assert sbom.main([str(wheel)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {wheel.name} needs ")
    assert "which is not installed here: pip install" in line
