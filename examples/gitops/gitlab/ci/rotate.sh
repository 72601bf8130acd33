#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rotates the secrets that are due and whose window is open. Where anything else would be done, nothing is: nobody has approved it.
set -euo pipefail
"ci/$WITH/look.sh" opentok-rotation
cat plan.md
if ! opentok-projects guard plan.json --only rotations; then
    echo "Nothing was rotated: something else would be done too. The issue of the drift says what; mend that first."
    exit 1
fi
"ci/$WITH/do.sh"
