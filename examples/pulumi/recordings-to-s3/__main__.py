# SPDX-License-Identifier: Apache-2.0
"""A room that is recorded when `recording` is `running`; its recordings are uploaded to our bucket."""

import pulumi

import pulumi_opentok as opentok

config = pulumi.Config()

acme = opentok.Project("acme", name="ACME GmbH")
storage = opentok.ArchiveStorage(
    "recordings",
    project=acme,
    bucket=config.require("bucket"),
    endpoint=config.get("endpoint"),
    access_key=config.require("accessKey"),
    secret_key=config.require_secret("secretKey"),
    verify=True,
)
room = opentok.Session("room", project=acme, media_mode="routed")
meeting = opentok.Archive(
    "meeting",
    session=room,
    name="Weekly meeting",
    state=config.get("recording") or "stopped",
    opts=pulumi.ResourceOptions(depends_on=[storage]),
)

pulumi.export("session_id", room.session_id)
pulumi.export("status", meeting.status)
