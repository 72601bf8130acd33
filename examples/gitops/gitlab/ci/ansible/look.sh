#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What would be done now: run.json for do.sh, plan.json for programs, plan.md for people, which say so if it could not look.
# $1: the hidden marker of plan.md.
set -euo pipefail
rm -f run.json plan.json plan.md
ci/gitlab.py ledger ledger.json
ansible-playbook site.yml --check
opentok-projects report --from run.json --marker "$1" --json-file plan.json --markdown plan.md
