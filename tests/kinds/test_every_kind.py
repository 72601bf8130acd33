# SPDX-License-Identifier: Apache-2.0
"""Every kind has all that a kind needs, in both layers, in the docs and in the examples. To add one, see docs/architecture.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

import pulumi_opentok as opentok
from pulumi_opentok import native
from pulumi_opentok._dynamic import KindProvider
from pulumi_opentok.native._resource import NativeResource
from tests.docs.snippets import pages, snippets
from tests.kinds.kinds import COLLECTION, ROOT, Found, every_kind
from tests.protocol.test_state_format import GOLDEN
from tests.things.refused import TABLES

TARGETS = COLLECTION / "tests" / "integration" / "targets"
EXEMPT = {
    ("token", "get"): "OpenTok keeps no tokens, so none can be looked up by an id; reading one says so",
}
"""What a kind need not have, and why."""


def pulumi_resource(found: Found) -> bool:
    resource = getattr(opentok, found.resource, None)
    if not (isinstance(resource, type) and issubclass(resource, pulumi.dynamic.Resource)):
        return False
    assert issubclass(found.provider, KindProvider)
    # What has no annotation is no attribute for a type checker, and for a reader.
    return found.provider.kind is found.kind and set(found.kind.outputs) - {"id"} <= set(resource.__annotations__)


def native_resource(found: Found) -> bool:
    """The same class for the native provider, whatever else it is."""
    resource, own = getattr(opentok, found.resource, None), getattr(native, found.resource, None)
    return isinstance(own, type) and issubclass(own, NativeResource) and resource in own.__mro__


def get(found: Found) -> bool:
    return callable(getattr(getattr(opentok, found.resource, None), "get", None))


def ansible_module(found: Found) -> bool:
    text = text_of(COLLECTION / "plugins" / "modules" / f"{found.name}.py")
    group = yaml.safe_load(text_of(COLLECTION / "meta" / "runtime.yml"))["action_groups"]["opentok"]
    return re.search(rf"\brun_\w+\({found.constant}\b", text) is not None and found.name in group


def docs_page(found: Found) -> bool:
    """A page under docs/ with a snippet for each layer, each executed."""
    executed = [(snippet.language, snippet.text) for snippet in snippets() if snippet.runner and snippet.file.parent.name == "docs"]
    by_pulumi = any(language == "python" and uses_in_pulumi(found, text) for language, text in executed)
    return by_pulumi and any(language == "yaml" and f"opentok.cloud.{found.name}" in text for language, text in executed)


def readme(found: Found) -> bool:
    return f"`opentok.cloud.{found.name}`" in text_of(COLLECTION / "README.md")


def example(found: Found) -> bool:
    """In an example of each layer; as part of a `Tenant` or of its role it counts as well."""
    programs = [text_of(path) for path in (ROOT / "examples" / "pulumi").rglob("*.py")]
    playbooks = [text_of(path) for path in (ROOT / "examples" / "ansible").rglob("*.y*ml")]
    as_part = re.compile(rf"\b{found.name}[=(]")
    by_pulumi = any(uses_in_pulumi(found, text) or ("opentok.Tenant(" in text and as_part.search(text)) for text in programs)
    return by_pulumi and any(re.search(rf"\bopentok\.cloud\.{found.name}\b|^ *{found.name}:", text, re.MULTILINE) for text in playbooks)


def changelog(found: Found) -> bool:
    text = text_of(ROOT / "CHANGELOG.md")
    return f"`{found.resource}`" in text and f"`opentok.cloud.{found.name}`" in text


def bad_input(found: Found) -> bool:
    return any(table.kind.name == found.name and table.rows for table in TABLES)


def state_format(found: Found) -> bool:
    return found.name in GOLDEN


def engine_life(found: Found) -> bool:
    lives = {path.name: text_of(path) for path in (ROOT / "tests" / "engine").glob("test_*_life.py")}
    return f"test_{found.name}_life.py" in lives or any(uses_in_pulumi(found, text) for text in lives.values())


def playbook_life(found: Found) -> bool:
    return (ROOT / "tests" / "playbooks" / f"test_{found.name}.py").is_file()


def uses_in_pulumi(found: Found, text: str) -> bool:
    """By its class, or as a method of what it belongs to (`room.token(...)`)."""
    return re.search(rf"\bopentok\.{found.resource}\(|\w\.{found.name}\(", text) is not None


def text_of(path: str | Path) -> str:
    whole = ROOT / path
    return whole.read_text(encoding="utf-8") if whole.is_file() else ""


NEEDS: list[Callable[[Found], bool]] = [
    pulumi_resource,
    native_resource,
    get,
    ansible_module,
    docs_page,
    readme,
    example,
    changelog,
    bad_input,
    state_format,
    engine_life,
    playbook_life,
]


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.__name__)
@pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
def test_every_kind_has(found: Found, need: Callable[[Found], bool]) -> None:
    assert need(found) is not ((found.name, need.__name__) in EXEMPT)


def test_the_kinds_are_found() -> None:
    assert {"project", "session", "sip_trunk", "token"} <= {found.name for found in every_kind()}
    assert {name for name, _ in EXEMPT} <= {found.name for found in every_kind()}


def test_a_kind_that_has_nothing_lacks_everything() -> None:
    """The needs themselves can fail."""

    class Nothing:
        name = "callback_of_a_test"
        inputs = ("url",)
        outputs = ("id", "url")

    kind: Any = Nothing()
    assert [need.__name__ for need in NEEDS if need(Found(kind, "CALLBACK_OF_A_TEST"))] == []


@pytest.mark.parametrize("module", sorted(path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py")))
def test_every_module_has_an_integration_target(module: str) -> None:
    """Of its own name, or one whose aliases have it: `ansible-test integration MODULE` finds both."""
    targets = [path.parent for path in TARGETS.glob("*/aliases") if path.parent.name == module or module in path.read_text(encoding="utf-8").split()]
    assert [target.name for target in targets if f"opentok.cloud.{module}:" in text_of(target / "tasks" / "main.yml")]


def test_every_page_of_the_docs_is_linked() -> None:
    readme_text = text_of("README.md") + text_of("CONTRIBUTING.md") + text_of(COLLECTION / "README.md")
    left = [page.name for page in pages() if page.parent == ROOT / "docs" and f"docs/{page.name}" not in readme_text]
    assert left == []
