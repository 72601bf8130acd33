# SPDX-License-Identifier: Apache-2.0
"""The one source of randomness, so that a seed makes a whole run repeatable."""

from __future__ import annotations

import base64
import random
import uuid


class Randomness:
    """Random values of the shapes that the API shows.

    Without a seed they come from the operating system. With one they repeat; ``stream`` sets the start of a data file apart from
    its next start, so that a restart never deals an old secret again.
    """

    def __init__(self, seed: int | None, stream: str) -> None:
        self._random: random.Random = random.SystemRandom() if seed is None else random.Random(f"{seed}/{stream}")

    def secret(self) -> str:
        """A project secret: 40 hexadecimal characters."""
        return self._random.randbytes(20).hex()

    def session_part(self) -> str:
        """The random field of a session id: 24 characters of base64."""
        return base64.b64encode(self._random.randbytes(18)).decode("ascii")

    def uuid(self) -> str:
        """A random UUID."""
        return str(uuid.UUID(bytes=self._random.randbytes(16), version=4))

    def fraction(self) -> float:
        """A number from 0 up to, not including, 1."""
        return self._random.random()
