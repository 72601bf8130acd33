# SPDX-License-Identifier: Apache-2.0
"""What an editor shows of a name under the mouse: each output, argument and result has a text of its own, and so has each class and function."""

from __future__ import annotations

import inspect
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from tests.kinds.kinds import Found, every_kind
from tools.texts import attribute_texts as texts

PUBLIC: dict[str, Any] = {name: getattr(opentok, name) for name in opentok.__all__}
CLASSES = {name: found for name, found in PUBLIC.items() if isinstance(found, type)}


@pytest.mark.parametrize("name", CLASSES)
def test_every_attribute_of_a_class_has_a_text(name: str) -> None:
    wordless = [attribute for attribute, text in texts(CLASSES[name]).items() if not attribute.startswith("_") and not (text or "").strip()]
    assert wordless == []


@pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
def test_every_output_of_a_kind_is_among_them(found: Found) -> None:
    assert set(found.kind.outputs) - {"id"} <= texts(getattr(opentok, found.resource)).keys()


@pytest.mark.parametrize("name", [name for name, found in PUBLIC.items() if inspect.isclass(found) or inspect.isfunction(found)])
def test_every_class_and_function_has_a_text(name: str) -> None:
    assert (PUBLIC[name].__doc__ or "").strip()
    if inspect.isclass(PUBLIC[name]) and issubclass(PUBLIC[name], pulumi.Resource):
        assert (PUBLIC[name].__init__.__doc__ or "").strip(), "what an editor shows while its arguments are written"


def test_an_attribute_without_a_text_is_found() -> None:
    """What looks for them can fail."""

    class Odd:
        said: str
        """Something."""
        wordless: str
        other = 5
        """Of another."""

    assert texts(Odd) == {"said": "Something.", "wordless": None}
