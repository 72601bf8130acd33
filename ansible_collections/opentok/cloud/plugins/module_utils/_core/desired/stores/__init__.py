# SPDX-License-Identifier: Apache-2.0
"""The built-in stores that credentials can be published to, by the text that names a place.

    file:/etc/acme/opentok.json            a file, mode 0600
    aws-secretsmanager:acme/opentok        an AWS Secrets Manager secret, by name or ARN; ?region=eu-west-1 where it is not the usual one
    vault:secret/acme/opentok              a secret of a HashiCorp Vault KV version 2 engine, named as `vault kv get` names it
    gcp-secretmanager:projects/acme/secrets/opentok    a Google Cloud Secret Manager secret; ?keep=3 destroys older versions
    azure-keyvault:acme/opentok            an Azure Key Vault secret; ?keep=3 disables older versions
    github-actions:acme/web/OPENTOK        a GitHub Actions secret; owner/repo/environments/ENV/NAME for one of an environment
    kubernetes:acme/opentok                a Kubernetes Secret, by namespace and name; ?context= of the kubeconfig, ?owner=deployment/acme
    exec:put-secret acme                   a program, which gets the document on stdin

To add one, write a module like ``file.py``, a function and a line in ``_MAKERS``. Those that others have installed are found by ``installed``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...errors import InvalidInput, Problem, join_words, quote
from ..publish import Target, place_of


def _file(place: str) -> Target:
    from .file import FileStore

    return FileStore.of(place)


def _aws(place: str) -> Target:
    from .aws import SecretsManagerStore

    return SecretsManagerStore.of(place)


def _vault(place: str) -> Target:
    from .vault import VaultStore

    return VaultStore.of(place)


def _kubernetes(place: str) -> Target:
    from .kubernetes import KubernetesStore

    return KubernetesStore.of(place)


def _exec(place: str) -> Target:
    from .command import CommandStore

    return CommandStore.of(place)


def _gcp(place: str) -> Target:
    from .gcp import SecretManagerStore

    return SecretManagerStore.of(place)


def _azure(place: str) -> Target:
    from .azure import KeyVaultStore

    return KeyVaultStore.of(place)


def _github(place: str) -> Target:
    from .github import ActionsStore

    return ActionsStore.of(place)


_MAKERS: dict[str, tuple[str, Callable[[str], Target]]] = {
    "file": ("file:PATH", _file),
    "aws-secretsmanager": ("aws-secretsmanager:NAME_OR_ARN", _aws),
    "vault": ("vault:MOUNT/PATH", _vault),
    "gcp-secretmanager": ("gcp-secretmanager:projects/PROJECT/secrets/NAME", _gcp),
    "azure-keyvault": ("azure-keyvault:VAULT/NAME", _azure),
    "github-actions": ("github-actions:OWNER/REPO/NAME", _github),
    "kubernetes": ("kubernetes:NAMESPACE/NAME", _kubernetes),
    "exec": ("exec:COMMAND", _exec),
}
"""By scheme: how a target is written, and what makes its publisher of what follows the colon."""


def publishers(targets: Sequence[str] | None) -> tuple[Target, ...]:
    """The places that ``targets`` name; sends nothing anywhere.

    Raises :class:`InvalidInput` with every target that is wrong, and :class:`MissingLibrary` for a store whose client is not installed.
    """
    wanted: Sequence[Any] = [targets] if isinstance(targets, str) else targets or ()
    found: list[Target] = []
    problems: list[Problem] = []
    for target in wanted:
        try:
            publisher = _publisher(target)
        except InvalidInput as error:
            problems.extend(error.problems)
            continue
        if place_of(publisher) in map(place_of, found):
            problems.append(Problem("publish", f"has {publisher.where} twice"))
        found.append(publisher)
    if problems:
        raise InvalidInput(problems)
    return tuple(found)


def _publisher(target: Any) -> Target:
    if not isinstance(target, str):
        raise InvalidInput(Problem("publish", f"must be a text such as file:/etc/acme/opentok.json, not {type(target).__name__}"))
    scheme, colon, place = target.partition(":")
    if not target.isprintable():
        raise InvalidInput(Problem("publish", f"{quote(target)} has a character in it that cannot be printed"))
    makes = _MAKERS[scheme][1] if scheme in _MAKERS else _installed(scheme) if colon else None
    if makes is None or not colon:
        raise InvalidInput(Problem("publish", f"must be {_ways()}, not {quote(target)}"))
    if not place.strip():
        raise InvalidInput(Problem("publish", f"{quote(target)} names no place after the colon"))
    return makes(place)


def _installed(scheme: str) -> Callable[[str], Target] | None:
    from .installed import maker  # here, as the stores: what is built in need not look for others

    return maker(scheme)


def _ways() -> str:
    from .installed import schemes

    *ways, last = (written for written, make in _MAKERS.values())
    others = [scheme for scheme in schemes() if scheme not in _MAKERS]
    return f"{', '.join(ways)} or {last}" + (f" (or {join_words(f'{scheme}:' for scheme in others)}, which others have installed)" if others else "")
