#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: projects
short_description: Declare many OpenTok projects at once
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Makes every project of a list what is declared of it, as M(opentok.cloud.project) does for one. One request lists the account, and only the
    writes that are needed are sent, several at a time.
  - Can report the projects of the account that nobody declares, or end them within a bound.
  - Needs the account pair, O(account_key) and O(account_secret).
notes:
  - All declarations are checked before the first request, and every problem is told at once, with the entry that it is in.
  - A project that fails stops no other, unless O(continue_on_error=false). The task fails at its end, and RV(projects) says of each what became
    of it.
  - A run that was killed is finished by the next one, without a second project and without a second rotation.
  - SIGTERM and SIGINT to the module end it at once as long as nothing is begun. What is begun is finished, recorded and published, the rest is
    not begun, and the task then fails with what was done.
  - What stops working for someone is a warning of one line, for up to 20 projects, deletions first; then one line counts the rest. With diff mode it
    comes first in the diff in place of that.
  - With C(-v) the task says how far it is, where the module runs on the machine that Ansible runs on. Of other machines Ansible shows nothing of a
    module before it has ended.
  - Give a task with O(return_secret=true) C(no_log) as well, or the secrets are shown.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  idempotent:
    support: partial
    details:
      - With C(rotate) V(always) on an entry, every run rotates its secret. With all other options the second run changes nothing.
