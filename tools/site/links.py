# SPDX-License-Identifier: Apache-2.0
"""Looks at every link of the built site: what is inside is there, with its anchor, and no page loads anything from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "srcset", "link": "href"}
NOT_LOADED = {"canonical", "prev", "next", "alternate"}


class Page(HTMLParser):
    """The anchors and the links of one page, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in LOADS and LOADS[tag] in found and found.get("rel") not in NOT_LOADED:
            self.loads.append(found[LOADS[tag]])


def problems(site: Path) -> Iterator[str]:
    """One line each thing that is wrong. The page for what is not found stands at no place, and is not looked at."""
    site = site.resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}
    for path, page in pages.items():
        where = path.relative_to(site)
        yield from (f"{where}: {target}: loaded from elsewhere" for target in page.loads if outside(target))
        for target in [*page.links, *page.loads]:
            if outside(target):
                continue
            parts = urlsplit(target)
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file() or not file.is_relative_to(site):
                yield f"{where}: {target}: is not there"
            elif parts.fragment and file in pages and unquote(parts.fragment) not in pages[file].anchors:
                yield f"{where}: {target}: no such anchor"
    for path in sorted(site.rglob("*.css")):
        found = re.findall(r"url\(['\"]?((?:https?:)?//[^)]*)\)|@import", path.read_text(encoding="utf-8"))
        yield from (f"{path.relative_to(site)}: {target}: loaded from elsewhere" for target in found)


def outside(target: str) -> bool:
    return bool(urlsplit(target).scheme and urlsplit(target).scheme != "data") or target.startswith("//")
