# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of renders comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, REST, SEEN, Row

_GUIDE = "Experience Composer guide (tokbox.com/developer/guides/experience-composer)"

ROWS = (
    Row("render.start", "202 and the render object, status starting, projectId a text", DOCUMENTED, REST),
    Row("render.start", "url and statusCallbackUrl 15 to 2,048 characters, maxDuration 60 to 36,000 (7,200), six resolutions", DOCUMENTED, REST),
    Row("render.start", "properties.name has 1 to 200 characters", DOCUMENTED, REST),
    Row("render.start", "a field that is null is not given", SEEN, "the Python SDK 3.15 sends properties null"),
    Row("render.start", "a session that is not routed is 409", ASSUMED, "documented: routed sessions; the code is that of archives"),
    Row("render.start", "it needs no other client: it joins the session, with a stream of the given name", ASSUMED, "no source"),
    Row("render.start", "the token must be there, it is not verified", ASSUMED, "no source says what a bad one does"),
    Row("render.get", "callbackUrl is the statusCallbackUrl, null without one", DOCUMENTED, f"{REST}; null is assumed"),
    Row("render.get", "starting for 2 seconds, then started, stopped after maxDuration; streamId from started on", ASSUMED, "the time is ours"),
    Row("render.get", "reason 'Max duration exceeded' or 'Stop Requested'", DOCUMENTED, REST),
    Row("render.get", "the page is not loaded, whatever it is: failed only by the control plane", ASSUMED, "not emulated"),
    Row("render.get", "failed, reason 'Could not load URL'; no streamId if it had not started", DOCUMENTED, f"{REST}; the second is assumed"),
    Row("webhook", "render: id, sessionId, streamId, status, at the end also reason; at started, stopped, failed", DOCUMENTED, _GUIDE),
    Row("webhook", "render: to statusCallbackUrl and to the dashboard's URL, both signed by the dashboard's secret", ASSUMED, "no source"),
    Row("render.get", "an unknown render is 404", DOCUMENTED, REST),
    Row("render.list", "{count, items}, count by default 50, at most 1,000", DOCUMENTED, REST),
    Row("render.list", "renders of all states, the newest first", ASSUMED, "as documented for archives"),
    Row(
        "render.list",
        "count is that of the page; --list-count total: of all pages",
        SEEN,
        "recordings of the Ruby SDK, 2022; CONFLICT: as for archives",
    ),
    Row(
        "render.stop",
        "200 without a body; 204 with --render-stop-status 204",
        SEEN,
        "CONFLICT: Ruby takes only 204 (its recording of 2022), Python and Java only 200",
    ),
    Row("render.stop", "a render that has ended is stopped once more with the same answer", ASSUMED, "no source"),
)
