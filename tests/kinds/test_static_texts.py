# SPDX-License-Identifier: Apache-2.0
"""What Ansible reads as static text says what the tables of the kinds say. That options are documented as they are, validate-modules proves."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from ansible_collections.opentok.cloud.plugins.module_utils import _module
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.archive.kind import ARCHIVE
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.archive_retention import ARCHIVE_RETENTION
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.archive_storage.kind import ARCHIVE_STORAGE
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.audio_connector import AUDIO_CONNECTOR
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.broadcast.kind import BROADCAST
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.callback.kind import CALLBACK
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.captions import CAPTIONS
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.dtmf import DTMF
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.kind import Described
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.listings.archives import ARCHIVES
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.listings.broadcasts import BROADCASTS
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.listings.connections import CONNECTIONS
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.listings.renders import RENDERS
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.listings.streams import STREAMS
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.moderation import MODERATION
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.project.kind import PROJECT
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.render import RENDER
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.session import SESSION
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.signal import SIGNAL
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.sip_call import SIP_CALL
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.sip_trunk.kind import SIP_TRUNK
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.stream import STREAM
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.token import TOKEN
from ansible_collections.opentok.cloud.plugins.module_utils._drift import PROJECTS_DRIFT
from ansible_collections.opentok.cloud.plugins.module_utils._fleet import PROJECTS
from tests.kinds.kinds import COLLECTION, every_kind

RETURNED: dict[str, tuple[Described, str]] = {
    **{one.name: (one, one.name) for one in (PROJECT, SESSION, TOKEN, SIP_TRUNK, ARCHIVE, ARCHIVE_STORAGE, BROADCAST, RENDER, CALLBACK)},
    **{one.name: (one, one.name) for one in (SIP_CALL, DTMF, SIGNAL, MODERATION, STREAM, CAPTIONS, AUDIO_CONNECTOR, ARCHIVE_RETENTION)},
    PROJECTS.name: (PROJECTS, PROJECTS.name),
    PROJECTS_DRIFT.name: (PROJECTS_DRIFT, "document"),
    **{f"{one.name}_info": (one, f"{one.name}s") for one in (PROJECT, CALLBACK, SESSION, STREAMS, CONNECTIONS, ARCHIVES, BROADCASTS, RENDERS)},
}
"""Of each module: whose outputs it returns, and under which key."""

INPUTS_OF_THE_ROLE = {"project": PROJECT, "session": SESSION, "sip_trunk": SIP_TRUNK, "storage": ARCHIVE_STORAGE, "callbacks": CALLBACK}

NOT_OF_THE_ROLE = {
    # Its own: the tenant's name, state and ledger say these. `rotate` would rotate in every run.
    *(("project", name) for name in ("name", "rotate")),
    ("session", "name"),
    ("session", "project"),
    ("sip_trunk", "dest"),
    ("storage", "project"),
    ("storage", "on_delete"),  # it ends with its project
    ("callbacks", "project"),
}


def text_of(module: str, constant: str) -> Any:
    tree = ast.parse((COLLECTION / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8"))
    assigned = {node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}
    return yaml.safe_load(ast.literal_eval(assigned[constant]))


def test_every_module_is_in_the_table() -> None:
    assert {path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py")} == set(RETURNED)
    assert {found.name for found in every_kind()} <= set(RETURNED)


@pytest.mark.parametrize("module", RETURNED)
def test_what_is_returned_is_documented(module: str) -> None:
    described, key = RETURNED[module]
    derived = described.derived({**dict.fromkeys(described.outputs), "headers": {}})
    # validate-modules takes no key that is a method of a dict: such a one is told of in the text.
    told = {name for name in derived if hasattr(dict, name)} | {name for name in described.outputs if hasattr(dict, name)}
    returned = text_of(module, "RETURN")[key]
    assert set(returned["contains"]) == {*described.outputs, *derived} - told
    assert [name for name in told if f"C({name})" not in " ".join(returned["description"])] == []


def test_a_failure_is_told_alike_everywhere() -> None:
    texts = [text_of(module, "RETURN")["failure"] for module in RETURNED]
    assert [text for text in texts if text != texts[0]] == []

    class Stopped(Exception):
        pass

    class Module:
        def fail_json(self, **result: Any) -> None:
            raise Stopped(result["failure"])

    with pytest.raises(Stopped) as stopped:
        _module._fail(Module(), _module.errors.PlanError("no"))  # type: ignore[arg-type]
    (failure,) = stopped.value.args
    assert set(texts[0]["sample"]) == set(failure)
    section = (COLLECTION / "README.md").read_text(encoding="utf-8").partition("## When a task fails")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(failure)


def shape(option: Mapping[str, Any]) -> dict[str, Any]:
    """What an option takes: no texts, no defaults, for a part that is not given is passed on to nobody."""
    nested = option.get("options") or option.get("suboptions") or {}
    return {
        **{name: option[name] for name in ("type", "choices", "elements") if option.get(name)},
        "options": {name: {**shape(one), "required": bool(one.get("required"))} for name, one in nested.items()},
    }


@pytest.mark.parametrize("part", INPUTS_OF_THE_ROLE)
@pytest.mark.parametrize("where", ["itself", "in a list"])
def test_the_role_takes_what_the_module_takes(part: str, where: str) -> None:
    spec = yaml.safe_load((COLLECTION / "roles" / "tenant" / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = spec["argument_specs"]["main"]["options"]
    takes = options[f"tenant_{part}"]["options"] if where == "itself" else options["tenant_list"]["options"][part]["options"]
    wanted = _module.options_of(INPUTS_OF_THE_ROLE[part].table)
    assert {name: shape(option) for name, option in takes.items()} == {
        name: shape(option) for name, option in wanted.items() if (part, name) not in NOT_OF_THE_ROLE
    }


def test_the_lookup_takes_what_the_module_takes() -> None:
    taken = {name for name in _module.options_of(TOKEN.table) if name != "session"}
    lookup = (COLLECTION / "plugins" / "lookup" / "token.py").read_text(encoding="utf-8")
    assert "- opentok.cloud.token\n" in lookup
    fragment = (COLLECTION / "plugins" / "doc_fragments" / "token.py").read_text(encoding="utf-8")
    assert set(yaml.safe_load(fragment.partition('r"""')[2].partition('"""')[0])["options"]) == taken
