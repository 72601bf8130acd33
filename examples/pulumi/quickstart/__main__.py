# SPDX-License-Identifier: Apache-2.0
"""One project, a room in it and a token to join the room."""

import pulumi

import pulumi_opentok as opentok

acme = opentok.Project("acme", name="ACME GmbH", status="active")
room = opentok.Session("room", project=acme, media_mode="routed")

pulumi.export("api_key", acme.api_key)
pulumi.export("session_id", room.session_id)
pulumi.export("token", room.token("guest", role="publisher", expires_in="7d", renew_before="1d"))
