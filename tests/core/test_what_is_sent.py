# SPDX-License-Identifier: Apache-2.0
"""What leaves this machine: the signature and nothing that the machine knows besides."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_opentok.core import Account, Credentials
from pulumi_opentok.core.http.transport import Transport
from tests.core.raw_server import answer, raw_server

PAIR = Credentials(key="100", secret="hush" * 10, kind="account")


@pytest.mark.parametrize("entry", ["machine 127.0.0.1", "default"])
def test_no_password_of_a_netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"{entry} login someone password s3same\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with raw_server(answer("200 OK", b"[]")) as server:
        account = Account(PAIR, transport=Transport(server.url, timeout=5, backoff=0))
        account.projects.list()
    (head,) = server.heads
    assert "X-OPENTOK-AUTH: " in head
    assert "authorization" not in head.lower()
