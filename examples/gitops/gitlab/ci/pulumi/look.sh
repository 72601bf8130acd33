#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What would be done now: engine-plan.json for do.sh, plan.json for programs, plan.md for people, which say so if it
# could not look. $1: the hidden marker of plan.md.
set -euo pipefail
pulumi stack select --create "${PULUMI_STACK:-prod}"
rm -f engine-plan.json preview.json plan.json plan.md
pulumi preview --refresh --non-interactive --json --save-plan engine-plan.json > preview.json || echo "pulumi preview ended with $?"
opentok-projects report --from preview.json --marker "$1" --json-file plan.json --markdown plan.md
