# SPDX-License-Identifier: Apache-2.0
"""Sessions and their simulated clients."""
