# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: secret_fingerprint
short_description: The fingerprint of a secret
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Returns the fingerprint of a secret, C(sha256:) and the 64 hex digits of its SHA-256. It stands for the secret in results, ledgers and
    published documents, so secrets can be compared without showing them.
notes:
  - Blanks and line breaks around the secret are no part of it.
  - A fingerprint is returned as it is, and so is the text V((known after it is done\)) of a lookup with C(--check).
options:
  _input:
    description:
      - The secret.
    type: str
    required: true
seealso:
  - module: opentok.cloud.project
  - plugin: opentok.cloud.project_secret
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: The secret that the application has is the live one
  ansible.builtin.assert:
    that: deployed_secret | opentok.cloud.secret_fingerprint == acme.project.secret_fingerprint
  no_log: true
"""

RETURN = r"""
_value:
  description: The fingerprint.
  type: str
  sample: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._core.desired.plan import NOT_YET_KNOWN
from ..module_utils._core.desired.retired import is_fingerprint, parse_retired
from ..module_utils._core.errors import unquoted
from ..module_utils._core.http.auth import fingerprint


def secret_fingerprint(secret: Any) -> str:
    """The fingerprint of ``secret``, which no error shows."""
    if not isinstance(secret, str):
        raise AnsibleFilterError(f"secret_fingerprint: must be given a secret, not {type(secret).__name__}{unquoted(secret)}")
    text = secret.strip()
    if not text:
        raise AnsibleFilterError("secret_fingerprint: must be given a secret, not an empty string")
    if is_fingerprint(text):
        (written,) = parse_retired([text], "secret")
        return written
    return text if text == NOT_YET_KNOWN else fingerprint(text)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[[Any], str]]:
        """Filters by name."""
        return {"secret_fingerprint": secret_fingerprint}
