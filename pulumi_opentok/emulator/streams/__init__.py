# SPDX-License-Identifier: Apache-2.0
"""Streams and connections, as the simulated clients make them."""
