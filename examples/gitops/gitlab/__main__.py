# SPDX-License-Identifier: Apache-2.0
"""One OpenTok project for each tenant of tenants.yaml. Only with WITH=pulumi; without it, leave this file and Pulumi.yaml out."""

from pathlib import Path

import pulumi
import yaml

import pulumi_opentok as opentok

declared = yaml.safe_load(Path(__file__).with_name("tenants.yaml").read_text(encoding="utf-8"))

for tenant in declared["tenants"]:
    inputs = {**declared["defaults"], **tenant}
    project = opentok.Project(inputs.pop("key"), **inputs)
    pulumi.export(tenant["key"], project.api_key)
