#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What would be done now: plan.json for programs, plan.md for people, run.json for do.sh. $1: the hidden marker of plan.md.
set -euo pipefail
if ! ansible-playbook site.yml --check > said.txt; then
    ci/tell.sh "$1" "no plan" > plan.md
    cat plan.md
    exit 1
fi
opentok-projects report --from run.json --marker "$1" --json-file plan.json --markdown plan.md
cat plan.md
# Nobody can approve what could not be looked at.
opentok-projects guard plan.json --approved plan.json
