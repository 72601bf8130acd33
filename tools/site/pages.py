# SPDX-License-Identifier: Apache-2.0
"""All pages of the site: those of the tree, at the places that they have there, and those that are made; and their order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tools.site import collection, kind_pages, markdown, python_api
from tools.site.places import ASSETS, ORDER, ROOT

OURS = ("*.md", "docs/**/*.md", "examples/**/README.md", "tests/**/*.md", "bench/*.md")
COLLECTIONS = ("README.md", "roles/*/README.md")
NOT_OURS = ("TODO.md",)


def of_the_tree() -> dict[str, str]:
    """The pages that people write."""
    found = [path for pattern in OURS for path in ROOT.glob(pattern)]
    found += [path for pattern in COLLECTIONS for path in ROOT.glob(f"ansible_collections/opentok/cloud/{pattern}")]
    named = {path.relative_to(ROOT).as_posix(): path for path in found}
    return {name: markdown.for_the_site(path.read_text(encoding="utf-8")) for name, path in sorted(named.items()) if name not in NOT_OURS}


def made() -> dict[str, str]:
    """The pages that are made from what the code and the documentation of the modules say."""
    known = collection.documents()
    return {**kind_pages.pages(known), **python_api.pages(), **collection.pages(known)}


def write(folder: Path) -> list[Any]:
    """Writes all of them, and the files that they link to or show; returns their order."""
    written = of_the_tree()
    everything = {**written, **made()}
    for name, text in everything.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in {file for page, text in written.items() for file in files_of(page, text)}:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    pictures = ROOT / "docs" / "pictures"
    if pictures.is_dir():
        shutil.copytree(pictures, folder / "docs" / "pictures", dirs_exist_ok=True)
    shutil.copytree(ASSETS, folder, dirs_exist_ok=True)
    return order(everything)


def files_of(page: str, text: str) -> Iterator[str]:
    """The files of the tree that a page links to and that are no pages, such as an example's program."""
    for target in markdown.links(text):
        path = (ROOT / page).parent.joinpath(target).resolve()
        if path.is_file() and path.suffix != ".md" and path.is_relative_to(ROOT):
            yield path.relative_to(ROOT).as_posix()


def order(everything: Mapping[str, str]) -> list[Any]:
    """The sections as `docs/order.yml` has them, with the pages that are there."""
    sections: dict[str, list[Any]] = yaml.safe_load(ORDER.read_text(encoding="utf-8"))
    named = set(texts_of(sections))
    found = [{title: items} for title, names in sections.items() if (items := section(names, everything, named))]
    listed = set(texts_of(found))
    more = [name for name in everything if name.startswith("docs/") and name not in listed]
    return found + ([{"More": more}] if more else [])


def texts_of(item: Any) -> Iterator[str]:
    """All paths, however deep they stand."""
    if isinstance(item, str):
        yield item
        return
    for one in item.values() if isinstance(item, dict) else item:
        yield from texts_of(one)


def section(names: Sequence[Any], everything: Mapping[str, str], named: set[str]) -> list[Any]:
    """The pages and the sections of a section. Of a folder: its README first, then what is in it and stands nowhere by itself."""
    found: list[Any] = []
    for name in names:
        if isinstance(name, dict):
            found += [{title: items} for title, inner in name.items() if (items := section(inner, everything, named))]
        elif name in everything:
            found.append(name)
        else:
            inside = [one for one in everything if one.startswith(f"{name}/") and one not in named]
            found += sorted(inside, key=lambda one: (one != f"{name}/README.md", one))
    # The theme would take any README for the page of its section: all but the first have a section of their own.
    return [{markdown.title(everything[one]): [one]} if number and is_readme(one) else one for number, one in enumerate(found)]


def is_readme(item: Any) -> bool:
    return isinstance(item, str) and item.endswith("README.md")
