# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of signals comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, SEEN, Row

_REST = "REST reference (tokbox.com/developer/rest), as the SDKs quote it"

ROWS = (
    Row("signal.to_all", "{type, data}; 204 without a body", DOCUMENTED, _REST),
    Row("signal.to_all", "no data is 400 with code 15202", SEEN, "OpenTok-PHP-SDK mocks"),
    Row("signal.to_all", "data over 8,192 or type over 128 bytes is 413", SEEN, "Java, Python and PHP SDKs; that 8 kB are 8,192 is assumed"),
    Row("signal.to_all", "a type of other characters than A-Z a-z 0-9 - _ ~ is 400", ASSUMED, "documented: the characters; not the status"),
    Row("signal.to_all", "404 'No clients are actively connected' when nobody is there", SEEN, "OpenTok-PHP-SDK mocks"),
    Row("signal.to_all", "errors: XML errorPayload unless Accept names application/json", SEEN, "recordings of the Ruby SDK"),
    Row("signal.to_all", "order of the checks, here and in the calls below: body, session, client or stream", ASSUMED, "no source"),
    Row("signal.to_all", "what was sent is kept nowhere; the journal has to whom", ASSUMED, "our choice"),
    Row("signal.to_one", "204; 404 when that client is not connected", DOCUMENTED, _REST),
)
