# SPDX-License-Identifier: Apache-2.0
"""The arguments of a :class:`Tenant`: for each part those of its resource, but what the tenant itself gives."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Required, TypedDict, Unpack

import pulumi

from ._args import Args
from ._parts import problems_of_part
from .archive_storage import ArchiveStorageArgs, TenantStorageArgsDict
from .callback import CallbackArgs, TenantCallbackArgsDict
from .project import ProjectArgs, TenantProjectArgsDict
from .session import SessionArgs, TenantSessionArgsDict
from .sip_trunk import SipTrunkArgs, SipTrunkArgsDict


class TenantArgsDict(TypedDict, total=False):
    """A :class:`TenantArgs` as a dict."""

    name: Required[pulumi.Input[str]]
    """The name of the tenant's project. The API cannot rename a project, so another name means another project."""
    project: ProjectArgs | TenantProjectArgsDict | None
    """Further arguments of its :class:`Project`: ``status``, ``secret_triggers`` and so on."""
    session: SessionArgs | TenantSessionArgsDict | None
    """The arguments of its :class:`Session`: ``media_mode`` and so on. With a ``sip_trunk`` it must be ``routed``."""
    sip_trunk: SipTrunkArgs | SipTrunkArgsDict | None
    """The arguments of its :class:`SipTrunk`. Default: no trunk."""
    storage: ArchiveStorageArgs | TenantStorageArgsDict | None
    """The arguments of its :class:`ArchiveStorage`. Default: none, and OpenTok keeps archives for 72 hours."""
    callbacks: Sequence[CallbackArgs | TenantCallbackArgsDict] | None
    """The arguments of each :class:`Callback`. Default: none."""


class TenantArgs(Args, takes=TenantArgsDict):
    """The arguments of a :class:`Tenant`."""

    def __init__(self, **arguments: Unpack[TenantArgsDict]) -> None:
        super().__init__(arguments)


PARTS: Mapping[str, type] = {
    "project": TenantProjectArgsDict,
    "session": TenantSessionArgsDict,
    "sip_trunk": SipTrunkArgsDict,
    "storage": TenantStorageArgsDict,
}
GIVEN_BY_THE_TENANT = {
    ("project", "name"): "is the tenant's own name: pass it as name=",
    ("session", "project"): "is always the tenant's own project: leave it out",
    ("storage", "project"): "is always the tenant's own project: leave it out",
    ("callbacks", "project"): "is always the tenant's own project: leave it out",
}


def problems(parts: Mapping[str, Any], callbacks: Any) -> list[str]:
    """What is wrong with the arguments of these parts, a line each. No value is quoted."""
    found = [text for part, args in parts.items() for text in _problems_of(part, args)]
    found += _problems_of_callbacks(callbacks)
    if found or not parts["sip_trunk"]:
        return found
    session = parts["session"] or {}
    # One that exists is as its id says, and an output is not known before the engine runs.
    mode = session.get("media_mode") or "relayed"
    if mode == "relayed" and session.get("existing_id") is None:
        found.append("session.media_mode: must be 'routed' if the tenant has a sip_trunk: nobody can call into a relayed session")
    return found


def callback_names(callbacks: Sequence[Mapping[str, Any]]) -> list[str]:
    """What each is called among the tenant's parts: by its event, and by its place among those of the same event."""
    found: list[str] = []
    for args in callbacks:
        name = f"callback-{args['group']}-{args['event']}".replace("_", "-")
        same = sum(1 for other in found if other == name or other.startswith(f"{name}-"))
        found.append(f"{name}-{same + 1}" if same else name)
    return found


def _problems_of(part: str, args: Any) -> Iterator[str]:
    yield from problems_of_part(part, PARTS[part], args, _given(part))
    if part == "sip_trunk" and isinstance(args, Mapping) and args.get("uri") is None:
        yield "sip_trunk.uri: missing: give the address to call, such as sip:+15551234567@sip.example.com;transport=tls"


def _given(part: str) -> dict[str, str]:
    return {name: instead for (where, name), instead in GIVEN_BY_THE_TENANT.items() if where == part}


def _problems_of_callbacks(callbacks: Any) -> Iterator[str]:
    if callbacks is None:
        return
    if isinstance(callbacks, str) or not isinstance(callbacks, Sequence):
        yield f"callbacks: must be a list of dicts of arguments, not {type(callbacks).__name__}"
        return
    for number, args in enumerate(callbacks):
        where = f"callbacks[{number}]"
        yield from problems_of_part(where, TenantCallbackArgsDict, args or {}, _given("callbacks"), called="callback")
        if not isinstance(args, Mapping):
            continue
        for name in ("group", "event"):
            if not isinstance(args.get(name), str):
                yield f"{where}.{name}: must be a string and no output: the callback is named by it"
        if args.get("url") is None:
            yield f"{where}.url: missing"
        if args in callbacks[:number]:
            yield f"{where}: is the same as callbacks[{callbacks.index(args)}]"
