# SPDX-License-Identifier: Apache-2.0
"""An account of some 70 projects with names that somebody has typed: whatever declares them must stand them all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from pulumi_opentok.emulator import Emulator

FIRST = 46000001
LEAKED = "5ec2e7" * 6 + "5ec2"
"""A secret that is pasted where a name belongs."""

DECLARED_BY_NAME = (
    "ACME GmbH",
    "acme gmbh",
    "ACME  GmbH",
    "ACME-GmbH 46000001",
    "Müller & Söhne “GmbH”",
    "Mu\u0308ller & So\u0308hne “GmbH”",
    "Straße 7",
    "Ørsted ŁÓDŹ",
    "twin",
    "twin",
    "twin",
    "Project",
    "project-46000014",
    "東京",
    "東京",
    "株式会社\u3000日本",
    "نمی\u200cخواهم",
    "עברית",
    "👩\u200d👧",
    "🚀 Rocket School",
    "🏳️\u200d🌈",
    "a\u00a0b",
    "\ue000 private use",
    "\U000e0100 variation",
    "\U0001fbff \U0001f9ff \U00030000",
    "quo\"te's `back`tick",
    "back\\slash \\n \\u0041 \\U0001f680 \\x41",
    "ends with \\",
    "'''",
    '"""',
    "${pulumi.stack}",
    "$${twin.apiKey} $ $$ $$$",
    "{{ lookup('pipe', 'touch carried-out') }}",
    "{% raw %}{# #}",
    "{name}",
    "%s %(name)s %",
    "`${process.exit(1)}`",
    "</script><!-- -->",
    "*/ // # --",
    "# not a comment",
    "- item",
    "key: value",
    "a: {b: [c",
    "&anchor",
    "*alias",
    "!!python/object/apply:os.system [id]",
    "!unsafe x",
    "@at",
    "%TAG",
    "|",
    ">",
    "?",
    "~",
    "yes",
    "No",
    "on",
    "y",
    "true",
    "null",
    "None",
    "1.10",
    "1e3",
    "0x1F",
    "0o17",
    "46000003",
    "2026-11-29",
    "12:30:45",
    ".nan",
    "pulumi",
    "class",
    "constructor",
    "__proto__",
    "fn::secret",
    "file:///etc/passwd",
    "id=46000001",
    "long " * 60 + "end",
    "long " * 60 + "End",
)

DECLARED_BY_ID = (
    "",
    " ",
    " leading",
    "trailing\u00a0",
    "two\nlines",
    "tab\there",
    "bell\x07",
    "next\x85line",
    "line\u2028separator",
    "\u202egnp.exe",
    "\ufeffmark",
    "zero\u200bwidth",
    LEAKED,
    f"key of ACME: {LEAKED}!",
    "(not shown: it looks like a secret)",
)
"""Names that no declaration may give."""

NAMES = (*DECLARED_BY_NAME, *DECLARED_BY_ID)
IDS = tuple(str(FIRST + number) for number in range(len(NAMES)))
SUSPENDED = IDS[::7]


@contextlib.contextmanager
def odd_account() -> Iterator[Emulator]:
    """An OpenTok whose first account has them all."""
    secrets = (f"{number:02}" * 20 for number in range(len(NAMES)))
    with Emulator(projects=list(zip(IDS, secrets, NAMES, strict=True))) as opentok:
        for id_ in SUSPENDED:
            opentok.edit_project(id_, status="SUSPENDED")
        yield opentok
