# SPDX-License-Identifier: Apache-2.0
"""stand-in"""
from typing import Any
def token_of(kind: str) -> str:
    return "opentok:index:" + "".join(w.capitalize() for w in kind.split("_"))
def from_wire(token: str, values: Any, *, outputs: bool = False) -> dict[str, Any]:
    return dict(values)
