#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whether OpenTok is as declared: drift.json, drift.md and drift.xml (JUnit). One issue is opened, updated, and closed when all is as declared again.
# 0: as declared, 7: drift, 1: could not look.
set -euo pipefail
status=1
trap 'exit "$status"' EXIT
ci/gitlab.py pull drift.json
"ci/$WITH/look.sh" opentok-drift
opentok-projects report --from plan.json --since drift.json --marker opentok-drift --json-file drift.json --markdown drift.md --junit drift.xml
cat drift.md
ci/gitlab.py push drift.json
result=$(python3 -c 'import json; print(json.load(open("drift.json"))["result"])')
case $result in
    "as declared") ci/gitlab.py close drift.md; status=0 ;;
    drift) ci/gitlab.py issue drift.md; status=7 ;;
esac
