# SPDX-License-Identifier: Apache-2.0
"""Property maps as the engine holds them and as they go over the wire to a dynamic provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands on the wire for a value that a preview cannot know."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"


class Secret:
    """A value that the engine encrypts in the state."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "Secret(...)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.value == self.value

    def __hash__(self) -> int:
        return hash(repr(self.value))


def plain(value: Any) -> Any:
    """`value` as it is sent to a provider that does not accept secrets, as no dynamic provider does: nothing is marked, nulls are dropped."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def marked(value: Any) -> Any:
    """`value` as `Configure` gets it: there the engine keeps the marks."""
    return {SIGNATURE: SECRET_SIGNATURE, "value": value.value} if isinstance(value, Secret) else value


def to_struct(values: Mapping[str, Any] | None) -> struct_pb2.Struct | None:
    """For a request; `None` leaves the field out."""
    if values is None:
        return None
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """From an answer: what the provider marked is a `Secret`."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _from_value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = from_struct(value.struct_value)
        return Secret(fields["value"]) if fields.get(SIGNATURE) == SECRET_SIGNATURE else fields
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    return None if kind in (None, "null_value") else getattr(value, kind)


def annotated(answer: dict[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """`answer` with marks where what was `sent` under the same name had them, as the engine puts them."""
    for key, value in sent.items():
        if isinstance(answer.get(key), dict) and isinstance(value, Mapping):
            annotated(answer[key], value)
        elif key in answer and not isinstance(answer[key], Secret) and _holds_secret(value):
            answer[key] = Secret(answer[key])
    return answer


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_secret(item) for item in value.values())
    return isinstance(value, Secret) or (isinstance(value, (list, tuple)) and any(_holds_secret(item) for item in value))
