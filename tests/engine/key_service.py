# SPDX-License-Identifier: Apache-2.0
"""A key service for stacks of tests: what of the transit engine of HashiCorp Vault Pulumi asks for, served by this process.

A passphrase is made slow on purpose: Pulumi derives its key anew in each run, a million rounds, which was half of what a short run costs. With a
key service the engine encrypts the same values by the same cipher (AES-256-GCM), and asks for the stack's key only. Stacks by a passphrase are those of `Shell`.
"""

from __future__ import annotations

import base64
import functools
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PROVIDER = "hashivault://tests"
"""`--secrets-provider` of a stack."""
TOKEN = "hvs.token-of-the-key-service-of-tests"


@functools.cache
def variables() -> dict[str, str]:
    """The variables by which Pulumi finds the service; it is started at the first call, and ends with this process."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return {"VAULT_SERVER_URL": f"http://127.0.0.1:{server.server_address[1]}", "VAULT_SERVER_TOKEN": TOKEN}


class _Handler(BaseHTTPRequestHandler):
    """`transit/encrypt/tests` and `transit/decrypt/tests`: a key goes in, a handle of it comes out, and the other way round."""

    _keys: dict[str, str] = {}

    def do_PUT(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answers = {"/v1/transit/encrypt/tests": self._encrypt, "/v1/transit/decrypt/tests": self._decrypt}
        if self.headers["X-Vault-Token"] != TOKEN or self.path not in answers:
            self._answer(403, {"errors": ["permission denied"]})
        else:
            self._answer(200, {"data": answers[self.path](given)})

    def _encrypt(self, given: dict[str, str]) -> dict[str, str]:
        handle = f"vault:v1:{base64.b64encode(secrets.token_bytes(48)).decode()}"
        self._keys[handle] = given["plaintext"]
        return {"ciphertext": handle}

    def _decrypt(self, given: dict[str, str]) -> dict[str, str]:
        return {"plaintext": self._keys[given["ciphertext"]]}

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: its requests hold keys."""
