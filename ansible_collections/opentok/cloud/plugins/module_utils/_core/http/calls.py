# SPDX-License-Identifier: Apache-2.0
"""The base of every subject's calls."""

from __future__ import annotations

from .auth import Signer
from .transport import Transport


class Calls:
    """The calls of one subject: ``transport`` sends them, ``signer`` signs them with the credentials of an account or a project."""

    def __init__(self, transport: Transport, signer: Signer) -> None:
        self._transport = transport
        self._signer = signer
        self._key = signer.credentials.key
