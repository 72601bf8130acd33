# SPDX-License-Identifier: Apache-2.0
"""Takes over the projects of projects.yaml, and lists those of the account that nobody has declared."""

from pathlib import Path

import pulumi
import yaml

import pulumi_opentok as opentok

declared = yaml.safe_load(Path(__file__).with_name("projects.yaml").read_text(encoding="utf-8"))["projects"]

for project in declared:
    opentok.Project(
        project["key"],
        name=project["name"],
        status=project["status"],
        existing_id=project.get("id"),
        adopt=None if "id" in project else True,
        on_delete="retain",
    )

names = {project["name"] for project in declared}
pulumi.export("undeclared", [project.name for project in opentok.get_projects() if project.name not in names])
