# SPDX-License-Identifier: Apache-2.0
"""What a terminal shows, as an SVG: text that can be read, searched and copied."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator

COLUMNS = 116
SIZE, LINE, MARGIN = 14.0, 21, 20
WIDTH = SIZE * 0.6
"""Of a character; `textLength` makes it so in any font."""
INK, PAPER = "#d7dae0", "#20232b"
COLOURS = {"1": "#f07178", "2": "#8fce7e", "3": "#e5c07b", "12": "#7aa8f5", "13": "#c98fe6"}
Line = list[tuple[str, str]]
"""A colour, or nothing, and a character."""
BLANK = "\N{NO-BREAK SPACE}"
ESCAPE = re.compile(r"\x1b\[([\d;]*)m")


def svg(text: str, title: str) -> str:
    """A picture of `text`, which has the escape sequences of colours."""
    lines = [(cells, more) for line in coloured(text) for cells, more in wrapped(line)]
    width, height = COLUMNS * WIDTH + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    font = f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="{SIZE:g}"'
    rows = [row(cells, more, MARGIN + SIZE + LINE * number) for number, (cells, more) in enumerate(lines)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" role="img">',
            f"<title>{html.escape(title)}</title>",
            f'<rect width="{width:g}" height="{height}" rx="8" fill="{PAPER}"/>',
            f'<g {font} fill="{INK}">',
            *filter(None, rows),
            "</g>",
            "</svg>\n",
        ]
    )


def row(cells: Line, more: bool, y: float) -> str:
    """A line; `more` follows in the next one."""
    parts = [(colour, "".join(character for _, character in group)) for colour, group in itertools.groupby(cells, key=lambda cell: cell[0])]
    spans = "".join(f'<tspan fill="{colour}">{escaped(part)}</tspan>' if colour else escaped(part) for colour, part in parts)
    kind = ' class="more"' if more else ""
    return f'<text{kind} x="{MARGIN}" y="{y:g}" textLength="{len(cells) * WIDTH:g}">{spans}</text>' if cells else ""


def escaped(text: str) -> str:
    """With blanks that no renderer takes away."""
    return html.escape(text, quote=False).replace(" ", BLANK)


def coloured(text: str) -> Iterator[Line]:
    """The lines, each character with its colour."""
    colour = ""
    for line in text.splitlines():
        cells: Line = []
        for number, part in enumerate(ESCAPE.split(line)):
            if number % 2:
                colour = colour_of(part, colour)
            else:
                cells += [(colour, character) for character in part]
        yield cells


def wrapped(line: Line) -> Iterator[tuple[Line, bool]]:
    """The line, broken after words where it is too long."""
    while len(line) > COLUMNS:
        cut = max((place for place in range(1, COLUMNS + 1) if line[place - 1][1] == " "), default=COLUMNS)
        yield line[:cut], True
        line = line[cut:]
    yield line, False


def colour_of(sequence: str, before: str) -> str:
    """The colour after an escape sequence; bold is none."""
    if sequence in ("", "0"):
        return ""
    return COLOURS[sequence.removeprefix("38;5;")] if sequence.startswith("38;5;") else before


def text_of(picture: str) -> str:
    """What a picture shows, without the breaks that its width makes."""
    rows = re.findall("<text( class=.more.)?(.*)</text>", picture)
    return "".join(html.unescape(re.sub("<[^>]+>|^[^>]*>", "", text)) + ("" if more else "\n") for more, text in rows).replace(BLANK, " ")
