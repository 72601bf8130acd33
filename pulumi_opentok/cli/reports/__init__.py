# SPDX-License-Identifier: Apache-2.0
"""Reports of drift: what they are made from, and the files that they are written to."""
