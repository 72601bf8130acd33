# SPDX-License-Identifier: Apache-2.0
"""Faults of the service itself: it does something else than it was asked for, or tells something else than it did.

========== ===========================================================================================================
kind       what is done, and what is told
========== ===========================================================================================================
lag        a read is answered as of some changes or seconds ago
foreign    the work is done, the answer is the row of another project
unchanged  the secret is not refreshed and the answer says 200 (``done``: it is refreshed, and the answer has the old one)
rename     the project gets another name than was asked for: trimmed, cut, in lower case or in another form of Unicode
twice      the work is done twice, as if a proxy had sent the request again; the second answer is told
========== ===========================================================================================================

What goes wrong on the wire is in wire.py; work that is done too late in late.py.
"""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from collections.abc import Callable, Mapping

from .faults import Fault
from .messages import Call, Handler, Reply, json_reply
from .projects import rows as projects

_WAYS: Mapping[str, Callable[[str], str]] = {
    "trim": lambda name: " ".join(name.split()),
    "cut": lambda name: name[: (len(name) + 1) // 2],
    "lower": str.lower,
    "nfd": lambda name: unicodedata.normalize("NFD", name),
}


def work(fault: Fault, call: Call, do: Handler) -> Reply:
    """Do the work of a call as the fault wants it done, by the fault's kind."""
    if fault.kind == "lag":
        with call.service.history.as_of(fault.changes, fault.seconds):
            return do(call)
    if fault.kind == "rename":
        return do(dataclasses.replace(call, body=_renamed(call.body, fault.how)))
    if fault.kind == "twice":
        do(call)
        return do(call)
    if fault.kind == "unchanged":
        return _unchanged(fault, call, do)
    reply = do(call)
    return _foreign(call, reply) if fault.kind == "foreign" and reply.status == 200 else reply


def _renamed(body: bytes, how: str) -> bytes:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(fields, dict) or not isinstance(fields.get("name"), str):
        return body
    return json.dumps({**fields, "name": _WAYS[how](fields["name"])}).encode("utf-8")


def _unchanged(fault: Fault, call: Call, do: Handler) -> Reply:
    before = projects.find(call.service.db, call.parameters["api_key"])
    if before is None or before["account"] != call.signer.key or fault.done:
        reply = do(call)
        if before is None or reply.status != 200:
            return reply
        return json_reply({**json.loads(reply.body), "secret": before["secret"]})
    return json_reply(projects.as_json(before))


def _foreign(call: Call, reply: Reply) -> Reply:
    """The row of another project, of the same account if it has one; the right answer where there is no other project."""
    own = json.loads(reply.body)["id"]
    others = [row for row in projects.listed(call.service.db) if row["id"] != own]
    others.sort(key=lambda row: row["account"] != call.signer.key)
    return json_reply(projects.as_json(others[0])) if others else reply
