# SPDX-License-Identifier: Apache-2.0
"""A picture of a terminal says what was printed, and needs nothing but itself."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.pictures.terminal import COLUMNS, svg, text_of

PRINTED = f"    \x1b[38;5;3m~ <b>  'Müller & Söhne'\x1b[0m {'word ' * COLUMNS}\n{'x' * (2 * COLUMNS)}\nend\n"


def test_a_picture() -> None:
    picture = svg(PRINTED, "A & B")
    assert text_of(picture) == PRINTED.replace("\x1b[38;5;3m", "").replace("\x1b[0m", "")
    rows = ElementTree.fromstring(picture).findall(".//{*}text")
    assert max(len("".join(row.itertext())) for row in rows) == COLUMNS
    assert "href" not in picture
    assert "url(" not in picture
