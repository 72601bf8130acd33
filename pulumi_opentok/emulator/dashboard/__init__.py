# SPDX-License-Identifier: Apache-2.0
"""The read-only page at ``/_emulator/``: the emulator's state at a glance."""
