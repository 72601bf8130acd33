# SPDX-License-Identifier: Apache-2.0
"""The kind ArchiveStorage: inputs, plan, what is remembered, probe."""
