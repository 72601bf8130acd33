# SPDX-License-Identifier: Apache-2.0
"""The figures: measured side by side in one run, see README.md."""
