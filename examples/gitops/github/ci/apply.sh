#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Does what was approved, or nothing: the options are those of `opentok-projects guard`. result.md tells people how it went.
set -euo pipefail
ended() {
    ci/tell.sh opentok-result "$1" > result.md
    cat said.txt
    exit 1
}

echo "See the log of this run." > said.txt
ci/tell.sh opentok-result "nothing was done" > result.md
"ci/$WITH/look.sh" opentok-result
opentok-projects guard plan.json "$@" > said.txt || ended "nothing was done"
"ci/$WITH/do.sh" > said.txt 2>&1 || ended "not done, or only in part"
cat said.txt
# A run that could not finish leaves something to do.
"ci/$WITH/look.sh" opentok-result
mv plan.md result.md
opentok-projects guard plan.json --only nothing
