# SPDX-License-Identifier: Apache-2.0
"""Targets that others have installed: found by their entry points, and whatever they do is one line that names whose they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired.publish import Publication, PublishError
from pulumi_opentok.core.desired.stores import publishers
from tests.stores.places import NEWER, SECRET, any_store, document

Install = Callable[..., Path]
WHOLE = """
import json, pathlib
class Keys:
    def __init__(self, place):
        self.where, self.path = f"keys {place}", pathlib.Path(place)
    def preflight(self): pass
    def read(self): return json.loads(self.path.read_text()) if self.path.exists() else None
    def write(self, document): self.path.write_text(json.dumps(document))
class Asked(Keys):
    read = None
    def holds(self, document): return super().read() == document
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a distribution whose module has this text, in a folder of its own, as pip would."""

    def install(text: str, *entries: str, name: str = "acme-publishers") -> Path:
        folder = tmp_path / f"site-packages-of-{name}"
        metadata = folder / f"{name.replace('-', '_')}-1.2.dist-info"
        metadata.mkdir(parents=True)
        module = f"module_of_{name.replace('-', '_')}_{abs(hash(tmp_path))}"
        (folder / f"{module}.py").write_text(text, encoding="utf-8")
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
        lines = [entry.replace("MODULE", module) for entry in entries]
        (metadata / "entry_points.txt").write_text("\n".join(["[opentok.publishers]", *lines, ""]))
        monkeypatch.syspath_prepend(str(folder))
        return folder

    return install


def problem(target: str) -> str:
    with pytest.raises(InvalidInput) as refused:
        publishers([target])
    assert refused.value.__cause__ is None
    (found,) = refused.value.problems
    assert found.field == "publish"
    assert "\n" not in found.message
    return found.message


def test_one_that_reads_and_one_that_compares(install: Install, tmp_path: Path) -> None:
    install(WHOLE, "keys = MODULE:Keys", "asked = MODULE:Asked")
    for scheme in ("keys", "asked"):
        place = tmp_path / scheme
        publication = Publication([any_store(f"{scheme}:{place}")])
        text = f"publish the credentials of project 46000001 to keys {place}"
        assert publication.planned(document()) == (text,)
        assert publication.ensure(document(api_secret=NEWER)) == ((text,), None)
        assert publication.ensure(document()) == ((text,), None)
        assert json.loads(place.read_text()) == document()
        assert publication.ensure(document()) == ((), None)


def test_a_built_in_name_is_not_taken(install: Install, tmp_path: Path) -> None:
    install("raise RuntimeError('loaded')", "file = MODULE:Keys", "exec = MODULE:Keys", "vault = MODULE:Keys")
    assert any_store(f"file:{tmp_path}/x.json").where == f"file '{tmp_path}/x.json'"
    assert problem("nowhere:x").endswith("or exec:COMMAND, not 'nowhere:x'")


def test_an_unknown_name_is_told_what_is_installed(install: Install) -> None:
    install("raise RuntimeError('loaded')", "keys = MODULE:Keys")
    assert problem("nowhere:x").endswith("or exec:COMMAND (or keys:, which others have installed), not 'nowhere:x'")


def test_nothing_after_the_colon_loads_nothing(install: Install) -> None:
    install("raise RuntimeError('loaded')", "keys = MODULE:Keys")
    assert problem("keys: ") == "'keys:' names no place after the colon"


def test_two_of_one_name_are_none(install: Install) -> None:
    install(WHOLE, "keys = MODULE:Keys")
    install(WHOLE, "keys = MODULE:Keys", name="other-publishers")
    said = "'keys:x': several have installed keys: (acme-publishers 1.2 and other-publishers 1.2): uninstall all but one"
    assert problem("keys:x") == said


BROKEN = {
    "its module is not whole": ("import no_such_module", "it cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"),
    "its module fails": ("raise RuntimeError('two\\nlines')", "it cannot be loaded: RuntimeError: two lines"),
    "its module ends the program": ("import sys\nsys.exit(0)", "it cannot be loaded: SystemExit: 0"),
    "it ends the program": ("import sys\ndef Keys(place): sys.exit('bye')", "SystemExit: bye"),
    "it cannot say where it is": (WHOLE + "\nKeys.where = property(lambda self: 1 / 0, lambda self, text: None)", "ZeroDivisionError: "),
    "it is not there": ("", "it cannot be loaded: AttributeError"),
    "it cannot be called": ("Keys = 3", "TypeError: 'int' object is not callable"),
    "it fails": ("def Keys(place): raise KeyError('x')", "KeyError: 'x'"),
    "it makes nothing": ("def Keys(place): return None", "what it makes of a place lacks preflight, write, read and where, a text"),
    "what it makes cannot be written to": (WHOLE + "\nKeys.write = None", "what it makes of a place lacks write"),
    "what it makes is nowhere": ("from types import SimpleNamespace\ndef Keys(place): return SimpleNamespace(where=' ', "
                                 "preflight=print, read=print, write=print)", "lacks where, a text"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_one_is_one_line_that_names_its_package(install: Install, text: str, said: str) -> None:
    install(text, "keys = MODULE:Keys")
    message = problem("keys:x")
    assert message.startswith("'keys:x': keys: of acme-publishers 1.2 is broken: ")
    assert said in message
    assert message.endswith(": update or uninstall it")


def test_a_place_that_it_refuses_is_one_that_is_wrong(install: Install) -> None:
    install("def Keys(place): raise ValueError('must begin\\nwith a slash')", "keys = MODULE:Keys")
    assert problem("keys:x") == "'keys:x': must begin with a slash"


@pytest.mark.parametrize(
    ("change", "step", "said"),
    [
        ("def preflight(self): raise OSError('unplugged')", "preflight", "keys x: preflight failed: OSError: unplugged"),
        ("def write(self, document): raise Exception(f'was given {document}')", "write", "keys x: write failed: Exception: was given {"),
        ("def read(self): return 'text'", "read", "keys x: read must give a document or None, not str"),
        ("def read(self): return {'someone': 'else'}", "read", "keys x holds something that is no OpenTok credential document"),
        ("def read(self): raise SystemExit(0)", "read", "keys x: read failed: SystemExit: 0 (a target of acme"),
        ("def preflight(self): raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})", "preflight", "keys x: preflight failed: Odd (a"),
        ("def holds(self, document): return 'yes'", "holds", "keys x: holds must give True or False, not str"),
    ],
)
def test_what_it_fails_at(install: Install, change: str, step: str, said: str) -> None:
    install(f"{WHOLE}\nclass Odd(Keys):\n    {change}\n", "keys = MODULE:Odd")
    one: Any = any_store("keys:x")
    with pytest.raises(PublishError) as refused:
        getattr(one, step)(*([document()] if step in ("write", "holds") else []))
    assert str(refused.value).startswith(said)
    assert ("acme-publishers 1.2" in str(refused.value)) is (step != "read" or "no OpenTok" not in said)
    assert not any(SECRET[start : start + 8] in str(refused.value) for start in range(33))
    assert refused.value.__context__ is None
