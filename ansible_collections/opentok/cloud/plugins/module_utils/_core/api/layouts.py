# SPDX-License-Identifier: Apache-2.0
"""How a composed video arranges its streams, for archives and broadcasts.

Source: https://tokbox.com/developer/guides/archive-broadcast-layout/ and the reference of ``POST /archive``.
"""

from __future__ import annotations

import dataclasses

from ..errors import Problem, quote

BEST_FIT = "bestFit"
CUSTOM = "custom"
TYPES = (BEST_FIT, "pip", "verticalPresentation", "horizontalPresentation", CUSTOM)
SCREENSHARE_TYPES = tuple(kind for kind in TYPES if kind != CUSTOM)
RESOLUTIONS = ("640x480", "480x640", "1280x720", "720x1280", "1920x1080", "1080x1920")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Layout:
    """The arrangement of the streams in a composed archive or broadcast.

    ``type``: one of ``TYPES``. ``stylesheet``: CSS, with and only with type ``custom``. ``screenshare_type``: the arrangement while
    someone shares a screen, one of ``SCREENSHARE_TYPES``; only with type ``bestFit``.
    """

    type: str = BEST_FIT
    stylesheet: str | None = None
    screenshare_type: str | None = None

    def problems(self, field: str = "layout") -> list[Problem]:
        """What the API would refuse, each under ``field`` and the attribute's name."""
        problems = []
        if self.type not in TYPES:
            problems.append(Problem(f"{field}.type", f"must be one of {', '.join(TYPES)}, not {quote(self.type)}"))
        if self.stylesheet is not None and (not isinstance(self.stylesheet, str) or not self.stylesheet.strip()):
            problems.append(Problem(f"{field}.stylesheet", "must be a non-empty string of CSS"))
        elif self.type == CUSTOM and self.stylesheet is None:
            problems.append(Problem(f"{field}.stylesheet", "is required with type 'custom'"))
        elif self.type != CUSTOM and self.stylesheet is not None:
            problems.append(Problem(f"{field}.stylesheet", "needs type 'custom'"))
        if self.screenshare_type is not None:
            if self.screenshare_type not in SCREENSHARE_TYPES:
                message = f"must be one of {', '.join(SCREENSHARE_TYPES)}, not {quote(self.screenshare_type)}"
                problems.append(Problem(f"{field}.screenshare_type", message))
            if self.type != BEST_FIT:
                problems.append(Problem(f"{field}.screenshare_type", "needs type 'bestFit'"))
        return problems

    def as_json(self) -> dict[str, str]:
        """The object that the API expects; unset fields are omitted."""
        fields = {"type": self.type, "stylesheet": self.stylesheet, "screenshareType": self.screenshare_type}
        return {name: value for name, value in fields.items() if value is not None}
