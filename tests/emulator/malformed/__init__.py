# SPDX-License-Identifier: Apache-2.0
"""Malformed requests over all operations, made from a seed: a few thousand in `make test`, 20,000 in `make bench B=malformed`."""
