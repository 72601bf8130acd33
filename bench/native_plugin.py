# SPDX-License-Identifier: Apache-2.0
"""The plugin `pulumi-resource-opentok` by itself: how soon it answers, and the memory that it needs for 1,000 resources."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from pulumi.runtime.proto import provider_pb2

from bench.emulator_process import EmulatorProcess
from bench.plugin_process import PluginProcess, Replayed
from bench.row import Row

START_LIMIT, STARTS = 0.6, 7
MEMORY_LIMIT, COUNT, AT_A_TIME = 90.0, 1000, 64


def rows() -> list[Row]:
    """Two rows."""
    return [start(), memory()]


def start() -> Row:
    """From the start of the process to its first answer. It only computes, so its CPU time is the clock's of a machine that does nothing else."""
    cpu, wall = [], []
    for _ in range(STARTS):
        begin = time.perf_counter()
        with PluginProcess() as plugin:
            plugin.stub.Handshake(provider_pb2.ProviderHandshakeRequest())
            wall.append(time.perf_counter() - begin)
            cpu.append(plugin.cpu_seconds())
    note = f"CPU of the process, the least of {STARTS}; by the clock {min(wall):.2f} s at best, median {statistics.median(wall):.2f} s"
    return Row("plugin: start to first answer", f"<= {START_LIMIT} s", f"{min(cpu):.2f} s", min(cpu) <= START_LIMIT, note)


def memory() -> Row:
    """The most that is resident while 1,000 resources are made, checked and compared again, and read, 64 calls at a time."""
    with EmulatorProcess() as opentok, PluginProcess(env=opentok.env) as plugin:
        plugin.configure()
        before = plugin.megabytes()
        with ThreadPoolExecutor(AT_A_TIME) as calls:
            tenants = list(calls.map(plugin.make, [Replayed.project(number) for number in range(COUNT // 4)]))
            others = [one for number, tenant in enumerate(tenants) for one in Replayed.inside(number, tenant)]
            made = [*tenants, *calls.map(plugin.make, others)]
            created = plugin.megabytes("VmHWM")
            used = plugin.cpu_seconds()
            list(calls.map(plugin.again, made))
            used = plugin.cpu_seconds() - used
            compared = plugin.megabytes("VmHWM")
            list(calls.map(plugin.read, made))
        most = plugin.megabytes("VmHWM")
    assert len(made) == COUNT
    note = (
        f"{before:.0f} MB after the start; at most {created:.0f} MB until all are made, {compared:.0f} MB until they are compared (Check and Diff:"
        f" {used / COUNT * 1000:.2f} ms of CPU a resource), {most:.0f} MB until they are read"
    )
    return Row(f"plugin: memory at {COUNT:,} resources", f"<= {MEMORY_LIMIT:.0f} MB", f"{most:.0f} MB", most <= MEMORY_LIMIT, note)
