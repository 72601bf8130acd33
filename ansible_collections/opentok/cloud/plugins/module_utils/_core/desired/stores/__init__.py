# SPDX-License-Identifier: Apache-2.0
"""The built-in stores that credentials can be published to, by the text that names a place.

    file:/etc/acme/opentok.json            a file, mode 0600
    aws-secretsmanager:acme/opentok        an AWS Secrets Manager secret, by name or ARN; ?region=eu-west-1 where it is not the usual one
    vault:secret/acme/opentok              a secret of a HashiCorp Vault KV version 2 engine, named as `vault kv get` names it
    kubernetes:acme/opentok                a Kubernetes Secret, by namespace and name; ?context= of the kubeconfig, ?owner=deployment/acme

To add one, write a module like ``file.py``, a function and a line in ``_MAKERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...errors import InvalidInput, Problem, quote
from ..publish import Publisher


def _file(place: str) -> Publisher:
    from .file import FileStore

    return FileStore.of(place)


def _aws(place: str) -> Publisher:
    from .aws import SecretsManagerStore

    return SecretsManagerStore.of(place)


def _vault(place: str) -> Publisher:
    from .vault import VaultStore

    return VaultStore.of(place)


def _kubernetes(place: str) -> Publisher:
    from .kubernetes import KubernetesStore

    return KubernetesStore.of(place)


_MAKERS: dict[str, tuple[str, Callable[[str], Publisher]]] = {
    "file": ("file:PATH", _file),
    "aws-secretsmanager": ("aws-secretsmanager:NAME_OR_ARN", _aws),
    "vault": ("vault:MOUNT/PATH", _vault),
    "kubernetes": ("kubernetes:NAMESPACE/NAME", _kubernetes),
}
"""By scheme: how a target is written, and what makes its publisher of what follows the colon."""


def publishers(targets: Sequence[str] | None) -> tuple[Publisher, ...]:
    """The places that ``targets`` name; sends nothing anywhere.

    Raises :class:`InvalidInput` with every target that is wrong, and :class:`MissingLibrary` for a store whose client is not installed.
    """
    wanted: Sequence[Any] = [targets] if isinstance(targets, str) else targets or ()
    found: list[Publisher] = []
    problems: list[Problem] = []
    for target in wanted:
        try:
            found.append(_publisher(target))
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidInput(problems)
    return tuple(found)


def _publisher(target: Any) -> Publisher:
    if not isinstance(target, str):
        raise InvalidInput(Problem("publish", f"must be a text such as file:/etc/acme/opentok.json, not {type(target).__name__}"))
    scheme, colon, place = target.partition(":")
    if not target.isprintable():
        raise InvalidInput(Problem("publish", f"{quote(target)} has a character in it that cannot be printed"))
    if scheme not in _MAKERS or not colon:
        *ways, last = (written for written, make in _MAKERS.values())
        raise InvalidInput(Problem("publish", f"must be {', '.join(ways)} or {last}, not {quote(target)}"))
    if not place.strip():
        raise InvalidInput(Problem("publish", f"{quote(target)} names no place after the colon"))
    return _MAKERS[scheme][1](place)
