#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Does what was approved, or nothing: the options say what (see `opentok-projects guard`). result.md tells people how it went.
set -euo pipefail

result() {
    { printf '<!-- opentok-result -->\n### OpenTok: %s\n\n```text\n' "$1"; cat said.txt; printf '```\n'; } > result.md
}

echo "see the log of this run" > said.txt
result "nothing was done"
ci/plan.sh opentok-plan
if ! opentok-projects guard plan.json "$@" > said.txt; then
    result "nothing was done"
    cat said.txt
    exit 1
fi
# The engine refuses what differs from the plan that was just compared.
if ! pulumi up --yes --skip-preview --refresh --non-interactive --color never --suppress-outputs --plan engine-plan.json > said.txt 2>&1; then
    result "applied in part, or not at all"
    cat said.txt
    exit 1
fi
cat said.txt
# A run that could not finish ends with 0, and has something left to do.
ci/plan.sh opentok-result
opentok-projects guard plan.json --only nothing
mv plan.md result.md
