# SPDX-License-Identifier: Apache-2.0
"""Pages of the Python API: the names that the packages export, each handed to mkdocstrings."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi_opentok
from tools.site.roles import PACKAGES, public

PULUMI = "reference/pulumi"
PYTHON = "reference/python"
DOCUMENTED = "    options:\n      show_if_no_docstring: false\n"
TITLES = {
    "pulumi_opentok.core": ("core", "The core client", "Connections, credentials and errors of every layer."),
    "pulumi_opentok.emulator": ("emulator", "The emulator in Python", "An OpenTok for tests, in this process or in another."),
}


def pages() -> dict[str, str]:
    """A page each module of the Pulumi layer, core and emulator."""
    homes: dict[str, list[str]] = {}
    for name in pulumi_opentok.__all__:
        homes.setdefault(pulumi_opentok._HOMES[name].removesuffix("_args"), []).append(name)
    found = {f"{PULUMI}/{home}.md": pulumi_page(home, names) for home, names in sorted(homes.items())}
    for package in PACKAGES[1:]:
        file, title, text = TITLES[package.__name__]
        found[f"{PYTHON}/{file}.md"] = f"# {title}\n\n{text}\n\n" + blocks(public(package).values(), DOCUMENTED)
    return found


def pulumi_page(home: str, names: list[str]) -> str:
    """Its resource first, then what the resource takes, then the words for values."""
    main = "".join(word.capitalize() for word in home.split("_"))
    ordered = sorted(names, key=lambda name: (name != main, not name.startswith(main), "Args" not in name, name))
    title = main if main in names else home.capitalize()
    return f"# {title}\n\n" + blocks(f"{pulumi_opentok.__name__}.{name}" for name in ordered)


def blocks(places: Iterable[str], options: str = "") -> str:
    return "\n".join(f"::: {place}\n{options}" for place in places)
