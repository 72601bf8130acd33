# SPDX-License-Identifier: Apache-2.0
"""Makes client tokens in a process of its own: `token_maker.py sdk FOLDER` with the official Python SDK, `token_maker.py core FOLDER` with ours.

It reads lines `FORM COUNT` and answers each with a line of JSON: the CPU seconds that so many tokens took, and the last of them. Sessions
change from token to token, so that nothing is gained by remembering one; claims are the same on both sides.
"""

from __future__ import annotations

import base64
import importlib
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator

KEY, SECRET = "46000001", "fa4e" * 10
DATA, CLASSES, SECONDS = "name=Zoë & Söhne", ["focus", "full"], 3600
SESSIONS = 1000

Make = Callable[[str, str], str]


def sessions() -> Iterator[str]:
    """Session ids of the project, again and again."""
    plain = [f"1~{KEY}~~{1_700_000_000_000 + number}~Q9mcXG1QrN3TIYu8y+ppx{number:04}~~~" for number in range(SESSIONS)]
    return itertools.cycle(["1_" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") for text in plain])


def by_sdk() -> Make:
    """The official SDK, as its README uses it: one client for all tokens."""
    opentok = importlib.import_module("opentok")
    client, role = opentok.Client(KEY, SECRET), opentok.Roles.moderator

    def make(session: str, form: str) -> str:
        expires, jwt = int(time.time()) + SECONDS, form == "jwt"
        return str(client.generate_token(session, role, expire_time=expires, data=DATA, initial_layout_class_list=CLASSES, use_jwt=jwt))

    return make


def by_core() -> Make:
    """The core, in the same way."""
    core = importlib.import_module("pulumi_opentok.core")
    tokens = importlib.import_module("pulumi_opentok.core.api.tokens").Tokens(core.Credentials(key=KEY, secret=SECRET, kind="project"))

    def make(session: str, form: str) -> str:
        return str(tokens.generate(session, role="moderator", expires_in=SECONDS, data=DATA, layout_classes=CLASSES, token_format=form))

    return make


def main(side: str, folder: str) -> None:
    """Answers until its input ends."""
    sys.path.insert(0, folder)
    make, session = {"sdk": by_sdk, "core": by_core}[side](), sessions()
    for line in sys.stdin:
        form, count = line.split()
        wanted = list(itertools.islice(session, int(count)))
        start = time.process_time()
        made = [make(one, form) for one in wanted]
        print(json.dumps({"cpu": time.process_time() - start, "token": made[-1]}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
