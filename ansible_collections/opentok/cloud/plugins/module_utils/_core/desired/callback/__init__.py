# SPDX-License-Identifier: Apache-2.0
"""The kind Callback: plan, state, registration."""
