# SPDX-License-Identifier: Apache-2.0
"""`opentok-projects drift` and `report`: what they say, write and end with."""

from __future__ import annotations

import json
import os
import stat
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pulumi_opentok.emulator import Emulator
from tests.cli.drift_document import checked
from tests.cli.running import Command

FILE = """
defaults: {secret_max_age: 90d}
projects:
  - {key: acme, name: ACME GmbH, status: active}
  - {key: globex, name: Globex}
  - {key: twin, name: Twin}
  - {key: renamed, name: Renamed, id: %s}
  - {key: gone, name: Gone, status: suspended}
  - {key: calm, name: Calm}
"""


def by_key(document: Any) -> dict[str, Any]:
    return {one["key"]: one for one in (*document["items"], *document["undeclared"])}


def gauges(text: str, label: str = "key") -> dict[str, dict[str, float]]:
    """Metric -> label's value -> value, as Prometheus' own parser reads it."""
    families = list(text_string_to_metric_families(text))
    assert all(family.type == "gauge" and family.documentation for family in families)
    return {family.name: {sample.labels.get(label, ""): sample.value for sample in family.samples} for family in families}


def test_what_has_drifted(command: Command, opentok_emulator: Emulator) -> None:
    renamed = command.projects.create("Renamed").id
    tenants = command.file(FILE % renamed)
    options = ("-f", tenants, "--ledger", "ledger.json")
    command("apply", *options).ok()
    command.asked()
    outputs = ("--since", "drift.json", "--json-file", "drift.json", "--markdown", "comment.md", "--junit", "junit.xml", "--prometheus", "o.prom")
    assert command("drift", *options, *outputs).ok().out == "6 projects are as declared\n"
    assert command.asked() == {"project.list": 1}
    calm = checked(json.loads((command.folder / "drift.json").read_text(encoding="utf-8")))
    assert (calm["result"], {one["first_seen"] for one in calm["items"]}) == ("as declared", {None})

    id_of = {project["name"]: project["id"] for project in opentok_emulator.all_projects()}
    opentok_emulator.edit_project(id_of["ACME GmbH"], status="SUSPENDED")
    opentok_emulator.edit_project(id_of["Globex"], secret="rotatedElsewhere" * 2)
    opentok_emulator.edit_project(renamed, name="Renamed by somebody")
    opentok_emulator.delete_project(id_of["Gone"])
    twin = command.projects.create("Twin").id
    command.asked()
    seen = command("drift", *options, *outputs)
    assert (seen.code, seen.err) == (7, "")
    assert command.asked() == {"project.list": 1, "project.get": 1}, "what the ledger knows and the list does not show is asked for"
    assert seen.out.splitlines()[-1] == "3 of 6 projects are not as declared"
    document = checked(json.loads((command.folder / "drift.json").read_text(encoding="utf-8")))
    found = by_key(document)
    assert {key: one["result"] for key, one in found.items()} == {
        "acme": "drift",
        "globex": "as declared",
        "twin": "drift",
        "renamed": "as declared",
        "gone": "drift",
        "calm": "as declared",
    }
    assert found["acme"]["differs"] == [{"property": "status", "expected": "active", "found": "suspended"}]
    assert found["acme"]["actions"] == [f"activate project {id_of['ACME GmbH']} 'ACME GmbH': its key works again"]
    assert [one["property"] for one in found["globex"]["differs"]] == ["secret_fingerprint"]
    assert found["renamed"]["differs"] == [{"property": "name", "expected": "Renamed", "found": "Renamed by somebody"}]
    assert "renamed elsewhere" in found["renamed"]["warnings"][0]
    assert found["gone"]["differs"] == [{"property": "exists", "expected": True, "found": False}]
    assert (len(found["gone"]["actions"]), found["gone"]["disruptive"]) == (2, []), "nobody uses one that is created"
    assert twin in found["twin"]["error"]
    assert {key for key, one in found.items() if one["first_seen"]} == {"acme", "globex", "twin", "renamed", "gone"}

    comment = (command.folder / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith("<!-- opentok-drift -->\n### OpenTok: 3 of 6 projects are not as declared\n")
    assert comment.index("**To do**") < comment.index("**Cannot be made as declared**") < comment.index("**Changed elsewhere, nothing to do**")
    suite = ET.parse(command.folder / "junit.xml").getroot()
    assert {name: suite.get(name) for name in ("tests", "failures", "errors")} == {"tests": "6", "failures": "3", "errors": "0"}
    prometheus = command.folder / "o.prom"
    assert stat.S_IMODE(prometheus.stat().st_mode) == 0o644, "the collector runs as another user"
    metrics = gauges(prometheus.read_text(encoding="utf-8"))
    assert metrics["opentok_project_drift"] == {"acme": 1, "globex": 0, "twin": 1, "renamed": 0, "gone": 1, "calm": 0}
    assert metrics["opentok_drift_last_look_success"] == {"": 1}
    assert metrics["opentok_rotation_due_timestamp_seconds"]["calm"] - metrics["opentok_drift_last_look_timestamp_seconds"][""] > 89 * 86400

    # Since when is remembered as long as it lasts, also over a run that could not look.
    past = "2026-11-01T00:00:00Z"
    for one in document["items"]:
        one["first_seen"] = one["first_seen"] and past
    command.file(json.dumps(document), "drift.json")
    opentok_emulator.edit_project(id_of["ACME GmbH"], status="ACTIVE")
    opentok_emulator.fault("project.list", "status", status=400)
    command("drift", *options, *outputs).failed(1, "HTTP 400")
    blind = checked(json.loads((command.folder / "drift.json").read_text(encoding="utf-8")))
    assert (blind["result"], {one["result"] for one in blind["items"]}) == ("could not look", {"could not look"})
    assert gauges(prometheus.read_text(encoding="utf-8"))["opentok_project_drift"] == {}
    assert command("drift", *options, *outputs).code == 7
    again = by_key(json.loads((command.folder / "drift.json").read_text(encoding="utf-8")))
    assert {key: one["first_seen"] for key, one in again.items()} == {
        "acme": None,
        "globex": past,
        "twin": past,
        "renamed": past,
        "gone": past,
        "calm": None,
    }
    rendered = ("report", "--from", "drift.json", "--json-file", "-")
    assert by_key(command(*rendered).ok().json) == by_key(command(*rendered, "--since", "none.json").ok().json) == again


def test_a_report_of_what_others_printed(command: Command) -> None:
    command.projects.create("ACME GmbH")
    command.asked()
    tenants = command.file("projects: [{key: acme, name: ACME GmbH, status: suspended}]")
    planned = command("plan", "-f", tenants, "--json").ok()
    text = command("report", "--from", "-", "--marker", "opentok/plan", stdin=planned.out).ok().out
    assert text.startswith("<!-- opentok/plan -->\n### OpenTok: 1 of 1 project is not as declared\n")
    assert text.count("its key and every session made with it stop working`") == 2, "among what stops working, and in what is to do"
    document = checked(command("report", "--from", "-", "--json-file", "-", stdin=planned.out).ok().json)
    assert (document["source"], document["result"]) == ("opentok-projects plan", "drift")
    assert command("report", "--from", "-", stdin=json.dumps(document)).ok().out == text.replace("opentok/plan", "opentok-drift")
    assert command.asked() == {"project.list": 1}, "report asks nobody"


OPTIONS = ("json-file", "markdown", "junit", "prometheus")
BAD = {
    "no JSON": ("nothing", "is not valid JSON (line 1, column 1)"),
    "something else": ("{}", "is none of what can be rendered"),
    "no map": ("[]", "is none of what can be rendered"),
    "another version": ('{"format": "opentok-drift", "version": 2}', "version is missing or wrong"),
    "a part is missing": ('{"format": "opentok-drift", "version": 1, "result": "drift", "source": 7}', "source is missing or wrong"),
    "no preview": ('{"steps": [{"op": 7}]}', "is not as `pulumi preview --json` prints it"),
    "applied": ('{"account_key": "1", "applied": true, "projects": [], "purged": []}', "is not as `opentok-projects plan --json` prints it"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case: str, command: Command) -> None:
    text, words = BAD[case]
    command("report", "--from", "-", stdin=text).failed(2, "--from -", words)
    assert command.asked() == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--markdown", "no/such/comment.md"), "--markdown: 'no/such/comment.md' must be a file in a folder"),
        (("--json-file", "."), "--json-file: '.' must be a file in a folder"),
        (("--junit", "pipe"), "--junit: 'pipe' must be a file in a folder"),
        (("--json-file", "tenants.yaml"), "--json-file: 'tenants.yaml' is also the file of -f"),
        (("--ledger", "l.json", "--prometheus", "l.json"), "--prometheus: 'l.json' is also the ledger: give each a file of its own"),
        (("--ledger", "l.json", "--junit", "./l.json.lock"), "--junit: './l.json.lock' is also the lock of the ledger"),
        (("--junit", "linked.yaml"), "--junit: 'linked.yaml' is also the file of -f"),
        (("--markdown", "new", "--junit", "./new"), "--junit: './new' is also markdown"),
        *((("--" + name, "notes"), f"--{name}: 'notes' is there already, and is not what this option writes") for name in OPTIONS),
        (("--since", "tenants.yaml"), "--since: 'tenants.yaml' cannot be read: it is no JSON"),
        (("--marker", "--> @everyone"), "--marker: must be letters and digits"),
        (("--undeclared", "purge"), "--undeclared"),
    ],
)
def test_wrong_usage_asks_nobody(arguments: tuple[str, ...], words: str, command: Command) -> None:
    tenants = command.file("projects: [{name: ACME GmbH}]")
    os.mkfifo(command.folder / "pipe")
    os.link(command.folder / tenants, command.folder / "linked.yaml")
    command.file("# HELP me\n<!-- <testsuites name='x'/> -->\n", "notes")
    before = {path: path.read_bytes() for path in command.folder.iterdir() if path.is_file()}
    command("drift", "-f", tenants, *arguments).failed(2, words)
    assert command.asked() == {}
    assert {path: path.read_bytes() for path in command.folder.iterdir() if path.is_file()} == before
