# SPDX-License-Identifier: Apache-2.0
"""Archives; for now the empty list, which is the cheapest read that a project signs."""
