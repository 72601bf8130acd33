# SPDX-License-Identifier: Apache-2.0
"""What is shipped, built once for each worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packaging.building import REPO, build, build_collection, build_editable, unpack
from tests.packaging.plugin import build_archive
from tools.plugin import NoArchive


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the source tree."""
    return build("wheel", REPO, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def plugin_archive(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin's release archive, for this Python alone. Where its packages cannot be had, the test is skipped with the reason."""
    try:
        return build_archive(wheel, tmp_path_factory.mktemp("plugin"))
    except NoArchive as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist of the source tree."""
    return build("sdist", REPO, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def wheel_of_sdist(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from the sdist alone."""
    (source,) = unpack(sdist, tmp_path_factory.mktemp("unpacked")).iterdir()
    return build("wheel", source, tmp_path_factory.mktemp("wheel-of-sdist"))


@pytest.fixture(scope="session")
def editable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of an editable install."""
    return build_editable(tmp_path_factory.mktemp("editable"))


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection's tarball."""
    return build_collection(tmp_path_factory.mktemp("collection"))
