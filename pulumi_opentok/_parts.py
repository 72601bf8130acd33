# SPDX-License-Identifier: Apache-2.0
"""The arguments of a component's parts, which are those of their resources but for what the component gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ._args import names


def problems_of_part(part: str, takes: type, args: Any, given: Mapping[str, str], *, called: str | None = None) -> Iterator[str]:
    """What is wrong with the arguments of a part, a line each. No value is quoted.

    ``takes``: the ``TypedDict`` that declares them. ``given``: what the component gives, and what to do instead. ``called``: the part in a sentence.
    """
    if args is None:
        return
    if not isinstance(args, Mapping):
        yield f"{part}: must be a dict of arguments (whose values may be outputs), not {type(args).__name__}"
        return
    there = names(takes)
    for name in args:
        if name in given:
            yield f"{part}.{name}: {given[name]}"
        elif name not in there:
            yield f"{part}.{name}: unknown argument; the {called or part} takes {', '.join(sorted(there))}"
