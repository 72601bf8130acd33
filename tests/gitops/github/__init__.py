# SPDX-License-Identifier: Apache-2.0
"""`examples/gitops/github/`, its very files, run by `act` on this machine: no Docker, and a stand-in for each action and for GitHub's API."""
