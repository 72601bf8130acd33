#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command with the account pair in its environment: ci/with_account.py COMMAND ...

The pair comes from masked and protected variables of CI, or, where VAULT_ADDR is set, from Vault, which trusts the job's ID token (OIDC).
Nothing of it is printed. 77: there is no pair for this job, because it is of a fork or of a branch that is not protected. 1: there should be one.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any

NO_SECRETS = 77
PAIR = ("OPENTOK_ACCOUNT_KEY", "OPENTOK_ACCOUNT_SECRET")


def main(command: list[str]) -> int:
    """Becomes the command; returns only where it cannot."""
    environ = dict(os.environ)
    refused = ""
    token, vault = environ.pop("OPENTOK_ID_TOKEN", ""), environ.get("VAULT_ADDR", "").rstrip("/")
    if vault and token and not has_pair(environ):
        try:
            environ.update(from_vault(vault, token))
        except urllib.error.HTTPError as error:
            if error.code not in (400, 403):
                return complain(f"Vault answered {error.code}")
            refused = f" (Vault refused its ID token: {error.code})"
        except (OSError, ValueError, KeyError) as error:
            return complain(f"the account pair could not be had from Vault ({type(error).__name__})")
    if not has_pair(environ):
        return without(refused)
    try:
        os.execvpe(command[0], command, environ)
    except OSError as error:
        return complain(f"{command[0]}: {error.strerror}")


def has_pair(environ: dict[str, str]) -> bool:
    return all(environ.get(name) for name in PAIR)


def from_vault(address: str, token: str) -> dict[str, str]:
    login = {"role": os.environ.get("VAULT_ROLE", "opentok-gitops"), "jwt": token}
    client = call(f"{address}/v1/auth/{os.environ.get('VAULT_AUTH', 'jwt')}/login", login)["auth"]["client_token"]
    secret = call(f"{address}/v1/{os.environ.get('VAULT_SECRET', 'secret/data/opentok/account')}", token=client)["data"]["data"]
    return {name: str(secret[name]) for name in PAIR}


def call(url: str, body: dict[str, str] | None = None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json", **({"X-Vault-Token": token} if token else {})}
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def without(refused: str) -> int:
    """Says what this job cannot do, and why: forks and unprotected branches have no secrets, on purpose. Elsewhere that is a fault."""
    if protected():
        missing = ", ".join(name for name in PAIR if not os.environ.get(name))
        return complain(f"{missing} not set{refused}, though this branch is protected: see README.md, What to set up. They may have expired")
    print(f"No secrets here{refused}: this pipeline is of a fork or of a branch that is not protected.")
    print("It cannot ask OpenTok what this change would do, so there is no plan, and no note on the merge request.")
    print("Who may: a maintainer, by pushing these commits to a protected branch of the project and opening the merge request from there.")
    return NO_SECRETS


def protected() -> bool:
    """Whether this job is to have secrets. A build of Jenkins is, unless it is of a fork."""
    if os.environ.get("JENKINS_URL"):
        return not os.environ.get("CHANGE_FORK")
    here = os.environ.get("CI_PROJECT_PATH", "")
    return os.environ.get("CI_COMMIT_REF_PROTECTED") == "true" and os.environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", here) == here


def complain(text: str) -> int:
    print(f"error: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
