# SPDX-License-Identifier: Apache-2.0
"""Which module of `opentok.cloud` a task runs, and with which options, in all the ways in which Ansible lets one write it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

COLLECTION = "opentok.cloud"
# fmt: off
MODULES = frozenset([
    "archive", "archive_info", "archive_retention", "archive_storage", "audio_connector", "broadcast", "broadcast_info", "callback",
    "callback_info", "captions", "connection_info", "dtmf", "moderation", "project", "project_info", "projects", "projects_drift", "render",
    "render_info", "session", "session_info", "signal", "sip_call", "sip_trunk", "stream", "stream_info", "token",
])
# fmt: on
"""Their short names, for where `collections` names the collection."""
FACTS = ("set_fact", "ansible.builtin.set_fact", "ansible.legacy.set_fact")

_ALIASES = {"project": {"id": "existing_id"}, "session": {"session_id": "existing_id"}}
_TRUE = ("y", "yes", "on", "1", "true", "t", "1.0")
_OWN = "__"  # begins the keys that ansible-lint itself writes into what it reads
_RAW = "_raw_params"


@dataclasses.dataclass(frozen=True)
class Action:
    """``module``: its short name. ``open``: a template may add options that are not known."""

    module: str
    options: Mapping[str, Any]
    open: bool = False


def action_of(entry: Mapping[str, Any], short: bool) -> Action | None:
    """What the task runs; ``None``: none of ours. ``short``: whether short names count."""
    for written, value in _written(entry):
        module = written.removeprefix(f"{COLLECTION}.")
        if module in MODULES and (short or module != written):
            given, extra = _options(value), _options(entry.get("args"))
            options = {**extra, **given}
            return Action(module, canonical(module, options), _RAW in options)
    return None


def facts_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that the task sets by ``set_fact``."""
    found = [{**_options(entry.get("args")), **_options(value)} for written, value in _written(entry) if written in FACTS]
    return found[0] if found else {}


def canonical(module: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options without aliases, and with what Ansible takes for true as ``True``."""
    aliases = _ALIASES.get(module, {"session_id": "session"})
    found = {aliases.get(name, name): value for name, value in options.items() if not name.startswith(_OWN)}
    if str(found.get("require_encryption")).strip().lower() in _TRUE:
        found["require_encryption"] = True
    return found


def _written(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each key that may be a module, with its options: those of ``action`` and ``local_action`` taken apart."""
    for key, value in entry.items():
        if key not in ("action", "local_action"):
            yield str(key), value
        elif isinstance(value, Mapping):
            module, _, rest = str(value.get("module", "")).partition(" ")
            yield module, {**_options(rest), **{name: item for name, item in value.items() if name != "module"}}
        elif isinstance(value, str):
            module, _, rest = value.strip().partition(" ")
            yield module, rest


def _options(value: Any) -> dict[str, Any]:
    """Of a map, or of ``name=X state=absent``. What a template alone says stands under ``_raw_params``."""
    if isinstance(value, Mapping):
        return dict(value)
    if not isinstance(value, str) or not value.strip():
        return {}
    from ansible.errors import AnsibleError  # type: ignore[import-untyped]  # is there where ansible-lint is
    from ansible.parsing.splitter import parse_kv  # type: ignore[import-untyped]

    try:
        return dict(parse_kv(value))
    except AnsibleError:
        return {_RAW: value}
