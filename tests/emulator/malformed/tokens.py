# SPDX-License-Identifier: Apache-2.0
"""Tokens that sign nothing: expired, not yet valid, unsigned, by another algorithm, by somebody else, too long, no token at all."""

from __future__ import annotations

import base64
import functools
import json
import random
import time
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from pulumi_opentok.core.operations import Operation
from tests.emulator.malformed.scene import Scene
from tests.emulator.raw import Raw, sign

_VISIBLE = bytes(range(0x21, 0x7F)) + bytes(range(0x80, 0x100))
"""What a header may hold, though not all of it is ASCII."""

Token = Callable[[Scene, Operation, random.Random], bytes | None]


@functools.cache
def rsa_key() -> rsa.RSAPrivateKey:
    """One for all: making it takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def with_claims(wrong: Callable[[random.Random, int], dict[str, Any]]) -> Token:
    """The right pair, other claims; ``wrong`` gets the time."""

    def make(scene: Scene, operation: Operation, chance: random.Random) -> bytes:
        pair = scene.signer(operation)
        return sign(pair.key, pair.secret, pair.kind, **wrong(chance, int(time.time()))).encode()

    return make


def signed_as(pick: Callable[[Scene, Operation], tuple[str, str, str]]) -> Token:
    """Right claims of another key, secret or kind."""

    def make(scene: Scene, operation: Operation, _: random.Random) -> bytes:
        key, secret, kind = pick(scene, operation)
        return sign(key, secret, kind).encode()

    return make


def unsigned(scene: Scene, operation: Operation, chance: random.Random) -> bytes:
    """``alg: none``, in the spellings that have fooled libraries, with an empty signature and with one."""
    now = int(time.time())
    header = {"alg": chance.choice(["none", "None", "NONE", "nOnE", "", None]), "typ": "JWT"}
    claims = {"iss": scene.signer(operation).key, "ist": operation.credentials, "iat": now, "exp": now + 60}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    return b".".join([*parts, chance.choice([b"", b"AAAA"])])


def signed_by_rsa(scene: Scene, operation: Operation, _: random.Random) -> bytes:
    """RS256, as the successor platform wants it."""
    now = int(time.time())
    claims = {"iss": scene.signer(operation).key, "ist": operation.credentials, "iat": now, "exp": now + 60}
    return jwt.encode(claims, rsa_key(), algorithm="RS256").encode()


def garbage(scene: Scene, operation: Operation, chance: random.Random) -> bytes:
    """What is no token: random text, random bytes, a right one that was cut or changed."""
    pair = scene.signer(operation)
    right = sign(pair.key, pair.secret, pair.kind).encode()
    at = chance.randrange(len(right) - 1)  # the last character of base64 has bits that say nothing
    noise = bytes(chance.choice(_VISIBLE) for _ in range(chance.randrange(1, 200)))
    changed = right[:at] + (b"B" if right[at] == 0x41 else b"A") + right[at + 1 :]
    return chance.choice([noise, right[:at], changed, b"a.b.c", b"...", b"Bearer " + right, right + right, b"[" * 4000])


def _numbers(chance: random.Random, now: int) -> dict[str, Any]:
    name = chance.choice(["iat", "exp"])
    return {name: chance.choice([None, str(now), [now], {}, True, float("nan"), float("inf"), "soon"])}


def _issuer(chance: random.Random, _: int) -> dict[str, Any]:
    return {"iss": chance.choice([None, "", "undefined", "12 ", "-1", True, 1.5, ["1"], {}, "٣", "1" * 30, 10**40, "1' OR '1'='1"])}


def _project(raw: Raw) -> tuple[str, str, str]:
    return raw.key, raw.secret, raw.kind


TOKENS: dict[str, Token] = {
    "no token": lambda *_: None,
    "garbage for a token": garbage,
    "an expired token": with_claims(lambda chance, now: {"iat": now - 400, "exp": now - chance.choice([1, 60, 300])}),
    "a token of the future": with_claims(lambda chance, now: {"iat": now + (ahead := chance.choice([600, 3600, 10**9])), "exp": now + ahead + 60}),
    "a token that lives too long": with_claims(lambda chance, now: {"exp": now + chance.choice([400, 86_400, 10**12])}),
    "an unsigned token": unsigned,
    "a token signed by RS256": signed_by_rsa,
    "an over-long token": with_claims(lambda chance, _: {"data": "x" * chance.choice([10_000, 40_000])}),
    "times that are no numbers": with_claims(_numbers),
    "an issuer that is no key": with_claims(_issuer),
    "an unknown key": signed_as(lambda scene, operation: ("99999999", scene.own.pair.secret, operation.credentials)),
    "a wrong secret": signed_as(lambda scene, operation: (scene.signer(operation).key, scene.other.pair.secret, operation.credentials)),
    "a wrong kind": signed_as(lambda scene, operation: (scene.signer(operation).key, scene.signer(operation).secret, "user")),
    "the other kind of pair": signed_as(lambda scene, op: _project(scene.own.pair if op.credentials == "account" else scene.account)),
}
