# SPDX-License-Identifier: Apache-2.0
"""What a tenant has: a project and a room. The service writes the config of each tenant's stack."""

import pulumi

import pulumi_opentok as opentok

config = pulumi.Config()

project = opentok.Project("project", name=config.require("name"), status=config.require("status"))
room = opentok.Session("room", project=project, media_mode="routed")

pulumi.export("api_key", project.api_key)
pulumi.export("session_id", room.session_id)
pulumi.export("status", project.status)
