# SPDX-License-Identifier: Apache-2.0
"""The variables by which everything that runs on this machine is reached without the proxy of a company's machine.

Python's gRPC, by which a Pulumi program speaks to its engine, goes through `https_proxy` or `http_proxy` even to 127.0.0.1, and so does `requests`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

HOSTS = ("127.0.0.1", "localhost")


def past_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """`NO_PROXY` and `no_proxy` of `environ` with this machine added to what is there."""
    pairs = (("NO_PROXY", "no_proxy"), ("no_proxy", "NO_PROXY"))
    return {name: _with_this_machine(environ.get(name) or environ.get(other) or "") for name, other in pairs}


def pass_proxies() -> None:
    """Sets them for this process and whatever it starts."""
    os.environ.update(past_proxies(os.environ))


def _with_this_machine(hosts: str) -> str:
    there = [host.strip() for host in hosts.split(",") if host.strip()]
    # A lone * means every host; beside others it means nothing.
    return "*" if there == ["*"] else ",".join(dict.fromkeys([*there, *HOSTS]))
