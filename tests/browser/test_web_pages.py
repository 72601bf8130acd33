# SPDX-License-Identifier: Apache-2.0
"""What a page of the web, open in a real browser on this machine, gets of an emulator that runs beside it: nothing."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from pulumi_opentok.emulator import Emulator

SECRET = "0123456789abcdef0123456789abcdef01234567"
REBOUND = "rebound.example"
"""A name that the browser of these tests resolves to this machine, see conftest.py."""

PAGE = b"""<!DOCTYPE html><title>page</title>
<form method=post enctype=text/plain><input name='{"key": "666", "secret": "x", "' value='": 1}'></form>"""
ATTACK = """
const [url, done] = arguments;
const plain = {method: 'POST', mode: 'no-cors', headers: {'Content-Type': 'text/plain'}};
Promise.allSettled([
    fetch(url + '/_emulator/accounts', {...plain, body: '{"key": "666", "secret": "x"}'}),
    fetch(url + '/_emulator/reset', plain),
]).then(() => done());
"""


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    """A web site; its name resolves to this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{REBOUND}:{server.server_port}"
        server.shutdown()


def test_no_page_of_the_web_reads_or_changes_anything(browser: webdriver.Chrome, site: str) -> None:
    with Emulator(projects=[("12345678", SECRET, "staging")]) as emulator:
        emulator.edit_project("12345678", name="changed")
        port = emulator.url.rpartition(":")[2]
        browser.get(f"http://{REBOUND}:{port}/_emulator/projects")
        assert SECRET not in browser.page_source
        assert "--allow-host" in browser.page_source
        for url in (emulator.url, f"http://localhost:{port}", f"http://0.0.0.0:{port}"):
            browser.get(site)
            browser.execute_async_script(ATTACK, url)
            browser.execute_script("const form = document.forms[0]; form.action = arguments[0]; form.submit()", f"{url}/_emulator/accounts")
        browser.get(site)
        browser.execute_script("document.body.innerHTML = `<a href=${arguments[0]}>look</a>`", f"{emulator.url}/_emulator/")
        browser.find_element(By.LINK_TEXT, "look").click()
        assert "OpenTok emulator" in browser.page_source  # a link is followed
        assert emulator.all_accounts() == emulator.accounts
        assert [project["name"] for project in emulator.all_projects()] == ["changed"]
