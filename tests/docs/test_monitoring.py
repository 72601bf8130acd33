# SPDX-License-Identifier: Apache-2.0
"""examples/monitoring: alerts and a dashboard as Prometheus and Grafana take them, on metrics that are written; and its walk."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from pulumi_opentok.core.desired.drift.prometheus import METRICS
from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import ROOT, console
from tests.engine.environment import whole_environment

FOLDER = ROOT / "examples" / "monitoring"
LABELS = {"account_key", "key", "id", "name"}
DURATION = {"type": "string", "pattern": r"^([0-9]+(ms|[smhdwy]))+$"}
TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
RULE = {
    "type": "object",
    "properties": {
        "alert": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
        "expr": {"type": "string"},
        "for": DURATION,
        "keep_firing_for": DURATION,
        "labels": TEXTS,
        "annotations": TEXTS,
    },
    "required": ["alert", "expr", "labels", "annotations"],
    "additionalProperties": False,
}
GROUP = {"type": "object", "properties": {"name": {"type": "string"}, "interval": DURATION, "rules": {"type": "array", "items": RULE}}}
RULES = {"type": "object", "properties": {"groups": {"type": "array", "items": GROUP}}, "required": ["groups"], "additionalProperties": False}
"""As `rulefmt` of Prometheus reads a file of alerts."""

SOURCE = {"const": {"type": "prometheus", "uid": "${datasource}"}}
TARGET = {"type": "object", "properties": {"expr": {"type": "string"}, "datasource": SOURCE}, "required": ["expr", "refId", "datasource"]}
PANEL = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "title": {"type": "string", "minLength": 1},
        "type": {"enum": ["stat", "table", "bargauge", "timeseries"]},
        "datasource": SOURCE,
        "gridPos": {"type": "object", "properties": {key: {"type": "integer", "minimum": 0} for key in "xywh"}, "required": list("xywh")},
        "targets": {"type": "array", "minItems": 1, "items": TARGET},
    },
    "required": ["id", "title", "type", "datasource", "gridPos", "targets", "fieldConfig", "options"],
}
DASHBOARD = {
    "type": "object",
    "properties": {
        "uid": {"type": "string", "pattern": "^[a-z0-9-]{1,40}$"},
        "title": {"type": "string"},
        "schemaVersion": {"type": "integer", "minimum": 36},
        "panels": {"type": "array", "minItems": 1, "items": PANEL},
        "templating": {"type": "object", "required": ["list"]},
    },
    "required": ["uid", "title", "schemaVersion", "panels", "templating", "time"],
    "not": {"anyOf": [{"required": ["id"]}, {"required": ["__inputs"]}]},
}


def metrics_in(text: str) -> set[str]:
    return set(re.findall(r"\bopentok_\w+", text))


def rules() -> list[dict[str, Any]]:
    document = yaml.safe_load((FOLDER / "opentok.rules.yml").read_text(encoding="utf-8"))
    Draft202012Validator(RULES).validate(document)
    return [rule for group in document["groups"] for rule in group["rules"]]


def test_the_alerts() -> None:
    alerts = rules()
    assert len({rule["alert"] for rule in alerts}) == len(alerts)
    used = {name for rule in alerts for name in metrics_in(rule["expr"])}
    # Since when something has drifted is for the dashboard.
    assert set(METRICS) - used == {"opentok_project_drift_first_seen_timestamp_seconds"}
    assert used <= set(METRICS)
    for rule in alerts:
        texts = " ".join(rule["annotations"].values())
        assert set(re.findall(r"\$labels\.(\w+)", texts)) <= LABELS
        assert set(re.findall(r"\{\{ *(?!\$labels\.|\$value\b)(\S+)", texts)) == set()
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_the_test_of_the_alerts_names_each() -> None:
    """It is for promtool, whose build takes minutes; where there is one, it is run."""
    document = yaml.safe_load((FOLDER / "opentok.rules.test.yml").read_text(encoding="utf-8"))
    tested = [one for test in document["tests"] for one in test["alert_rule_test"]]
    assert {one["alertname"] for one in tested if one["exp_alerts"]} == {rule["alert"] for rule in rules()}
    assert {name for test in document["tests"] for series in test["input_series"] for name in metrics_in(series["series"])} <= set(METRICS)
    promtool = shutil.which("promtool")
    if promtool:
        done = subprocess.run([promtool, "test", "rules", "opentok.rules.test.yml"], cwd=FOLDER, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard() -> None:
    text = (FOLDER / "opentok-dashboard.json").read_text(encoding="utf-8")
    dashboard = json.loads(text)
    Draft202012Validator(DASHBOARD).validate(dashboard)
    panels = dashboard["panels"]
    assert metrics_in(text) == set(METRICS)
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [(x, y) for panel in panels for x, y in cells(panel["gridPos"])]
    assert len(taken) == len(set(taken)), "panels lie over each other"
    assert max(x for x, _y in taken) < 24
    variables = {one["name"] for one in dashboard["templating"]["list"]}
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    assert {name for expression in expressions for name in re.findall(r"\$\{?(\w+)", expression)} <= variables
    assert {label for expression in expressions for label in re.findall(r"(\w+) *=~", expression)} <= LABELS


def cells(place: dict[str, int]) -> Iterator[tuple[int, int]]:
    return ((x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"]))


def test_the_walk(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """The commands of its README, and those of the unit of systemd, whose options are the command's."""
    folder = shutil.copytree(ROOT / "examples" / "pulumi" / "tenants", tmp_path / "pulumi" / "tenants").parents[1] / "monitoring"
    folder.mkdir()
    env = whole_environment({**opentok_emulator.env, "PATH": f"{Path(sys.prefix, 'bin')}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
    lines = console(FOLDER / "README.md")
    done = subprocess.run(["bash", "-e"], cwd=folder, env=env, input="\n".join(lines), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("opentok_project_drift{") == 12
    unit = (FOLDER / "opentok-drift.service").read_text(encoding="utf-8").replace("\\\n", " ")
    command = re.search(r"^ExecStart=\S+/(opentok-projects .*)$", unit, re.MULTILINE)
    assert command is not None
    asked = command[1]
    for place in ("/etc/opentok", "/var/lib/opentok", "/var/lib/node_exporter", "${CREDENTIALS_DIRECTORY}"):
        asked = asked.replace(place, str(folder))
    (folder / "account-secret").write_text(opentok_emulator.account_secret, encoding="utf-8")
    shutil.copy(tmp_path / "pulumi" / "tenants" / "tenants.yaml", folder)
    opentok_emulator.delete_project(opentok_emulator.all_projects()[0]["id"])
    looked = subprocess.run(["bash", "-e"], cwd=folder, env=env, input=asked, capture_output=True, text=True, check=False)
    assert f"SuccessExitStatus={looked.returncode}\n" in unit, looked.stderr
    assert (folder / "drift.json").exists()
