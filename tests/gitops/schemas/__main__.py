# SPDX-License-Identifier: Apache-2.0
"""Makes the JSON schemas in this folder from CRDs, and those of Kubernetes' own kinds from its OpenAPI document; see README.md for what of.

    python -m tests.gitops.schemas CRD.yaml... [swagger.json Kind...]

As the API server reads them: what a schema does not name is unknown (it would be dropped there, and is an error here). Texts are left out, and so is
what lies deeper than DEPTH in a pod's template, of which examples say little.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
KEPT = ("type", "enum", "required", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "anyOf", "oneOf", "not")
DEPTH = 5
"""Levels below `podTemplate`."""

Schema = dict[str, Any]


def strict(schema: Schema, below: int | None = None, definitions: Schema | None = None) -> Schema:
    """`schema` without texts, closed; `below`: how many levels below a pod's template it is."""
    if "$ref" in schema:
        schema = (definitions or {})[schema["$ref"].rsplit("/", 1)[-1]]
    if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
        return {"type": ["integer", "string"]}
    if below is not None and below > DEPTH:
        return {"type": schema["type"]} if "type" in schema else {}
    deeper = None if below is None else below + 1
    kept: Schema = {name: schema[name] for name in KEPT if name in schema}
    if "properties" in schema:
        kept["properties"] = {
            name: strict(value, 0 if name == "podTemplate" else deeper, definitions)
            for name, value in schema["properties"].items()
            if name != "status"
        }
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            kept["additionalProperties"] = False
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            kept[name] = strict(schema[name], deeper, definitions)
    return kept


def with_metadata(schema: Schema) -> Schema:
    """The API server has these of every object."""
    texts = {"type": "object", "additionalProperties": {"type": "string"}}
    names = {name: {"type": "string"} for name in ("name", "namespace", "generateName")}
    metadata = {**names, "labels": texts, "annotations": texts, "finalizers": {"type": "array", "items": {"type": "string"}}}
    schema["properties"] |= {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object", "properties": metadata, "required": ["name"], "additionalProperties": False},
    }
    return {**schema, "required": sorted({*schema.get("required", ()), "apiVersion", "kind", "metadata"})}


def of_crds(path: Path) -> Iterator[tuple[str, Schema]]:
    """Name of file -> schema, of the version that is stored."""
    for crd in filter(None, yaml.safe_load_all(path.read_text(encoding="utf-8"))):
        spec = crd["spec"]
        for version in spec["versions"]:
            name = f"{spec['names']['kind']}_{spec['group']}_{version['name']}".lower()
            if version["storage"]:
                yield name, strict(version["schema"]["openAPIV3Schema"])


def of_kubernetes(path: Path, kinds: list[str]) -> Iterator[tuple[str, Schema]]:
    """The same, of Kubernetes' own kinds in their version v1."""
    definitions = json.loads(path.read_text(encoding="utf-8"))["definitions"]
    for schema in definitions.values():
        for known in schema.get("x-kubernetes-group-version-kind", ()):
            if known["kind"] in kinds and known["version"] == "v1":
                own = {**schema, "properties": {name: value for name, value in schema["properties"].items() if name != "metadata"}}
                # kubeconform takes the version for the group where there is none.
                yield f"{known['kind']}_{known['group'] or 'v1'}_v1".lower(), strict(own, definitions=definitions)


def main(arguments: list[str]) -> None:
    kinds = [word for word in arguments if word.isalnum()]
    for path in (Path(word) for word in arguments if not word.isalnum()):
        for name, schema in of_kubernetes(path, kinds) if path.suffix == ".json" else of_crds(path):
            (HERE / f"{name}.json").write_text(json.dumps(with_metadata(schema), separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
