# SPDX-License-Identifier: Apache-2.0
"""`make pictures`: those of the README, from the real thing. `tests/engine/test_typed.py` holds the one of the plan to what is printed."""
