#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A first ledger, or the way on where a job has left none: FIRST=true or FIRST=keep, see README.md.
set -euo pipefail
if [ "$WITH" = pulumi ]; then
    echo "With Pulumi there is no ledger: the state has it all."
    exit
fi
ci/gitlab.py first ledger.json
