# SPDX-License-Identifier: Apache-2.0
"""The native provider: the plugin that the engine starts, and which drives the same kinds as the dynamic resources."""
