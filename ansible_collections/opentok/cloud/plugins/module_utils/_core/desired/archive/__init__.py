# SPDX-License-Identifier: Apache-2.0
"""The kind Archive: plan, state, layout and streams."""
