# SPDX-License-Identifier: Apache-2.0
"""`make docs`: one site of the pages of this tree, the kinds' tables, the collection's documentation and the Python API."""
