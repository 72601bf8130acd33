# SPDX-License-Identifier: Apache-2.0
"""The calls of the API, a module a subject."""
