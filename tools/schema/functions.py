# SPDX-License-Identifier: Apache-2.0
"""A function of `pulumi_opentok` as one of the schema."""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
import typing
from collections.abc import Callable, Mapping
from typing import Any

from pulumi_opentok._names import camel
from pulumi_opentok.functions.calling import Function
from pulumi_opentok.functions.registry import FUNCTIONS
from tools.schema.types import Types, is_optional, is_output, name_of
from tools.schema.wording import Wording
from tools.texts import attribute_texts, parameter_texts

NOT_SENT = ("provider", "return")
AS_OF = re.compile(r"\bArguments and errors as of :func:`(\w+)`")


def function_of(function: Function[Any], types: Types, wording: Wording) -> dict[str, Any]:
    """Its entry in the schema."""
    signature = in_python(function)
    called = function.name == signature.__name__
    described = wording.summary((signature if called else function.result).__doc__ or "")
    hints = {name: hint for name, hint in typing.get_type_hints(signature).items() if name not in NOT_SENT}
    texts = parameters_of(signature)
    inputs: dict[str, Any] = {"type": "object", "properties": {camel(name): types.property(hint, texts[name]) for name, hint in hints.items()}}
    inputs |= {"required": names} if (names := sorted(camel(name) for name, hint in hints.items() if not is_optional(hint))) else {}
    return {"description": described, **({"inputs": inputs} if hints else {}), "outputs": outputs_of(function, described, types)}


def outputs_of(function: Function[Any], described: str, types: Types) -> dict[str, Any]:
    """What is secret in a result is left out, or the languages would make the whole result secret: unless it is all that there is."""
    hints = typing.get_type_hints(function.result)
    if function.answered is not None:
        row = f"{camel(function.name)[0].upper()}{camel(function.name)[1:]}{name_of(function.result)}"
        listed = {"type": "array", "items": types.of(function.result, named=row), "description": described}
        return {"type": "object", "properties": {camel(function.answered): listed}, "required": [camel(function.answered)]}
    texts = attribute_texts(function.result)
    secret = all(map(is_output, hints.values()))
    shown = {name: hint for name, hint in hints.items() if secret or not is_output(hint)}
    marked = {"secret": True} if secret else {}
    properties = {camel(name): types.property(hint, texts[name], **marked) for name, hint in shown.items()}
    return {"type": "object", "properties": properties, "required": sorted(camel(name) for name, hint in shown.items() if not is_optional(hint))}


def in_python(function: Function[Any]) -> Callable[..., Any]:
    """The function that Python programs call; of one that they have no use for, that which asks the same."""
    there = (getattr(sys.modules[one.result.__module__], one.name, None) for one in (function, *FUNCTIONS.values()) if one.ask is function.ask)
    found: Callable[..., Any] = next(found for found in there if found is not None)
    return found


def parameters_of(signature: Callable[..., Any]) -> Mapping[str, str]:
    """The texts of its parameters, also where it says that they are those of another."""
    docstring = inspect.getdoc(signature) or ""
    other = AS_OF.search(docstring)
    inherited = parameters_of(getattr(sys.modules[signature.__module__], other[1])) if other else {}
    return {**inherited, **parameter_texts(docstring)}


def names_of(function: Function[Any]) -> set[str]:
    """All names of arguments and results."""
    return {*inspect.signature(in_python(function)).parameters, *(field.name for field in dataclasses.fields(function.result))}
