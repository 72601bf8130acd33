# SPDX-License-Identifier: Apache-2.0
"""The built-in stores that credentials can be published to, by the text that names a place.

    file:/etc/acme/opentok.json            a file, mode 0600
    aws-secretsmanager:acme/opentok        an AWS Secrets Manager secret, by name or ARN; ?region=eu-west-1 where it is not the usual one
    vault:secret/acme/opentok              a secret of a HashiCorp Vault KV version 2 engine, named as `vault kv get` names it

To add one, write a module like ``file.py`` and a line in ``_publisher``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import InvalidInput, Problem, quote
from ..publish import Publisher

SCHEMES = ("file", "aws-secretsmanager", "vault")


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
    if scheme not in SCHEMES or not colon:
        ways = "file:PATH, aws-secretsmanager:NAME_OR_ARN or vault:MOUNT/PATH"
        raise InvalidInput(Problem("publish", f"must be {ways}, not {quote(target)}"))
    if not place.strip():
        raise InvalidInput(Problem("publish", f"{quote(target)} names no place after the colon"))
    if scheme == "file":
        from .file import FileStore

        return FileStore.of(place)
    if scheme == "vault":
        from .vault import VaultStore

        return VaultStore.of(place)
    from .aws import SecretsManagerStore

    return SecretsManagerStore.of(place)
