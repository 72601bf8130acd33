# SPDX-License-Identifier: Apache-2.0
"""ACME's secret is rotated when rotation.yaml says so, and its consumers get the new one in the same run."""

from pathlib import Path

import pulumi
import yaml

import pulumi_opentok as opentok

rotation = yaml.safe_load(Path(__file__).with_name("rotation.yaml").read_text(encoding="utf-8"))["rotation"]

acme = opentok.Project(
    "acme",
    name="ACME GmbH",
    secret_triggers={"rotation": rotation["trigger"]},
    secret_max_age=rotation["max_age"],
    rotation_window=rotation["window"],
)

# A secret output: pass it to whatever uses it, such as a secret of your cluster.
pulumi.export("api_secret", acme.api_secret)
pulumi.export("secret_version", acme.secret_version)
pulumi.export("due", acme.secret_rotation_due_at)
