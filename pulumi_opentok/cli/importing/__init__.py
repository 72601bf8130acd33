# SPDX-License-Identifier: Apache-2.0
"""The files of ``opentok-projects import``: text made of what an account has."""
