# SPDX-License-Identifier: Apache-2.0
"""What tests, demo and Makefile need made first: an engine, a browser, an environment. Imports nothing of the tests."""
