# SPDX-License-Identifier: Apache-2.0
"""What a text of a plan says, where it stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....core.desired.drift.document import OTHER, PUBLISH, ROTATE

_DOES = (
    (ROTATE, re.compile(r"rotate the secret of (?:project \S+ |the project whose id )")),
    (PUBLISH, re.compile(r"(?:publish|notify .+ of) the credentials of project ")),
    ("create", re.compile(r"create project ")),
    ("delete", re.compile(r"delete project ")),
    ("set_status", re.compile(r"(?:suspend|activate) project ")),
)
_ENDS = re.compile(r"\bstops? working\b")


def does(texts: Sequence[str]) -> list[str]:
    """What each of ``texts``, sentences of a plan of projects, does."""
    return [next((what for what, pattern in _DOES if pattern.match(text)), OTHER) for text in texts]


def disruptive(texts: Sequence[str]) -> list[str]:
    """Those of ``texts`` by which something stops working for someone: a plan says it in these words. Nobody uses what is only created."""
    return [] if any(text.startswith("create ") for text in texts) else [text for text in texts if _ENDS.search(text)]
