# SPDX-License-Identifier: Apache-2.0
"""The site that `make docs` builds: strictly, with every link checked, and read from the disk in a browser that reaches no network."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

import pulumi_opentok
from pulumi_opentok.core.desired.inputs import Input
from tests.browser.screen import console
from tools.kinds import every_kind
from tools.site import links
from tools.site.__main__ import build
from tools.site.kind_pages import TRAITS
from tools.site.places import COLLECTION

UNSEEN = {"quoted"}
"""Traits that people see nothing of."""


@pytest.mark.long
def test_the_site(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assert build(tmp_path) == []
    site = tmp_path / "html"
    whole = "".join(path.read_text(encoding="utf-8") for path in site.glob("reference/*/*.html"))
    pages = {path.stem: path.read_text(encoding="utf-8") for path in site.glob("reference/kinds/*.html")}
    assert len(pages) > 5
    for found in [kind for kind in every_kind() if kind.name in pages]:
        page = pages[found.name]
        assert [name for name in found.kind.inputs if f'id="input-{name}"' not in page] == []
        assert [name for name in found.kind.outputs if f'id="output-{name}"' not in page] == []
    assert [name for name in pulumi_opentok.__all__ if f'id="pulumi_opentok.{name}"' not in whole] == []
    modules = {path.stem for path in COLLECTION.glob("plugins/modules/*.py")}
    assert {path.stem.removesuffix("_module") for path in site.glob("reference/ansible/*_module.html")} == modules
    look(request.getfixturevalue("browser"), site)  # only now: what stands above needs no browser


def look(browser: webdriver.Chrome, site: Path) -> None:
    """It finds a module, and nothing in the browser complains."""
    browser.get((site / "index.html").as_uri())
    browser.find_element(By.CSS_SELECTOR, "input.md-search__input").send_keys("opentok.cloud.sip_trunk")
    wanted = (By.CSS_SELECTOR, "a.md-search-result__link[href*='sip_trunk_module.html']")
    WebDriverWait(browser, 60).until(lambda page: page.find_elements(*wanted))
    assert console(browser) == []


def test_the_pages_explain_every_trait() -> None:
    row = Input("any")
    assert {name for name, value in vars(row).items() if isinstance(value, bool)} - UNSEEN - {"required"} <= TRAITS.keys()
    assert all(hasattr(row, name) for name in TRAITS)


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#there">1</a><a href="b.html#gone">2</a><a href="c.html">3</a><a href="https://x.example">4</a>')
    (tmp_path / "b.html").write_text('<p id="there"><img src="//cdn.example/x.png"><script src="https://cdn.example/x.js"></script>')
    assert list(links.problems(tmp_path)) == [
        "a.html: b.html#gone: no such anchor",
        "a.html: c.html: is not there",
        "b.html: //cdn.example/x.png: loaded from elsewhere",
        "b.html: https://cdn.example/x.js: loaded from elsewhere",
    ]
