#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What would be done now: plan.json for programs, plan.md for people, and engine-plan.json, which binds a `pulumi up` of this same job.
# $1: the hidden marker of plan.md, by which a comment or an issue is found again.
set -euo pipefail
pulumi stack select --create "$PULUMI_STACK"
status=0
pulumi preview --refresh --non-interactive --json --save-plan engine-plan.json > preview.json || status=$?
opentok-projects report --from preview.json --marker "$1" --json-file plan.json --markdown plan.md
cat plan.md
exit "$status"
