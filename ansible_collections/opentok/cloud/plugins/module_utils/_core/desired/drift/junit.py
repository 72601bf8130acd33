# SPDX-License-Identifier: Apache-2.0
"""A drift document as JUnit XML: a test case for each item, which fails where it has drifted and is an error where nobody could look."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from .document import COULD_NOT_LOOK, DRIFT, Document
from .plain import plain
from .words import explained, title

SUITE = "opentok-drift"


def of_document(document: Document) -> str:
    """The XML."""
    suites = ET.Element("testsuites", name=SUITE)
    suite = ET.SubElement(suites, "testsuite", name=SUITE, timestamp=document["looked_at"].rstrip("Z"), time="0")
    for one in document["items"]:
        _case(suite, document, one)
    for one in document["undeclared"]:
        _case(suite, document, one)
    if document["errors"] and not document["items"]:
        look = ET.SubElement(suite, "testcase", classname=_class(document), name="look", time="0")
        for text in document["errors"]:
            ET.SubElement(look, "error", message=plain(text), type=COULD_NOT_LOOK)
    totals = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    for name, path in totals.items():
        for element in (suites, suite):
            element.set(name, str(len(suite.findall(path))))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _class(document: Document) -> str:
    return f"opentok.{plain(document['account_key'] or 'account')}"


def _case(suite: ET.Element, document: Document, one: Document) -> None:
    case = ET.SubElement(suite, "testcase", classname=_class(document), name=title(one), time="0")
    said = [*one["actions"], *explained(one), *(one["due"] or {}).get("reasons", ()), *one["warnings"]]
    text = "\n".join(map(plain, said))
    if one["result"] in (DRIFT, COULD_NOT_LOOK):
        first = next(filter(None, (one["error"], *one["disruptive"], *said)), one["result"])
        failure = ET.SubElement(case, "failure" if one["result"] == DRIFT else "error", message=plain(first), type=one["result"])
        failure.text = text
    elif text:
        ET.SubElement(case, "system-out").text = text
