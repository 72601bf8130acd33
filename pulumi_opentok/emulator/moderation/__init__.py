# SPDX-License-Identifier: Apache-2.0
"""Disconnecting and muting simulated clients."""
