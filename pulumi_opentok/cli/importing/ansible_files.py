# SPDX-License-Identifier: Apache-2.0
"""``tenants.yaml``, which declares what is there, and a playbook that takes it."""

from __future__ import annotations

from collections.abc import Sequence

from .imported import Imported
from .quoting import literal

PLAYBOOK = """\
# The OpenTok projects of account {account_key} are as tenants.yaml declares them, written by `opentok-projects import`
---
- name: The projects are as declared
  hosts: localhost
  gather_facts: false
  vars:
    # Read as data: with vars_files, a text in it such as {{{{ lookup(...) }}}} would be carried out.
    declared: "{{{{ lookup('ansible.builtin.file', playbook_dir ~ '/tenants.yaml') | from_yaml }}}}"
  tasks:
    - name: Each project is as declared
      opentok.cloud.projects:
        projects: "{{{{ declared.tenants }}}}"
        defaults: "{{{{ declared.defaults }}}}"
"""


def files(account_key: str, projects: Sequence[Imported]) -> dict[str, str]:
    """Name -> text of the files."""
    lines = [
        f"# The OpenTok projects of account {account_key}, written by `opentok-projects import`. Each is meant by its id, whatever its name.",
        "defaults:",
        "  on_delete: retain",
        "tenants:",
    ]
    for one in projects:
        inputs = {"id": one.id, **{name: value for name, value in one.inputs.items() if name != "existing_id"}}
        lines.append(f"  - {{key: {one.key}, {', '.join(f'{name}: {literal(value)}' for name, value in inputs.items())}}}")
    return {"tenants.yaml": "".join(f"{line}\n" for line in lines), "site.yml": PLAYBOOK.format(account_key=account_key)}
