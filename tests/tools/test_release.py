# SPDX-License-Identifier: Apache-2.0
"""What is released is what the tag says, and the workflows are those that actionlint takes. `tests/gitops` runs them."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_opentok.core import VERSION
from tests.packaging.building import REPO
from tools.release import COLLECTION, release

FILES = [
    f"opentok-cloud-{VERSION}.tar.gz",
    f"pulumi-resource-opentok-v{VERSION}-linux-amd64.tar.gz",
    *(f"pulumi_opentok-{VERSION}{end}" for end in ("-py3-none-any.whl", ".cdx.json", ".tar.gz")),
]
TAG, MAIN = f"refs/tags/v{VERSION}", "refs/heads/main"


class Tree:
    """What the check reads, ready to be released."""

    def __init__(self, root: Path) -> None:
        self.root, self.dist = root / "tree", root / "dist"
        for name in (f"{COLLECTION}/plugins/module_utils/_core/version.py", f"{COLLECTION}/galaxy.yml"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPO / name, self.root / name)
        self.write("CHANGELOG.md", f"# Changes\n\n## {VERSION} (2026-12-01)\n\n- All of it.\n\n## 0.0.1 (2026-01-01)\n\n- Before.\n")
        self.write(f"{COLLECTION}/changelogs/changelog.yaml", f"releases:\n  {VERSION}: {{}}\n")
        for name in FILES:
            self.dist.mkdir(exist_ok=True)
            (self.dist / name).write_text(name, encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def problems(self, ref: str = TAG) -> list[str]:
        return release(self.dist, ref, self.root)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


@pytest.mark.parametrize("ref", [TAG, MAIN])
def test_notes_and_checksums(tree: Tree, ref: str) -> None:
    assert tree.problems(ref) == []
    assert tree.problems(ref) == [], "a second time"
    assert (tree.dist / "NOTES.md").read_text(encoding="utf-8") == "- All of it.\n"
    sums = [line.split("  ") for line in (tree.dist / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    assert sums == [[hashlib.sha256(name.encode()).hexdigest(), name] for name in FILES]


WRONG: list[tuple[Callable[[Tree], object], str, str]] = [
    (lambda tree: tree.write("CHANGELOG.md", f"# Changes\n\n## {VERSION} (unreleased)\n"), f"## {VERSION} (unreleased): wanted", TAG),
    (lambda tree: tree.write("CHANGELOG.md", "# Changes\n"), f"CHANGELOG.md has no section ## {VERSION}", MAIN),
    (lambda tree: tree.write(f"{COLLECTION}/galaxy.yml", "version: 9.9.9\n"), "galaxy.yml says 9.9.9", MAIN),
    (lambda tree: tree.write(f"{COLLECTION}/changelogs/changelog.yaml", "releases: {}\n"), f"no release {VERSION}", TAG),
    (lambda tree: tree.write(f"{COLLECTION}/changelogs/fragments/x.yml", ""), "lacks 1 fragments (x.yml", TAG),
    (lambda tree: tree.dist.joinpath(FILES[0]).unlink(), "wanted opentok-cloud", MAIN),
    (lambda tree: tree.dist.joinpath("old.whl").touch(), "and nothing else", MAIN),
    (lambda tree: shutil.rmtree(tree.dist), "has nothing", MAIN),
]


@pytest.mark.parametrize(("breaks", "said", "ref"), WRONG)
def test_what_is_not_ready_is_named_and_nothing_is_written(tree: Tree, breaks: Callable[[Tree], object], said: str, ref: str) -> None:
    breaks(tree)
    (problem,) = tree.problems(ref)
    assert said in problem
    assert not (tree.dist / "SHA256SUMS").exists()


def test_another_tag(tree: Tree) -> None:
    assert tree.problems("refs/tags/v9.9.9") == [f"the tag is v9.9.9, the version v{VERSION}"]


def test_no_ref_is_one_line() -> None:
    done = subprocess.run([sys.executable, "-m", "tools.release", "dist", "v1"], cwd=REPO, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_every_action_is_pinned_by_its_commit() -> None:
    """A tag can be moved by whoever owns it, or has broken into what owns it."""
    workflows = [*REPO.glob(".github/workflows/*.yml"), *REPO.glob("examples/gitops/**/.github/workflows/*.yml")]
    used = [line.strip() for path in workflows for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"\s*(- )?uses: (?!\./)", line)]
    assert used
    assert [line for line in used if not re.fullmatch(r"(- )?uses: ([\w.-]+/){1,2}[\w.-]+@[0-9a-f]{40} # v\d+(\.\d+)*", line)] == []
