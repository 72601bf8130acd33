# SPDX-License-Identifier: Apache-2.0
"""The rules as a CrossGuard policy pack. Needs the package `pulumi-policy`."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from typing import Any

import grpc
import pulumi_policy.policy
from google.protobuf import json_format
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyPack,
    PolicyProviderResource,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from .._names import snake
from .declared import Declared
from .rules import RULES, Rule
from .settings import PolicySettings, SettingsError

ACCOUNT_KEY = ("opentok:accountKey", "accountKey")
"""Among the properties of a provider: of a dynamic one, of a native one."""

_TYPE = re.compile(r"(?:^|[/:])opentok:(?:\w+[:/])?(\w+)$")


def kind_of(resource_type: str) -> str | None:
    """``sip_trunk`` of ``pulumi-python:dynamic/opentok:SipTrunk`` or ``opentok:index:SipTrunk``; ``None`` of what is none of ours."""
    found = _TYPE.search(resource_type)
    return snake(found[1]) if found else None


def declared(resource: ResourceValidationArgs | PolicyResource) -> Declared | None:
    """What the resource declares; ``None``: it is none of ours."""
    kind = kind_of(resource.resource_type)
    if kind is None:
        return None
    properties, unknown = known(resource.props)
    # Of a native resource they are in camelCase; no rule looks into one.
    properties, unknown = {snake(name): value for name, value in properties.items()}, {*map(snake, unknown)}
    stack = resource.urn.split("::")[0].rpartition(":")[2]
    return Declared(
        kind=kind,
        properties=properties,
        unknown=unknown,
        places=(stack,),
        ends=True,
        protect=bool(resource.opts.protect),
        account_key=account_of(resource.provider),
    )


def known(props: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The properties whose value is known, and the names of the others."""
    properties, unknown = {}, set()
    for name in props:
        try:
            properties[name] = props[name]
        except UnknownValueError:
            unknown.add(name)
    return properties, unknown


def account_of(provider: PolicyProviderResource | None) -> str | None:
    """The key of the account that the provider uses: its own or the stack config's, else that of the environment. ``None``: not known yet."""
    settings, unknown = known(provider.props) if provider is not None else ({}, set())
    if unknown.intersection(ACCOUNT_KEY):
        return None
    key = next(filter(None, map(settings.get, ACCOUNT_KEY)), None) or os.environ.get("OPENTOK_ACCOUNT_KEY")
    return str(key) if key else None


def recordings(args: StackValidationArgs) -> list[tuple[str, Declared]]:
    """URN and declaration of each archive and broadcast of a session that the same program declares."""
    found = []
    for resource in args.resources:
        recording = declared(resource)
        if recording is None or recording.kind not in ("archive", "broadcast"):
            continue
        for dependency in resource.property_dependencies.get("session", ()):
            session = declared(dependency)
            if session is not None and session.kind == "session":
                found.append((resource.urn, dataclasses.replace(recording, records=session)))
    return found


def policy(rule: Rule) -> Policy:
    """The rule as Pulumi's engine asks it."""

    def of_resource(args: ResourceValidationArgs, report: ReportViolation) -> None:
        found = declared(args)
        message = found and rule.wrong(found, args.get_config())
        if message:
            report(f"{args.name} {message}", None)

    def of_stack(args: StackValidationArgs, report: ReportViolation) -> None:
        for urn, found in recordings(args):
            message = rule.wrong(found, args.get_config())
            if message:
                report(f"{urn.rpartition('::')[2]} {message}", urn)

    schema = PolicyConfigSchema({name: dict(schema) for name, schema in rule.schema.items()}) if rule.schema else None
    if rule.name == "recorded-sessions-are-routed":
        return StackValidationPolicy(name=rule.name, description=rule.description, validate=of_stack, config_schema=schema)
    return ResourceValidationPolicy(name=rule.name, description=rule.description, validate=of_resource, config_schema=schema)


def refuse_wrong_settings() -> None:
    """Has the pack refuse rules and settings that it does not know, which the engine passes on to it without a word."""
    own = getattr(pulumi_policy.policy, "_PolicyAnalyzerServicer", None)
    if own is None:  # another release of pulumi-policy: as the engine has it
        return

    class Servicer(own):  # type: ignore[misc,valid-type]
        def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802  (as gRPC calls it)
            try:
                PolicySettings({name: json_format.MessageToDict(row.properties) for name, row in request.policyConfig.items()}, "policy config")
            except SettingsError as error:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
            return super().Configure(request, context)

    setattr(pulumi_policy.policy, own.__name__, Servicer)


def serve() -> None:
    """Serves the pack to the engine that has started this process, until that ends it."""
    refuse_wrong_settings()
    PolicyPack("opentok-policies", [policy(rule) for rule in RULES], EnforcementLevel.MANDATORY)
