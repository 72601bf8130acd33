# SPDX-License-Identifier: Apache-2.0
"""Stands before pip in the jobs of pipelines."""
