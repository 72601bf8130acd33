# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of SIP calls comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, SEEN, Row

_REST = "REST reference (tokbox.com/developer/rest), as the SDKs quote it"
_SIP = "SIP guide (tokbox.com/developer/guides/sip)"

ROWS = (
    Row("sip.dial", "200 and id, connectionId, streamId", DOCUMENTED, _SIP),
    Row("sip.dial", "also projectId (text), sessionId, createdAt, updatedAt", SEEN, "a recording of the Ruby SDK, 2017"),
    Row("sip.dial", "the connection is in the session at once, its stream with it", DOCUMENTED, f"{_SIP}; the stream is assumed"),
    Row("sip.dial", "200 says nothing of whether the call is answered", SEEN, "OpenTok-PHP-SDK issue 268"),
    Row("sip.dial", "a URI that is not sip:user@domain is 400 'Bad SIP URI format'", SEEN, "an old opentok-node"),
    Row("sip.dial", "a relayed session is 409", DOCUMENTED, f"{_REST}; the text is read off archives"),
    Row("sip.dial", "an unknown session is 404; one that nobody has joined may be dialled from", ASSUMED, "the call itself is a client"),
    Row("sip.dial", "the token must be there; it is not verified", ASSUMED, "no source says how a wrong one is answered"),
    Row("sip.dial", "its data is that of the connection, also for renders and the Audio Connector", DOCUMENTED, f"{_SIP}; for the others assumed"),
    Row("sip.dial", "it rings after 1 s and is answered after 3 s, or what the control plane says", ASSUMED, "our choice"),
    Row("sip.dial", "states DIALING, RINGING, ACTIVE, ON_HOLD, HANGUP", DOCUMENTED, _SIP),
    Row("sip.dial", "hung up after 6 hours (705), counted from the answer", DOCUMENTED, f"{_SIP}; from when is assumed"),
    Row("sip.dial", "hung up after 5 minutes without media: silent 704, on hold 706", DOCUMENTED, f"{_SIP}; which code on hold is assumed"),
    Row("sip.dial", "by force-disconnect 700, when its connection is lost 703", DOCUMENTED, f"{_SIP}; which code when is read off their names"),
    Row("sip.dial", "when it ends, its connection and stream leave the session: clientDisconnected", DOCUMENTED, f"{_SIP}; the reason is assumed"),
    Row(
        "webhook",
        "sip: callCreated, callUpdated with state, callDestroyed with reason_code (a text) and reason_message, muteForced",
        DOCUMENTED,
        _SIP,
    ),
    Row("webhook", "sip: DIALING follows callCreated; HANGUP comes before each callDestroyed, answered or not", ASSUMED, "no source"),
    Row("webhook", "sip: muteForced only for a call with observeForceMute", DOCUMENTED, _SIP),
    Row("sip.dial", "secure, video and observeForceMute may be texts", SEEN, "recordings of the Ruby SDK"),
    Row(
        "sip.dial",
        "the X- of headers is not needed",
        DOCUMENTED,
        "the Java SDK, SipProperties; CONFLICT: its HTTP client still says 400, 'the custom header does not start with the X- prefix'",
    ),
    Row("sip.dial", "video is allowed for every project (no 15204)", ASSUMED, "a setting of the account"),
    Row("sip.dial", "POST /call is the same", ASSUMED, "the PHP SDK posts there"),
    Row("dtmf.to_all", "200 without a body", DOCUMENTED, _SIP),
    Row("dtmf.to_all", "digits 0-9 * # p, at least one, else 400 'Invalid DTMF Digits'", SEEN, "the SDKs check it; text of a PHP mock"),
    Row("dtmf.to_all", "nobody connected is 404; that one is a SIP call, or was answered, is not looked at", ASSUMED, "no source"),
    Row("dtmf.to_one", "200; 404 when that client is not connected", DOCUMENTED, _SIP),
)
