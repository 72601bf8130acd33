# SPDX-License-Identifier: Apache-2.0
"""An AWS of the tests' own: one moto server for each worker. Import the fixture into a conftest or a test module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """The URL of the server; what it holds is for the test to reset."""
    from moto.server import ThreadedMotoServer  # here: it loads for longer than most tests run

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
