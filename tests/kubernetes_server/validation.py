# SPDX-License-Identifier: Apache-2.0
"""What is wrong with an object, as kube-apiserver says it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from .resources import Resource
from .status import Refusal, bad_request, invalid

LARGEST = 1024 * 1024
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_DATA_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")


def normalized(resource: Resource, sent: dict[str, Any]) -> dict[str, Any]:
    """As it is stored: `stringData` in `data`, a type for a Secret."""
    made = dict(sent)
    if resource.kind == "Secret":
        text = made.pop("stringData", None) or {}
        encoded = {key: base64.b64encode(str(value).encode()).decode() for key, value in text.items()}
        if encoded or made.get("data"):
            made["data"] = {**(made.get("data") or {}), **encoded}
        made.setdefault("type", "Opaque")
    return made


def check(resource: Resource, new: dict[str, Any], live: dict[str, Any] | None) -> None:
    """Raises :class:`Refusal`."""
    name, metadata = new["metadata"]["name"], new["metadata"]
    if len(name) > 253 or not _SUBDOMAIN.fullmatch(name):
        raise invalid(resource.kind, name, "metadata.name", f'Invalid value: "{name}": a lowercase RFC 1123 subdomain must consist of …')
    for value in (metadata.get("labels") or {}).values():
        if not isinstance(value, str):
            raise bad_request("json: cannot unmarshal non-string into Go struct field ObjectMeta.metadata.labels of type string")
        if not _LABEL_VALUE.fullmatch(value):
            raise invalid(resource.kind, name, "metadata.labels", f'Invalid value: "{value}": a valid label must be an empty string or consist of …')
    for owner in metadata.get("ownerReferences") or []:
        if missing := [field for field in ("apiVersion", "kind", "name", "uid") if not owner.get(field)]:
            raise invalid(resource.kind, name, f"metadata.ownerReferences.{missing[0]}", "Required value")
    if resource.kind in ("Secret", "ConfigMap"):
        _check_data(resource, new)
    if live is not None:
        _check_change(resource, new, live)


def _check_data(resource: Resource, new: dict[str, Any]) -> None:
    name, size = new["metadata"]["name"], 0
    for key, value in (new.get("data") or {}).items():
        if not _DATA_KEY.fullmatch(key):
            raise invalid(resource.kind, name, f"data[{key}]", f'Invalid value: "{key}": a valid config key must consist of alphanumeric characters')
        if not isinstance(value, str):
            raise bad_request(f"json: cannot unmarshal {type(value).__name__} into Go struct field {resource.kind}.data")
        if resource.kind == "Secret":
            try:
                size += len(base64.b64decode(value, validate=True))
            except (binascii.Error, ValueError):
                raise bad_request(f'Secret in version "v1" cannot be handled as a Secret: illegal base64 data: {json.dumps(value)}') from None
        else:
            size += len(value.encode())
    if size > LARGEST:
        raise invalid(resource.kind, name, "data", f"Too long: may not be more than {LARGEST} bytes")


def _check_change(resource: Resource, new: dict[str, Any], live: dict[str, Any]) -> None:
    name = new["metadata"]["name"]
    if live.get("immutable") and (not new.get("immutable") or (new.get("data") or {}) != (live.get("data") or {})):
        raise invalid(resource.kind, name, "data", "Forbidden: field is immutable when `immutable` is set")
    if resource.kind == "Secret" and new.get("type") != live.get("type"):
        raise invalid(resource.kind, name, "type", f'Invalid value: "{new.get("type")}": field is immutable')
    if new["metadata"].get("uid") not in (None, live["metadata"]["uid"]):
        told = f"Precondition failed: UID in precondition: {new['metadata']['uid']}, UID in object meta: {live['metadata']['uid']}"
        raise Refusal(409, "Conflict", f'Operation cannot be fulfilled on {resource.qualified} "{name}": {told}')
