# SPDX-License-Identifier: Apache-2.0
"""Where things are: the pinned engine's description in this folder, and the cache outside the tree that it is built into."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST = HERE / "oldest"
"""The oldest engine that is supported, for TEST_ENGINE=oldest (`make test ENGINE=oldest`)."""
PLUGIN = "pulumi-resource-pulumi-python"
PULUMI_MODULE = "github.com/pulumi/pulumi/pkg/v3"


def cache_root(environ: Mapping[str, str]) -> Path:
    """`${XDG_CACHE_HOME:-~/.cache}/pulumi-opentok`; a relative XDG_CACHE_HOME is ignored, as its specification asks."""
    base = Path(environ.get("XDG_CACHE_HOME") or "")
    if not base.is_absolute():
        base = Path(environ.get("HOME") or Path.home()) / ".cache"
    return base / "pulumi-opentok"


@dataclass(frozen=True)
class Pin:
    """The engine that go.mod and go.sum describe.

    Attributes:
        folder: where these two are.
        version: of Pulumi, e.g. `v3.259.0`.
        go: the oldest Go that builds it, e.g. `(1, 25, 11)`.
        digest: first 12 hex digits of go.sum's SHA-256; part of the cache folder's name.
    """

    folder: Path
    version: str
    go: tuple[int, ...]
    digest: str

    @classmethod
    def wanted(cls, environ: Mapping[str, str]) -> Pin:
        """The newest that builds where only package registries are reached, or the oldest that is supported."""
        return cls.read(OLDEST if environ.get("TEST_ENGINE") == "oldest" else HERE)

    @property
    def is_oldest(self) -> bool:
        """Then no other engine will do, wherever it is."""
        return self.folder == OLDEST

    @classmethod
    def read(cls, folder: Path = HERE) -> Pin:
        """Reads go.mod and go.sum of `folder`."""
        mod = (folder / "go.mod").read_text(encoding="utf-8")
        version = re.search(rf"{re.escape(PULUMI_MODULE)} (v\S+)", mod)
        go = re.search(r"^go (\S+)$", mod, re.MULTILINE)
        if version is None or go is None:
            raise ValueError(f"{folder / 'go.mod'} names no {PULUMI_MODULE} or no go version")
        digest = hashlib.sha256((folder / "go.sum").read_bytes()).hexdigest()[:12]
        return cls(folder, version[1], numbers(go[1]), digest)


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: `go1.26.8` and `v1.26.8-rc1` give (1, 26, 8); no number at all gives ()."""
    found = re.match(r"(?:go|v)?(\d+(?:\.\d+)*)", version.strip())
    return tuple(int(n) for n in found[1].split(".")) if found else ()


def is_complete(folder: Path) -> bool:
    """Whether `folder` has both executables that inline programs need."""
    return all(os.access(folder / name, os.X_OK) and (folder / name).is_file() for name in ("pulumi", PLUGIN))
