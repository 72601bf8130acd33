# SPDX-License-Identifier: Apache-2.0
"""Pipelines of `examples/gitops/`, run as they are."""
