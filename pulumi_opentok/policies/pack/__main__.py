# SPDX-License-Identifier: Apache-2.0
"""The policy pack `opentok-policies`. Pulumi starts it with the `python3` of PATH, which needs pulumi-opentok and pulumi-policy."""

from pulumi_opentok.policies.crossguard import serve

serve()
