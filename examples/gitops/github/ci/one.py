# SPDX-License-Identifier: Apache-2.0
"""One tenant of tenants.yaml with another status, for `opentok-projects apply`: opentok-projects list --json | python ci/one.py acme suspended"""

import json
import sys
from pathlib import Path

import yaml

key, status = sys.argv[1:]
tenants = {tenant["key"]: tenant["name"] for tenant in yaml.safe_load(Path("tenants.yaml").read_text(encoding="utf-8"))["tenants"]}
if key not in tenants:
    sys.exit(f"error: the tenant must be one of {', '.join(tenants)}")
found = [project["id"] for project in json.load(sys.stdin)["projects"] if project["name"] == tenants[key]]
if len(found) != 1:
    sys.exit(f"error: {len(found)} projects are called {tenants[key]!r}, nothing was done")
print(json.dumps({"projects": [{"key": key, "id": found[0], "status": status}]}))
