# SPDX-License-Identifier: Apache-2.0
"""A page each plugin of the collection, from what `ansible-doc` says of it."""

from __future__ import annotations

import ast
import html
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from pulumi_opentok.core import ENVIRONMENT
from tools.site.markup import NAMESPACE, anchor, as_html, code, page_of, type_of
from tools.site.places import COLLECTION, ROOT

FOLDER = "reference/ansible"
KINDS = {"module": "Modules", "lookup": "Lookups", "inventory": "Inventories", "filter": "Filters", "role": "Roles", "event_source": "Event sources"}
Document = Mapping[str, Any]


def documents() -> dict[str, dict[str, Document]]:
    """What `ansible-doc` knows of the collection in this tree: kind, name, document."""
    environ = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT), "ANSIBLE_NOCOLOR": "1"}
    command = [str(Path(sys.executable).with_name("ansible-doc")), "--metadata-dump", NAMESPACE.rstrip(".")]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    everything = json.loads(done.stdout)["all"] | {"event_source": dict(event_sources())}
    return {kind: {name: one for name, one in everything.get(kind, {}).items() if name.startswith(NAMESPACE)} for kind in KINDS}


def event_sources() -> Iterator[tuple[str, Document]]:
    """What `ansible-doc` knows nothing of, from the same texts."""
    for path in sorted(COLLECTION.glob("extensions/eda/plugins/event_source/[a-z]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assigned = {one.targets[0].id: one.value for one in tree.body if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)}
        texts = {name: ast.literal_eval(assigned[name]) for name in ("DOCUMENTATION", "EXAMPLES") if name in assigned}
        yield NAMESPACE + path.stem, {"doc": yaml.safe_load(texts["DOCUMENTATION"]), "examples": texts.get("EXAMPLES", "")}


def pages(known: Mapping[str, Mapping[str, Document]]) -> dict[str, str]:
    """All of them, and their index."""
    index = ["# All plugins\n\nRecipes are in [opentok.cloud](../../ansible_collections/opentok/cloud/README.md).\n"]
    found = {}
    for kind, heading in KINDS.items():
        index.append(f"\n## {heading}\n\n| Name | What it does |\n|---|---|\n")
        for name, document in sorted(known[kind].items()):
            page = page_of(name, kind, ".md")
            found[f"{FOLDER}/{page}"] = page_text(name, kind, document)
            summary = " ".join(as_html(described(kind, document)["short_description"], name, kind))
            index.append(f"| [{name}]({page}) | {summary} |\n")
    return {f"{FOLDER}/README.md": "".join(index), **found}


def described(kind: str, document: Document) -> Document:
    """The part that has the description and the options."""
    found: Document = document["entry_points"]["main"] if kind == "role" else document["doc"]
    return found


def page_text(name: str, kind: str, document: Document) -> str:
    """The page of one."""
    main = described(kind, document)

    def paragraphs(text: Any) -> str:
        return "\n\n".join(as_html(text, name, kind))

    parts = [f"# {name.removeprefix(NAMESPACE)} ({kind.replace('_', ' ')})", f"**{paragraphs(main['short_description'])}**"]
    parts += [f"Its whole name is `{name}`."]
    parts += [paragraphs(main["description"])]
    if main.get("requirements"):
        parts.append("Requires " + "; ".join(as_html(main["requirements"], name, kind)) + ".")
    if main.get("options"):
        parts += ["## Options", table(rows(main["options"], "option", name, kind))]
    if main.get("notes"):
        parts += ["## Notes", "\n".join(f"- {note}" for note in as_html(main["notes"], name, kind))]
    if main.get("attributes"):
        parts += ["## Attributes", table(attributes(main["attributes"], name, kind))]
    examples = document.get("examples") or ""
    if examples.strip():
        parts += ["## Examples", f"```yaml\n{examples.strip()}\n```"]
    if document.get("return"):
        parts += ["## Return values", table(rows(document["return"], "retval", name, kind))]
    return "\n\n".join(parts) + "\n"


def table(lines: Iterator[str]) -> str:
    return '<table class="options"><tbody>\n' + "\n".join(lines) + "\n</tbody></table>"


def table_row(what: str, name: str, facts: Sequence[str], text: Sequence[str], above: tuple[str, ...] = ()) -> str:
    """A property: its name, which can be linked, in a few words what it is, and its text."""
    place = anchor(what, (*above, name))
    head = "".join(f"<span>{part}.</span>" for part in above) + f'<a href="#{place}">{name}</a>'
    paragraphs = "".join(f"<p>{one}</p>" for one in text)
    return f'<tr id="{place}"><td><code>{head}</code><br><small>{", ".join(facts)}</small></td><td>{paragraphs}</td></tr>'


def rows(options: Mapping[str, Document], what: str, plugin: str, kind: str, above: tuple[str, ...] = ()) -> Iterator[str]:
    """An option or return value a row, those that it consists of after it."""
    ordered = sorted(options.items(), key=by_importance) if what == "option" else options.items()
    for name, option in ordered:
        path = (*above, name)
        facts = [type_of(option), *(["<strong>required</strong>"] if option.get("required") else [])]
        facts += [f"also {code(alias)}" for alias in option.get("aliases") or []]
        text = as_html(option.get("description", ""), plugin, kind)
        yield table_row(what, name, facts, [*text, *values(option)], above)
        yield from rows(option.get("suboptions") or option.get("options") or option.get("contains") or {}, what, plugin, kind, path)


def by_importance(named: tuple[str, Document]) -> tuple[bool, bool]:
    """What has to be there first, what says where the API is and who asks last."""
    name, option = named
    return name in ENVIRONMENT, not option.get("required")


def values(option: Document) -> Iterator[str]:
    """What an option may be, what it is where nothing is said, what a return value looks like and when there is one."""
    if option.get("choices"):
        yield "One of " + ", ".join(code(choice) for choice in option["choices"])
    if option.get("default") is not None:
        yield f"Default: {code(option['default'] if isinstance(option['default'], str) else json.dumps(option['default']))}"
    if option.get("returned"):
        yield f"<em>Returned: {html.escape(str(option['returned']))}</em>"
    if "sample" in option:
        yield f"Such as {code(json.dumps(option['sample'], ensure_ascii=False))}"


def attributes(known: Mapping[str, Document], plugin: str, kind: str) -> Iterator[str]:
    for name, attribute in known.items():
        text = as_html(attribute["description"], plugin, kind) + as_html(attribute.get("details") or [], plugin, kind)
        yield table_row("attribute", name, [html.escape(str(attribute["support"]))], text)
