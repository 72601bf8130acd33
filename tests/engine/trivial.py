# SPDX-License-Identifier: Apache-2.0
"""A dynamic resource of a few lines: a row in a JSON file, to prove that the engine and the helpers around it work."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult


class Store:
    """The outside world: the file that TRIVIAL_STORE names."""

    def __init__(self, path: str | None = None) -> None:
        self._path = Path(path or os.environ["TRIVIAL_STORE"])

    def rows(self) -> dict[str, str]:
        """Colour by id."""
        return dict(json.loads(self._path.read_text(encoding="utf-8"))) if self._path.exists() else {}

    def put(self, key: str, colour: str | None) -> None:
        """Writes a row; None takes it away."""
        rows = {**self.rows(), key: colour}
        self._path.write_text(json.dumps({k: v for k, v in rows.items() if v is not None}), encoding="utf-8")


class TrivialProvider(ResourceProvider):
    """A name is for life; a colour can be changed."""

    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: Any, _news: Any) -> DiffResult:
        changed = [key for key in ("name", "colour") if _olds.get(key) != _news.get(key)]
        if not changed:
            return DiffResult(changes=False)
        return DiffResult(changes=None, replaces=[key for key in changed if key == "name"])

    def create(self, props: Any) -> CreateResult:
        Store().put(props["name"], props["colour"])
        return CreateResult(props["name"], {"name": props["name"], "colour": props["colour"]})

    def update(self, _id: str, _olds: Any, _news: Any) -> UpdateResult:
        Store().put(_id, _news["colour"])
        return UpdateResult({"name": _news["name"], "colour": _news["colour"]})

    def read(self, id_: str, props: Any) -> ReadResult:
        colour = Store().rows().get(id_)
        if colour is None:
            return ReadResult("", {})
        outs = {"name": id_, "colour": colour}
        return ReadResult(id_, outs, inputs=dict(outs))

    def delete(self, _id: str, _props: Any) -> None:
        Store().put(_id, None)


class Trivial(Resource, module="proof", name="Trivial"):
    """A row with a colour."""

    colour: pulumi.Output[str]

    def __init__(self, resource_name: str, name: str, colour: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TrivialProvider(), resource_name, {"name": name, "colour": colour}, opts)
