# SPDX-License-Identifier: Apache-2.0
"""A kind as a resource of the schema: its class in `pulumi_opentok` says names, types and texts, its table the rest."""

from __future__ import annotations

import collections.abc
import typing
from collections.abc import Collection, Mapping
from typing import Any

import pulumi_opentok as opentok
from pulumi_opentok._names import camel
from pulumi_opentok.core.desired import Kind
from pulumi_opentok.functions.calling import PACKAGE
from pulumi_opentok.functions.registry import FUNCTIONS
from tools.kinds import Found
from tools.schema.types import Types, alternatives, is_optional
from tools.schema.wording import Wording
from tools.texts import attribute_texts, inherited_texts


def resource_of(found: Found, types: Types, wording: Wording) -> dict[str, Any]:
    """Its entry in the schema."""
    kind, takes = found.kind, getattr(opentok, f"{found.resource}ArgsDict")
    secret = {*(row.name for row in kind.table if row.secret), *kind.encrypted_inputs, *kind.secret_outputs}
    given = takes.__annotations__
    texts = inherited_texts(takes)
    inputs = {
        camel(name): types.property(given[name], texts[name], **traits(secret=name in secret, willReplaceOnChanges=name in kind.force_new))
        for name in given
    }
    outputs = outputs_of(found)
    shown = {*kind.secret_outputs, *kind.encrypted_inputs}
    return {
        "description": wording.sections(getattr(opentok, found.resource).__doc__),
        "properties": {camel(name): types.property(hint, text, **traits(secret=name in shown)) for name, (hint, text) in outputs.items()},
        "required": sorted(camel(name) for name, (hint, _) in outputs.items() if not is_optional(hint)),
        "inputProperties": inputs,
        "requiredInputs": sorted(camel(name) for name in takes.__required_keys__),
        "aliases": [{"type": f"pulumi-python:dynamic/opentok:{found.resource}"}],
    }


def token_of(found: Found) -> str:
    return f"{PACKAGE}:{found.resource}"


def traits(**traits: bool) -> dict[str, bool]:
    """Those that it has."""
    return {name: True for name, has in traits.items() if has}


def outputs_of(found: Found) -> dict[str, tuple[Any, str | None]]:
    """Type and text of each output, of those that follow from others too.

    Raises:
        ValueError: the class and its kind do not have the same outputs.
    """
    kind, resource = found.kind, getattr(opentok, found.resource)
    texts = attribute_texts(resource)
    hints = {name: (hint, texts[name]) for name, hint in resource.__annotations__.items()}
    if strange := hints.keys() ^ ({*kind.outputs, *kind.inputs} - {"id"}):
        raise ValueError(f"{found.resource}: {', '.join(sorted(strange))}: an output of the class or of its kind alone")
    exact = {name: (exact_type(found, name, hint), text) for name, (hint, text) in hints.items()}
    for name in derived_of(kind):
        property_ = vars(resource)[name]
        exact[name] = (property_.fget.__annotations__["return"], property_.__doc__)
    return exact


def derived_of(kind: Kind[Any, Any, Any]) -> Collection[str]:
    """The names of its outputs that follow from others."""
    return kind.derived({**dict.fromkeys(kind.outputs), "headers": {}}).keys()


def exact_type(found: Found, name: str, hint: Any) -> Any:
    """Of an output that is just a mapping in Python, the type that a function of the same thing shows, or that its input takes."""
    (plain,) = alternatives(hint)
    if not is_loose(plain):
        return hint
    shown = next((one.result for one in FUNCTIONS.values() if one.result.__name__ == f"Get{found.resource}Result"), None)
    of_function: Mapping[str, Any] = typing.get_type_hints(shown) if shown is not None else {}
    exact = of_function.get(name, getattr(opentok, f"{found.resource}ArgsDict").__annotations__[name])
    return exact | None if is_optional(hint) else exact


def is_loose(hint: Any) -> bool:
    """``Mapping[str, Any]``, or a sequence of those."""
    inner = typing.get_args(hint)
    if typing.get_origin(hint) is collections.abc.Sequence:
        return is_loose(inner[0])
    return typing.get_origin(hint) is collections.abc.Mapping and inner[1] is Any
