# SPDX-License-Identifier: Apache-2.0
"""An extension of griffe: ``:class:`Project``` of a docstring becomes a link, if the name is one that people import."""

from __future__ import annotations

import re
from typing import Any

import griffe

import pulumi_opentok
from pulumi_opentok import core, emulator

ROLE = re.compile(r":(?:class|func|meth|data|attr|exc):`~?([\w.]+)`")
PACKAGES = (pulumi_opentok, core, emulator)


def public(package: Any) -> dict[str, str]:
    """The names of a package that have a page, each with the place of what it names."""
    found = {}
    for name in package.__all__:
        one = getattr(package, name)
        if not name.isupper():
            # Where the core's is defined: griffe, which runs nothing, does not see how the core's names get where they are imported from.
            found[name] = f"{one.__module__ if package is core else package.__name__}.{name}"
    return found


PLACES = {name: place for package in reversed(PACKAGES) for name, place in public(package).items()}


class Roles(griffe.Extension):
    """Sees each object once, before anything is rendered."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            here = obj.path.removeprefix("pulumi_opentok.").partition(".")[0]
            obj.docstring.value = ROLE.sub(lambda match: link(match[1], here), obj.docstring.value)


def link(name: str, here: str) -> str:
    """A reference to ``name`` as a module of the package ``here`` says it."""
    short = name.rpartition(".")[2]
    near = [public(package)[short] for package in PACKAGES if package.__name__ == f"pulumi_opentok.{here}" and short in public(package)]
    place = near[0] if near else PLACES.get(short)
    return f"[`{name}`][{place}]" if place else f"`{name}`"
