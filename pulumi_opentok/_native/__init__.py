# SPDX-License-Identifier: Apache-2.0
"""The plugin ``pulumi-resource-opentok``: a native provider that drives every kind, for programs in any language."""
