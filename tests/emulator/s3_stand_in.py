# SPDX-License-Identifier: Apache-2.0
"""An endpoint that takes a file as S3 does and keeps nothing: it notes what came, and can hang or answer something else."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PATIENCE = 60  # seconds


class S3StandIn:
    """Use it as a context manager. ``hangs``: nothing is answered until ``go_on`` is set; ``came`` is set when somebody waits.

    ``seen`` are (method, path, headers in lower case, body) of the requests.
    """

    def __init__(self, *, hangs: bool = False, status: int = 200, answer: bytes = b"", port: int = 0) -> None:
        self.came, self.go_on = threading.Event(), threading.Event()
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # says "go on" to a client that asks before it sends

            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                stand_in.seen.append((self.command, self.path, headers, body))
                stand_in.came.set()
                if hangs:
                    stand_in.go_on.wait(_PATIENCE)
                with contextlib.suppress(OSError):  # whoever was held up may be gone
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> S3StandIn:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
