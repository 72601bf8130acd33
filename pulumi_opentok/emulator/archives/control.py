# SPDX-License-Identifier: Apache-2.0
"""Download the file of an archive by the link that the API gives."""

from __future__ import annotations

import json

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..control_request import Answer
from ..service import Service
from . import rows


async def download(service: Service, request: Request) -> Response:
    """The file; the link is good for ten minutes."""
    row = service.db.execute("SELECT * FROM archives WHERE id = ?", (request.path_params["archive_id"],)).fetchone()
    if row is None or row["status"] != "available" or request.path_params["name"] != rows.file_name(json.loads(row["wish"])):
        raise HTTPException(404, "there is no such file")
    expires = request.query_params.get("expires", "")
    if not (expires.isascii() and expires.isdigit() and len(expires) < 19) or int(expires) < service.clock.milliseconds():
        raise HTTPException(403, "the link has expired: get the archive again")
    return Response(rows.file_of(row), media_type="application/octet-stream")


PATHS: tuple[tuple[str, str, Answer], ...] = (("GET", "/archives/{archive_id}/{name}", download),)
