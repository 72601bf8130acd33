#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What requirements.txt and requirements.yml name. What the image has already is not fetched again.
# What an earlier job has left in a workspace that is used again is not taken for what this one has found.
set -euo pipefail
rm -f ./{plan,drift,run,preview,engine-plan,approved,ledger}.json ./{plan,drift}.md drift.xml
python3 -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
if [ "$WITH" = ansible ] && [ ! -d "${ANSIBLE_COLLECTIONS_PATH:-$HOME/.ansible/collections}/ansible_collections/opentok/cloud" ]; then
    ansible-galaxy collection install --requirements-file requirements.yml
fi
