# SPDX-License-Identifier: Apache-2.0
"""Reads the files passed to the command."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Mapping
from typing import Any

import yaml

from ..core import InvalidInput
from ..core.desired.files.regular import read_regular
from ..core.desired.fleet.entries import Declarations, read_declarations
from ..core.errors import quote
from .errors import UsageError, within

MAX_BYTES = 16 * 1024 * 1024
"""Maximum size in bytes of a declaration file: some 100,000 projects."""

MAX_REPORT_BYTES = 256 * 1024 * 1024
"""Maximum size in bytes of a document that another run printed: a preview of Pulumi has some 5 KB for each resource."""

DEEPEST = 50
"""How deeply lists and mappings may be nested."""

MAX_SECRET_BYTES = 4096

HANDED_OVER = re.compile(r"/dev/stdin|/(dev|proc/self|proc/\d+)/fd/\d+")
"""What a shell hands over as a file, in ``<(...)`` for example, and may be a pipe."""

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def declarations(path: str) -> Declarations:
    """The declarations of a YAML or JSON file, ``-`` for stdin. Raises :class:`UsageError` and :class:`InvalidInput`."""
    source = "stdin" if path == "-" else path
    text = _text(path, MAX_BYTES)
    try:
        document = json.loads(text, object_pairs_hook=_once) if path.lower().endswith(".json") else _yaml(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise UsageError(f"{source}: is not valid YAML{where}: {error.problem or error.context}") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"{source}: is not valid JSON (line {error.lineno}, column {error.colno}): {error.msg}") from None
    except RecursionError:
        raise UsageError(f"{source}: lists and mappings are nested too deeply") from None
    except _Twice as error:
        raise UsageError(f"{source}: {error}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"{source}: cannot be read as declarations: it contains invalid characters or values ({type(error).__name__})") from None
    try:
        return read_declarations(document)
    except InvalidInput as error:
        raise within(path, error) from None


def json_document(path: str, called: str) -> Any:
    """What a JSON file holds, ``-`` for stdin. Raises :class:`UsageError`, which shows no part of it and names what was ``called`` so."""
    text = _text(path, MAX_REPORT_BYTES)
    try:
        return json.loads(text)
    except RecursionError:
        raise UsageError(f"{called}: lists and mappings are nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"{called}: is not valid JSON (line {error.lineno}, column {error.colno}): {error.msg}") from None
    except ValueError as error:
        raise UsageError(f"{called}: cannot be read as JSON ({type(error).__name__})") from None


def secret(path: str) -> str:
    """The secret in a file, without the line break at its end. Raises :class:`UsageError`, which shows no part of it."""
    text = _text(path, MAX_SECRET_BYTES).rstrip("\r\n")
    if not text:
        raise UsageError(f"--account-secret-file {quote(path, 300)} is empty")
    return text


def csv_text(path: str) -> str:
    """The text of a CSV file, ``-`` for stdin, without a byte order mark. Raises :class:`UsageError`."""
    return _text(path, MAX_BYTES, hint=": in Excel, save it as CSV UTF-8")


def _text(path: str, largest: int, hint: str = "") -> str:
    where = "stdin" if path == "-" else f"file {quote(path, 300)}"
    try:
        data = _data(path, largest)
        text = data.decode("utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"{where}: does not exist") from None
    except UnicodeDecodeError:
        raise UsageError(f"{where}: is not UTF-8 text{hint}") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"{where}: cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}") from None
    if len(data) > largest:
        raise UsageError(f"{where}: is larger than {largest:,} bytes: is it the right file?")
    return text


def _data(path: str, largest: int) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read(largest + 1)
    if HANDED_OVER.fullmatch(path):
        with open(path, "rb") as file:
            return file.read(largest + 1)
    return read_regular(path, largest)


def _yaml(text: str) -> Any:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        # The parser in C would end the whole process.
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise RecursionError
    return yaml.load(text, Loader=_Loader)


class _Twice(ValueError):
    """A key is given twice, and the parser would silently take the last one."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(f"the key {quote(key)} is given twice in one mapping")
        found[key] = value
    return found


class _Loader(_Base):  # type: ignore[misc]
    """YAML without code, where no key is given twice."""


def _mapping(loader: Any, node: yaml.MappingNode) -> Mapping[Any, Any]:
    seen: set[Any] = set()
    for key_node, _value in node.value:
        if key_node.tag == "tag:yaml.org,2002:merge":
            continue
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, (str, int, float, bool, type(None))):
            raise yaml.constructor.ConstructorError(None, None, "a key must be a string", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {quote(key)} is given twice in one mapping", key_node.start_mark)
        seen.add(key)
    found: Mapping[Any, Any] = loader.construct_mapping(node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
