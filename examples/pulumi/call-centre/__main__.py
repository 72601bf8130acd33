# SPDX-License-Identifier: Apache-2.0
"""The call centre of call-centre.yaml: project, room, trunk, who hears of each call, its recording and wallboard, and a token for each agent."""

from pathlib import Path

import pulumi
import yaml

import pulumi_opentok as opentok

centre = yaml.safe_load(Path(__file__).with_name("call-centre.yaml").read_text(encoding="utf-8"))["call_centre"]

config = pulumi.Config()

tenant = opentok.Tenant(
    "call-centre",
    name=centre["name"],
    project=centre["project"],
    session=centre["session"],
    sip_trunk={**centre["sip_trunk"], "password": config.require_secret("sipPassword")},
)
for event in ("created", "destroyed"):
    opentok.Callback(f"call-{event}", project=tenant.api_key, group="sip_call", event=event, url=centre["call_log"])
opentok.ArchiveStorage("recordings", project=tenant.api_key, secret_key=config.require_secret("archiveSecretKey"), **centre["recordings"])
opentok.Archive("calls", session=tenant.session_id, name="calls", state=centre["recording"])
opentok.Render("wallboard", session=tenant.session_id, **centre["wallboard"])
tokens = {agent: tenant.token(agent, role="moderator", expires_in="7d", renew_before="1d", data=f"agent {agent}") for agent in centre["agents"]}

# The playbooks of examples/ansible/call-centre call with the first two.
pulumi.export("session_id", tenant.session_id)
pulumi.export("trunk", tenant.trunk)
pulumi.export("tokens", tokens)
