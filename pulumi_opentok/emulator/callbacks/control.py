# SPDX-License-Identifier: Apache-2.0
"""What the dashboard of the real service is for webhooks: a URL, and a signature secret, for each group of events; and the deliveries."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..config import EmulatorError, check_secret
from ..control_request import Answer, json_object, since_of
from ..projects.control import find_project
from ..service import Service
from ..texts import is_text, is_url
from . import events, rows


def _group(request: Request) -> str:
    group: str = request.path_params["group"]
    if group not in events.GROUPS:
        raise HTTPException(400, f"the group must be one of {', '.join(events.GROUPS)}")
    return group


async def list_webhooks(service: Service, request: Request) -> Response:
    """The URLs of a project; of a secret only whether one is set."""
    return JSONResponse({"webhooks": rows.webhooks(service.db, find_project(service, request)["id"])})


async def set_webhook(service: Service, request: Request) -> Response:
    """``{"url", "secret"?}``: with a secret each delivery is signed."""
    body = await json_object(request)
    project, group = find_project(service, request)["id"], _group(request)
    url, secret = body.get("url"), body.get("secret")
    if not set(body) <= {"url", "secret"} or not is_text(url):
        raise HTTPException(400, 'expected {"url": ..., "secret"?: ...}')
    if not is_url(url):
        raise HTTPException(400, "url must be an http or https URL")
    try:
        secret = None if secret is None else check_secret(secret)
    except EmulatorError as error:
        raise HTTPException(400, str(error)) from error
    rows.set_webhook(service.db, project, group, url, secret)
    return JSONResponse({"webhooks": rows.webhooks(service.db, project)})


async def remove_webhook(service: Service, request: Request) -> Response:
    """Remove the URL of a group."""
    if not rows.remove_webhook(service.db, find_project(service, request)["id"], _group(request)):
        raise HTTPException(404, "no such webhook")
    return Response(status_code=204)


async def list_deliveries(service: Service, request: Request) -> Response:
    """The deliveries with a number above ``?since=``."""
    return JSONResponse({"deliveries": rows.deliveries(service.db, since_of(request))})


PATHS: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "/projects/{project_id}/webhooks", list_webhooks),
    ("PUT", "/projects/{project_id}/webhooks/{group}", set_webhook),
    ("DELETE", "/projects/{project_id}/webhooks/{group}", remove_webhook),
    ("GET", "/deliveries", list_deliveries),
)