options:
  projects:
    description:
      - The projects, as a list of maps, or as a map with the key of each.
      - An entry has C(name) or C(existing_id) (or C(id)), and may have C(state), C(status), C(on_delete), C(retired_secrets), C(secret_triggers),
        C(secret_max_age), C(rotation_window), C(on_external_rotation), C(rotation) (or C(strategy)), C(token_lifetime), C(soak),
        C(handover), C(rotate), C(publish) and C(notify). They are the options of
        M(opentok.cloud.project). In a map, an entry with neither name nor ID has its key as its name.
      - C(key) is your own name for it, which stands in results and texts and is never sent anywhere. Without one it is the name, or else the ID.
      - In C(publish) and C(notify), C({key}) and C({id}) stand for those of the project. Each project has its hooks to itself, after its own
        publication.
      - Two entries that mean one project are refused. An empty list is refused where undeclared projects would be purged.
    type: raw
    required: true
  defaults:
    description:
      - What holds for every entry that does not say otherwise. It may have all that an entry may, but C(key), C(name), the ID and C(state).
      - V(null) in an entry takes a default back.
    type: dict
  max_parallel:
    description:
      - How many projects are worked on at a time, from 1 to 16.
    type: int
    default: 8
  continue_on_error:
    description:
      - Whether the other projects are still made what is declared of them after one has failed.
      - With V(false), what is under way is finished and nothing else is begun.
    type: bool
    default: true
  undeclared:
    description:
      - What is done about projects of the account that no entry means. V(ignore) leaves them alone, V(report) returns them in RV(undeclared)
        and says so in a warning, V(purge) ends them too, within O(purge_limit).
      - A purge ends a project as its last declaration said that O(ledger) remembers, or else as C(on_delete) of O(defaults) says. It comes last, and
        only when nothing else has failed.
    type: str
    choices: [ignore, report, purge]
    default: ignore
  purge:
    description:
      - V(true) is short for O(undeclared=purge). If a task gives both, they must say the same, or it is refused.
    type: bool
    default: false
  purge_limit:
    description:
      - How many may be purged at most, as a number or as a share of the account's projects such as V(5%). If there are more, nothing at all is
        done and the task fails. A purge needs it.
    type: raw
  purge_pattern:
    description:
      - Only projects with such a name may be purged, where V(*) stands for any characters. Others are reported and left alone.
      - A declared project that was renamed elsewhere is left alone as well, if O(ledger) knows it, or if its name could be taken for a declared one.
        RV(undeclared) says so; declare its ID.
    type: str
    default: "*"
  plan:
    description:
      - The RV(plan) of an earlier run in check mode. If another plan would be carried out by now, nothing is done and the task fails.
      - V(null), which is what that is where the plan was not known as a whole, approves nothing and is refused; in check mode it is a warning.
    type: raw
  ledger:
    description:
      - The path of a file that remembers what the last run did, on the machine that the module runs on, or the URL of a store that many machines
        share. See O(opentok.cloud.project#module:ledger).
    type: str
  return_secret:
    description:
      - Whether to return the projects' secrets in RV(projects[].api_secret).
    type: bool
    default: false
seealso:
  - module: opentok.cloud.project
  - module: opentok.cloud.project_info
"""

EXAMPLES = r"""
- name: Every tenant has its project (the account pair comes from the environment)
  opentok.cloud.projects:
    projects: "{{ tenants }}"
    defaults:
      status: active
      on_delete: suspend
  register: fleet

- name: The key of one of them
  ansible.builtin.debug:
    msg: "{{ (fleet.projects | items2dict(key_name='key', value_name='api_key')).acme }}"

- name: Three projects, with secrets that are renewed and published
  opentok.cloud.projects:
    projects:
      acme:
        name: ACME GmbH
        publish:
          - file:/etc/acme/opentok.json
      globex:
        name: Globex
        status: suspended
      initech:
        id: "46000003"
        secret_max_age:
    defaults:
      secret_max_age: 90d
    ledger: /var/lib/opentok/ledger.json

- name: What nobody declares is suspended, but never more than two, and only what is called so
  opentok.cloud.projects:
    projects: "{{ tenants }}"
    defaults:
      on_delete: suspend
    purge: true
    purge_limit: 2
    purge_pattern: "pilot *"
"""

RETURN = r"""
projects:
  description:
    - What became of each project, in the order of O(projects); in check mode what would.
    - All keys are always there. What is not known, or only OpenTok can give, is V(null).
  returned: unless the task fails before anything is planned
  type: list
  elements: dict
  contains:
    key:
      description: The key of the entry, or else its name or ID.
      type: str
      sample: acme
    changed:
      description: Whether it was changed.
      type: bool
      sample: true
    actions:
      description: What was done, or in check mode would be done, a line each.
      type: list
      elements: str
      sample:
        - "create project 'Acme'"
    failed:
      description: Whether it is not as declared. RV(projects[].actions) says what was done all the same.
      type: bool
      sample: false
    msg:
      description: Why it failed, in one line.
      type: str
      sample: null
    warnings:
      description: What someone should know of it. The task itself warns of the first 20 of all projects.
      type: list
      elements: str
      sample: []
    recorded:
      description: What only O(ledger) has anew, such as another C(on_delete). It is no change, and a plan that is approved has it.
      type: list
      elements: str
      sample: []
    id:
      description: The ID, the same as the API key. In check mode V(null) for a project that would be created.
      type: str
      sample: "46123456"
    api_key:
      description: The key that signs requests and client tokens.
      type: str
      sample: "46123456"
    api_secret:
      description: The secret that belongs to the key, only with O(return_secret=true).
      type: str
      sample: null
    active_key:
      description: The same as RV(projects[].api_key), the key that is in use.
      type: str
      sample: "46123456"
    draining_key:
      description: With C(rotation=blue_green), the key whose place RV(projects[].active_key) has taken, until its project is deleted.
      type: str
      sample: null
    drains_until:
      description: With C(rotation=blue_green), when the last client token of RV(projects[].draining_key) has ended, in UTC.
      type: str
      sample: null
    secret_fingerprint:
      description: The SHA-256 of the secret, to compare secrets without showing them.
      type: str
      sample: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    secret_version:
      description: How many secrets O(ledger) has seen, from 1 on. V(null) without it.
      type: int
      sample: null
    secret_rotated_at:
      description: When the secret was issued or first seen, in UTC, as O(ledger) has it. V(null) without it.
      type: str
      sample: null
    secret_rotation_due_at:
      description: When the secret gets older than its C(secret_max_age). V(null) without that.
      type: str
      sample: null
    status:
      description: V(active) or V(suspended).
      type: str
      sample: active
    name:
      description: The name.
      type: str
      sample: Acme
    environment:
      description: The kind of servers that the project's sessions run on.
      type: str
      sample: standard
    created_at:
      description: When the project was created, in UTC.
      type: str
      sample: "2026-11-23T07:02:00Z"
    account_key:
      description: The key of the account that the project belongs to.
      type: str
      sample: "100001"
undeclared:
  description:
    - The projects of the account that no entry means and that stay, each with C(id), C(name) and C(status), and with C(changed), C(actions),
      C(failed), C(msg) and C(warnings) as in RV(projects), which say why one stays that was to end. Empty with O(undeclared=ignore).
    - V(null) in check mode where the ID of an entry is not known yet (given as null or as an empty text, as an earlier task gives it that was only
      checked as well), because any of them may be meant. So are RV(purged) and both numbers in RV(summary).
  returned: unless the task fails before anything is planned
  type: list
  elements: dict
  sample:
    - id: "46000013"
      name: Old pilot
      status: active
      changed: false
      actions: []
      failed: false
      msg: null
      warnings: []
purged:
  description:
    - The projects that were ended, or in check mode would be, because no entry means them. The keys are those of RV(undeclared), C(name) and
      C(status) as they were before.
  returned: unless the task fails before anything is planned
  type: list
  elements: dict
  sample: []
actions:
  description: What was done of all, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: unless the task fails before anything is planned
  type: list
  elements: str
  sample:
    - "create project 'Acme'"
summary:
  description:
    - How many projects are C(declared); how many of those were C(changed), also if they failed after that, and are C(due) for a rotation; how many
      others are C(undeclared) and were C(purged); how many of all C(failed).
  returned: unless the task fails before anything is planned
  type: dict
  sample:
    declared: 200
    changed: 1
    failed: 0
    due: 0
    undeclared: 0
    purged: 0
plan:
  description:
    - The digest of the plan, for O(plan) of a later run. V(null) where the plan is not known as a whole, because an earlier task that would give an
      ID was only checked.
  returned: unless the task fails before anything is planned
  type: str
  sample: sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), what cuts someone off before all else, then what changes of
      each project.
    - Empty when nothing changes.
  returned: unless the task fails before anything is planned
  type: list
  elements: dict
  sample:
    - prepared: "create project 'Acme'\n"
    - before_header: acme
      after_header: acme
      before: ""
      after: 'name: "Acme"'
failure:
  description:
    - What went wrong, in parts. RV(ignore:msg) says the same in one line.
    - It has C(type), C(operation), C(status), C(code), C(outcome_unknown) and C(problems), which the README of the collection explains.
  returned: failure
  type: dict
  sample:
    type: InvalidInput
    operation: null
    status: null
    code: null
    outcome_unknown: false
    problems:
      - field: name
        message: must not be empty or blank
"""

from ..module_utils._fleet import run_fleet


def main() -> None:
    run_fleet()


if __name__ == "__main__":
    main()
