# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of the archives' storage comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, SEEN, Row

_GUIDE = "archiving guide (tokbox.com/developer/guides/archiving)"
_ENCRYPTION = "archive encryption guide (tokbox.com/developer/guides/archiving/amazon-s3-encryption)"
_GO = "calvertyang/opentok-go-sdk 2.3.2, archive.go"

ROWS = (
    Row("archive_storage.set", "type s3 or azure; 200 and what was sent, secrets included", SEEN, _GO),
    Row("archive_storage.set", "without type or config: 400 and three texts in one", SEEN, "opentok-node issue 226"),
    Row("archive_storage.set", "it replaces all that was set; certificate null switches encryption off", DOCUMENTED, _ENCRYPTION),
    Row("archive_storage.set", "the target is not contacted; no certificate is read, no file encrypted", ASSUMED, "no source; not emulated"),
    Row(
        "archive_storage.set",
        "fallback: what could not be uploaded is kept and available, also without a fallback; with none it is failed",
        DOCUMENTED,
        f"{_GUIDE}; CONFLICT: the default is none in {_GO}",
    ),
    Row("archive_storage.set", "endpoint is a URL with its scheme, else 400", DOCUMENTED, f"{_GUIDE}; an older page has a bare host"),
    Row("archive_storage.set", "sse s3 has the store encrypt by AES256, sse none asks for nothing", DOCUMENTED, _ENCRYPTION),
    Row("archive_storage.set", "it holds for archives that begin later", ASSUMED, "no source"),
    Row("archive_storage.delete", "204; 404 when none is set", DOCUMENTED, "page of the beta"),
)
