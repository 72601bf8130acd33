# SPDX-License-Identifier: Apache-2.0
"""The patches that are no server-side apply: JSON (RFC 6902), merge (RFC 7386), strategic merge.

Of strategic merge: lists with keys are merged by them, `$patch: delete|replace` is followed; other directives are refused.
Source: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md.
"""

from __future__ import annotations

import copy
from typing import Any

from .fields import KEYS
from .status import Refusal, bad_request


def patched(live: dict[str, Any], content_type: str, patch: Any) -> dict[str, Any]:
    """A new object. Raises :class:`Refusal`."""
    if content_type == "application/json-patch+json":
        return json_patched(live, patch)
    if not isinstance(patch, dict):
        raise bad_request("json: cannot unmarshal into Go value of type map[string]interface {}")
    if content_type == "application/merge-patch+json":
        return dict(merged(live, patch))
    if content_type == "application/strategic-merge-patch+json":
        return dict(strategic(live, patch, ""))
    wanted = "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml"
    raise Refusal(415, "UnsupportedMediaType", f"the body of the request was in an unknown format - accepted media types include: {wanted}")


def merged(live: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    result = dict(live) if isinstance(live, dict) else {}
    for key, item in patch.items():
        if item is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), item)
    return result


def strategic(live: Any, patch: Any, name: str) -> Any:
    if isinstance(patch, list):
        return _keyed(live, patch, KEYS[name]) if name in KEYS else patch
    if not isinstance(patch, dict):
        return patch
    if patch.get("$patch") == "replace":
        return {key: item for key, item in patch.items() if key != "$patch"}
    if unknown := [key for key in patch if key.startswith("$") and key != "$setElementOrder" and not key.startswith("$setElementOrder/")]:
        raise bad_request(f"the contract server does not know the directive {unknown[0]}")
    result = dict(live) if isinstance(live, dict) else {}
    for key, item in patch.items():
        if key.startswith("$"):
            continue
        if item is None:
            result.pop(key, None)
        else:
            result[key] = strategic(result.get(key), item, key)
    return result


def _keyed(live: Any, patch: list[Any], key: str) -> list[Any]:
    found = {item[key]: item for item in live or []}
    for item in patch:
        if not isinstance(item, dict) or key not in item:
            raise bad_request(f"map: {item} does not contain declared merge key: {key}")
        if item.get("$patch") == "delete":
            found.pop(item[key], None)
        else:
            found[item[key]] = strategic(found.get(item[key]), item, "")
    return list(found.values())


def json_patched(live: dict[str, Any], operations: Any) -> dict[str, Any]:
    """Of the six operations, `add`, `replace`, `remove` and `test`."""
    result = copy.deepcopy(live)
    if not isinstance(operations, list):
        raise bad_request("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    for operation in operations:
        *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
        there: Any = result
        try:
            for part in parents:
                there = there[int(part)] if isinstance(there, list) else there[part]
            _do(operation, there, last)
        except (KeyError, IndexError, ValueError, TypeError):
            why = f"the server rejected our request due to an error in our request: {operation['op']} {operation['path']}"
            raise Refusal(422, "Invalid", why) from None
    return result


def _do(operation: dict[str, Any], there: Any, last: str) -> None:
    place: Any = (len(there) if last == "-" else int(last)) if isinstance(there, list) else last
    do = operation["op"]
    if do == "test":
        if there[place] != operation["value"]:
            raise ValueError
    elif do == "remove":
        del there[place]
    elif do == "add" and isinstance(there, list):
        there.insert(place, operation["value"])
    elif do in ("add", "replace"):
        if do == "replace":
            there[place]  # it has to be there
        there[place] = operation["value"]
    else:
        raise ValueError
