# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: project_secret
short_description: The secret of an OpenTok project
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Returns the secret that a project has now. It is read where it is used, so no task has to register it, and no C(no_log) has to hide that.
  - Needs the account pair, O(account_key) and O(account_secret).
  - It runs on the controller, and so do the environment variables that it reads.
notes:
  - Each use reads the secret anew. After a rotation it is the new one.
  - Give a task that uses the secret C(no_log), or Ansible may show it.
  - With C(--check), a project ID that is null or empty is taken for one that is not known yet, because the task that would make it was only
    checked. The secret is then the text V((known after it is done\)), and a warning says so.
extends_documentation_fragment:
  - opentok.cloud.connection
  - opentok.cloud.connection.plugins
options:
  _terms:
    description:
      - The IDs of the projects, which are their API keys.
    type: list
    elements: raw
    required: true
seealso:
  - module: opentok.cloud.project
  - module: opentok.cloud.project_info
  - plugin: opentok.cloud.secret_fingerprint
    plugin_type: filter
"""

EXAMPLES = r"""
- name: The application has the credentials of its project
  ansible.builtin.template:
    src: opentok.env.j2  # OPENTOK_API_SECRET={{ lookup('opentok.cloud.project_secret', project_id) }}
    dest: /etc/acme/opentok.env
    mode: "0600"
  no_log: true
"""

RETURN = r"""
_raw:
  description: The secrets, one for each project.
  type: list
  elements: str
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..module_utils._core.api.account import check_project
from ..module_utils._core.desired.plan import NOT_YET_KNOWN, not_yet_known
from ..module_utils._core.desired.scope import Scope
from ..module_utils._core.errors import InvalidInput, MissingLibrary, OpenTokError, Problem
from ..module_utils._core.http.connection import ENVIRONMENT, Connection
from ..module_utils._module import CALLED
from ..module_utils._unknown import is_nothing


class LookupModule(LookupBase):
    """Reads the secret of each project."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[str]:
        others = sorted(set(kwargs) - set(ENVIRONMENT))
        if others:
            raise AnsibleLookupError(f"{', '.join(others)}: no option of the lookup; it has {', '.join(ENVIRONMENT)}")
        self.set_options(var_options=variables, direct=kwargs)
        check = bool((variables or {}).get("ansible_check_mode"))
        try:
            if not terms:
                raise InvalidInput(Problem("project", "missing: declare whose secret, by the project's id"))
            scope = Scope(Connection.resolve({name: self.get_option(name) for name in ENVIRONMENT}, called=CALLED), warn=Display().warning)
            # A project's own pair would give nothing but what it is.
            scope.connection.account_credentials()
            wanted = [None if check and is_nothing(term) else check_project(term, "project") for term in terms]
            if None in wanted:
                Display().warning(not_yet_known(["project"]))
            return [NOT_YET_KNOWN if project is None else scope.signer(project).credentials.secret for project in wanted]
        except MissingLibrary as error:
            raise AnsibleLookupError(missing_required_lib(error.library)) from None
        except OpenTokError as error:
            raise AnsibleLookupError(str(error)) from None
