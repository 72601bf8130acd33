# SPDX-License-Identifier: Apache-2.0
"""Whether a project's key and secret work."""

from __future__ import annotations

from .. import operations
from ..http.auth import Signer
from ..http.transport import Transport


def verify_credentials(transport: Transport, signer: Signer) -> None:
    """One cheap read (one archive at most) signed by a project: returns when its key and secret work, raises :class:`Forbidden` if not."""
    key = signer.credentials.key
    transport.call(operations.ARCHIVE_LIST, signer, about=f"project {key}", query={"count": 1}, api_key=key)
