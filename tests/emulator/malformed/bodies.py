# SPDX-License-Identifier: Apache-2.0
"""Bodies that are wrong: no JSON, no object, a field of a wrong type or missing, nested without end, a form where JSON belongs, the reverse."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

from tests.emulator.malformed.scene import BODIES, FORMS, Ids

JSON, FORM = b"application/json", b"application/x-www-form-urlencoded"
DEPTH = 1000
NEEDED: dict[str, tuple[str, ...]] = {
    "project.set_status": (),
    "archive.start": ("sessionId",),
    "archive.set_layout": ("type",),
    "archive.update_streams": ("addStream",),
    "archive_storage.set": ("type", "config"),
    "stream.set_layout_classes": ("items",),
    "signal.to_all": ("data",),
    "signal.to_one": ("data",),
    "session.mute": ("active",),
    "sip.dial": ("sessionId", "token", "sip"),
    "dtmf.to_all": ("digits",),
    "dtmf.to_one": ("digits",),
    "callback.register": ("group", "event", "url"),
    "broadcast.start": ("sessionId", "outputs"),
    "broadcast.set_layout": ("type",),
    "render.start": ("sessionId", "token", "url"),
    "captions.start": ("sessionId", "token"),
    "audio_connector.start": ("sessionId", "token", "websocket"),
}

WRONG: dict[type, list[Any]] = {
    str: [5, 1.5, True, [], ["x"], {}, {"a": 1}, "\ud800", "x\udfff", 10**30],
    int: ["x", [], {}, True, 1.5, -1, 10**30, float("inf"), float("nan"), [1]],
    bool: ["yes", "", 1, 0, [], {}, 1.5],
    dict: [[], "x", "", 5, 0, True, False, [{}]],
    list: [{}, "x", "", 5, 0, True, False, {"0": "x"}],
}
"""Values that a field of that type must refuse; null is not among them, it counts as not given."""

FORM_WRONG = {
    "p2p.preference": ["", "maybe", "true", "Enabled", "\x00"],
    "archiveMode": ["", "sometimes", "ALWAYS", "1"],
    "archiveName": ["", "x" * 81, "x" * 10_000],
    "archiveResolution": ["", "1x1", "640X480", "640x480 "],
    "location": ["x", "1.2.3", "256.1.1.1", "::1", "1.2.3.4.5", "٣.1.1.1", "1.2.3.4\n"],
    "e2ee": ["yes", "", "1", "\ufeff"],
}

Body = Callable[[str, Ids, random.Random], tuple[bytes, bytes]]
"""Content type and body, of an operation's name."""


def no_json(operation: str, ids: Ids, chance: random.Random) -> tuple[bytes, bytes]:
    """Bytes that are not JSON, or not in UTF-8."""
    right = json.dumps(BODIES[operation](ids)).encode()
    cut = right[: chance.randrange(1, len(right))]
    at = chance.randrange(1, len(right))
    noise = bytes([chance.randrange(1, 256)]) + chance.randbytes(chance.randrange(1, 300)) + b"\xff"
    fixed = [b"{", b"\xff\xfe", b"{'a': 1}", b"{,}", b"\x00", b'{"a": 1}}', b'{"a": NaNa}', right.decode().encode("utf-16"), b"\xef\xbb\xbf" + right]
    return JSON, chance.choice([cut, right[:at] + b"\xff" + right[at:], noise, b"[" * 200_000, b'{"a":' * DEPTH, *fixed])


def no_object(_: str, __: Ids, chance: random.Random) -> tuple[bytes, bytes]:
    """JSON, but not an object."""
    return JSON, chance.choice([b"[]", b"[{}]", b'"x"', b"1", b"1e400", b"true", b"null", b"[" * DEPTH + b"]" * DEPTH, b'[{"name": "x"}]'])


def a_form(operation: str, ids: Ids, chance: random.Random) -> tuple[bytes, bytes]:
    """A form where JSON belongs, under its own name or as JSON."""
    body = {name: value if isinstance(value, str) else json.dumps(value) for name, value in BODIES[operation](ids).items()}
    return chance.choice([JSON, FORM]), urlencode(body).encode()


def wrong_type(operation: str, ids: Ids, chance: random.Random) -> tuple[bytes, bytes]:
    """One field, however deep, has a value of another type."""
    body = BODIES[operation](ids)
    place = chance.choice(list(places(body)))
    return JSON, json.dumps(replaced(body, place, chance.choice(WRONG[type(at(body, place))]))).encode()


def too_deep(operation: str, ids: Ids, chance: random.Random) -> tuple[bytes, bytes]:
    """One field is nested 1,000 deep."""
    body = BODIES[operation](ids)
    place = chance.choice(list(places(body)))
    text = json.dumps(replaced(body, place, "the field"))
    # Python 3.14 reads that many: then it is of another type, for an object of unknown fields is none that is refused.
    brackets = [pair for kind, pair in ((list, ("[", "]")), (dict, ('{"a":', "}"))) if not isinstance(at(body, place), kind)]
    opening, closing = chance.choice(brackets)
    return JSON, text.replace('"the field"', opening * DEPTH + "1" + closing * DEPTH).encode()


def missing(operation: str, ids: Ids, chance: random.Random) -> tuple[bytes, bytes]:
    """One field that must be there is not, or is null; or nothing is there."""
    body, name = BODIES[operation](ids), chance.choice([*NEEDED[operation], ""])
    without = {key: value for key, value in body.items() if key != name}
    return JSON, json.dumps(chance.choice([without, {**body, name: None}]) if name else {}).encode()


def wrong_form(operation: str, _: Ids, chance: random.Random) -> tuple[bytes, bytes]:
    """One field of a form has a value that it cannot have."""
    name = chance.choice(list(FORM_WRONG))
    return FORM, urlencode({**FORMS[operation], name: chance.choice(FORM_WRONG[name])}).encode()


def no_form(operation: str, _: Ids, chance: random.Random) -> tuple[bytes, bytes]:
    """JSON, XML or parts where a form belongs; bytes or escapes that are not UTF-8; fields without end."""
    right = urlencode(FORMS[operation]).encode()
    return chance.choice(
        [
            (JSON, json.dumps(FORMS[operation]).encode()),
            (b"text/xml", b"<session/>"),
            (b"multipart/form-data; boundary=x", b"--x--"),
            (FORM, right + b"&a=\xff"),
            (FORM, right + b"&a=%ff%fe"),
            (FORM, b"&".join(b"a%d=%d" % (number, number) for number in range(1000))),
            (FORM, b"archiveName=" + quote("x" * 500_000).encode()),
        ]
    )


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values are, however deep; not the whole itself."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*place, key)
        yield from places(inner, (*place, key))


def at(value: Any, place: tuple[Any, ...]) -> Any:
    """The value at a place."""
    for key in place:
        value = value[key]
    return value


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """A copy with another value at a place."""
    changed = copy.deepcopy(value)
    at(changed, place[:-1])[place[-1]] = new
    return changed


JSON_BODIES: dict[str, Body] = {
    "no JSON": no_json,
    "no JSON object": no_object,
    "a form for JSON": a_form,
    "a field of a wrong type": wrong_type,
    "a field nested 1,000 deep": too_deep,
    "a field that is missing": missing,
}
FORM_BODIES: dict[str, Body] = {"a wrong form field": wrong_form, "no form": no_form}
