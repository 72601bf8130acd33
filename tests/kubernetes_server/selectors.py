# SPDX-License-Identifier: Apache-2.0
"""Label selectors. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api."""

from __future__ import annotations

import re
from collections.abc import Callable

from .status import bad_request

Labels = dict[str, str]
_SET = re.compile(r"(?P<key>[^\s=!,()]+)\s+(?P<word>in|notin)\s+\((?P<values>[^)]*)\)")
_EQUAL = re.compile(r"(?P<key>[^\s=!,()]+)\s*(?P<sign>==|=|!=)\s*(?P<value>[^\s=!,()]*)")
_THERE = re.compile(r"(?P<no>!?)\s*(?P<key>[^\s=!,()]+)")


def selector(text: str) -> Callable[[Labels], bool]:
    """Whether labels are selected. Raises :class:`Refusal`."""
    tests = [_requirement(part.strip()) for part in re.split(r",(?![^(]*\))", text) if part.strip()]
    return lambda labels: all(test(labels) for test in tests)


def _requirement(part: str) -> Callable[[Labels], bool]:
    if found := _SET.fullmatch(part):
        key, values, wanted = found["key"], {value.strip() for value in found["values"].split(",")}, found["word"] == "in"
        return lambda labels: (labels[key] in values) == wanted if key in labels else not wanted
    if found := _EQUAL.fullmatch(part):
        key, value, same = found["key"], found["value"], found["sign"] != "!="
        return lambda labels: (labels.get(key) == value) == same
    if found := _THERE.fullmatch(part):
        key, there = found["key"], not found["no"]
        return lambda labels: (key in labels) == there
    raise bad_request(f"unable to parse requirement: found '{part}'")
