# SPDX-License-Identifier: Apache-2.0
"""What the tables of bad input have in common."""

from __future__ import annotations

from typing import Any

Row = tuple[dict[str, Any], list[str], str]
"""What is declared beside what is right (`None`: it is not), the properties that are named, and how what is said of each begins."""

HIDDEN = "hunter2"
LONG = "x" * 10240
MISTAKEN_SECRET = "5ecre7" * 6 + "x0x1"
"""As long as OpenTok's are."""
NO_IDS = (
    *("..", "-a", "a?b=c", "a#b", "{{ stream }}", '"a"', "a,b", "ä"),
    *("1_MX40NjAwMDAwMX5-", "2_MX40NjAwMDAwMX5-", f"T1=={HIDDEN}", f"eyJ{HIDDEN}.a.b"),
)
"""What may stand where the id of a stream is to be, and can be none: parts of a URL and of YAML, a session, tokens."""
NO_HOSTS = (
    *("[::1/app", "[::1]x/app", "[g::1]/app", "::1/app"),
    *("exämple.com/app", "a..example/app", "-a.example/app", "1.2.3.999/app", "a b.example/app"),
)
"""What comes after ``://`` of a URL whose host cannot be."""
NO_HOST, NO_PORT = "must have a host: a name of ASCII letters", "must have a port from 1 to 65535, or none"
NEVER_SHOWN = (HIDDEN, LONG, MISTAKEN_SECRET)
"""They stand in what may be a secret or is too long, and in no message."""
