# SPDX-License-Identifier: Apache-2.0
"""OpenTok projects as desired state, for Pulumi."""
