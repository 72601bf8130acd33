# SPDX-License-Identifier: Apache-2.0
"""The settings of a provider: from its own inputs, or from a stack's config."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.runtime.proto import provider_pb2

from .. import _package
from .._driving import Credentials, Failure
from .._properties import HIDDEN
from .._settings import STACK_CONFIG, connect, ledger_of
from ..core import InvalidInput, OpenTokError
from ..core.desired.inputs import as_text
from ..core.http.connection import SECRET_SETTINGS
from .words import in_words

NAMESPACE = "opentok:"
_NAMES = {key.removeprefix(NAMESPACE): name for name, key in STACK_CONFIG.items()}
SECRET_NAMES = frozenset(STACK_CONFIG[name].removeprefix(NAMESPACE) for name in SECRET_SETTINGS)
_DEFAULT = re.compile(r"default(_\d.*)?")
"""How the engine names the providers that no program declares."""


def settings_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Known settings by their names. A dynamic provider has them by their names in a stack's config, among everything else that is there."""
    found = {_NAMES[short]: value for key, value in values.items() if (short := key.removeprefix(NAMESPACE)) in _NAMES}
    return {name: value for name, value in found.items() if value is not None}


def known(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those that are known by now. The engine sends numbers and booleans as they are or as texts."""
    return {name: value for name, value in settings.items() if not pulumi.contains_unknowns(value)}


def failures(values: Mapping[str, Any]) -> list[Failure]:
    """What is wrong with the inputs of a provider, none of which is quoted that may hold a secret."""
    found = [Failure(property="", reason=f"{name}: there is no such setting; there are {', '.join(sorted(_NAMES))}") for name in _strays(values)]
    settings = settings_of(values)
    if known(settings) != settings:
        return found  # half a pair may become a whole one
    try:
        connect(settings)
        ledger_of(settings)
    except InvalidInput as error:
        found += [Failure(property="", reason=in_words(_package.PROVIDER, str(problem))) for problem in error.problems]
    except OpenTokError as error:
        found.append(Failure(property="", reason=in_words(_package.PROVIDER, str(error))))
    return found


def changed(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The settings, by their names as inputs, that two sets of inputs do not have alike."""
    before, after = ({name: as_text(value) for name, value in settings_of(values).items()} for values in (olds, news))
    return [wire for wire, name in _NAMES.items() if before.get(name) != after.get(name)]


def credentials_of(request: provider_pb2.ConfigureRequest, values: Mapping[str, Any]) -> Credentials:
    """What a ``Configure`` says."""
    settings = known(settings_of(values))
    # An engine that does not say whose configuration it is leaves nothing to tell the move to another account from a mistake.
    named = request.name if request.type == _package.PROVIDER and not _DEFAULT.fullmatch(request.name) else ""
    return Credentials(settings, named or None if settings.get("account_key") else None)


def _strays(values: Mapping[str, Any]) -> list[str]:
    return [name for name in values if name not in _NAMES and name not in ("version", "pluginDownloadURL") and not name.startswith(HIDDEN)]
