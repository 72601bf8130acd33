# SPDX-License-Identifier: Apache-2.0
"""Pages of the Python API: the names that the packages export, each handed to mkdocstrings."""

from __future__ import annotations

import pulumi_opentok
from tools.site.roles import PACKAGES, public

PULUMI = "reference/pulumi"
PYTHON = "reference/python"
DOCUMENTED = {"show_if_no_docstring": False}
ARGUMENTS = {"show_signature": False, "inherited_members": True}
CHOICES = {"show_attribute_values": True}
TITLES = {
    "pulumi_opentok.core": ("core", "The core client", "Connections, credentials and errors of every layer."),
    "pulumi_opentok.emulator": ("emulator", "The emulator in Python", "An OpenTok for tests, in this process or in another."),
}


def pages() -> dict[str, str]:
    """A page each module of the Pulumi layer, core and emulator."""
    homes: dict[str, list[str]] = {}
    for name in pulumi_opentok.__all__:
        homes.setdefault(pulumi_opentok._HOMES[name].partition(".")[0].removesuffix("_args"), []).append(name)
    found = {f"{PULUMI}/{home}.md": pulumi_page(home, names) for home, names in sorted(homes.items())}
    for package in PACKAGES[1:]:
        file, title, text = TITLES[package.__name__]
        found[f"{PYTHON}/{file}.md"] = f"# {title}\n\n{text}\n\n" + "\n".join(block(place, DOCUMENTED) for place in public(package).values())
    return found


def pulumi_page(home: str, names: list[str]) -> str:
    """Its resource or its functions first, then what they take and return, then the words for values."""
    main = "".join(word.capitalize() for word in home.split("_"))
    ordered = sorted(names, key=lambda name: (name != main, not name.islower(), not name.startswith(main), "Args" not in name, name))
    title = main if main in names else home.capitalize()
    return f"# {title}\n\n" + "\n".join(block(f"{pulumi_opentok.__name__}.{name}", options_of(name)) for name in ordered)


def options_of(name: str) -> dict[str, bool]:
    """How a name of the Pulumi layer is shown."""
    if name.endswith(("Args", "ArgsDict")):
        return ARGUMENTS
    return {} if isinstance(getattr(pulumi_opentok, name), type) else CHOICES


def block(place: str, options: dict[str, bool]) -> str:
    lines = [f"      {name}: {str(value).lower()}" for name, value in options.items()]
    return "\n".join([f"::: {place}", *(["    options:"] if lines else []), *lines, ""])
