# SPDX-License-Identifier: Apache-2.0
"""What every store promises, each asked in turn."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core.desired.publish import PublishError
from tests.stores.places import NEWER, SECRET, Place, document


def test_nothing_is_there_at_first(place: Place) -> None:
    assert place.store.read() is None


def test_what_was_written_is_there_whole(place: Place) -> None:
    place.store.write(document())
    assert place.look() == document()
    assert place.store.read() == place.as_read(document())


def test_it_is_replaced_whole(place: Place) -> None:
    place.store.write(document())
    newer = document(api_secret=NEWER, version=2)
    place.store.write(newer)
    assert place.look() == newer
    assert place.store.read() == place.as_read(newer)


def test_a_document_without_version_and_time(place: Place) -> None:
    unrecorded = document(version=None, rotated_at=None)
    place.store.write(unrecorded)
    assert place.store.read() == place.as_read(unrecorded)


def test_read_and_write_by_one_store_in_turn(place: Place) -> None:
    one = place.store
    for version in (1, 2, 3):
        one.preflight()
        assert (one.read() or {}).get("version") == (version - 1 or None)
        one.write(document(version=version))
    assert place.look() == document(version=3)


def test_a_preflight_gives_readers_no_credentials(place: Place) -> None:
    place.store.preflight()
    assert place.store.read() is None
    assert "api_secret" not in (place.look() or {})


def test_a_preflight_leaves_what_is_there(place: Place) -> None:
    place.store.write(document())
    place.store.preflight()
    assert place.look() == document()
    assert place.store.read() == place.as_read(document())


def test_a_write_after_a_preflight_that_another_run_made(place: Place) -> None:
    place.store.preflight()
    place.store.write(document())
    assert place.look() == document()


def test_what_was_taken_away_is_nothing(place: Place) -> None:
    place.store.write(document())
    place.remove()
    assert place.store.read() is None
    place.store.preflight()
    place.store.write(document(version=2))
    assert place.look() == document(version=2)


@pytest.mark.parametrize("foreign", [{"password": "hunter2"}, {"platform": "twilio", "api_key": "1"}, {"api_key": "46000001", "api_secret": SECRET}])
def test_what_someone_else_keeps_there_is_not_touched(place: Place, foreign: dict[str, Any]) -> None:
    place.put(foreign)
    for ask in (place.store.read, place.store.preflight):
        with pytest.raises(PublishError, match="no OpenTok credential document, and is not overwritten") as refused:
            ask()
        assert "hunter2" not in str(refused.value)
    assert place.look() == foreign


def test_no_text_of_a_store_has_the_secret(place: Place) -> None:
    store = place.store
    store.write(document())
    store.read()
    assert SECRET not in f"{store!r} {store.where} {vars(store)}"


def test_no_log_has_the_secret(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """At INFO. At DEBUG boto3 itself shows what it sends (docs/publish.md says so)."""
    caplog.set_level("INFO")
    store = place.store
    store.preflight()
    store.write(document())
    store.read()
    assert SECRET not in caplog.text
