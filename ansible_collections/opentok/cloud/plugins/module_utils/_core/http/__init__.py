# SPDX-License-Identifier: Apache-2.0
"""HTTP: credentials, one request and its answer, retries."""
