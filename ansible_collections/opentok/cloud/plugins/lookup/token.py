# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: token
short_description: Make a client token for an OpenTok session
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Returns a token with which a client connects to a session. OpenTok is not asked for it and keeps none.
  - Needs the pair of the session's project, O(api_key) and O(api_secret), or the account pair, O(account_key) and O(account_secret). With the
    account pair the secret of the project is read, and that is all that is sent.
  - It runs on the controller, and so do the environment variables that it reads.
notes:
  - Each use makes another token. A variable that is set to this lookup is a new token wherever it is used, so keep one with
    M(ansible.builtin.set_fact).
  - Give a task that uses the token C(no_log), or Ansible may show it.
  - With C(--check), a session ID that is null or empty is taken for one that is not known yet, because the task that would make it was only
    checked. The token is then the text C((known after it is done)), and a warning says so.
  - A token that was handed out cannot be called back. All tokens of a project end when its secret is rotated.
extends_documentation_fragment:
  - opentok.cloud.connection
  - opentok.cloud.connection.plugins
  - opentok.cloud.token
options:
  _terms:
    description:
      - The IDs of the sessions. Each session's project is the one whose secret signs its token.
    type: list
    elements: str
    required: true
seealso:
  - module: opentok.cloud.token
  - module: opentok.cloud.session
"""

EXAMPLES = r"""
- name: The agent's app has a token for this shift
  ansible.builtin.copy:
    dest: /etc/acme/agent.token
    content: "{{ lookup('opentok.cloud.token', desk.session.session_id, role='moderator', expires_in='12h') }}"
    mode: "0600"
  no_log: true
"""

RETURN = r"""
_raw:
  description: The tokens, one for each session.
  type: list
  elements: str
"""

from collections.abc import Collection
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..module_utils._core.desired.plan import NOT_YET_KNOWN
from ..module_utils._core.desired.run import Run
from ..module_utils._core.desired.scope import Scope
from ..module_utils._core.desired.token import TOKEN
from ..module_utils._core.errors import MissingLibrary, OpenTokError
from ..module_utils._core.http.connection import ENVIRONMENT
from ..module_utils._data import as_data
from ..module_utils._module import CALLED, options_of
from ..module_utils._unknown import given_as_nothing, is_nothing, known_connection

TOKEN_OPTIONS = tuple(name for name in options_of(TOKEN.table) if name != "session")


class LookupModule(LookupBase):
    """Issues a token for each session."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[str]:
        others = sorted(set(kwargs) - {*TOKEN_OPTIONS, *ENVIRONMENT})
        if others:
            raise AnsibleLookupError(f"{', '.join(others)}: no option of the lookup; it has {', '.join((*TOKEN_OPTIONS, *ENVIRONMENT))}")
        self.set_options(var_options=variables, direct=kwargs)
        said = {name: self.get_option(name) for name in TOKEN_OPTIONS}
        said["data"] = as_data(said["data"])
        try:
            check = bool((variables or {}).get("ansible_check_mode"))
            nothing = given_as_nothing(kwargs) if check else frozenset()
            connection, unknown = known_connection({name: self.get_option(name) for name in ENVIRONMENT}, nothing, CALLED)
            scope = Scope(connection, warn=Display().warning)
            TOKEN.authorise(scope.connection)
            made_later = unknown | ({"session"} if check and terms else set())
            return [self._issue(scope, {**said, "session": term}, made_later if is_nothing(term) else unknown) for term in terms or [None]]
        except MissingLibrary as error:
            raise AnsibleLookupError(missing_required_lib(error.library)) from None
        except OpenTokError as error:
            raise AnsibleLookupError(str(error)) from None

    def _issue(self, scope: Scope, inputs: dict[str, Any], unknown: Collection[str]) -> str:
        report = Run(TOKEN, scope, unknown=unknown).present(inputs)
        for warning in report.warnings:
            Display().warning(warning)
        return str((report.shown or {})["token"] or NOT_YET_KNOWN)
