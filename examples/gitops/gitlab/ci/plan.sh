#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What would be done now, as the note of the merge request.
set -euo pipefail
"ci/$WITH/look.sh" opentok-plan
cat plan.md
ci/gitlab.py note plan.md
