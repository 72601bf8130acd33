# SPDX-License-Identifier: Apache-2.0
"""The kind Project: plan, state, rotation."""
