# SPDX-License-Identifier: Apache-2.0
"""Property maps as the engine sends them, and as the kinds take them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.output import Unknown
from pulumi.runtime import rpc

from .._properties import HIDDEN
from .._secret_inputs import SECRET

UNKNOWN = Unknown()  # type: ignore[no-untyped-call]
"""A value that only an up will give. There are others: ask :func:`pulumi.contains_unknowns`."""

_SIGNATURE = rpc._special_sig_key
_VALUES = {rpc._special_secret_sig, rpc._special_output_value_sig}
_REFERENCE = rpc._special_resource_sig


def received(message: struct_pb2.Struct) -> dict[str, Any]:
    """The properties in clear, unknown ones as :data:`UNKNOWN`, without nulls."""
    return received_with_secrets(message)[0]


def received_with_secrets(message: struct_pb2.Struct) -> tuple[dict[str, Any], list[str]]:
    """The same, and the names of the properties that hold a secret, sorted."""
    values, names = {}, []
    for name, value in message.fields.items():
        secret: list[str] = []
        if (plain := _plain(value, secret)) is not None:
            values[name] = plain
        if secret:
            names.append(name)
    return values, sorted(names)


def marked(message: struct_pb2.Struct) -> dict[str, Any]:
    """The properties that hold a secret, and their names: for what has to hide them. Hidden ones are always marked, whatever is in them."""
    values, secret = received_with_secrets(message)
    names = [name for name in secret if not name.startswith(HIDDEN)]
    return {**{name: values[name] for name in names if name in values}, SECRET: names}


def sent(values: Mapping[str, Any], secret: Collection[str] = ()) -> struct_pb2.Struct:
    """The properties as a message; those named in ``secret`` are marked so. ``None`` is left out."""
    message = struct_pb2.Struct()
    for name, value in values.items():
        if value is not None:
            plain = _known(value)
            message.update({name: rpc.wrap_rpc_secret(plain) if name in secret and plain != rpc.UNKNOWN else plain})
    return message


def _plain(value: struct_pb2.Value, secret: list[str]) -> Any:
    which = value.WhichOneof("kind")
    if which == "list_value":
        return [_plain(item, secret) for item in value.list_value.values]
    if which == "struct_value":
        return _plain_struct(value.struct_value.fields, secret)
    if which == "string_value" and value.string_value == rpc.UNKNOWN:
        return UNKNOWN
    return None if which in (None, "null_value") else getattr(value, which)


def _plain_struct(fields: Mapping[str, struct_pb2.Value], secret: list[str]) -> Any:
    signature = fields[_SIGNATURE].string_value if _SIGNATURE in fields else None
    if signature == rpc._special_secret_sig:
        secret.append(signature)
    if signature in _VALUES:
        return _plain(fields["value"], secret) if "value" in fields else UNKNOWN
    if signature == _REFERENCE:
        return fields["id"].string_value if "id" in fields else UNKNOWN
    return {name: plain for name, value in fields.items() if (plain := _plain(value, secret)) is not None}


def _known(value: Any) -> Any:
    if isinstance(value, Unknown):
        return rpc.UNKNOWN
    if isinstance(value, Mapping):
        return {name: _known(item) for name, item in value.items()}
    return [_known(item) for item in value] if isinstance(value, (list, tuple)) else value
