// SPDX-License-Identifier: Apache-2.0
// A program of the Automation API: up, up again, refresh and destroy of one project. It prints what came of it.

import { LocalWorkspace } from "@pulumi/pulumi/automation";
import * as opentok from "@pulumi-opentok.example/opentok";

async function program(): Promise<Record<string, unknown>> {
    const acme = new opentok.Project("acme", { name: "ACME GmbH" });
    return { key: acme.apiKey, secret: acme.apiSecret };
}

async function main(): Promise<void> {
    const stack = await LocalWorkspace.createOrSelectStack({ stackName: "dev", projectName: "inline", program });
    const up = await stack.up();
    await stack.up({ refresh: true, expectNoChanges: true });
    const destroyed = await stack.destroy();
    const { key, secret } = up.outputs;
    const told = { key: key.value, length: secret.value.length, secret: secret.secret };
    const created = up.summary.resourceChanges?.create;
    const deleted = destroyed.summary.resourceChanges?.delete;
    console.log(JSON.stringify({ ...told, created, deleted }));
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
