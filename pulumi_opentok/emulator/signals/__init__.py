# SPDX-License-Identifier: Apache-2.0
"""Signals to simulated clients."""
