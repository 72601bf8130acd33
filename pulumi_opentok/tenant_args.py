# SPDX-License-Identifier: Apache-2.0
"""What a :class:`Tenant` takes for each of its parts: the inputs of that resource, but those that the tenant itself gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi


class ProjectArgsDict(TypedDict, total=False):
    """The inputs of :class:`Project` but ``name``, which is the tenant's."""

    status: pulumi.Input[str] | None
    on_delete: pulumi.Input[str] | None
    existing_id: pulumi.Input[str] | None
    adopt: pulumi.Input[bool] | None
    allow_duplicate_name: pulumi.Input[bool] | None
    secret_triggers: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    secret_max_age: pulumi.Input[str] | None
    retired_secrets: pulumi.Input[Sequence[pulumi.Input[str]]] | None
    rotation_window: pulumi.Input[Mapping[str, Any]] | None
    on_external_rotation: pulumi.Input[str] | None


class SessionArgsDict(TypedDict, total=False):
    """The inputs of :class:`Session` but ``project``, which is the tenant's."""

    media_mode: pulumi.Input[str] | None
    archive_mode: pulumi.Input[str] | None
    archive_name: pulumi.Input[str] | None
    archive_resolution: pulumi.Input[str] | None
    location: pulumi.Input[str] | None
    e2ee: pulumi.Input[bool] | None
    existing_id: pulumi.Input[str] | None


class SipTrunkArgsDict(TypedDict, total=False):
    """The inputs of :class:`SipTrunk`. ``uri`` must be there."""

    uri: pulumi.Input[str]
    name: pulumi.Input[str] | None
    sender: pulumi.Input[str] | None
    headers: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    username: pulumi.Input[str] | None
    password: pulumi.Input[str] | None
    password_version: pulumi.Input[int] | None
    secure: pulumi.Input[bool] | None
    video: pulumi.Input[bool] | None
    observe_force_mute: pulumi.Input[bool] | None
    require_encryption: pulumi.Input[bool] | None
    enabled: pulumi.Input[bool] | None
    verify: pulumi.Input[bool] | None


PARTS = {"project": ProjectArgsDict, "session": SessionArgsDict, "sip_trunk": SipTrunkArgsDict}
GIVEN_BY_THE_TENANT = {
    ("project", "name"): "the project has the tenant's name: give it as name=",
    ("session", "project"): "the session belongs to the tenant's project: leave it out",
}


def problems(parts: Mapping[str, Any]) -> list[str]:
    """What is wrong with the names of the inputs in these parts and with how they go together, a line each. No value is quoted."""
    found = [text for part, args in parts.items() for text in _problems_of(part, args)]
    if found or not parts["sip_trunk"]:
        return found
    session = parts["session"] or {}
    # One that exists is as its id says, and an output is not known before the engine runs.
    mode = session.get("media_mode") or "relayed"
    if mode == "relayed" and session.get("existing_id") is None:
        found.append("session.media_mode: must be 'routed' where there is a sip_trunk: a relayed session cannot be called into")
    return found


def _problems_of(part: str, args: Any) -> list[str]:
    if args is None:
        return []
    if not isinstance(args, Mapping):
        return [f"{part}: must be a mapping of inputs, whose values may be outputs, not {type(args).__name__}"]
    there = PARTS[part].__annotations__
    found = []
    for name in args:
        if (part, name) in GIVEN_BY_THE_TENANT:
            found.append(f"{part}.{name}: {GIVEN_BY_THE_TENANT[part, name]}")
        elif name not in there:
            found.append(f"{part}.{name}: there is no such input; there are {', '.join(sorted(there))}")
    if part == "sip_trunk" and args.get("uri") is None:
        found.append("sip_trunk.uri: missing: declare whom to call, such as sip:+15551234567@sip.example.com;transport=tls")
    return found
