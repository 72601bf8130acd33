# SPDX-License-Identifier: Apache-2.0
"""The package schema that is committed is what the kinds are today, and the engine's own check takes it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok._names import camel, snake
from pulumi_opentok._package import FILE, package
from tools.programs import NoProgram
from tools.schema.package import as_text
from tools.schema.wording import Wording


def test_it_is_what_the_kinds_are() -> None:
    try:
        made = as_text()
    except NoProgram as error:
        pytest.skip(str(error))
    assert FILE.read_text(encoding="utf-8") == made, "run `make schema`"


def test_the_engine_s_check_finds_nothing(engine: Path, tmp_path: Path) -> None:
    done = subprocess.run([engine / "pulumi", "schema", "check", FILE], env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def objects() -> list[Any]:
    """The name and the content of everything in it that has properties."""
    shown = package()
    described = [*shown["types"].items(), *shown["resources"].items(), ("provider", shown["provider"])]
    of_functions = [(token, one[part]) for token, one in shown["functions"].items() for part in ("inputs", "outputs") if part in one]
    return [pytest.param(one, id=token.rpartition(":")[2]) for token, one in [*described, *of_functions]]


@pytest.mark.parametrize("described", objects())
def test_names_and_texts_are_those_of_every_language(described: dict[str, Any]) -> None:
    properties = {**described["properties"], **described.get("inputProperties", {})}
    assert [name for name in properties if name.startswith("_") or camel(snake(name)) != name] == []
    itself = re.sub(r"```.*?```", "", described.get("description", "-"), flags=re.DOTALL)
    texts = {name: said["description"] for name, said in properties.items()} | {"itself": itself}
    assert [name for name, text in texts.items() if not text or re.search(r":\w+:`|``|\bNone\b|\bTrue\b|\n[ \t]", text)] == []


def test_what_is_said_in_python_is_said_otherwise() -> None:
    wording = Wording({"stream_mode", "api_key"})
    python = 'As ``stream_mode="manual"``, where\n    ``None`` is :class:`Project`. ``pulumi import`` fails with dynamic resources. The ``api_key``.'
    assert wording.text(python) == "As `streamMode: manual`, where `null` is `Project`. The `apiKey`."
    assert wording.id_of_resource("The :class:`Project` that it is in, or a project's id. So.") == "The id of the project that it is in. So."
    with pytest.raises(ValueError, match="begin with"):
        wording.id_of_resource("A project.")
