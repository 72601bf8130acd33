# SPDX-License-Identifier: Apache-2.0
"""Desired state: a kind each, from validated spec to plan to result. Private to opentok.cloud and pulumi_opentok."""
