#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What would be done now: plan.json for programs, plan.md for people, engine-plan.json for do.sh. $1: the hidden marker of plan.md.
set -euo pipefail
marker=$1

no_plan() {
    ci/tell.sh "$marker" "no plan" > plan.md
    cat plan.md
    exit 1
}

pulumi stack select --create "$PULUMI_STACK" > said.txt 2>&1 || no_plan
if ! pulumi preview --refresh --non-interactive --json --save-plan engine-plan.json > preview.json 2> said.txt; then
    # What the program said stands in the JSON, what the CLI itself said does not.
    python -c 'import json, sys; print("".join(one["message"] for one in json.load(sys.stdin).get("diagnostics", [])))' < preview.json >> said.txt 2> /dev/null || true
    no_plan
fi
opentok-projects report --from preview.json --marker "$marker" --json-file plan.json --markdown plan.md
cat plan.md
# Nobody can approve what could not be looked at.
opentok-projects guard plan.json --approved plan.json
