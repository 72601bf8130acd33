# SPDX-License-Identifier: Apache-2.0
"""A stage that is broadcast when `show` is `running`: by HLS, and to a video platform by RTMP."""

import pulumi

import pulumi_opentok as opentok

config = pulumi.Config()

acme = opentok.Project("acme", name="ACME GmbH")
stage = opentok.Session("stage", project=acme, media_mode="routed")
show = opentok.Broadcast(
    "show",
    session=stage,
    hls={"dvr": True},
    rtmp=[{"server_url": "rtmps://live.example.com/app", "stream_name": config.require_secret("streamKey")}],
    layout={"type": "bestFit", "screenshare_type": "pip"},
    resolution="1280x720",
    max_duration=7200,
    state=config.get("show") or "stopped",
)

pulumi.export("session_id", stage.session_id)
pulumi.export("status", show.status)
pulumi.export("watch", show.hls_url)
