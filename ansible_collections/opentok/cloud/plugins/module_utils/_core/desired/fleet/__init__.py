# SPDX-License-Identifier: Apache-2.0
"""Many projects at once."""
