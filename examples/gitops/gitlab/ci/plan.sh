#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What would be done now, as the note of the merge request.
set -euo pipefail
"ci/$WITH/look.sh" opentok-plan
cat plan.md
ci/gitlab.py note plan.md
# A build of Jenkins hands the plan on by GitLab's package registry; a job of GitLab does by its artifacts.
if [ -n "${JENKINS_URL:-}" ]; then
    ci/gitlab.py push plan.json "plan-$CI_MERGE_REQUEST_IID.json"
fi
# Nobody can approve what could not be looked at.
opentok-projects guard plan.json --approved plan.json
