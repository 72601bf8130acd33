# SPDX-License-Identifier: Apache-2.0
"""The dashboard in a headless Chromium: what is rendered, on a laptop and a phone, by day and by night."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from pulumi_opentok.emulator import Emulator
from tests.browser import screen
from tests.browser.scene import IMAGE, SCRIPT, Scene, fill

SCREENS = {"laptop": screen.LAPTOP, "laptop-at-night": screen.LAPTOP_AT_NIGHT, "phone": screen.PHONE, "phone-at-night": screen.PHONE_AT_NIGHT}


@pytest.fixture
def scene(opentok_emulator: Emulator, browser: webdriver.Chrome) -> Scene:
    """A full emulator, and a browser that has said nothing yet."""
    screen.console(browser)
    return fill(opentok_emulator)


def open_page(scene: Scene, browser: webdriver.Chrome, on: screen.Screen = screen.LAPTOP, query: str = "") -> None:
    on.open(browser, f"{scene.opentok.url}/_emulator/{query}")


@pytest.mark.parametrize("on", SCREENS.values(), ids=SCREENS)
def test_the_picture(scene: Scene, browser: webdriver.Chrome, on: screen.Screen, tmp_path: Path) -> None:
    scene.account.create("W" * 190)
    scene.opentok.publish(scene.session, name="W" * 190)
    open_page(scene, browser, on)
    for summary in browser.find_elements(By.TAG_NAME, "summary"):
        summary.send_keys(Keys.ENTER)
    browser.execute_script("scrollTo(0, 0)")
    file = tmp_path / "dashboard.png"
    assert browser.save_screenshot(str(file))
    picture = screen.Png.read(file.read_bytes())
    assert (picture.width, picture.height) == (on.width, on.height)
    assert picture.different_lines > 100
    wide = "return [...document.querySelectorAll('html, section')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.id || e.tagName)"
    assert browser.execute_script(wide) == [], "has to be pushed sideways, or is cut off"
    assert screen.console(browser) == []


def test_a_blank_picture_is_told_from_a_page(browser: webdriver.Chrome) -> None:
    screen.LAPTOP.open(browser, "about:blank")
    assert screen.Png.read(browser.get_screenshot_as_png()).different_lines <= 2


@pytest.mark.parametrize("on", [screen.LAPTOP, screen.LAPTOP_AT_NIGHT], ids=["day", "night"])
def test_every_text_stands_out(scene: Scene, browser: webdriver.Chrome, on: screen.Screen) -> None:
    """Contrast of at least 4.5 to 1, as WCAG 2.2 AA asks of text of this size."""
    open_page(scene, browser, on)
    found = browser.execute_script(screen.CONTRASTS)
    assert len(found) > 15
    assert {name: round(ratio, 2) for name, ratio in found.items() if ratio < 4.5} == {}


def test_day_and_night_differ(scene: Scene, browser: webdriver.Chrome) -> None:
    colours = []
    for on in (screen.LAPTOP, screen.LAPTOP_AT_NIGHT):
        open_page(scene, browser, on)
        colours.append(browser.find_element(By.TAG_NAME, "body").value_of_css_property("background-color"))
    assert len(set(colours)) == 2


def test_names_are_shown_as_text(scene: Scene, browser: webdriver.Chrome) -> None:
    open_page(scene, browser)
    for summary in browser.find_elements(By.TAG_NAME, "summary"):
        summary.click()
    text = browser.find_element(By.TAG_NAME, "main").text
    assert text.count(SCRIPT) >= 4
    assert IMAGE in text
    assert browser.find_elements(By.CSS_SELECTOR, "script, img") == []
    assert [secret for secret in scene.secrets if secret in browser.page_source] == []


def test_the_policy_keeps_foreign_content_out(scene: Scene, browser: webdriver.Chrome) -> None:
    """Should a name ever get through as markup: it neither loads nor runs, and the console, which the other tests watch, says so."""
    open_page(scene, browser)
    browser.execute_script("document.body.insertAdjacentHTML('beforeend', '<p id=bad style=\"color: red\" onclick=\"document.title = 1\">x</p>')")
    browser.find_element(By.ID, "bad").click()
    assert "OpenTok emulator" in browser.title
    assert len([line for line in screen.console(browser) if "Content Security Policy" in line]) == 2


@pytest.mark.parametrize("on", [screen.LAPTOP, screen.PHONE], ids=["laptop", "phone"])
def test_what_a_screen_reader_is_told(scene: Scene, browser: webdriver.Chrome, on: screen.Screen) -> None:
    """Also on the phone, where the rows of the tables are laid out as blocks, they are tables with headers."""
    open_page(scene, browser, on)
    told = screen.accessible(browser)
    tables = [name for role, name in told if role == "table"]
    assert "Sessions, newest first" in tables
    assert len(tables) == 10
    assert all(tables)
    assert ("rowheader", scene.client.key) in told
    displayed = [cell for cell in browser.find_elements(By.TAG_NAME, "td") if cell.is_displayed()]
    assert [role for role, _ in told].count("cell") == len(displayed) > 100
    signs = [name for role, name in told if role == "StaticText" and name[:1] in "✓▲✕●○■‖↑–"]
    assert signs == []
    assert ("columnheader", "Outcome") in told
    assert ("main", "") in told
    assert ("navigation", "At a glance") in told
    assert [name for role, name in told if role == "heading"][:3] == ["OpenTok emulator", "Faults", "Recent requests"]


def test_it_is_used_by_keyboard(scene: Scene, browser: webdriver.Chrome) -> None:
    open_page(scene, browser)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to content"
    summary = browser.find_element(By.TAG_NAME, "summary")
    client = scene.opentok.all_sessions()[0]["connections"][0]["connectionId"]
    assert client not in browser.find_element(By.TAG_NAME, "main").text
    for each in browser.find_elements(By.TAG_NAME, "summary"):
        each.send_keys(Keys.ENTER)
    assert client in browser.find_element(By.TAG_NAME, "main").text
    assert summary.is_displayed()


def test_links_of_the_page(scene: Scene, browser: webdriver.Chrome) -> None:
    for _ in range(30):
        scene.new_session()
    open_page(scene, browser)
    browser.find_element(By.CSS_SELECTOR, "#sessions a[rel=next]").click()
    assert browser.current_url.endswith("/_emulator/?sessions=2#sessions")
    assert scene.session in browser.find_element(By.ID, "sessions").text
    browser.find_element(By.LINK_TEXT, "only those with clients").click()
    assert len(browser.find_elements(By.CSS_SELECTOR, "#sessions tbody tr")) == 2
    browser.find_element(By.LINK_TEXT, "refresh every 5 s").click()
    assert browser.current_url.endswith("/_emulator/?live=1&refresh=5")
    browser.find_element(By.LINK_TEXT, "stop").click()
    assert browser.current_url.endswith("/_emulator/?live=1")


def test_a_browser_leaves_no_trace_in_the_journal(opentok_emulator: Emulator, browser: webdriver.Chrome) -> None:
    """Not even by asking for an icon."""
    screen.LAPTOP.open(browser, opentok_emulator.url + "/_emulator/")
    assert opentok_emulator.journal() == []
