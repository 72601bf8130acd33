#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: projects_drift
short_description: Say whether OpenTok projects are as declared
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Says of every project of a list what is other than declared, since when, what M(opentok.cloud.projects) would do about it, and by what of that
    something stops working for someone. One request lists the account.
  - Writes it as JSON, as Markdown for a comment or an issue, as JUnit XML, and for Prometheus.
  - Needs the account pair, O(account_key) and O(account_secret).
notes:
  - The task does not fail because something has drifted, nor because OpenTok could not be looked at. RV(document.result) says which it is. It fails
    for wrong options, before any request.
  - The command C(opentok-projects drift) says the same, and C(opentok-projects report) renders such a document once more.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.connection
attributes:
  check_mode:
    support: full
    details:
      - Looks as well, and writes no file.
  diff_mode:
    support: N/A
    details:
      - This module changes nothing at OpenTok.
  idempotent:
    support: full
    details:
      - This module changes nothing at OpenTok.
options:
  projects:
    description:
      - The projects, as O(opentok.cloud.projects#module:projects) takes them.
    type: raw
    required: true
  defaults:
    description:
      - What holds for every entry that does not say otherwise, see O(opentok.cloud.projects#module:defaults).
    type: dict
  undeclared:
    description:
      - Whether a project of the account that no entry means is drift (V(report)), or nothing is said of it (V(ignore)).
    type: str
    choices: [ignore, report]
    default: ignore
  allow_empty:
    description:
      - Whether O(projects) may be empty. Of no project all would be as declared, which is a mistake of a template more often than not.
    type: bool
    default: false
  ledger:
    description:
      - The path of a file that remembers what the last run did, or the URL of a store that many machines share. Without it nothing is known of the
        age of secrets, and not whether one was rotated elsewhere. It is only read. See O(opentok.cloud.project#module:ledger).
    type: str
  since:
    description:
      - The O(json_file) of the look before, which remembers when each drift was first seen. It may be the same file. If there is none yet, all that
        has drifted is first seen now, and so it is with a warning if the file is damaged.
    type: path
  json_file:
    description:
      - A file for RV(document), mode 0600. As with the other files, one that is there and is no such document is not replaced.
    type: path
  markdown:
    description:
      - A file for RV(markdown), mode 0600.
    type: path
  junit:
    description:
      - A file for JUnit XML, mode 0600. Each project is a test case. It fails if the project has drifted, and is an error if nobody could look.
    type: path
  prometheus:
    description:
      - A file for the textfile collector of node_exporter, such as C(/var/lib/node_exporter/opentok.prom). All users may read it, mode 0644.
    type: path
  marker:
    description:
      - What stands in the hidden first line of the Markdown, by which a comment is found again. Letters and digits, with single C(-), C(_), C(.)
        or C(/) between them.
    type: str
    default: opentok-drift
seealso:
  - module: opentok.cloud.projects
  - module: opentok.cloud.project_info
"""

EXAMPLES = r"""
- name: Look whether every tenant is as declared (the account pair comes from the environment)
  opentok.cloud.projects_drift:
    projects: "{{ tenants }}"
    undeclared: report
    ledger: /var/lib/opentok/ledger.json
    since: /var/lib/opentok/drift.json
    json_file: /var/lib/opentok/drift.json
    markdown: /var/lib/opentok/drift.md
    prometheus: /var/lib/node_exporter/opentok.prom
  register: drift

- name: Nothing has drifted
  ansible.builtin.assert:
    that: drift.document.result == 'as declared'
    fail_msg: "{{ drift.document['items'] | map(attribute='actions') | flatten }}"
"""

RETURN = r"""
document:
  description:
    - The document C(opentok-drift). Its reference and JSON schema are in the documentation of C(pulumi-opentok).
    - Its key C(items), written C(document['items']) in a template, is what is known of each declared project, in the order of O(projects).
      All keys are always there.
    - C(key), C(kind), C(id) and C(name) say which it is, and C(result) says V(as declared), V(drift) or V(could not look).
    - C(differs) lists each C(property) with what was C(expected) and what was C(found). C(first_seen) is when that was first seen. C(by) is
      V(null), because OpenTok does not tell who changed a project.
    - C(actions) is what would be done, C(does) what each of them does, as data, C(disruptive) those of it by which something stops working for
      someone, C(recorded) what only the ledger would have anew, C(reasons) why, and C(warnings) what else someone should know.
    - C(error) says why it cannot be made as declared, or why nothing is known of it.
    - C(due) is a rotation that is due, with C(reasons), C(since) and, if it waits for its window, when that C(opens). C(secret_rotated_at) and
      C(secret_rotation_due_at) are as the O(ledger) has them.
  returned: success
  type: dict
  contains:
    format:
      description: V(opentok-drift).
      type: str
      sample: opentok-drift
    version:
      description: V(1).
      type: int
      sample: 1
    result:
      description: V(as declared), V(drift), or V(could not look) if nothing is known of one project at least.
      type: str
      sample: drift
    source:
      description: What looked.
      type: str
      sample: opentok.cloud.projects_drift
    account_key:
      description: The account's key.
      type: str
      sample: "100001"
    looked_at:
      description: When, in UTC.
      type: str
      sample: "2026-11-28T03:00:00Z"
    summary:
      description:
        - How many are C(declared). Of those, how many have drifted (C(drift)), could not be looked at (C(could_not_look)) and are C(due) for a
          rotation. For how many something would stop working (C(disruptive)). How many nobody declares (C(undeclared)).
      type: dict
      sample:
        declared: 12
        drift: 1
        could_not_look: 0
        disruptive: 0
        due: 0
        undeclared: 0
    undeclared:
      description: The projects that no entry means, of the same form. Empty with O(undeclared=ignore).
      type: list
      elements: dict
    errors:
      description: Why nothing could be looked at, a line each.
      type: list
      elements: str
markdown:
  description: The same for a comment of a pull request or an issue, at most 65,536 characters.
  returned: success
  type: str
  sample: "<!-- opentok-drift -->\n### OpenTok: 12 projects are as declared\n"
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

from ..module_utils._drift import run_drift


def main() -> None:
    run_drift()


if __name__ == "__main__":
    main()
