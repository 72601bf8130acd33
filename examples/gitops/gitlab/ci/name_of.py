#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The name of a tenant of tenants.yaml, by its key: ci/name_of.py acme"""

import sys
from pathlib import Path

import yaml

names = {tenant["key"]: tenant["name"] for tenant in yaml.safe_load(Path("tenants.yaml").read_text(encoding="utf-8"))["tenants"]}
if sys.argv[1] not in names:
    sys.exit(f"error: TENANT must be one of {', '.join(names)}")
print(names[sys.argv[1]])
