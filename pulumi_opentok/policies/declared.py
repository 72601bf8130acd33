# SPDX-License-Identifier: Apache-2.0
"""What the rules judge: one resource of a program, or one task of a playbook."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, kw_only=True)
class Declared:
    """One declaration, of the ``kind`` that it is (``project``, ``sip_trunk``, ...). What is not known is not judged.

    ``properties``: what is declared, defaults left out. ``unknown``: names of properties with a value that is not known yet, such as a template.
    ``places``: names that tell where it holds: the stack, or the folders and the file of a playbook. ``creates``: whether it may make a thing
    that is not there yet, and does not only change one that an id names. ``ends``: whether what is declared may be the end of the thing (a
    resource may be destroyed at any time, a task says ``state: absent``). ``protect``: Pulumi's option; ``None``: there is no such option.
    ``account_key``: the account that it is in. ``records``: of an archive or broadcast, the session that it records, if that is declared beside
    it.
    """

    kind: str
    properties: Mapping[str, Any]
    unknown: Collection[str] = ()
    places: Collection[str] = ()
    present: bool = True
    creates: bool = True
    ends: bool = False
    protect: bool | None = None
    account_key: str | None = None
    records: Declared | None = None

    def is_known(self, name: str) -> bool:
        """Whether the value is known, also where it is known to be left out."""
        return name not in self.unknown
