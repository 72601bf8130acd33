#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The key of $TENANT stops working, or works again ($STATUS). Past stack and playbook, which are slower: their next look sees it.
set -euo pipefail
opentok-projects list --json | python ci/one.py "$TENANT" "$STATUS" > one.json
opentok-projects apply --file one.json --yes
