# SPDX-License-Identifier: Apache-2.0
"""The package schema that the plugin answers with, and names between its camelCase and the snake_case of the kinds.

Names are converted where the schema has a property of that name, inwards as far as its types say: never the keys of a map, never what is hidden
(``__private``) and what is in it. What it does not know stays as it is, and so does a name that is spelt in the other way already: outputs that the
dynamic provider has written are understood.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .._names import pascal, snake

FILE = Path(__file__).with_name("schema.json")
"""What ``python -m tools.schema`` writes."""

PROVIDER = "pulumi:providers:opentok"
"""The token of the provider itself, whose inputs are its settings."""

_STEP = re.compile(r"[^.\[\]]+|[.\[\]]")


class Field(NamedTuple):
    """A property by both of its names, with those of its object type."""

    wire: str
    name: str
    inner: Mapping[str, Field]


Fields = Mapping[str, Field]
"""By the one name and by the other."""

_NONE: Fields = {}


@functools.cache
def text() -> str:
    """The schema as it stands in the file."""
    return FILE.read_text(encoding="utf-8")


@functools.cache
def package() -> Mapping[str, Any]:
    """The schema as data."""
    found: Mapping[str, Any] = json.loads(text())
    return found


def properties(token: str, *, outputs: bool) -> Mapping[str, Mapping[str, Any]]:
    """What the schema says of each property, in camelCase, of a resource, a function or the :data:`PROVIDER`.

    Raises ``KeyError`` for a token that is not of this package.
    """
    found: Mapping[str, Mapping[str, Any]]
    if token in package()["functions"]:
        found = package()["functions"][token].get("outputs" if outputs else "inputs", {}).get("properties", {})
    else:
        resource = package()["provider"] if token == PROVIDER else package()["resources"][token]
        found = resource["properties" if outputs else "inputProperties"]
    return found


def from_wire(token: str, values: Mapping[str, Any], *, outputs: bool) -> dict[str, Any]:
    """``values`` by the names of the kinds. ``outputs``: they are outputs of the resource or function of this ``token``, not inputs."""
    return _converted(values, _fields(token, outputs), _from)


def to_wire(token: str, values: Mapping[str, Any], *, outputs: bool, known_only: bool = False) -> dict[str, Any]:
    """``values`` by the names of the schema. ``known_only``: without what the schema does not have, at any depth."""
    return _converted(values, _fields(token, outputs), _to, known_only=known_only)


def path_to_wire(token: str, path: str, *, outputs: bool = False) -> str:
    """The path of a property in an error of a kind, such as ``rotation_window.applies_to``, as the engine is told it."""
    return _respelt(path, _fields(token, outputs), lambda field: field.wire)


def path_from_wire(token: str, path: str, *, outputs: bool = False) -> str:
    """The same by the names of the kinds, as people of Python read it."""
    return _respelt(path, _fields(token, outputs), lambda field: field.name)


def _respelt(path: str, fields: Fields, spelt: Callable[[Field], str]) -> str:
    found = []
    for step in _STEP.findall(path):
        field = fields.get(step)
        found.append(spelt(field) if field else step)
        if not (step in ".[]" or step.isdigit()):
            fields = field.inner if field else _NONE
    return "".join(found)


def _from(field: Field) -> tuple[str, str]:
    return field.wire, field.name


def _to(field: Field) -> tuple[str, str]:
    return field.name, field.wire


@functools.cache
def _fields(token: str, outputs: bool) -> Fields:
    """An output that is one of an object type may still be as it was declared: there was nothing yet that could show it otherwise."""
    inputs = _of(properties(token, outputs=False)) if outputs and token in package()["resources"] else _NONE
    return _merged(inputs, _of(properties(token, outputs=outputs)))


def _of(found: Mapping[str, Mapping[str, Any]]) -> Fields:
    fields = [Field(wire, snake(wire), _of(_object(said))) for wire, said in found.items()]
    return {name: field for field in fields for name in (field.wire, field.name)}


def _object(said: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The properties of a property's object type, or of the elements of its list."""
    while said.get("type") == "array":
        said = said["items"]
    kind = said.get("$ref", "").removeprefix("#/types/")
    found: Mapping[str, Mapping[str, Any]] = package()["types"][kind]["properties"] if kind in package()["types"] else {}
    return found


def _merged(inputs: Fields, shown: Fields) -> Fields:
    both = {name: field._replace(inner={**inputs[name].inner, **field.inner}) for name, field in shown.items() if name in inputs}
    return {**inputs, **shown, **both}


def _converted(values: Mapping[str, Any], fields: Fields, names: Callable[[Field], tuple[str, str]], *, known_only: bool = False) -> dict[str, Any]:
    done = {}
    for key, value in values.items():
        field = fields.get(key)
        if field is None:
            if not known_only:
                done[key] = value
            continue
        before, after = names(field)
        # Where both are there, the one that is spelt as it ought to be is meant.
        if key == before or before not in values:
            done[after] = _inwards(value, field.inner, names, known_only=known_only) if field.inner else value
    return done


def _inwards(value: Any, fields: Fields, names: Callable[[Field], tuple[str, str]], *, known_only: bool) -> Any:
    if isinstance(value, Mapping):
        return _converted(value, fields, names, known_only=known_only)
    return [_inwards(item, fields, names, known_only=known_only) for item in value] if isinstance(value, list) else value


def misspelt(token: str, inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The path of each property within an object that is spelt as in Python, and how it is spelt here."""
    fields = _fields(token, False)
    for name, value in inputs.items():
        if name in fields:
            yield from _misspelt(name, value, fields[name].inner)


def _misspelt(path: str, value: Any, fields: Fields) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _misspelt(f"{path}[{index}]", item, fields)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name in fields and fields[name].wire != name:
                yield f"{path}.{name}", fields[name].wire
            yield from _misspelt(f"{path}.{name}", item, fields[name].inner if name in fields else _NONE)


def names(token: str, *, outputs: bool) -> list[str]:
    """The names of the kind for all properties of this ``token``, those of object types among them."""
    return [*_every(_fields(token, outputs))]


def token_of(kind: str) -> str:
    """``opentok:index:SipTrunk`` of the kind ``sip_trunk``."""
    return f"opentok:index:{pascal(kind)}"


def _every(fields: Fields) -> Iterator[str]:
    for field in fields.values():
        yield field.name
        yield from _every(field.inner)
