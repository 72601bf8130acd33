# SPDX-License-Identifier: Apache-2.0
"""The dashboard over HTTP: what it shows, what it must never show, and that looking changes nothing."""

from __future__ import annotations

import hashlib
import html.parser
import itertools
import re
from typing import Any

import pytest
import requests

from pulumi_opentok.emulator import Emulator
from tests.browser.scene import IMAGE, SCRIPT, TEMPLATE, Scene, fill
from tests.emulator.receiver import Receiver


class Page(html.parser.HTMLParser):
    """The elements and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._skipped = ""
        self.feed(text)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._skipped = tag if tag == "style" else ""

    def handle_endtag(self, tag: str) -> None:
        self._skipped = ""
        self.text += "" if tag in ("span", "code") else " "

    def handle_data(self, data: str) -> None:
        self.text += "" if self._skipped else data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self, relation: str) -> list[str]:
        return [str(link["href"]) for link in self.all("a") if link.get("rel") == relation]


def get(opentok: Emulator, path: str = "/_emulator/", **more: Any) -> requests.Response:
    return requests.get(opentok.url + path, timeout=60, **more)


def page(opentok: Emulator, path: str = "/_emulator/") -> Page:
    answer = get(opentok, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8"), answer.text
    return Page(answer.text)


@pytest.fixture
def scene(opentok_emulator: Emulator) -> Scene:
    return fill(opentok_emulator)


def test_it_shows_the_state_at_a_glance(scene: Scene) -> None:
    text = page(scene.opentok).text
    for tile in ("2 active faults", "5 projects 1 is suspended", "2 sessions 2 with clients", "2 archives 1 is recording", "1 SIP call on the line"):
        assert tile in text
    assert "1 broadcast running; 1 render" in text
    assert "4 clients publishing 4 streams" in text
    assert f"{len(scene.opentok.journal())} requests 2 with an error, 1 with a fault" in text


def test_it_shows_every_thing_by_its_id(scene: Scene) -> None:
    text = page(scene.opentok).text
    projects, session = scene.opentok.all_projects(), scene.opentok.session(scene.stage)
    assert session is not None
    for project in projects:
        assert f"{project['id']} {project['name']} " in text
        assert "sha256:" + hashlib.sha256(project["secret"].encode()).hexdigest() in text
    things = [scene.session, scene.stage, *(each["connectionId"] for each in session["connections"])]
    things += [each["streamId"] for each in session["streams"]] + [each["callId"] for each in session["sipCalls"]]
    things += [each["id"] for kind in ("archive", "broadcast", "render") for each in scene.call("GET", kind)["items"]]
    things += [each["id"] for each in scene.call("GET", "callback")]
    assert len(things) > 10
    assert [thing for thing in things if thing not in text] == []


def test_it_says_what_became_of_requests(scene: Scene) -> None:
    text = page(scene.opentok).text
    assert "POST /v2/project project.create ✕ connection dropped ▲ drop_after 10000001" in text
    assert "GET /v2/project project.list ▲ 403 Forbidden –none –none" in text
    assert f"GET /nope/{SCRIPT} –none ▲ 404 Not Found" in text
    assert "session.create ✓ 200 OK" in text
    assert "render.start ✓ 202 Accepted" in text


def test_it_says_what_faults_wait_for(scene: Scene) -> None:
    text = page(scene.opentok).text
    assert "project.create drop_after ■ used up 1 of 1 1 100 %" in text
    assert "archive.start status 503 ○ lets 2 more pass 0, no limit 0 50 %" in text
    assert "session.create delay 2 s ▲ armed 0 of 1 0 100 %" in text


def test_it_says_what_became_of_webhooks(scene: Scene) -> None:
    with Receiver() as receiver:
        told = receiver.url + "/told"
        scene.opentok.set_webhook(scene.client.key, "session", told)
        connection = scene.opentok.connect(scene.session)
        scene.opentok.settle()
        receiver.answers = [500] * 100
        scene.opentok.disconnect(scene.session, connection)
        scene.opentok.settle()
        text = page(scene.opentok).text
    assert f"session/connectionCreated {told} ✓ answered 200 1 {scene.client.key}" in text
    assert re.search(rf"session/connectionDestroyed {re.escape(told)} ▲ answered 500 retry (in \d+ s|now) \d+ {scene.client.key}", text)
    assert re.search(r"archive/started http://127.0.0.1:9/hook\?... ▲ no answer: ConnectError retry (in \d+ s|now) \d+ ", text)
    assert f"session {told} no {scene.client.key} in the project's settings" in text
    assert f"archive http://127.0.0.1:9/hook?... yes {scene.client.key} in the project's settings" in text
    rows = text[text.index("Webhooks sent or due") :]
    listed = [len(re.findall(sign, rows)) for sign in ("✓ answered|▲|○ not attempted", "▲")]
    assert f"{listed[0]} webhooks {listed[1]} not delivered" in text


def test_names_are_text_and_nothing_else(scene: Scene) -> None:
    shown = page(scene.opentok)
    assert {tag for tag, _ in shown.elements} & {"script", "img", "iframe", "object", "form", "button", "input"} == set()
    handlers = [name for _, attributes in shown.elements for name in attributes if name.startswith("on")]
    assert (handlers, shown.all("link")[0]["rel"], len(shown.all("link"))) == ([], "icon", 1)
    assert shown.text.count(SCRIPT) >= 4  # project, client's data, archive, path of a request
    assert IMAGE in shown.text
    assert TEMPLATE in shown.text


def test_it_shows_no_secret(scene: Scene) -> None:
    text = get(scene.opentok, "/_emulator/?refresh=9&live=1").text + get(scene.opentok).text
    assert all(secret for secret in scene.secrets)
    assert [secret for secret in scene.secrets if secret in text] == []
    assert re.findall(r".{40}sekret", text) == []
    assert re.findall(r"eyJ[\w-]+\.", text) == []
    assert "https://composer.example.com/page?..." in text
    assert "sip:alice@sip.example.com<" in text
    assert "http://127.0.0.1:9/hook?..." in text


def test_it_may_do_nothing_in_the_browser(scene: Scene) -> None:
    answer = get(scene.opentok)
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert not [part for part in policy if "unsafe" in part or "*" in part or "http" in part]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    addresses = [value for _, attributes in Page(answer.text).elements for name, value in attributes.items() if name in ("href", "src", "action")]
    assert len(addresses) > 10
    assert [value for value in addresses if not str(value).startswith(("#", "/_emulator/", "data:image/svg+xml,"))] == []


def test_its_structure(scene: Scene) -> None:
    shown = page(scene.opentok)
    assert shown.all("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in shown.elements if re.fullmatch("h[1-6]", tag)]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
    assert len(shown.all("caption")) == len(shown.all("table")) == 10
    assert all(header.get("scope") in ("row", "col") for header in shown.all("th"))
    ids = [attributes["id"] for _, attributes in shown.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = [str(link["href"])[1:] for link in shown.all("a") if str(link["href"]).startswith("#")]
    assert [name for name in wanted if name not in ids] == []
    assert {attributes["aria-labelledby"] for attributes in shown.all("section")} <= set(ids)


def test_an_empty_emulator_says_so(opentok_emulator: Emulator) -> None:
    shown = page(opentok_emulator)
    assert shown.all("table") == []
    assert "0 requests none yet" in shown.text
    assert "state in memory" in shown.text


def test_with_and_without_the_slash_and_head(opentok_emulator: Emulator) -> None:
    for path in ("/_emulator", "/_emulator/", "/_emulator?refresh=5"):
        assert "OpenTok emulator" in page(opentok_emulator, path).text
    answer = requests.head(opentok_emulator.url + "/_emulator/", timeout=60)
    assert (answer.status_code, answer.content) == (200, b"")


def test_looking_changes_nothing_and_is_not_in_the_journal(scene: Scene) -> None:
    def state() -> list[Any]:
        opentok = scene.opentok
        return [opentok.journal(), opentok.faults(), opentok.all_projects(), opentok.all_sessions()]

    scene.opentok.advance(10)  # the call is answered: nothing changes by itself for a while
    before = state()
    page(scene.opentok)
    assert state() == before


def test_the_rest_of_the_control_plane_answers_json_as_before(opentok_emulator: Emulator) -> None:
    for answer in (requests.post(opentok_emulator.url + "/_emulator/", timeout=60), get(opentok_emulator, "/_emulator/dashboard")):
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json()["error"] == "unknown control call"
        assert "GET /_emulator/" in answer.json()["calls"]


@pytest.mark.parametrize(
    "query",
    ["refresh=0", "refresh=3601", "refresh=x", "refresh=٣", "sessions=0", "sessions=-1", "sessions=1.5", "sessions=" + "9" * 5000, "live=2", "no=1"],
)
def test_a_wrong_query_is_one_clear_error(opentok_emulator: Emulator, query: str) -> None:
    answer = get(opentok_emulator, "/_emulator/?" + query)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert query.partition("=")[0] in answer.json()["error"] or query == "no=1"


def test_it_reloads_only_if_asked_to(opentok_emulator: Emulator) -> None:
    assert [meta for meta in page(opentok_emulator).all("meta") if meta.get("http-equiv")] == []
    asked = page(opentok_emulator, "/_emulator/?refresh=7&live=1")
    assert [meta["content"] for meta in asked.all("meta") if meta.get("http-equiv") == "refresh"] == ["7"]
    assert "/_emulator/?live=1" in [link["href"] for link in asked.all("a")]


def test_long_lists_have_pages(scene: Scene) -> None:
    made = [scene.session, scene.stage, *(scene.new_session() for _ in range(51))]
    seen: list[str] = []
    path, pages = "/_emulator/", 0
    while path:
        shown = page(scene.opentok, path)
        here = [session for session in made if re.search(rf"{re.escape(session)} {scene.client.key} (just now|\d+ s ago|\d+ min ago)", shown.text)]
        seen += here
        assert len(here) <= 25
        pages += 1
        path = next((link for link in shown.links("next") if link.endswith("#sessions")), "")
    assert (sorted(seen), pages) == (sorted(made), 3)
    assert "51 to 53 of 53" in page(scene.opentok, "/_emulator/?sessions=999").text
    live = page(scene.opentok, "/_emulator/?live=1")
    assert [session for session in made if re.search(rf"{re.escape(session)} {scene.client.key} ", live.text)] == made[:2]
    assert not [link for link in live.links("next") if link.endswith("#sessions")]


def test_a_crowd_is_counted_but_not_listed(scene: Scene) -> None:
    made = [scene.opentok.connect(scene.session, data=f"viewer {number}") for number in range(40)]
    text = page(scene.opentok).text
    assert "42 clients, 2 streams" in text
    assert "and 17 more" in text
    assert sum(client in text for client in made) == 23
    assert len(get(scene.opentok).text) < 200_000


def test_a_long_name_is_cut(scene: Scene) -> None:
    scene.account.create("n" * 5000)
    text = page(scene.opentok).text
    assert "n" * 200 + "…" in text
    assert "n" * 201 not in text


def test_times_are_by_the_emulators_clock(scene: Scene) -> None:
    scene.opentok.advance(2 * 86_400 + 60)
    shown = page(scene.opentok)
    assert "2 days ahead of this machine" in shown.text
    assert "2 days ago" in shown.text
    assert "just now" not in shown.text
    scene.opentok.advance(-4 * 86_400)
    assert "1 day behind this machine" in page(scene.opentok).text
    assert "in 1 day" in page(scene.opentok).text


def test_what_time_alone_ends_is_shown_as_ended(scene: Scene) -> None:
    assert "● started" in page(scene.opentok).text
    scene.opentok.advance(13 * 3600)
    text = page(scene.opentok).text
    assert "● started" not in text
    assert "0 broadcasts running; 0 renders" in text
    assert "none is recording" in text
    assert "maximum duration exceeded" in text
