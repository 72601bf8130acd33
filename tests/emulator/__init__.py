# SPDX-License-Identifier: Apache-2.0
"""Tests of the emulator, over real HTTP."""
