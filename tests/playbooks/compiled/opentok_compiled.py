# SPDX-License-Identifier: Apache-2.0
"""Ansible callback: packed modules are those of the plays before, and have bytecode.

Ansible keeps what it packs as long as its process; packing and compiling the same again was half of what a task costs. They lie in the folder that
``TEST_COMPILED_MODULES`` names, or in ``packed`` beside this file.
"""

from __future__ import annotations

import base64
import dataclasses
import importlib.util
import io
import marshal
import os
import pickle
import zipfile
from typing import Any

from ansible import constants
from ansible.executor import module_common
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: opentok_compiled
type: aggregate
short_description: Keep packed modules
description: [Keep packed modules.]
"""
UNFINISHED = (".lock", "-part", "-compiled")


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "opentok_compiled"

    def __init__(self) -> None:
        super().__init__()
        self._folder = os.environ.get("TEST_COMPILED_MODULES") or os.path.join(os.path.dirname(__file__), "packed")
        self._known = set(os.listdir(self._folder))
        os.symlink(self._folder, os.path.join(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache"))

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._compile()

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._compile()

    def _compile(self) -> None:
        for name in sorted(set(os.listdir(self._folder)) - self._known):
            self._known.add(name)
            if not name.endswith(UNFINISHED):
                _compile_packed(os.path.join(self._folder, name))


def _compile_packed(path: str) -> None:
    """Puts bytecode beside the sources of a packed module: a host compiles them in each task."""
    packed = module_common._CachedModule.load(path)
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(packed.zip_data))) as sources, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as both:
        for name in sources.namelist():
            source = sources.read(name)
            both.writestr(name, source)
            if name.endswith(".py"):
                both.writestr(f"{name}c", _bytecode(source, name))
    part = f"{path}-{os.getpid()}-compiled"
    with open(part, "wb") as file:
        pickle.dump(dataclasses.replace(packed, zip_data=base64.b64encode(whole.getvalue())), file)
    os.replace(part, path)


def _bytecode(source: bytes, name: str) -> bytes:
    """As a `.pyc` that is not compared with its source (PEP 552)."""
    header = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(source)
    return header + marshal.dumps(compile(source, name, "exec", dont_inherit=True))
