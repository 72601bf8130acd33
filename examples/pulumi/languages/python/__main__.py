# SPDX-License-Identifier: Apache-2.0
"""An OpenTok project, a room in it and a token to join the room."""

import pulumi

from pulumi_opentok import native as opentok

rotation = pulumi.Config().get("rotation", "1")

acme = opentok.Project("acme", name="ACME GmbH", secret_triggers={"rotation": rotation})
lobby = opentok.Session("lobby", project=acme.id, media_mode="routed")
guest = opentok.Token("guest", session=lobby.session_id, role="publisher", expires_in="7d", signed_with=acme.secret_fingerprint)

pulumi.export("key", acme.api_key)
pulumi.export("secret", acme.api_secret)
pulumi.export("room", lobby.session_id)
pulumi.export("token", guest.token)
