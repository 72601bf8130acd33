#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What would be done now: plan.json for programs, plan.md for people, and engine-plan.json, which binds a `pulumi up` of this same job.
# $1: the hidden marker of plan.md, by which a comment or an issue is found again.
set -euo pipefail
pulumi stack select --create "$PULUMI_STACK"
if ! pulumi preview --refresh --non-interactive --json --save-plan engine-plan.json > preview.json; then
    {
        printf '<!-- %s -->\n### OpenTok: no plan\n\n```text\n' "$1"
        python -c 'import json, sys; print("".join(one["message"] for one in json.load(sys.stdin).get("diagnostics", [])))' < preview.json | tail -n 20
        printf '```\n'
    } | tee plan.md
    exit 1
fi
opentok-projects report --from preview.json --marker "$1" --json-file plan.json --markdown plan.md
cat plan.md
