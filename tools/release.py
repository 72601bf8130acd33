# SPDX-License-Identifier: Apache-2.0
"""Checks what `make dist` built against what is to be released, and writes what a release has beside it: its notes and checksums.

    python -m tools.release dist refs/tags/v1.2.3        every place has to say 1.2.3 and its date
    python -m tools.release dist refs/heads/main         a dry run: every place has to say the same version, which need have no date yet

Writes `NOTES.md` (the version's section of CHANGELOG.md) and `SHA256SUMS` into the folder.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

REPO = Path(__file__).resolve().parents[1]
COLLECTION = Path("ansible_collections/opentok/cloud")
TAGS = "refs/tags/v"
WRITTEN = ("NOTES.md", "SHA256SUMS")


def release(folder: Path, ref: str, repo: Path = REPO) -> list[str]:
    """Every problem, a line each; with none, the notes and checksums are in ``folder``."""
    versions = _versions(repo)
    version = versions["_core/version.py"]
    title, notes = _section(repo, version)
    problems = [f"{place} says {said}, _core/version.py {version}" for place, said in versions.items() if said != version]
    if title is None:
        problems.append(f"CHANGELOG.md has no section ## {version}")
    if ref.startswith(TAGS):
        problems += _not_ready(repo, version, ref, title)
    built = sorted(path.name for path in folder.iterdir() if path.name not in WRITTEN) if folder.is_dir() else []
    wanted = [f"opentok-cloud-{version}.tar.gz", f"pulumi-resource-opentok-v{version}-linux-amd64.tar.gz"]
    wanted += [f"pulumi_opentok-{version}{end}" for end in ("-py3-none-any.whl", ".cdx.json", ".tar.gz")]
    if built != wanted:
        problems.append(f"{folder} has {', '.join(built) or 'nothing'}: wanted {', '.join(wanted)} and nothing else (make clean dist)")
    if not problems:
        (folder / "NOTES.md").write_text(notes, encoding="utf-8")
        sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in wanted]
        (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return problems


def _versions(repo: Path) -> Mapping[str, str]:
    """What each place says."""
    code = (repo / COLLECTION / "plugins/module_utils/_core/version.py").read_text(encoding="utf-8")
    galaxy = yaml.safe_load((repo / COLLECTION / "galaxy.yml").read_text(encoding="utf-8"))
    return {"_core/version.py": re.findall(r'^VERSION = "(.+)"$', code, re.MULTILINE)[0], "galaxy.yml": str(galaxy["version"])}


def _section(repo: Path, version: str) -> tuple[str | None, str]:
    """The heading of this version in CHANGELOG.md, None where there is none, and what stands below it."""
    text = (repo / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(rf"^## ({re.escape(version)}\b[^\n]*)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return (found[1], found[2].strip() + "\n") if found else (None, "")


def _not_ready(repo: Path, version: str, ref: str, title: str | None) -> list[str]:
    """What a tag needs and a dry run does not."""
    problems = []
    if ref != TAGS + version:
        problems.append(f"the tag is {ref.removeprefix('refs/tags/')}, the version v{version}")
    if title is not None and not re.fullmatch(rf"{re.escape(version)} \(\d{{4}}-\d\d-\d\d\)", title):
        problems.append(f"CHANGELOG.md says ## {title}: wanted ## {version} (YYYY-MM-DD)")
    fragments = sorted(path.name for path in (repo / COLLECTION / "changelogs/fragments").glob("*.yml"))
    if fragments:
        problems.append(f"the collection's changelog lacks {len(fragments)} fragments ({fragments[0]}, …): antsibull-changelog release")
    changelog = yaml.safe_load((repo / COLLECTION / "changelogs/changelog.yaml").read_text(encoding="utf-8"))
    if version not in changelog["releases"]:
        problems.append(f"the collection's changelog has no release {version}: antsibull-changelog release")
    return problems


def main(argv: Sequence[str]) -> int:
    """0, or 1 with a line on standard error for each problem."""
    if len(argv) != 2 or not argv[1].startswith("refs/"):
        print("usage: python -m tools.release FOLDER REF (such as refs/tags/v1.2.3)", file=sys.stderr)
        return 2
    problems = release(Path(argv[0]), argv[1])
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
