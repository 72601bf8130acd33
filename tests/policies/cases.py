# SPDX-License-Identifier: Apache-2.0
"""What is refused, with the rule that refuses it: a row each, for Pulumi and Ansible alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

PROTECTED, KEPT = "production-projects-are-protected", "production-projects-are-kept"
ROUTED, ENCRYPTED, EXPIRES, ACCOUNTS = "recorded-sessions-are-routed", "sip-trunks-are-encrypted", "secrets-expire", "accounts-are-allowed"

GOOD = {"on_delete": "suspend", "secret_max_age": "30d"}
TLS = "sip:calls@gateway.example.com;transport=tls"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """One declaration. ``both``, ``pulumi``, ``ansible``: the rules that refuse it, in both layers or in one; those of production only there.

    ``session``: what the session that it records declares. ``absent``: the task says ``state: absent``; a program has no such thing, and is judged as
    if the resource may be destroyed.
    """

    name: str
    kind: str
    properties: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    protect: bool = True
    absent: bool = False
    session: Mapping[str, Any] | None = None
    both: Collection[str] = ()
    pulumi: Collection[str] = ()
    ansible: Collection[str] = ()

    def refused_by(self, layer: str, *, production: bool = True) -> set[str]:
        """The rules that refuse it in ``pulumi`` or ``ansible``."""
        rules = {*self.both, *(self.pulumi if layer == "pulumi" else self.ansible)}
        return rules if production else rules - {PROTECTED, KEPT}


CASES = (
    Case(name="as-it-should-be", kind="project", properties=GOOD),
    Case(name="acme", kind="project", protect=False, both=[EXPIRES], pulumi=[PROTECTED, KEPT]),
    Case(name="unprotected", kind="project", properties=GOOD, protect=False, pulumi=[PROTECTED]),
    Case(name="deleted", kind="project", properties={**GOOD, "on_delete": "delete"}, pulumi=[KEPT]),
    Case(name="ends-deleted", kind="project", properties={"on_delete": "delete"}, absent=True, both=[KEPT], pulumi=[EXPIRES]),
    Case(name="ends-suspended", kind="project", properties={"on_delete": "suspend"}, absent=True, pulumi=[EXPIRES]),
    Case(name="too-old", kind="project", properties={**GOOD, "secret_max_age": "91d"}, both=[EXPIRES]),
    Case(name="just-young-enough", kind="project", properties={**GOOD, "secret_max_age": "P90D"}),
    Case(name="unpaid", kind="project", properties={"on_delete": "retain", "status": "suspended"}),
    Case(name="clear", kind="sip_trunk", properties={"uri": TLS}, both=[ENCRYPTED]),
    Case(name="encrypted", kind="sip_trunk", properties={"uri": TLS, "require_encryption": True}),
    Case(name="relayed-by-default", kind="archive", session={}, both=[ROUTED]),
    Case(name="relayed", kind="broadcast", properties={"hls": {}}, session={"media_mode": "relayed"}, both=[ROUTED]),
    Case(name="routed", kind="archive", session={"media_mode": "routed"}),
)
