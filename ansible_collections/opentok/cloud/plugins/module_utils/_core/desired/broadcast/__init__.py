# SPDX-License-Identifier: Apache-2.0
"""The kind Broadcast: plan, state, layout and streams."""
