# SPDX-License-Identifier: Apache-2.0
"""One tenant of tenants.yaml with another status, as a file for `opentok-projects apply`: python ci/one.py acme suspended"""

import json
import sys
from pathlib import Path

import yaml

key, status = sys.argv[1:]
tenants = {tenant["key"]: tenant for tenant in yaml.safe_load(Path("tenants.yaml").read_text(encoding="utf-8"))["tenants"]}
if key not in tenants:
    sys.exit(f"no such tenant in tenants.yaml: there are {', '.join(tenants)}")
print(json.dumps({"projects": [{"key": key, "name": tenants[key]["name"], "status": status}]}))
