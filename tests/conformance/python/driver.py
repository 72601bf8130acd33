# SPDX-License-Identifier: Apache-2.0
"""Runs the unmodified official SDK for the tests: one request a line on standard input, one answer a line on standard output.

    {"new": "Client", "args": [key, secret, url]}                     an object of one of the SDK's classes
    {"on": 3, "call": "create_session", "args": [], "kwargs": {}}     a method of something that an earlier answer kept
    {"on": 3, "call": "timeout"}, {"on": 3, "call": "timeout", "set": 5}   a property
    {"public": true}                                                  the names of all methods and properties

An argument {"$enum": "MediaModes.routed"} is that member. An object comes back as {"$kept": number, "$type": name, "value": its fields}.
Started with -S: the folder that is its argument and the standard library are all that it can import.
"""

from __future__ import annotations

import datetime
import enum
import importlib
import inspect
import json
import pkgutil
import sys
import types
import warnings
from typing import Any

INTERNAL = {"Endpoints"}
"""Classes that the SDK names as being for its own use."""

things: list[Any] = []


def main(folder: str) -> None:
    """Answers until its input ends."""
    sys.path.insert(0, folder)
    warnings.simplefilter("ignore")
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        try:
            said: dict[str, Any] = {"result": shown(answer(json.loads(line)))}
        except Exception as error:  # noqa: BLE001  # whatever the SDK raises is what the test asks about
            said = {"error": str(error), "type": type(error).__name__}
        answers.write(json.dumps(said) + "\n")
        answers.flush()


def answer(asked: dict[str, Any]) -> Any:
    """What the SDK returns."""
    if asked.get("public"):
        return public()
    args = [meant(value) for value in asked.get("args", [])]
    kwargs = {name: meant(value) for name, value in asked.get("kwargs", {}).items()}
    if "new" in asked:
        return getattr(importlib.import_module("opentok"), asked["new"])(*args, **kwargs)
    thing = things[asked["on"]]
    if "set" in asked:
        return setattr(thing, asked["call"], asked["set"])
    found = getattr(thing, asked["call"])
    return found(*args, **kwargs) if callable(found) else found


def meant(value: Any) -> Any:
    """An argument as the SDK takes it."""
    if isinstance(value, dict) and "$enum" in value:
        kind, _, member = value["$enum"].partition(".")
        return getattr(importlib.import_module("opentok"), kind)[member]
    return value


def shown(value: Any) -> Any:
    """A result as JSON; objects are kept."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple, map)):
        return [shown(one) for one in value]
    if isinstance(value, dict):
        return {str(name): shown(one) for name, one in value.items()}
    things.append(value)
    fields = {name: one for name, one in vars(value).items() if not name.startswith("_") and name not in ("sdk", "endpoints")}
    if hasattr(value, "status_code"):  # of requests
        fields = {"status_code": value.status_code, "text": value.text}
    return {"$kept": len(things) - 1, "$type": type(value).__name__, "value": {name: shown(one) for name, one in fields.items()}}


def public() -> list[str]:
    """Every public method and property that a class of the SDK defines, exceptions and enumerations left out."""
    package = importlib.import_module("opentok")
    names: set[str] = set()
    for module in pkgutil.iter_modules(package.__path__, "opentok."):
        for kind in vars(importlib.import_module(module.name)).values():
            if not inspect.isclass(kind) or not kind.__module__.startswith("opentok.") or issubclass(kind, (Exception, enum.Enum)):
                continue
            if kind.__name__ not in INTERNAL:
                names.update(f"{kind.__name__}.{name}" for name, member in vars(kind).items() if is_public(name, member))
    return sorted(names)


def is_public(name: str, member: Any) -> bool:
    """Whether a member of a class is something to call or to read for a user."""
    return not name.startswith("_") and isinstance(member, (types.FunctionType, property, classmethod, staticmethod))


if __name__ == "__main__":
    main(sys.argv[1])
