# SPDX-License-Identifier: Apache-2.0
"""Where a project's archives are put."""
