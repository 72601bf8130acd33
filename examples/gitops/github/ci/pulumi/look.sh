#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What would be done now: plan.json for programs, plan.md for people, engine-plan.json for do.sh. $1: the hidden marker of plan.md.
set -euo pipefail
pulumi stack select --create "$PULUMI_STACK" 2> /dev/null
if ! pulumi preview --refresh --non-interactive --json --save-plan engine-plan.json > preview.json; then
    python -c 'import json, sys; print("".join(one["message"] for one in json.load(sys.stdin).get("diagnostics", [])))' < preview.json > said.txt
    ci/tell.sh "$1" "no plan" > plan.md
    cat plan.md
    exit 1
fi
opentok-projects report --from preview.json --marker "$1" --json-file plan.json --markdown plan.md
cat plan.md
# Nobody can approve what could not be looked at.
opentok-projects guard plan.json --approved plan.json
