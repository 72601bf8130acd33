# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: projects
short_description: The projects of OpenTok accounts as hosts
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Each project of one or several OpenTok accounts is a host, in groups by status, environment, account and patterns of its name.
  - The name of the file must end with C(opentok.yml) or C(opentok.yaml), such as C(europe.opentok.yml).
  - Sends one request for each account, however many projects it has.
  - A host has the variables C(opentok_id) (the same as the API key), C(opentok_name), C(opentok_status), C(opentok_environment),
    C(opentok_created_at), C(opentok_secret_fingerprint), C(opentok_account_key) and C(opentok_account). Secrets are in no variable and in no
    cache; the lookup P(opentok.cloud.project_secret#lookup) reads one where it is needed.
  - All hosts are in the group C(opentok). Each is in C(opentok_status_active) or C(opentok_status_suspended), in C(opentok_environment_)... and, with
    O(accounts), in C(opentok_account_)... .
  - Needs the account pair, O(account_key) and O(account_secret), or O(accounts).
notes:
  - A project is no machine. With O(local=true) its tasks run on the controller, and a play needs neither C(delegate_to) nor C(connection). Set
    C(gather_facts=false), for the facts would be those of the controller.
  - What is done to C(all) is done to these hosts as well, on the controller. Beside machines, use C(all:!opentok), or keep the two apart.
  - An account that cannot be read, and an error in the file, end the run, whatever C(any_unparsed_is_failed) says. Otherwise Ansible would go on with
    an empty inventory, as if there were no projects.
  - In the file, O(account_key), O(account_secret), O(api_url), O(timeout) and what is in O(accounts) may be templates, with lookups, and encrypted
    by Ansible Vault.
extends_documentation_fragment:
  - opentok.cloud.connection
  - opentok.cloud.connection.plugins
  - constructed
  - inventory_cache
options:
  plugin:
    description:
      - The name of this plugin.
    type: str
    required: true
    choices: [opentok.cloud.projects]
  accounts:
    description:
      - The accounts, in place of O(account_key) and O(account_secret). Nothing of them is read from the environment.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - What the account is called, in C(opentok_account) and in its group. If not given, its key.
        type: str
      account_key:
        description:
          - The key of the account.
        type: str
        required: true
      account_secret:
        description:
          - The secret of the account.
        type: str
        required: true
      api_url:
        description:
          - Where its API answers. If not given, O(api_url).
        type: str
  names:
    description:
      - Only projects whose name is as one of these patterns says, in which V(*) stands for any characters.
    type: list
    elements: str
  statuses:
    description:
      - Only projects of one of these statuses.
    type: list
    elements: str
    choices: [active, suspended]
  name_groups:
    description:
      - Groups by the projects' names. Each key is a group, its value a pattern or a list of patterns as in O(names).
    type: dict
  hostname:
    description:
      - A Jinja2 expression for the name of the host, in which the variables of the host can be used. Whatever no host's name may contain
        becomes C(-). Two hosts of the same name are an error.
      - If not given, it is the project's name in lower case and its ID, such as V(acme-gmbh-46000001), which never changes.
    type: str
  local:
    description:
      - Whether the hosts have C(ansible_connection=local) and the Python of the controller.
      - Without it Ansible would connect to whatever machine has the name of the host.
    type: bool
    default: true
seealso:
  - module: opentok.cloud.project
  - module: opentok.cloud.project_info
"""

EXAMPLES = r"""
# The account of OPENTOK_ACCOUNT_KEY and OPENTOK_ACCOUNT_SECRET, in opentok.yml
plugin: opentok.cloud.projects

# Two accounts, cached for an hour, in tenants.opentok.yml
---
plugin: opentok.cloud.projects
accounts:
  - name: europe
    account_key: "1234567"
    account_secret: "{{ lookup('ansible.builtin.env', 'EUROPE_SECRET') }}"
  - name: america
    account_key: "7654321"
    account_secret: "{{ lookup('ansible.builtin.file', '/run/secrets/america') }}"
name_groups:
  trials: ["Trial *", "* (trial)"]
keyed_groups:
  - key: opentok_created_at[:4]
    prefix: since
compose:
  tenant: opentok_name | lower
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.ansible/opentok
cache_timeout: 3600
"""

import hashlib
import itertools
import re
import sys
from collections.abc import Mapping
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.display import Display

from ..module_utils._accounts import accounts_of
from ..module_utils._core.desired.scope import Scope
from ..module_utils._core.errors import InvalidInput, MissingLibrary, OpenTokError, Problem, quote
from ..module_utils._core.http.connection import ENVIRONMENT, Connection
from ..module_utils._hosts import (
    Facts,
    are_facts,
    check_names,
    facts_of,
    groups_of,
    safe_name,
    standing_groups,
    usual_names,
    variables_of,
    wanted,
)
from ..module_utils._module import CALLED

try:
    from ansible.template import trust_as_template as plain
except ImportError:  # ansible-core 2.18, where any text is a template unless it is marked as none
    from ansible.utils.unsafe_proxy import wrap_var as literal

    def plain(value: Any) -> Any:
        return value
else:

    def literal(value: Any) -> Any:
        return value


SUFFIXES = ("opentok.yml", "opentok.yaml")
STATUSES = ("active", "suspended")
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
"""As Ansible has it for the localhost of its own."""
UNDEFINED = re.compile(r"'\w+' is undefined")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Reads the projects and makes hosts of them."""

    NAME = "opentok.cloud.projects"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(SUFFIXES)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        try:
            self._parse(path, cache)
        except Exception as error:  # noqa: BLE001  (one that is let through would be a warning)
            # Ansible would warn and go on without any project, as if there were none.
            constants.INVENTORY_ANY_UNPARSED_IS_FAILED = True
            raise AnsibleParserError(f"{path}: {_said(error)}") from None

    def _parse(self, path: str, cache: bool) -> None:
        config = self._read_config_data(path)
        patterns = self._check(config)
        several = config.get("accounts") is not None
        settings = {name: self._text(config[name], name) if name in config else self.get_option(name) for name in ENVIRONMENT}
        if several:
            accounts = list(accounts_of(config["accounts"], settings, self._text))
        else:
            connection = Connection.resolve(settings, called=CALLED)
            accounts = [(connection.account_credentials().key, connection)]
        names, statuses = self.get_option("names") or [], self.get_option("statuses") or []
        # Nothing is added before all accounts are read; and which projects are wanted changes no host's name.
        everything = [(facts, label) for label, one in accounts for facts in self._read(path, one, cache)]
        named = [(name, one) for name, one in zip(usual_names(everything), everything, strict=True) if wanted(one[0], names, statuses)]
        self._add([name for name, one in named], [one for name, one in named], patterns, several)

    def _check(self, config: Mapping[str, Any]) -> dict[str, list[str]]:
        """The patterns of ``name_groups``. Raises :class:`InvalidInput` for what is wrong, and for what would be passed over in silence."""
        problems = [Problem(str(name), "no option of this plugin") for name in config if name not in {*self._options, "plugin"}]
        wrong = [one for one in self.get_option("statuses") or [] if one not in STATUSES]
        problems += [Problem("statuses", f"must be {' or '.join(STATUSES)}, not {quote(one)}") for one in wrong]
        if config.get("accounts") is not None:
            both = [name for name in ("account_key", "account_secret") if name in config]
            problems += [Problem(name, "contradicts accounts: leave one of them out") for name in both]
        patterns = {self._sanitize_group_name(group): _listed(some) for group, some in (self.get_option("name_groups") or {}).items()}
        wrong = [group for group, some in patterns.items() if not some or not all(isinstance(one, str) for one in some)]
        problems += [Problem(f"name_groups.{group}", "must be a pattern such as 'Acme*', or a list of patterns") for group in wrong]
        if problems:
            raise InvalidInput(problems)
        return patterns

    def _text(self, value: Any, option: str) -> Any:
        """The value of a setting in the file: templates are done, vaulted values are decrypted."""
        self.templar.available_variables = self._vars
        try:
            done = self.templar.template(value) if isinstance(value, str) else value
            return done if done is None or isinstance(done, (bool, int, float)) else str(done)
        except Exception as error:  # noqa: BLE001  (whatever a template or a vault fails with could hold the secret)
            known = UNDEFINED.search(str(error))
            why = known[0] if known else f"could not be read ({type(error).__name__}): is the template right, and the password of the vault?"
            raise InvalidInput(Problem(option, why)) from None

    def _read(self, path: str, connection: Connection, cache: bool) -> list[Facts]:
        """What there is in an account, from the cache where that may be used."""
        use = self.get_option("cache")
        whose = hashlib.sha256(f"{connection.account_key} {connection.api_url}".encode()).hexdigest()[:12]
        key = f"{self.get_cache_key(path)}_{whose}"
        if use and cache:
            kept = self._cache.get(key)
            if are_facts(kept):
                return kept
        rows = Scope(connection, warn=Display().warning).account.projects.list()
        found = [facts_of(project) for project in rows if project.id]
        if use:
            self._cache[key] = found
        return found

    def _add(self, usual: list[str], projects: list[tuple[Facts, str]], patterns: Mapping[str, list[str]], several: bool) -> None:
        """Adds the hosts, their variables and groups."""
        local = LOCAL if self.get_option("local") else {}
        told = [{**variables_of(facts, label), **local} for facts, label in projects]
        variables = [{name: _literal(value) for name, value in own.items()} for own in told]
        names = self._names(projects, variables) or usual
        groups = [groups_of(facts, label if several else None, patterns) for facts, label in projects]
        for group in dict.fromkeys([*standing_groups(patterns), *itertools.chain(*groups)]):
            self.inventory.add_group(group)
        for name, inside, own in zip(names, groups, variables, strict=True):
            self.inventory.add_host(name)
            for group in inside:
                self.inventory.add_child(group, name)
            for variable, value in own.items():
                self.inventory.set_variable(name, variable, value)
            self._construct(name, own)

    def _names(self, projects: list[tuple[Facts, str]], variables: list[dict[str, Any]]) -> list[str]:
        """What ``hostname`` makes of them; nothing where it is not declared."""
        expression = self.get_option("hostname")
        if not expression:
            return []
        try:
            names = [safe_name(str(self._compose(expression, own))) for own in variables]
        except Exception as error:  # noqa: BLE001  (whatever an expression fails with)
            raise InvalidInput(Problem("hostname", f"no expression that gives a name: {' '.join(str(error).split())}")) from None
        check_names(names, projects)
        return names

    def _construct(self, host: str, variables: dict[str, Any]) -> None:
        """What is declared in ``compose``, ``groups`` and ``keyed_groups``."""
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)


def _said(error: Exception) -> str:
    if isinstance(error, MissingLibrary):
        return str(missing_required_lib(error.library))
    if isinstance(error, (OpenTokError, AnsibleError)):
        return " ".join(str(error).split())
    return f"unexpected {type(error).__name__}, a bug in this plugin"


def _literal(value: Any) -> Any:
    """``value`` as the text that it is: braces in a project's name are no template. Without any, nobody need be told so."""
    if not isinstance(value, str):
        return value
    return literal(value) if "{" in value else plain(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
