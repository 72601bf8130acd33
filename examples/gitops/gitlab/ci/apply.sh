#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Does what the merge request's plan says, or nothing at all.
set -euo pipefail
ci/gitlab.py plan approved.json
"ci/$WITH/look.sh" opentok-result
cat plan.md
if ! opentok-projects guard plan.json --approved approved.json; then
    echo "Nothing was done: this is not what the merge request's plan said. Look at the plan above, and merge a change that says the same."
    exit 1
fi
"ci/$WITH/do.sh"
# What could not be finished is left to do.
"ci/$WITH/look.sh" opentok-result
opentok-projects guard plan.json --only nothing
