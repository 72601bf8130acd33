# SPDX-License-Identifier: Apache-2.0
"""Python's types of arguments and outputs as the schema's, and the object types among them."""

from __future__ import annotations

import collections.abc
import dataclasses
import sys
import types
import typing
from collections.abc import Awaitable, Iterator, Mapping
from typing import Any, Literal

import pulumi

from pulumi_opentok._args import Args
from pulumi_opentok._names import camel
from pulumi_opentok.functions.calling import PACKAGE
from tools.schema.wording import Wording
from tools.texts import attribute_texts, inherited_texts

PLAIN: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Any: {"$ref": "pulumi.json#/Any"},
}


class Types:
    """What a type is in the schema. ``found``: the object types that were met, by token."""

    def __init__(self, wording: Wording) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self._wording = wording

    def of(self, hint: Any, named: str | None = None) -> dict[str, Any]:
        """``named``: the name of the object type, where it is not that of the class.

        Raises:
            TypeError: a type that the schema cannot say.
        """
        (one,) = dict.fromkeys(alternatives(hint))
        origin, inner = typing.get_origin(one), typing.get_args(one)
        if one in PLAIN:
            return dict(PLAIN[one])
        if origin is Literal:
            return {"type": "string"}
        if origin is collections.abc.Sequence:
            return {"type": "array", "items": self.of(inner[0], named)}
        if origin is collections.abc.Mapping and inner[0] is str:
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        if typing.is_typeddict(one) or dataclasses.is_dataclass(one):
            return {"$ref": f"#/types/{self._object(one, named)}"}
        raise TypeError(f"{hint}: no type of the schema")

    def _object(self, found: Any, named: str | None) -> str:
        token = f"{PACKAGE}:{named or name_of(found)}"
        if typing.is_typeddict(found):
            hints, required = dict(found.__annotations__), set(found.__required_keys__)
            texts = inherited_texts(found)
            described = getattr(sys.modules[found.__module__], found.__name__.removesuffix("Dict"))
        else:
            hints = {name: hint for name, hint in typing.get_type_hints(found).items() if not is_output(hint)}
            required = {name for name, hint in hints.items() if not is_optional(hint)}
            texts, described = attribute_texts(found), found
        properties = {camel(name): self.property(hint, texts[name]) for name, hint in hints.items()}
        made: dict[str, Any] = {"description": self._wording.summary(described.__doc__ or ""), "type": "object", "properties": properties}
        made |= {"required": names} if (names := sorted(camel(name) for name in required)) else {}
        if self.found.setdefault(token, made) != made:
            raise TypeError(f"{token}: two classes of this name, which differ")
        return token

    def property(self, hint: Any, text: str | None, **traits: Any) -> dict[str, Any]:
        """Of an input with the values that it may have, if the text does not name them all."""
        said = text or ""
        if any(isinstance(part, type) and issubclass(part, pulumi.Resource) for part in parts(hint)):
            said = self._wording.id_of_resource(said)
        said = self._wording.text(said)
        choices = dict.fromkeys(choice for part in parts(hint) if typing.get_origin(part) is Literal for choice in typing.get_args(part))
        if not is_output(hint) and any(f"`{choice}`" not in said for choice in choices):
            said += f" One of {', '.join(f'`{choice}`' for choice in choices)}."
        return {**self.of(hint), "description": said, **traits}


def name_of(found: type) -> str:
    """``RotationWindow`` of ``RotationWindowArgsDict``, ``StreamTracks`` of ``GetStreamTracksResult``."""
    return found.__name__.removesuffix("ArgsDict").removeprefix("Get").removesuffix("Result")


def alternatives(hint: Any) -> Iterator[Any]:
    """What a value of this type is on the wire: no output, no promise, nothing missing; a resource is its id, an object of arguments a dict."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        for part in inner:
            yield from alternatives(part)
    elif origin in (pulumi.Output, typing.Required):
        yield from alternatives(inner[0])
    elif isinstance(hint, type) and issubclass(hint, pulumi.Resource):
        yield str
    # The SDK says `Output[T]` of an input in quotes.
    elif origin is not Awaitable and hint is not type(None) and not isinstance(hint, typing.ForwardRef) and not is_args(hint):
        yield hint


def parts(hint: Any) -> Iterator[Any]:
    """The types that this type is made of, however deep."""
    yield hint
    for part in () if typing.get_origin(hint) is Literal else typing.get_args(hint):
        yield from parts(part)


def is_args(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Args)


def is_output(hint: Any) -> bool:
    return typing.get_origin(hint) is pulumi.Output


def is_optional(hint: Any) -> bool:
    """Whether a value of this type may be missing."""
    (inner,) = typing.get_args(hint) if is_output(hint) else (hint,)
    return type(None) in typing.get_args(inner)
