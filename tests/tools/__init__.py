# SPDX-License-Identifier: Apache-2.0
"""Tests of the tools, the Makefile and the benchmarks."""
