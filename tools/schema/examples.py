# SPDX-License-Identifier: Apache-2.0
"""The example of each resource in every language: the one of its docstring, recorded as YAML, and translated by Pulumi's own generators."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

import pulumi_opentok as opentok
from pulumi_opentok.functions.calling import PACKAGE
from tools import programs
from tools.schema.record import example_of
from tools.sdks import GENERATOR

ROOT = Path(__file__).resolve().parents[2]
SECRET = {
    "typescript": [(r'config\.require\("{name}"\)', 'config.requireSecret("{name}")')],
    "csharp": [(r'config\.Require\("{name}"\)', 'config.RequireSecret("{name}")')],
    "go": [(r'cfg\.Require\("{name}"\)', 'cfg.RequireSecret("{name}")'), (r"pulumi\.String\({name}\)", "{name}")],
}
"""The generators read each setting as if it were none: what they write, and what they would write of a secret one."""


def with_examples(package: dict[str, Any]) -> dict[str, Any]:
    """The schema with an example after the first paragraph of each resource.

    Raises:
        NoProgram: the generator cannot be had.
        ValueError: it refuses an example.
    """
    resources = dict(package["resources"])
    for resource, translated in every_language(package).items():
        said = resources[f"{PACKAGE}:{resource}"]
        resources[f"{PACKAGE}:{resource}"] = {**said, "description": placed(said["description"], translated)}
    return {**package, "resources": resources}


def every_language(package: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Of each resource: {language: program}."""
    recorded = subprocess.run([sys.executable, "-m", "tools.schema.record"], cwd=ROOT, capture_output=True, text=True, check=False)
    if recorded.returncode != 0:
        raise ValueError(recorded.stderr.splitlines()[-1])
    in_yaml: dict[str, str] = json.loads(recorded.stdout)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(package, file)
        file.flush()
        command = [str(programs.ensure(GENERATOR)), "examples", file.name]
        done = subprocess.run(command, input=json.dumps(in_yaml), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ValueError(done.stderr.strip())
    made: dict[str, dict[str, str]] = json.loads(done.stdout)
    return {name: {**secrets_kept(made[name], text), "python": in_python(name), "yaml": text} for name, text in in_yaml.items()}


def in_python(resource: str) -> str:
    return example_of(getattr(opentok, resource)).replace("import pulumi_opentok as", "import pulumi_opentok.native as")


def secrets_kept(made: Mapping[str, str], text: str) -> dict[str, str]:
    """The programs with their secret settings read as secrets."""
    names = [name for name, setting in yaml.safe_load(text).get("config", {}).items() if setting.get("secret")]
    kept = dict(made)
    for name in names:
        for language, pairs in SECRET.items():
            for found, instead in pairs:
                kept[language] = re.sub(found.format(name=name), instead.format(name=name), kept[language])
    return kept


def placed(description: str, translated: Mapping[str, str]) -> str:
    """In the form that the generators know: of an SDK they keep the one in its language."""
    blocks = [f"```{language}\n{translated[language].strip()}\n```" for language in ("typescript", "python", "go", "csharp", "yaml")]
    example = "\n".join(["{{% examples %}}", "## Example Usage", "{{% example %}}", "", *blocks, "{{% /example %}}", "{{% /examples %}}"])
    first, _, more = description.partition("\n\n")
    return "\n\n".join(filter(None, (first, example, more)))
