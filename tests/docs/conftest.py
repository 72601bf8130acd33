# SPDX-License-Identifier: Apache-2.0
"""The fixtures of the engine and of S3."""

from tests.engine.conftest import engine, new_shell, new_stack
from tests.moto_server import moto_server

__all__ = ["engine", "moto_server", "new_shell", "new_stack"]
