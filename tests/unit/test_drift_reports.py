# SPDX-License-Identifier: Apache-2.0
"""Reports of drift: whatever others named or answered stays text in them."""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from markdown_it import MarkdownIt
from prometheus_client.parser import text_string_to_metric_families

from pulumi_opentok.core.desired.drift import junit, markdown, prometheus
from pulumi_opentok.core.desired.drift.document import AS_DECLARED, COULD_NOT_LOOK, DRIFT, RESULTS, document, item

NOW = datetime.datetime(2026, 11, 28, 3, tzinfo=datetime.timezone.utc)

HOSTILE = {
    "table": "a | b || c",
    "code": "`rm -rf` ``two`` ```three",
    "only code": "```",
    "lines": "one\n\n# two\r\n- three\u2028four\x85five\vsix",
    "quick action": "\n/close\n/label ~bug",
    "html": "</details><script>alert(1)</script><!-- opentok-drift -->",
    "comment ends": "--> <img src=x onerror=1>",
    "mention": "@everyone @org/team cc @octocat",
    "reference": "#1 org/repo#2 GH-3 !4 5d41402",
    "link": "[x](javascript:alert(1)) ![i](http://a/b) <http://evil.example> www.evil.example mail@evil.example",
    "right to left": "\u202egnp.exe\u2066\u2069\u200f",
    "invisible": "Ac\u200bme\ufeff\u00ad",
    "nothing": "\0",
    "no XML": "\x01\x08\x1b[31m\ufffe\uffff\ud800",
    "entity": "&lt;b&gt; ]]> &#64;all",
    "label": 'quote " back\\slash \\n {a="b"} 1\n# HELP x',
    "long": "x" * 255,
    "wide": "\U0001f680" * 255,
    "blank": "   ",
}


def report(*, errors: tuple[str, ...] = (), **texts: Any) -> Any:
    """A document with these texts wherever a report shows any."""
    text = texts["text"]
    fields = {
        "id_": text,
        "name": text,
        "differs": [{"property": "name", "expected": text, "found": text}],
        "actions": [text],
        "disruptive": [text],
        "warnings": [text],
        "due": {"reasons": [text], "since": None, "opens": None},
    }
    items = [item(f"{result} {text}", result=result, error=text if result == COULD_NOT_LOOK else None, **fields) for result in RESULTS]
    others = [item(text, result=DRIFT, name=text)]
    return document(items, source=text, looked_at=NOW, account_key=text, undeclared=others, errors=errors)


@pytest.mark.parametrize("case", HOSTILE)
def test_markdown_shows_text_as_text(case: str) -> None:
    """As a CommonMark parser with GitHub's tables and links reads it: all of it in code spans, one line each, nothing but our own words outside."""
    shown = markdown.of_document(report(text=HOSTILE[case]))
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(shown)
    assert [token.content for token in tokens if token.type == "html_block"] == ["<!-- opentok-drift -->\n"]
    outside = ""
    for token in tokens:
        assert token.type.removesuffix("_open").removesuffix("_close") in {"html_block", "heading", "paragraph", "inline", "bullet_list", "list_item"}
        for child in token.children or ():
            assert child.type in {"text", "code_inline", "strong_open", "strong_close"}, child
            outside += child.content if child.type == "text" else ""
    assert not re.sub(r"[A-Za-z0-9 :,.-]", "", outside), outside
    assert all(char.isprintable() or char == "\n" for char in shown)


@pytest.mark.parametrize("case", HOSTILE)
def test_junit_is_xml(case: str) -> None:
    text = junit.of_document(report(text=HOSTILE[case]))
    suite = ET.fromstring(text.encode("utf-8", "strict"))
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["4", "2", "1"]
    assert {element.tag for element in suite.iter()} == {"testsuites", "testsuite", "testcase", "failure", "error", "system-out"}
    assert len({case.get("name") for case in suite.iter("testcase")}) == 4


@pytest.mark.parametrize("case", HOSTILE)
def test_prometheus_reads_each_line(case: str) -> None:
    text = prometheus.of_document(report(text=HOSTILE[case]))
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert set(families) == set(prometheus.METRICS)
    samples = families["opentok_project_drift"].samples
    assert [(set(sample.labels), sample.value) for sample in samples] == [({"account_key", "key", "id", "name"}, value) for value in (0, 1)]
    assert all(sample.labels["key"].startswith((AS_DECLARED, DRIFT)) for sample in samples)
    assert len(text.splitlines()) == len(text.split("\n")) - 1, "nothing in it ends a line for one reader and not for another"


def test_a_secret_that_somebody_took_for_a_name_is_not_shown() -> None:
    secret = "0123456789abcdef0123456789abcdef01234567"
    odd = item(secret, result=DRIFT, name=f"ACME {secret}", differs=[{"property": "name", "expected": secret, "found": "x"}])
    whole = document([odd], source="test", looked_at=NOW)
    for text in (str(whole), markdown.of_document(whole), junit.of_document(whole), prometheus.of_document(whole)):
        assert secret not in text


@pytest.mark.parametrize("name", ["ACME", "\U0001f680" * 100])
def test_a_comment_has_the_length_that_it_may_have(name: str) -> None:
    many = [item(f"t{number}", result=DRIFT, name=name, actions=[f"suspend project {number}"] * 3) for number in range(5000)]
    text = markdown.of_document(document(many, source="test", looked_at=NOW))
    length = len(text.encode("utf-16-le")) // 2
    assert markdown.LIMIT - 2000 < length <= markdown.LIMIT
    shown, rest = text.count("\n- "), re.search(r"\n… and (\d+) more: the JSON document has them all\.\n\Z", text)
    assert rest is not None
    assert shown + int(rest[1]) == 5000
    assert "### OpenTok: 5000 of 5000 projects are not as declared" in text
