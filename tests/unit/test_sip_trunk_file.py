# SPDX-License-Identifier: Apache-2.0
"""The file that a trunk is published in: whose it is, who may read it, and what happens where it cannot be written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pulumi_opentok.core import InvalidInput, PlanError
from pulumi_opentok.core.desired.sip_trunk.document import DOCUMENT_KEYS, parse_trunk
from pulumi_opentok.core.desired.sip_trunk.file import MAX_BYTES, load_document, read_document, remove_document, write_document

DOCUMENT = dict(parse_trunk({"uri": "sip:a@sip.example.com"}).document)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = str(tmp_path / "trunk.json")
    assert read_document(file) == (None, ())
    write_document(file, DOCUMENT)
    assert read_document(file) == (DOCUMENT, ())
    assert os.stat(file).st_mode & 0o777 == 0o600
    assert load_document(file, "trunk_file") == DOCUMENT
    assert os.listdir(tmp_path) == ["trunk.json"]
    remove_document(file)
    remove_document(file)
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away: run as root")
def test_its_owner_stays_its_owner(tmp_path: Path) -> None:
    file = str(tmp_path / "trunk.json")
    write_document(file, DOCUMENT)
    os.chown(file, 4321, 1234)
    write_document(file, {**DOCUMENT, "enabled": False})
    assert (os.stat(file).st_uid, os.stat(file).st_gid, os.stat(file).st_mode & 0o777) == (4321, 1234, 0o600)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o400])
def test_another_mode_is_a_fault(tmp_path: Path, mode: int) -> None:
    file = str(tmp_path / "trunk.json")
    write_document(file, DOCUMENT)
    os.chmod(file, mode)
    assert read_document(file) == (DOCUMENT, (f"the file has mode {mode:04o}, not 0600",))


def test_what_cannot_be_written_is_said() -> None:
    with pytest.raises(PlanError, match=r"file ./proc/trunk\.json. cannot be written: "):
        write_document("/proc/trunk.json", DOCUMENT)


def test_a_file_that_is_too_large_is_someone_elses(tmp_path: Path) -> None:
    file = tmp_path / "trunk.json"
    file.write_text(" " * MAX_BYTES + "{}")
    with pytest.raises(PlanError, match="holds no SIP trunk document"):
        read_document(str(file))


def test_who_dials_needs_a_trunk_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"trunk_file: there is no SIP trunk in .*: publish it first"):
        load_document(str(tmp_path / "none.json"), "trunk_file")
    (tmp_path / "other.json").write_text('{"password": "x"}')
    with pytest.raises(InvalidInput, match=r"trunk_file: file .* holds no SIP trunk document"):
        load_document(str(tmp_path / "other.json"), "trunk_file")
    for path in ("", "folder/", "a\0b", 5):
        with pytest.raises(InvalidInput, match="trunk_file: must be the path of a file"):
            load_document(path, "trunk_file")  # type: ignore[arg-type]


def test_the_keys_that_tell_a_document(tmp_path: Path) -> None:
    file = tmp_path / "trunk.json"
    write_document(str(file), {key: DOCUMENT[key] for key in DOCUMENT_KEYS if key != "uri"})
    with pytest.raises(PlanError, match="holds no SIP trunk document and is left as it is"):
        read_document(str(file))
