# SPDX-License-Identifier: Apache-2.0
"""How a resource of a kind is registered natively: snake_case for people, camelCase on the wire.

The SDK translates the names of properties as in Pulumi's generated packages: by classes that say them, which are made here of a kind's table.
What is within a property is translated here: the keys of an object are ours, those of a map (``secret_triggers``) are people's own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pulumi

from .._names import camel, snake
from .._package import path_to_wire
from .._properties import as_yaml_meant, secretly
from .._resource import NATIVE, KindResource, require_own_provider
from ..core.desired import Kind
from ..core.version import VERSION

PATHS = ("additional_secret_outputs", "hide_diffs", "ignore_changes", "replace_on_changes")
"""Options that name properties."""


class NativeResource(KindResource):
    """Registers what it is mixed into as a resource of the plugin ``pulumi-resource-opentok``."""

    _inputs: ClassVar[type]

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        for base in cls.__bases__:
            if issubclass(base, KindResource) and not issubclass(base, NativeResource):
                properties = _properties(base._provider_type.kind, inspect.get_annotations(base))
                cls._inputs = pulumi.input_type(type(f"{cls.__name__}Properties", (), dict(properties)))
                for name, value in properties.items():
                    setattr(cls, name, value)

    def _register(self, name: str, values: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        dynamic, native = self._types()
        require_own_provider(name, NATIVE, opts)
        kind = self._provider_type.kind
        objects = objects_of(kind)
        inputs = self._inputs()
        given = secretly(kind, {name: as_yaml_meant(value) for name, value in values.items()})
        # Only what is among the properties becomes an attribute.
        vars(inputs).update(dict.fromkeys(_names(kind)), **{name: to_wire(value) if name in objects else value for name, value in given.items()})
        ours = pulumi.ResourceOptions(
            version=VERSION,
            aliases=[pulumi.Alias(type_=dynamic)],
            additional_secret_outputs=[*kind.secret_outputs, *kind.encrypted_inputs],
        )
        pulumi.CustomResource.__init__(self, native, name, inputs, _on_wire(native, pulumi.ResourceOptions.merge(ours, opts)))


def objects_of(kind: Kind[Any, Any, Any]) -> frozenset[str]:
    """The properties that are objects, or lists of them."""
    return frozenset(row.name for row in kind.table if row.suboptions)


def to_wire(value: Any) -> Any:
    """An object (or a list of some) with its keys in camelCase, as soon as it is known."""
    if isinstance(value, pulumi.Output):
        return value.apply(to_wire)
    if inspect.isawaitable(value):
        return pulumi.Output.from_input(value).apply(to_wire)
    return _respelt(value, camel, to_wire)


def from_wire(value: Any) -> Any:
    """The same with its keys in snake_case."""
    return _respelt(value, snake, from_wire)


def _respelt(value: Any, spelt: Callable[[str], str], within: Callable[[Any], Any]) -> Any:
    if isinstance(value, Mapping):
        return {spelt(key): within(item) for key, item in value.items()}
    return [within(item) for item in value] if isinstance(value, (list, tuple)) else value


def _names(kind: Kind[Any, Any, Any]) -> list[str]:
    return [name for name in dict.fromkeys((*kind.inputs, *kind.outputs)) if name != "id"]


def _properties(kind: Kind[Any, Any, Any], types: Mapping[str, Any]) -> dict[str, property]:
    """Each input and output as an attribute that says its name on the wire and its type."""
    objects = objects_of(kind)
    return {name: _property(name, types.get(name), from_wire if name in objects else None) for name in _names(kind)}


def _property(name: str, hint: Any, read: Callable[[Any], Any] | None) -> property:
    def value(self: Any) -> Any:
        output = vars(self).get(name)
        return output.apply(read) if read and isinstance(output, pulumi.Output) else output

    value.__name__ = name
    value.__annotations__ = {} if hint is None else {"return": hint}
    return property(pulumi.getter(name=camel(name))(value))


def _on_wire(token: str, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    for option in PATHS:
        if (paths := getattr(opts, option, None)) is not None:
            setattr(opts, option, [path_to_wire(token, path, outputs=True) for path in paths])
    return opts
