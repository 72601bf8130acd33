# SPDX-License-Identifier: Apache-2.0
"""One OpenTok project for each tenant of tenants.yaml."""

from pathlib import Path

import pulumi
import yaml

import pulumi_opentok as opentok

tenants = yaml.safe_load(Path(__file__).with_name("tenants.yaml").read_text(encoding="utf-8"))["tenants"]

projects = {
    tenant["key"]: opentok.Project(
        tenant["key"],
        name=tenant["name"],
        status=tenant.get("status", "active"),
        secret_triggers=tenant.get("secret_triggers"),
    )
    for tenant in tenants
}

pulumi.export("api_keys", {key: project.api_key for key, project in projects.items()})
pulumi.export("api_secrets", {key: project.api_secret for key, project in projects.items()})
