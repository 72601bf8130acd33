# SPDX-License-Identifier: Apache-2.0
"""Names between the wire of the native provider and the kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_opentok._package import PROVIDER, from_wire, package, path_to_wire, properties, to_wire
from pulumi_opentok.core.version import VERSION

PROJECT = "opentok:index:Project"
BROADCAST = "opentok:index:Broadcast"
UNKNOWN = object()
ON_THE_WIRE = {
    "secretTriggers": {"apiKey": "1", "api_key": "2"},
    "rotationWindow": {"start": "02:00", "appliesTo": "all", "days": UNKNOWN},
    "__private": {"some_name": {"anotherName": 1}},
    "nameOfNothing": {"apiKey": 1},
}
IN_PYTHON = {
    "secret_triggers": {"apiKey": "1", "api_key": "2"},
    "rotation_window": {"start": "02:00", "applies_to": "all", "days": UNKNOWN},
    "__private": {"some_name": {"anotherName": 1}},
    "nameOfNothing": {"apiKey": 1},
}


def test_the_types_say_what_is_a_name() -> None:
    assert from_wire(PROJECT, ON_THE_WIRE, outputs=False) == IN_PYTHON
    assert to_wire(PROJECT, IN_PYTHON, outputs=False) == ON_THE_WIRE
    assert from_wire(PROJECT, IN_PYTHON, outputs=True) == IN_PYTHON, "as the dynamic provider has written it"


def test_what_is_spelt_as_it_ought_to_be_is_meant() -> None:
    both = {"on_delete": "delete", "onDelete": "retain"}
    for given_ in (both, dict(reversed(both.items()))):
        assert from_wire(PROJECT, given_, outputs=False) == {"on_delete": "retain"}
        assert to_wire(PROJECT, given_, outputs=False) == {"onDelete": "delete"}


def test_an_output_may_still_be_as_it_was_declared() -> None:
    rtmp = [{"server_url": "rtmps://live.example.com/…", "stream_name": "x", "status": "live"}, UNKNOWN]
    wire = {"rtmp": [{"serverUrl": "rtmps://live.example.com/…", "streamName": "x", "status": "live"}, UNKNOWN], "hlsUrl": None}
    assert to_wire(BROADCAST, {"rtmp": rtmp, "hls_url": None}, outputs=True) == wire
    assert from_wire(BROADCAST, wire, outputs=True) == {"rtmp": rtmp, "hls_url": None}


def test_what_a_function_answers_is_what_the_schema_has() -> None:
    rows = {"archives": [{"session_id": "1_x", "url": "https://secret", "streams": [{"stream_id": "s", "secret": "y"}]}]}
    shown = to_wire("opentok:index:getArchives", rows, outputs=True, known_only=True)
    assert shown == {"archives": [{"sessionId": "1_x", "streams": [{"streamId": "s"}]}]}


def test_a_path_is_told_by_the_names_of_the_wire() -> None:
    assert path_to_wire(PROJECT, "rotation_window.applies_to") == "rotationWindow.appliesTo"
    assert path_to_wire(BROADCAST, "rtmp[12].server_url") == "rtmp[12].serverUrl"
    assert path_to_wire(PROJECT, "secret_triggers.api_key") == "secretTriggers.api_key"
    assert path_to_wire(PROJECT, "no_such_thing") == "no_such_thing"
    assert path_to_wire(PROVIDER, "account_key") == "accountKey"


def test_a_token_of_another_package_is_an_error() -> None:
    with pytest.raises(KeyError):
        properties("opentok:index:Room", outputs=True)
    assert package()["version"] == VERSION


def values(fields: Mapping[str, Mapping[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: value(said) for name, said in fields.items()})


def value(said: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Something of this type of the schema, or what stands in its place in a preview."""
    kind = said.get("$ref", "").removeprefix("#/types/")
    if kind in package()["types"]:
        return st.just(UNKNOWN) | values(package()["types"][kind]["properties"])
    if said.get("type") == "array":
        return st.just(UNKNOWN) | st.lists(value(said["items"]), max_size=3)
    names = st.sampled_from(["apiKey", "api_key", "__private", "x"])
    return st.just(UNKNOWN) | st.text(max_size=3) | st.dictionaries(names, st.integers())


@settings(deadline=None)
@given(st.data(), st.sampled_from([*package()["resources"], *package()["functions"], PROVIDER]), st.booleans())
def test_there_and_back(data: st.DataObject, token: str, outputs: bool) -> None:
    wire = data.draw(values(properties(token, outputs=outputs)))
    there = from_wire(token, wire, outputs=outputs)
    assert to_wire(token, there, outputs=outputs) == wire
    assert from_wire(token, there, outputs=outputs) == there
