# SPDX-License-Identifier: Apache-2.0
"""A page on a screen of some size and colour scheme, and what can be measured there."""

from __future__ import annotations

import dataclasses
import struct
import zlib
from typing import Any

from selenium import webdriver

CONTRASTS = """
const bright = rgb => rgb.map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                         .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const parse = text => text.match(/[\\d.]+/g).map(Number);
const back = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
                    if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
const found = {};
for (const e of document.body.querySelectorAll('*')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.closest('.skip, .unseen')) continue;
    const [a, b] = [bright(parse(getComputedStyle(e).color).slice(0, 3)), bright(back(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const name = e.tagName + '.' + e.className;
    found[name] = Math.min(found[name] || 99, ratio);
}
return found;
"""


@dataclasses.dataclass(frozen=True)
class Screen:
    """A screen: width and height in CSS pixels, a touch screen or not, dark or light."""

    width: int
    height: int
    mobile: bool
    dark: bool

    def open(self, driver: webdriver.Chrome, url: str) -> None:
        """Open a page on it."""
        size = {"width": self.width, "height": self.height, "deviceScaleFactor": 1, "mobile": self.mobile}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if self.dark else "light"}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        driver.get(url)


LAPTOP = Screen(1366, 768, mobile=False, dark=False)
LAPTOP_AT_NIGHT = dataclasses.replace(LAPTOP, dark=True)
PHONE = Screen(390, 844, mobile=True, dark=False)
PHONE_AT_NIGHT = dataclasses.replace(PHONE, dark=True)


@dataclasses.dataclass(frozen=True)
class Png:
    """A PNG file's size, and how many of its lines differ from each other (as they are encoded): a blank picture has one or two."""

    width: int
    height: int
    different_lines: int

    @classmethod
    def read(cls, data: bytes) -> Png:
        """Read a PNG without interlacing. Raises ValueError for anything else."""
        if data[:8] != b"\x89PNG\r\n\x1a\n":
            raise ValueError("not a PNG file")
        width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
        if interlaced or depth != 8 or colours not in (2, 6):
            raise ValueError("a kind of PNG that is not read here")
        packed, place = b"", 8
        while place < len(data):
            (length,) = struct.unpack(">I", data[place : place + 4])
            if data[place + 4 : place + 8] == b"IDAT":
                packed += data[place + 8 : place + 8 + length]
            place += 12 + length
        line = 1 + width * (3 if colours == 2 else 4)
        raw = zlib.decompress(packed)
        return cls(width, height, len({raw[start : start + line] for start in range(0, len(raw), line)}))


def console(driver: webdriver.Chrome) -> list[str]:
    """What the browser complained of since the last question: errors of the page, of its policy, of what it loads."""
    entries: list[dict[str, Any]] = driver.get_log("browser")  # type: ignore[no-untyped-call]
    return [str(entry["message"]) for entry in entries]


def accessible(driver: webdriver.Chrome) -> list[tuple[str, str]]:
    """Role and name of everything that the page tells a screen reader."""
    nodes: list[dict[str, Any]] = driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    return [(str(node["role"]["value"]), str(node.get("name", {}).get("value", ""))) for node in nodes if not node.get("ignored")]
