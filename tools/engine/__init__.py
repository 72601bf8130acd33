# SPDX-License-Identifier: Apache-2.0
"""The real Pulumi engine: found, downloaded or built."""
