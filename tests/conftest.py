# SPDX-License-Identifier: Apache-2.0
"""What holds for all tests."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Generator

import hypothesis  # noqa: F401  # else its plugin imports it at the very end, where parsing has met abandoned coroutines (see EngineStack)
import pytest

from tests.one_status import one_status
from tests.proxies import pass_proxies

one_status()

MAY_SKIP_IN_CI = {
    "tests/packaging/test_image.py::test_docker_compose_takes_the_compose_file": "the Compose plugin comes with Docker alone",
    "tests/packaging/test_python_matrix.py::test_unit_tests_pass_against_the_wheel": "a machine need not have every Python",
}
"""The tests whose tool cannot be had everywhere, and why. The project's own files install whatever else tests need."""

MODULES = "TEST_COMPILED_MODULES"
"""Names the folder in which all plays find the modules that an earlier one, of any worker, has packed and compiled."""

NEEDS_ROOT = "only root "
"""How the reason of a skip begins where a right is missing and no tool is."""


def pytest_configure(config: pytest.Config) -> None:
    pass_proxies()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # As a shell sets it for what runs in the background. The engine ends each provider by it, and waits five seconds for one that ignores it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if MODULES not in os.environ:
        os.environ[MODULES] = tempfile.mkdtemp(prefix="compiled-modules-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(MODULES), ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests start first, in every worker, and the gates of the collection before all others: none is left to run alone at the end."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.get_closest_marker("long")]
    long.sort(key=lambda item: "tests/gates/" not in item.nodeid)
    short = [item for item in items if not item.get_closest_marker("long")]
    # xdist gives each worker an equal part of the list, one after the other.
    whole, items[:] = len(items), []
    for worker in range(workers):
        first = long[worker::workers]
        room = max(0, (whole - len(items)) // (workers - worker) - len(first))
        items += first + short[:room]
        del short[:room]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _no_skip_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _no_skip_in_ci(report)
    return report


def _no_skip_in_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    """On a desk the summary tells of a skip and of the tool that is missing; in CI nobody would read that, so it is a failure."""
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if not is_skip or os.environ.get("CI", "").lower() != "true" or report.nodeid.partition("[")[0] in MAY_SKIP_IN_CI:
        return
    reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not reason.startswith(NEEDS_ROOT):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI=true: {reason}"
