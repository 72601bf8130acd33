// SPDX-License-Identifier: Apache-2.0
// An OpenTok project, a room in it and a token to join the room.

import * as pulumi from "@pulumi/pulumi";
import * as opentok from "@pulumi-opentok.example/opentok";

const rotation = new pulumi.Config().get("rotation") ?? "1";

const acme = new opentok.Project("acme", { name: "ACME GmbH", secretTriggers: { rotation } });
const lobby = new opentok.Session("lobby", { project: acme.id, mediaMode: "routed" });
const guest = new opentok.Token("guest", {
    session: lobby.sessionId,
    role: "publisher",
    expiresIn: "7d",
    signedWith: acme.secretFingerprint,
});

export const key = acme.apiKey;
export const secret = acme.apiSecret;
export const room = lobby.sessionId;
export const token = guest.token;
