# SPDX-License-Identifier: Apache-2.0
"""A page each kind, from its table: which inputs it has, what their change does, what it puts out. The texts are those of both layers."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import griffe

import pulumi_opentok
from pulumi_opentok.core.desired.inputs import INTERNAL, STATEFUL, STATELESS, Input
from tools.kinds import Found, every_kind
from tools.site.collection import Document, table, table_row
from tools.site.markup import NAMESPACE, as_html, code, page_of, type_of
from tools.site.places import ROOT
from tools.site.roles import ROLE

FOLDER = "reference/kinds"
ANSIBLE = "../ansible/"

TRAITS = {
    "force_new": ("replaces", "a change makes another object, and then the old one ends as its kind says"),
    "reconciled": ("drift", "where the live value differs, the next run brings it back in place"),
    "reports_live_value": ("live", "the output shows the live value, which may differ from the declared one (a default is filled in, say)"),
    "secret": ("secret", "never shown: a fingerprint stands for it"),
    "names_other": ("names another", "it names what another step may have to make first, so in a preview it may be unknown"),
    "bounds": ("a bound", "it bounds or approves what is done: given as nothing, it is refused"),
    "only_present": ("only present", "contradicts `state: absent`"),
    "needs_record": ("needs a record", "means nothing without a state or a ledger of the last run"),
    "generated": ("made up", "without one, a value is made up and kept"),
    "followed": ("followed", "follows something that may change in the same run"),
}
"""The traits of :class:`Input` that people notice: their word, and what it means."""


def pages(known: Mapping[str, Mapping[str, Document]]) -> dict[str, str]:
    """All of them, and their index."""
    lines = ["# Kinds\n\nWhat can be declared, in Pulumi and in Ansible alike. These pages are made from the tables that both layers read.\n"]
    lines.append("\n| Kind | Pulumi | Ansible | What is declared |\n|---|---|---|---|\n")
    found = {}
    for kind in declared(known):
        module = known["module"][NAMESPACE + kind.name]["doc"]
        summary = as_html(module["short_description"], NAMESPACE + kind.name, "module", ANSIBLE)[0]
        found[f"{FOLDER}/{kind.name}.md"] = page_text(kind, known["module"][NAMESPACE + kind.name])
        resource = f"[`{kind.resource}`](../pulumi/{kind.name}.md)"
        ansible = f"[`{NAMESPACE}{kind.name}`](../ansible/{page_of(NAMESPACE + kind.name, 'module', '.md')})"
        lines.append(f"| [{kind.name}]({kind.name}.md) | {resource} | {ansible} | {summary} |\n")
    lines.append("\n## Words for inputs\n\n| Word | What it means |\n|---|---|\n")
    lines += [f"| {word} | {meaning} |\n" for word, meaning in TRAITS.values()]
    return {f"{FOLDER}/README.md": "".join(lines), **found}


def declared(known: Mapping[str, Mapping[str, Document]]) -> list[Found]:
    """The kinds that people can declare: that each has both layers, `tests/kinds` sees to."""
    return [kind for kind in every_kind() if NAMESPACE + kind.name in known["module"] and kind.resource in pulumi_opentok.__all__]


def page_text(kind: Found, document: Document) -> str:
    fqcn, resource = NAMESPACE + kind.name, kind.resource
    texts = Texts(kind, document)
    guide = next((name for name in (kind.name, f"{kind.name}s") if (ROOT / "docs" / f"{name.replace('_', '-')}.md").is_file()), None)
    links = [f"[`{resource}`](../pulumi/{kind.name}.md) of Pulumi", f"[`{fqcn}`](../ansible/{page_of(fqcn, 'module', '.md')}) of Ansible"]
    links += [f"[how to use it](../../docs/{guide.replace('_', '-')}.md)"] if guide else []
    short = as_html(document["doc"]["short_description"], fqcn, "module", ANSIBLE)[0]
    return "\n\n".join(
        [
            f"# {kind.name}",
            f"{short}: {', '.join(links)}.",
            "## Inputs",
            table(inputs(kind.kind.table, texts)),
            "The words in italics are explained [here](README.md#words-for-inputs).",
            "## Outputs",
            table(outputs(kind, texts)),
        ]
    )


def inputs(rows: tuple[Input, ...], texts: Texts, above: tuple[str, ...] = ()) -> Iterator[str]:
    """The rows that people give, the required ones first, and after each what it consists of."""
    given = [row for row in rows if row.layers != INTERNAL]
    for row in sorted(given, key=lambda row: not row.required):
        path = (*above, row.name)
        words = [{STATEFUL: "Pulumi only", STATELESS: "not in Pulumi"}[row.layers]] if row.layers else []
        words += [word for trait, (word, _) in TRAITS.items() if getattr(row, trait)]
        facts = ["str" if row.choices else texts.type(path), *(["<strong>required</strong>"] if row.required else [])]
        facts += [f"<em>{word}</em>" for word in words]
        more = ["One of " + ", ".join(code(choice) for choice in row.choices)] if row.choices else []
        more += [f"Default: {code(row.default if isinstance(row.default, str) else json.dumps(row.default))}"] if row.default is not None else []
        yield table_row("input", row.name, facts, [*texts.of_input(path), *more], above)
        yield from inputs(row.suboptions, texts, path)


def outputs(kind: Found, texts: Texts) -> Iterator[str]:
    for name in kind.kind.outputs:
        facts = [texts.type((name,)), *(["<em>secret</em>"] if name in kind.kind.secret_outputs else [])]
        yield table_row("output", name, facts, texts.of_output(name))


class Texts:
    """What the layers say of the properties of a kind: Ansible's documentation, or the docstrings of the Pulumi resource."""

    def __init__(self, kind: Found, document: Document) -> None:
        self._fqcn = NAMESPACE + kind.name
        self._options: Mapping[str, Any] = document["doc"]["options"]
        self._returned: Mapping[str, Any] = document["return"][kind.name].get("contains", {})
        path = ROOT / "pulumi_opentok" / f"{pulumi_opentok._HOMES[kind.resource]}.py"
        home = griffe.visit(kind.name, filepath=path, code=path.read_text(encoding="utf-8"))
        # The kind's own arguments last: those of its parts may have the same names.
        takes = [one for name, one in home.classes.items() if name.endswith("ArgsDict")]
        takes.sort(key=lambda one: one.name == f"{kind.resource}ArgsDict")
        self._takes = {name: one for taken in takes for name, one in taken.attributes.items()}
        self._has = home.classes[kind.resource].attributes

    def of_input(self, path: tuple[str, ...]) -> list[str]:
        return self._said(self._option(path), self._takes.get(path[-1]))

    def of_output(self, name: str) -> list[str]:
        return self._said(self._returned.get(name), self._has.get(name))

    def _option(self, path: tuple[str, ...]) -> Mapping[str, Any]:
        """Ansible's documentation of an input, or of a part of one."""
        found: Mapping[str, Any] = {"suboptions": self._options}
        for name in path:
            found = (found.get("suboptions") or {}).get(name, {})
        return found

    def type(self, path: tuple[str, ...]) -> str:
        """As Pulumi has it, without what every input has around it; of a part of an input, and of what Pulumi has not, as Ansible has it."""
        found = self._takes.get(path[0]) or self._has.get(path[0])
        if found is None or path[1:]:
            return html.escape(type_of(self._option(path) or self._returned.get(path[0], {})))
        text = re.sub(r"pulumi\.(?:Input|Output)\b", "", str(found.annotation))
        while text != (text := re.sub(r"(?<!\w)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]", r"\1", text)):
            pass
        text = re.sub(r"^Required\[(.*)\]$", r"\1", text)
        return html.escape(" | ".join(dict.fromkeys(part for part in text.split(" | ") if part != "None")))

    def _said(self, option: Mapping[str, Any] | None, attribute: griffe.Attribute | None) -> list[str]:
        if option:
            return as_html(option["description"], self._fqcn, "module", ANSIBLE)
        docstring = attribute.docstring.value if attribute is not None and attribute.docstring else ""
        return [as_markdown(docstring)] if docstring else []


def as_markdown(docstring: str) -> str:
    """The little Markdown that a docstring of an attribute has, as HTML."""
    return re.sub(r"``?([^`]+)``?", lambda match: code(match[1]), html.escape(ROLE.sub(r"`\1`", docstring), quote=False))
