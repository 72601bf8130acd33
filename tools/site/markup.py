# SPDX-License-Identifier: Apache-2.0
"""Ansible's markup (`O(option)`, `M(module)`, `V(value)`) as HTML, by antsibull's own parser, with links to the pages of this site."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from antsibull_docs_parser import dom
from antsibull_docs_parser.format import LinkProvider
from antsibull_docs_parser.html import to_html_plain
from antsibull_docs_parser.parser import Context, parse

NAMESPACE = "opentok.cloud."


class Links(LinkProvider):
    """Pages of our plugins; what is Ansible's own is not linked."""

    def __init__(self, folder: str = "") -> None:
        self._folder = folder

    def plugin_link(self, plugin: dom.PluginIdentifier) -> str | None:
        return self._folder + page_of(plugin.fqcn, plugin.type) if plugin.fqcn.startswith(NAMESPACE) else None

    def plugin_option_like_link(
        self,
        plugin: dom.PluginIdentifier,
        entrypoint: str | None,
        what: Literal["option", "retval"],
        name: list[str],
        current_plugin: bool,
    ) -> str | None:
        page = self.plugin_link(plugin)
        return page and f"{page}#{anchor(what, name)}"


def page_of(fqcn: str, kind: str, suffix: str = ".html") -> str:
    """The page of a plugin, as the site names it."""
    return f"{fqcn.removeprefix(NAMESPACE)}_{kind}{suffix}"


def anchor(what: str, name: Sequence[str]) -> str:
    """Where an option or a return value stands on the page of its plugin."""
    return "-".join((what, *name))


def as_html(text: str | Sequence[str], fqcn: str, kind: str, folder: str = "") -> list[str]:
    """Paragraphs. ``folder``: the way to the pages of the plugins from where the text will stand."""
    plugin = dom.PluginIdentifier(fqcn, kind)
    context = Context(current_plugin=plugin, role_entrypoint="main" if kind == "role" else None)
    paragraphs = parse(list([text] if isinstance(text, str) else text), context, errors="exception", strict=True)
    return [
        to_html_plain([paragraph], link_provider=Links(folder), current_plugin=plugin, par_start="", par_end="").strip() for paragraph in paragraphs
    ]


def type_of(option: Mapping[str, Any]) -> str:
    """The type of an option in one word or three."""
    kind = str(option.get("type", "str"))
    return f"list of {option['elements']}" if option.get("elements") else {"raw": "str"}.get(kind, kind)


def code(value: object) -> str:
    return f"<code>{html.escape(str(value))}</code>"
