#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The key of $TENANT stops working at once. Until tenants.yaml says so too, the nightly look reports it as drift.
set -euo pipefail
"ci/$WITH/suspend.sh"
echo "Now say the same in tenants.yaml (status: suspended): until then, the nightly look reports it."
