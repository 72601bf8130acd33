# SPDX-License-Identifier: Apache-2.0
"""``GET /_emulator/``: one HTML page, made here; it loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import pathlib

import jinja2
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..control_request import Answer
from ..service import Service
from . import facts, words
from .params import parse

_FOLDER = pathlib.Path(__file__).parent
# Our own file, without "<": nothing in it to escape.
_STYLE = Markup((_FOLDER / "style.css").read_text(encoding="utf-8"))
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.globals.update(style=_STYLE, words=words)


def _policy() -> str:
    """What the browser may do with the page: apply its one stylesheet and show its one icon."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
    parts = ("default-src 'none'", f"style-src 'sha256-{digest}'", "img-src data:")
    return "; ".join((*parts, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"))


_HEADERS = {
    "Content-Security-Policy": _policy(),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def show(service: Service, request: Request) -> Response:
    """The dashboard."""
    try:
        params = parse(request.query_params)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
    shown = facts.gather(service, params)
    # The database is this thread's alone, the making of the page can be anybody's: the API answers meanwhile.
    text = await run_in_threadpool(_TEMPLATES.get_template("page.html").render, shown)
    return HTMLResponse(text, headers=_HEADERS)


PATHS: tuple[tuple[str, str, Answer], ...] = (("GET", "/", show),)
