# SPDX-License-Identifier: Apache-2.0
"""What the processes of ``processes.py`` share: imports only."""

from __future__ import annotations

import asyncio  # noqa: F401
import gc
import importlib
import sys
from pathlib import Path

REPO = str(Path(__file__).resolve().parents[2])
if REPO not in sys.path:
    sys.path.insert(0, REPO)

for name in (
    "ansible.module_utils.basic",
    "ansible_collections.opentok.cloud.plugins.modules.project",
    "ansible_collections.opentok.cloud.plugins.module_utils._core.desired.ledger.local",
    "boto3",
    "dill",
    "grpc",
    "hvac",
    "psycopg",
    "pulumi.dynamic",
    "pulumi.runtime",
    "pulumi_opentok.core.desired.ledger.local",
    "pulumi_opentok.core.desired.ledger.postgresql.store",
    "pulumi_opentok.core.desired.ledger.s3",
    "pulumi_opentok.core.desired.ledger.vault",
    "pulumi_opentok.core.desired.run",
    "pulumi_opentok.emulator.app",
    "pulumi_opentok.emulator.threaded",
    "pulumi_opentok._native.server",
    "pulumi_opentok.project",
    "tests.faults.layers.ansible",
    "tests.faults.layers.core",
    "tests.faults.layers.native",
    "tests.faults.haste",
):
    importlib.import_module(name)

# What is never looked at is never copied.
gc.collect()
gc.freeze()
