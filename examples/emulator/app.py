# SPDX-License-Identifier: Apache-2.0
"""A clinic's server: rooms, recordings and webhooks, with the official SDK. Only OPENTOK_API_URL points it at an emulator.

    python app.py open                    open a room and print its session id
    python app.py token SESSION           print a client token for it
    python app.py record SESSION          begin a recording and print its archive id
    python app.py stop ARCHIVE
    python app.py download ARCHIVE FILE
    python app.py listen PORT             print each authentic webhook
"""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import sys
from pathlib import Path

import jwt
import requests
from opentok import Client, MediaModes
from opentok.exceptions import OpenTokException


def client() -> Client:
    """The SDK with the project's pair: from the document at OPENTOK_CREDENTIALS, else from OPENTOK_API_KEY and OPENTOK_API_SECRET."""
    document = os.environ.get("OPENTOK_CREDENTIALS")
    pair = json.loads(Path(document).read_text(encoding="utf-8")) if document else {}
    key = pair.get("api_key") or os.environ["OPENTOK_API_KEY"]
    secret = pair.get("api_secret") or os.environ["OPENTOK_API_SECRET"]
    return Client(key, secret, api_url=os.environ.get("OPENTOK_API_URL", "https://api.opentok.com"), timeout=10)


def open_room() -> str:
    """A session whose media pass the server, so that it can be recorded."""
    return client().create_session(media_mode=MediaModes.routed).session_id


def token(session_id: str) -> str:
    """What a browser joins with."""
    return client().generate_token(session_id)


def record(session_id: str) -> str:
    """Begin a recording. If the answer is lost nobody knows whether it has begun: look before asking again."""
    opentok = client()
    try:
        return opentok.start_archive(session_id, name="consultation").id
    except requests.ConnectionError:
        running = [archive.id for archive in opentok.list_archives(session_id=session_id).items if archive.status in ("started", "paused")]
        if running:
            print("the answer was lost, the recording runs", file=sys.stderr)
            return running[0]
        return opentok.start_archive(session_id, name="consultation").id


def stop(archive_id: str) -> str:
    """End a recording."""
    return client().stop_archive(archive_id).status


def download(archive_id: str, file: str) -> str:
    """Fetch the recorded file."""
    archive = client().get_archive(archive_id)
    if archive.status != "available":
        raise OpenTokException(f"the recording is {archive.status}")
    answer = requests.get(archive.url, timeout=60)
    answer.raise_for_status()
    Path(file).write_bytes(answer.content)
    return f"{file}: {len(answer.content)} bytes, {archive.duration} s"


def listen(port: str) -> None:
    """Receive webhooks until it is stopped."""
    http.server.HTTPServer(("", int(port)), Webhooks).serve_forever()


class Webhooks(http.server.BaseHTTPRequestHandler):
    """Takes the webhooks that are signed with CLINIC_SIGNATURE_SECRET, refuses all others."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        ours = is_signed(body, self.headers.get("Authorization", ""))
        self.send_response(200 if ours else 401)
        self.end_headers()
        if ours:
            event = json.loads(body)
            print(event["event"], event.get("status", ""), event.get("id", ""), flush=True)

    def log_message(self, *_: object) -> None:
        """No line for each request."""


def is_signed(body: bytes, authorization: str) -> bool:
    """Whether OpenTok sent this body: it comes with a JWT with the body's hash, signed with the secret of the project's settings."""
    try:
        claims = jwt.decode(authorization.removeprefix("Bearer "), os.environ["CLINIC_SIGNATURE_SECRET"], ["HS256"], options={"verify_iat": False})
    except jwt.InvalidTokenError:
        return False
    return claims.get("payload_hash") == hashlib.sha256(body).hexdigest()


COMMANDS = {"open": open_room, "token": token, "record": record, "stop": stop, "download": download, "listen": listen}


def main() -> int:
    """One command. Errors are one line."""
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(COMMANDS[sys.argv[1]](*sys.argv[2:]))
    except (OpenTokException, requests.RequestException) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
