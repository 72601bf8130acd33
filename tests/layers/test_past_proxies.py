# SPDX-License-Identifier: Apache-2.0
"""A company's machine: whatever goes through the proxies of its environment does not come back, so nothing of this machine may go there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.docs.snippets import ROOT
from tests.proxies import past_proxies

PROXY = "http://127.0.0.1:9"
PROXIES = {name: PROXY for lower in ("http_proxy", "https_proxy", "all_proxy", "grpc_proxy") for name in (lower, lower.upper())}
OF_EACH_LAYER = (
    "tests/cli/test_account.py::test_list_is_one_request_and_aligned",
    "tests/engine/test_project_get.py::test_one_that_exists",
    "tests/playbooks/test_project.py::test_drift_is_seen_and_repaired",
)
DEMO = """
import runpy

demo = runpy.run_path("examples/demo.py", run_name="demo")
story = demo["main"].__globals__
for part in ("suspend", "rotate", "drift", "destroy"):
    story[part] = lambda demo: None
story["playbooks"] = lambda demo: print(demo.play("site.yml", "--check").succeeded().output)
raise SystemExit(story["main"]())
"""


def ran(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Python on such a machine, with more settings of the company's."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_PROXY", "no_proxy")}
    env = {**kept, **PROXIES, **settings}
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.long
@pytest.mark.usefixtures("engine")
def test_tests_of_each_layer_pass() -> None:
    done = ran("-m", "pytest", "-q", "-p", "no:cacheprovider", *OF_EACH_LAYER, NO_PROXY="intra.example")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(OF_EACH_LAYER)} passed" in done.stdout


@pytest.mark.long
@pytest.mark.usefixtures("engine")
def test_the_demo_keeps_what_it_promises() -> None:
    done = ran("-c", DEMO)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All as promised" in done.stdout


@pytest.mark.parametrize(
    ("environ", "upper", "lower"),
    [
        ({}, "127.0.0.1,localhost", "127.0.0.1,localhost"),
        ({"NO_PROXY": "a.example, .b"}, "a.example,.b,127.0.0.1,localhost", "a.example,.b,127.0.0.1,localhost"),
        ({"no_proxy": "a"}, "a,127.0.0.1,localhost", "a,127.0.0.1,localhost"),
        ({"NO_PROXY": "a", "no_proxy": "b,localhost"}, "a,127.0.0.1,localhost", "b,localhost,127.0.0.1"),
        ({"NO_PROXY": "", "no_proxy": " * "}, "*", "*"),
    ],
)
def test_what_is_there_stays(environ: Mapping[str, str], upper: str, lower: str) -> None:
    assert past_proxies(environ) == {"NO_PROXY": upper, "no_proxy": lower}
    assert past_proxies({**environ, **past_proxies(environ)}) == past_proxies(environ)
