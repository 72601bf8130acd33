# SPDX-License-Identifier: Apache-2.0
"""The fixtures of the engine."""

from tests.engine.conftest import engine, new_stack

__all__ = ["engine", "new_stack"]
