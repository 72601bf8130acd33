# SPDX-License-Identifier: Apache-2.0
"""Whether what is there is as declared: one document, and what renders it. Pure functions; nothing here sends a request."""
