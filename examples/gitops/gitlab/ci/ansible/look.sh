#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What would be done now: run.json for do.sh, plan.json for programs, plan.md for people. $1: the hidden marker of plan.md.
set -euo pipefail
ci/gitlab.py pull ledger.json
status=0
ansible-playbook site.yml --check || status=$?
opentok-projects report --from run.json --marker "$1" --json-file plan.json --markdown plan.md
exit "$status"
