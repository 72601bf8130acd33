# SPDX-License-Identifier: Apache-2.0
"""All places of one thing together: compared first, each tried, each failure named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core.desired.publish import Document, Publication, PublishError
from pulumi_opentok.core.desired.stores.failures import scrubbed
from pulumi_opentok.core.http.auth import fingerprint
from tests.stores.places import NEWER, SECRET, document, store

OLDER = "0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0ld0"


class Memory:
    """A place that remembers what was asked of it. `broken` names what it refuses."""

    def __init__(self, where: str, there: Document | None = None, *, broken: str = "") -> None:
        self.where = where
        self.there = there
        self.broken = broken
        self.asked: list[str] = []

    def preflight(self) -> None:
        self._ask("preflight")

    def read(self) -> Document | None:
        self._ask("read")
        return self.there

    def write(self, document: Document) -> None:
        self._ask("write")
        self.there = document

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.broken == what:
            raise PublishError(f"{self.where} cannot {what}: it is broken: mend it")


def test_a_place_that_holds_the_live_credentials_is_only_read() -> None:
    one = Memory("one", document())
    assert Publication([one]).ensure(document()) == ((), None)
    assert one.asked == ["read"]


@pytest.mark.parametrize("unknown", [{"version": None}, {"rotated_at": None}, {"version": 7, "rotated_at": "2020-01-01T00:00:00Z"}])
def test_version_and_time_alone_are_no_reason_to_write(unknown: dict[str, Any]) -> None:
    assert Publication([Memory("one", document())]).ensure(document(**unknown)) == ((), None)


@pytest.mark.parametrize("there", [None, document(api_secret=NEWER), document(api_key="46000002"), {"platform": "opentok"}])
def test_all_else_is_written_whole(there: Document | None) -> None:
    one = Memory("one", there)
    publication = Publication([one])
    planned = publication.planned(document())
    assert one.asked == ["read"]
    done, failed = publication.ensure(document())
    assert (done, failed) == (planned, None)
    assert one.there == document()
    assert done[0].startswith("publish the credentials of project 46000001 to one")


def test_another_projects_credentials_are_replaced_and_that_is_said() -> None:
    done, _failed = Publication([Memory("one", document(api_key="46000002"))]).ensure(document())
    assert done == ("publish the credentials of project 46000001 to one, in place of those of project '46000002'",)


def test_a_failing_place_does_not_stop_the_others() -> None:
    places = [Memory("one", broken="read"), Memory("two"), Memory("three", broken="write"), Memory("four")]
    done, failed = Publication(places).ensure(document())
    assert done == tuple(f"publish the credentials of project 46000001 to {where}" for where in ("two", "four"))
    assert [place.there for place in places] == [None, document(), None, document()]
    assert isinstance(failed, PublishError)
    assert str(failed) == (
        "one cannot read: it is broken: mend it; three cannot write: it is broken: mend it. Nothing is lost: OpenTok shows the live secret,"
        " so put that right and run again, which publishes it and rotates nothing for that"
    )


def test_the_preflight_asks_every_place_and_names_each_that_fails() -> None:
    places = [Memory("one", broken="preflight"), Memory("two"), Memory("three", broken="preflight")]
    with pytest.raises(PublishError) as refused:
        Publication(places).preflight()
    assert [place.asked for place in places] == [["preflight"]] * 3
    assert str(refused.value) == (
        "one cannot preflight: it is broken: mend it; three cannot preflight: it is broken: mend it."
        " No secret was issued: put that right and run again"
    )


def test_a_plan_names_what_cannot_be_read() -> None:
    with pytest.raises(PublishError, match="one cannot read"):
        Publication([Memory("one", broken="read"), Memory("two")]).planned(document())


def test_a_secret_that_is_not_known_yet_is_planned() -> None:
    one = Memory("one", document())
    assert len(Publication([one]).planned(document(api_secret=None))) == 1
    (text,) = Publication([one]).planned(document(api_key=None, api_secret=None))
    assert "project (new)" in text
    assert set(one.asked) == {"read"}


def noted(secret: str | None, **fields: Any) -> dict[str, Any]:
    """What a store that shows no secret says of it."""
    rest = {name: value for name, value in document(**fields).items() if name != "api_secret"}
    return {**rest, "secret_fingerprint": secret and fingerprint(secret)}


@pytest.mark.parametrize(
    ("there", "writes", "looks"),
    [
        (noted(SECRET), False, False),
        (noted(SECRET, version=None), False, False),
        (noted(SECRET, api_key="46000002"), True, False),
        (noted(NEWER), True, True),
        (noted(None), True, True),
        (noted(None, api_key="46000002"), True, False),
        (noted(OLDER), True, False),
    ],
)
def test_a_fingerprint_stands_for_a_secret(there: Document, writes: bool, looks: bool) -> None:
    one = Memory("one", there)
    looked: list[int] = []

    def look() -> Document:
        looked.append(1)
        return document()

    assert len(Publication([one]).planned(document())) == writes
    done, failed = Publication([one]).ensure(document(), before=document(api_secret=OLDER), look=look)
    assert (len(done), failed, one.there, len(looked)) == (writes, None, document() if writes else there, looks)


def test_what_a_faster_run_published_is_known_by_its_fingerprint() -> None:
    one = Memory("one", noted(NEWER))
    done, failed = Publication([one]).ensure(document(), before=document(), look=lambda: document(api_secret=NEWER))
    assert (done, failed, one.there) == ((), None, noted(NEWER))


@pytest.mark.parametrize("there", [noted(SECRET), noted(None)])
def test_a_secret_that_is_not_known_yet_is_planned_by_fingerprint_as_well(there: Document) -> None:
    assert len(Publication([Memory("one", there)]).planned(document(api_secret=None))) == 1


def test_nothing_to_publish() -> None:
    one = Memory("one")
    publication = Publication([one])
    assert (publication.planned(None), publication.ensure(None), one.asked) == ((), ((), None), [])


def test_no_place() -> None:
    publication = Publication([])
    publication.preflight()
    assert (publication.planned(document()), publication.ensure(document())) == ((), ((), None))


def test_real_places_beside_each_other(tmp_path: Path) -> None:
    whole, broken = store(f"file:{tmp_path}/whole.json"), store(f"file:{tmp_path}")
    done, failed = Publication([broken, whole]).ensure(document())
    assert len(done) == 1
    assert whole.read() == document()
    assert "is a folder" in str(failed)
    assert SECRET not in f"{done} {failed}"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("nothing", "nothing"),
        ("", ""),
        (f"<{SECRET}>", "<***>"),
        (f"<{SECRET[5:20]}>", "<***>"),
        (f"{SECRET}{SECRET} and {SECRET[:8]}", "*** and ***"),
        (SECRET[:7], SECRET[:7]),
        (SECRET.upper(), "***"),
        (f"cut: {SECRET.upper()[9:20]}", "cut: ***"),
        (SECRET.encode().hex(), "***"),
        (SECRET.encode().hex().upper()[30:50], "***"),
        ("".join(f"%{char:02X}" for char in SECRET.encode()), "***"),
        ("'authorization': 'Bearer abcdefghij.klmnopqrst'", "'authorization': 'Bearer ***'"),
        ("a Bearer or PoP token, a bearer token", "a Bearer or PoP token, a bearer token"),
        ("assertion=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhY21lIn0.c2ln, no more", "assertion=***, no more"),
        ("a short one: abc.", "a short one: ***."),
        ("two\nlines\x1b[0m", "two lines [0m"),
    ],
)
def test_scrubbing(said: str, shown: str) -> None:
    assert scrubbed(said, [SECRET, None, "", "abc"]) == shown
