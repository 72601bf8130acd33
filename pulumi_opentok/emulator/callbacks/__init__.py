# SPDX-License-Identifier: Apache-2.0
"""Where a project wants to be told what happens."""
