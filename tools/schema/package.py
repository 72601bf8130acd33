# SPDX-License-Identifier: Apache-2.0
"""The whole schema: resources, functions, object types and the settings of the provider."""

from __future__ import annotations

import json
import typing
from typing import Any

import pulumi

import pulumi_opentok as opentok
from pulumi_opentok import _package as schema
from pulumi_opentok._settings import STACK_CONFIG
from pulumi_opentok.core.http.connection import ENVIRONMENT, SECRET_SETTINGS
from pulumi_opentok.core.version import VERSION
from pulumi_opentok.functions.registry import FUNCTIONS
from tools.kinds import Found, every_kind
from tools.schema.examples import with_examples
from tools.schema.functions import function_of, names_of
from tools.schema.resources import resource_of, token_of, traits
from tools.schema.types import Types
from tools.schema.wording import Wording
from tools.texts import parameter_texts

FILE = schema.FILE
HOME = "https://pulumi-opentok.example/repository"
DESCRIPTION = "OpenTok (TokBox / Vonage Video) projects, sessions, tokens, archives, broadcasts and SIP trunks as desired state."


def as_text() -> str:
    """The content of the file.

    Raises:
        NoProgram: what translates the examples cannot be had here.
    """
    return json.dumps(with_examples(package()), indent=1, ensure_ascii=False) + "\n"


def package() -> dict[str, Any]:
    """The schema, in the form that `pulumi schema check` knows."""
    kinds = [found for found in every_kind() if found.resource in opentok.__all__]
    wording = Wording(property_names(kinds))
    types = Types(wording)
    resources = {token_of(found): resource_of(found, types, wording) for found in kinds}
    functions = {token: function_of(function, types, wording) for token, function in sorted(FUNCTIONS.items())}
    settings = settings_of(types)
    from_environment = {name: {"defaultInfo": {"environment": [variable]}} for name, variable in ENVIRONMENT.items()}
    return {
        "name": "opentok",
        "displayName": "OpenTok",
        "version": VERSION,
        "description": DESCRIPTION,
        "keywords": ["pulumi", "opentok", "tokbox", "vonage", "video", "category/cloud", "kind/native"],
        "homepage": HOME,
        "repository": HOME,
        "license": "Apache-2.0",
        "publisher": "pulumi-opentok",
        "config": {"variables": {wire: {**settings[wire], **from_environment.get(name, {})} for name, wire in wire_names().items()}},
        "provider": {
            "description": "Credentials and the address of the API, for resources that do not use those of the stack's config. Arguments that are "
            "left out come from the environment of the provider's process (`OPENTOK_ACCOUNT_KEY` and so on).",
            "inputProperties": settings,
            "properties": settings,
        },
        "types": dict(sorted(types.found.items())),
        "resources": resources,
        "functions": functions,
        "language": {
            "nodejs": {"packageName": "@pulumi-opentok.example/opentok", "respectSchemaVersion": True},
            "go": {"importBasePath": "pulumi-opentok.example/sdk/go/opentok", "generateResourceContainerTypes": True, "respectSchemaVersion": True},
            "csharp": {"respectSchemaVersion": True},
            "java": {"basePackage": "example.pulumiopentok", "buildFiles": ""},
        },
    }


def property_names(kinds: list[Found]) -> set[str]:
    """Every name that a property has in Python."""
    found = {name for kind in kinds for row in kind.kind.table for name in (row.name, *(part.name for part in row.suboptions))}
    found |= {name for kind in kinds for name in kind.kind.outputs} | STACK_CONFIG.keys()
    return found.union(*map(names_of, FUNCTIONS.values()))


def wire_names() -> dict[str, str]:
    """The settings' names in Python, and in a stack's config."""
    return {name: key.partition(":")[2] for name, key in STACK_CONFIG.items()}


def settings_of(types: Types) -> dict[str, Any]:
    """The provider's inputs, which are its config."""
    takes = opentok.Provider.__init__
    # The SDK says `Output[T]` of an input in quotes.
    hints = typing.get_type_hints(takes, localns={"Output": pulumi.Output, "T": type(None)})
    texts = parameter_texts(takes.__doc__)
    return {wire: types.property(hints[name], texts[name], **traits(secret=name in SECRET_SETTINGS)) for name, wire in wire_names().items()}
