#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: project
short_description: Declare an OpenTok project
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Creates, suspends, activates and removes a project of an OpenTok account, and rotates its secret.
  - A project is found by its ID, or by its exact name where just one project has it. A project that was made elsewhere is taken
    over the same way.
  - Needs the account pair, O(account_key) and O(account_secret).
  - A project has one secret. When it is rotated, the old secret and every client token signed with it stop working at once, and nothing
    brings them back. So nothing but the options of rotation ever rotates it, and each says when.
notes:
  - SIGTERM and SIGINT to the module end it at once as long as nothing is begun. What is begun is finished, recorded and published, and the task
    then fails with what was done.
  - The secret is refreshed once. If the answer is lost, the project is read back and the task says so in a warning; the new secret is then
    proven by a signed request.
  - Two tasks that rotate the same project at the very same moment may each rotate it once, because OpenTok has no conditional refresh. A
    O(ledger) that both use prevents it. Without one, give both O(retired_secrets), and run again to see which secret is live.
  - OpenTok cannot rename a project. O(existing_id) together with another O(name) than the project has is an error.
  - Names are not unique in OpenTok. Two projects of one name are an error that lists their IDs; say which with O(existing_id).
  - Two tasks that create a project of one name at the very same moment, on several hosts of a play for example, may each create one. The task
    that sees it fails and lists all IDs. A O(ledger) that all use prevents it, and so does C(run_once).
  - If the new secret cannot be proven, the task fails, with what it did in RV(actions).
  - Give a task with O(return_secret=true) C(no_log) as well, or the secret is shown.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  idempotent:
    support: partial
    details:
      - With O(rotate=always) every run rotates. With all other options the second run changes nothing.
options:
  state:
    description:
      - V(present) makes sure that there is such a project, V(absent) ends its life as O(on_delete) says.
      - With V(absent), O(status), O(publish), O(notify) and the options of rotation are refused, because nothing of that would be done. What
        suspends the project in place of deleting it is O(on_delete=suspend).
    type: str
    choices: [present, absent]
    default: present
  existing_id:
    description:
      - The ID of a project that exists (the same as its API key). It says which project is meant, also with O(state=absent), and the project is
        made what is declared.
      - OpenTok gives out the IDs, so a project cannot be created with one.
    type: raw
    aliases: [id]
  name:
    description:
      - The name of the project, as it is or shall be. It must be a string, so put a name that looks like a number in quotes.
      - Blanks around it, control characters and marks that turn the direction of writing are refused.
      - If OpenTok writes it in another way, the task fails with the ID and both spellings. A project whose name differs only in case, blanks or
        Unicode form is a warning, or an error where it may be what OpenTok made of this very name; a O(ledger) tells them apart.
      - Needed where O(existing_id) is not given.
    type: raw
  status:
    description:
      - V(active) lets the project's key work, V(suspended) stops it and every session made with it.
      - If not given, the status stays as it is. A new project is active.
    type: str
    choices: [active, suspended]
  on_delete:
    description:
      - What O(state=absent) does to the project.
      - V(delete) deletes it for good, V(suspend) suspends it instead, V(retain) leaves it as it is.
    type: str
    choices: [delete, suspend, retain]
    default: delete
  retired_secrets:
    description:
      - The live secret must be none of these, or it is rotated. Each is a secret, or its fingerprint as in RV(project.secret_fingerprint).
      - What C(sha256sum) prints is taken for a fingerprint as well, and blanks and line breaks around an item are no part of it. What can be
        neither a secret nor a fingerprint, such as an empty text or C(sha512:), is refused.
      - Needs no record of the last run, and works from any machine. Run twice, it rotates once.
    type: list
    elements: raw
  secret_triggers:
    description:
      - Any names and values. When a value is another one than at the last run, the secret is rotated once.
      - A first value rotates nothing, and neither does one that is removed.
      - Needs O(ledger). Values are shown in the output of Ansible, so let none be a secret.
    type: dict
  secret_max_age:
    description:
      - How old the secret may get, such as V(90d), V(12h), V(1w2d) or V(P90D). An older one is rotated by the next run.
      - It counts from when the secret was issued, or first seen where someone else has issued it.
      - Needs O(ledger).
    type: str
  rotation_window:
    description:
      - When a rotation may be done that is due because of O(secret_max_age). Outside of it a warning says when it opens next.
    type: dict
    suboptions:
      days:
        description:
          - The days of the week, each V(mon), V(tue), V(wed), V(thu), V(fri), V(sat) or V(sun). If not given, every day.
        type: list
        elements: str
      start:
        description:
          - When it opens, such as V("22:00"). Put it in quotes, because YAML reads C(22:00) as a number.
        type: raw
        required: true
      end:
        description:
          - When it closes, such as V("05:00"), in quotes as well. An earlier time than O(rotation_window.start) is on the next day.
        type: raw
        required: true
      timezone:
        description:
          - The time zone of these times, such as V(Europe/Berlin).
        type: str
        default: UTC
      applies_to:
        description:
          - V(age) lets only a rotation wait that is due by age, V(all) those of O(secret_triggers) and O(retired_secrets) as well.
        type: str
        choices: [age, all]
        default: age
  on_external_rotation:
    description:
      - What a changed value in O(secret_triggers) does when the live secret is not the one that O(ledger) remembers, so that someone else
        has rotated it meanwhile.
      - V(rotate) rotates it once more, because the live secret may be the one that had to go. V(adopt) takes that rotation for it.
        V(fail) stops.
    type: str
    choices: [rotate, adopt, fail]
    default: rotate
  rotation:
    description:
      - How the secret is rotated. With V(in_place) it is refreshed, and every client token signed with the old one stops working at once.
      - With V(blue_green) a second project of the same name is created, and its credentials are published. Both work until O(token_lifetime) after
        that. Then the first one is suspended, and after O(soak) deleted, each by the first run from then on. V(blue-green) is the same.
      - The API key and the ID change then, so declare the project by O(name). Stored rooms, archives, callbacks and dashboard settings stay with the
        first project and end with it.
      - A live secret of O(retired_secrets), and O(rotate=always), are always refreshed in place, because an overlap would keep what has leaked alive.
      - V(blue_green) needs O(ledger).
    type: str
    choices: [in_place, blue_green, in-place, blue-green]
    default: in_place
    aliases: [strategy]
  token_lifetime:
    description:
      - With O(rotation=blue_green), how long the longest client token lives, such as V(24h), at most V(30d). The first project stays active so long.
    type: str
    default: 24h
  soak:
    description:
      - With O(rotation=blue_green), how long the first project stays suspended before it is deleted, such as V(7d).
    type: str
    default: 7d
  handover:
    description:
      - With O(rotation=blue_green), whether it goes on from step to step (V(proceed)), waits before the next one (V(pause)), or goes back to the
        first project (V(rollback)).
      - V(rollback) can be said until the first project is deleted. It is activated if need be, its credentials are published again, and the
        second one is suspended after O(token_lifetime), and then deleted. As long as it is said, no other rotation begins.
    type: str
    choices: [proceed, pause, rollback]
    default: proceed
  rotate:
    description:
      - V(always) rotates the secret now, whatever it is. Every run rotates it again, also when the run before was repeated by mistake.
      - It is for emergencies. To replace a secret that has leaked, O(retired_secrets) does the same and can be run again.
    type: str
    choices: [never, always]
    default: never
  ledger:
    description:
      - The path of a file that remembers what the last run did, on the machine that the module runs on. It is made when it is first needed.
      - JSON with fingerprints only, mode 0600, which is restored if it is another one. It may serve many projects, and several hosts and
        forks at once. A task that finds it locked waits for one minute.
      - Or the URL of a ledger in a store that many machines share, V(postgresql://host/database), V(s3://bucket/key), V(vault:mount/path) or
        V(kubernetes://namespace/name). Runs that share one make one project of a name and rotate once, wherever they run. No password stands in
        the URL. The client is asked of the store's own environment, and its library must be installed, C(psycopg), C(boto3), C(hvac) or
        C(kubernetes).
      - Beside a file lies a lock file with C(.lock) after its name, which stays.
      - A run that was killed while it rotated is understood by the next one, which does not rotate a second time.
      - Keep it. Without it the first value of O(secret_triggers) and the age of the secret count anew.
    type: str
  publish:
    description:
      - Where to write the credentials to, as one document with platform, key, secret, version and the time of rotation. A place that has
        them already is left alone.
      - V(file:/etc/acme/opentok.json) is a file of mode 0600 on the machine that the module runs on, V(aws-secretsmanager:acme/opentok) a
        secret of AWS Secrets Manager and V(vault:secret/acme/opentok) one of a HashiCorp Vault KV version 2 engine. These two need
        C(boto3) or C(hvac) there, and take their connection from the usual environment variables, as do the following.
      - V(gcp-secretmanager:projects/acme/secrets/opentok) is a secret of Google Secret Manager and needs C(google-cloud-secret-manager).
        V(azure-keyvault:acme/opentok) is one of an Azure Key Vault and needs C(azure-keyvault-secrets) and C(azure-identity). With C(?keep=3)
        after it, older versions are destroyed at Google and disabled at Azure.
      - V(github-actions:acme/web/OPENTOK) is a secret of GitHub Actions, C(acme/web/environments/production/OPENTOK) one of an environment. It
        needs C(PyNaCl) and C(requests). Since nobody can read it, a variable C(OPENTOK_PUBLISHED) beside it has the fingerprint of what is in it.
      - V(kubernetes:acme/opentok) is the Secret C(opentok) of the namespace C(acme), and needs C(kubernetes) there. Cluster and user are those of
        E(KUBECONFIG) or C(~/.kube/config), or of the pod. V(?context=staging) after it is another context, V(?owner=deployment/web) the workload
        with which it is deleted.
      - V(exec:put-secret acme) runs a program on that machine, without a shell, once for each step, which is its last argument. It gets the
        document on stdin. V(preflight) and V(write) are done with exit status 0, V(compare) says with 0 that the document is there and with 10
        that it is not. V(?timeout=20) at the end is how many seconds a step may take, 60 if not given. The program must belong to root or to the
        user that the module runs as.
      - All other names are those of entry points of the group C(opentok.publishers) that are installed for the Python that runs the module.
      - Before a secret is issued, every place must show that it can be written to. If a write fails all the same, the task fails, nothing is
        lost, and the next run publishes without another rotation, unless O(rotate=always).
      - A file, or a link or folder on its way, that another user had ready is refused, and so is a ledger. What lies in a folder that others may
        write to has to belong to root or to the user that the module runs as.
    type: list
    elements: raw
  notify:
    description:
      - Whom to tell once the credentials have been written to a place of O(publish). Nobody gets the secret, only its fingerprint.
      - V(exec:systemctl reload acme) runs a program as O(publish) does, with the message as JSON on stdin, V(webhook:https://deploy.example.com/x)
        posts it. The webhook is signed by the key in the environment variable C(OPENTOK_WEBHOOK_SECRET), if there is one. V(http://) to another
        machine needs O(allow_http).
      - V(kubernetes-rollout:acme/deployment/web) restarts the pods of a C(deployment), C(statefulset) or C(daemonset), as C(kubectl rollout
        restart) does, and with V(?wait=300) after it waits as many seconds until they are ready.
      - A hook runs once for each change. If it fails, the task fails after the credentials are published, and the next run does it again, if
        O(ledger) remembers it. Without O(ledger) it is not repeated.
    type: list
    elements: raw
  return_secret:
    description:
      - Whether to return the project's secret in RV(project.api_secret).
    type: bool
    default: false
seealso:
  - module: opentok.cloud.project_info
"""

EXAMPLES = r"""
- name: Acme has a project, and its key works
  opentok.cloud.project:
    account_key: "{{ opentok_account_key }}"
    account_secret: "{{ opentok_account_secret }}"
    name: Acme
    status: active
  register: acme

- name: Acme has not paid (the account pair comes from the environment)
  opentok.cloud.project:
    existing_id: "{{ acme.project.id }}"
    status: suspended

- name: Read the secret of Acme's project
  opentok.cloud.project:
    name: Acme
    return_secret: true
  register: acme
  no_log: true

- name: A secret of Acme has leaked, and is live no longer
  opentok.cloud.project:
    name: Acme
    retired_secrets:
      - sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824

- name: Acme has a new secret every quarter, at night, and where its service looks for it
  opentok.cloud.project:
    name: Acme
    secret_max_age: 90d
    rotation_window:
      days: [sat, sun]
      start: "22:00"
      end: "05:00"
      timezone: Europe/Berlin
    ledger: /var/lib/opentok/ledger.json
    publish:
      - file:/etc/acme/opentok.json
    notify:
      - exec:systemctl reload acme

- name: Someone has left the team, so the secret that they knew is rotated once
  opentok.cloud.project:
    name: Acme
    secret_triggers:
      left: alice
    ledger: /var/lib/opentok/ledger.json

- name: Acme gets another key every quarter, and nobody is refused while it does
  opentok.cloud.project:
    name: Acme
    strategy: blue_green
    secret_max_age: 90d
    token_lifetime: 24h
    soak: 7d
    ledger: /var/lib/opentok/ledger.json
    publish:
      - file:/etc/acme/opentok.json

- name: Acme has left, but may come back
  opentok.cloud.project:
    name: Acme
    state: absent
    on_delete: suspend
"""

RETURN = r"""
project:
  description:
    - The project as it is now, or in check mode as it would be. V(null) when there is none (any more).
    - All keys are always there. What is not known, or only OpenTok can give, is V(null).
  returned: success
  type: dict
  contains:
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
      description: The same as RV(project.api_key), the key that is in use.
      type: str
      sample: "46123456"
    draining_key:
      description: With O(rotation=blue_green), the key whose place RV(project.active_key) has taken, until its project is deleted.
      type: str
      sample: null
    drains_until:
      description: With O(rotation=blue_green), when the last client token of RV(project.draining_key) has ended, in UTC.
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
      description: When the secret gets older than O(secret_max_age). V(null) without that.
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
actions:
  description: What was done, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "create project 'Acme'"
before:
  description: The project before, with the fingerprint in place of the secret; empty when there was none.
  returned: success
  type: dict
  sample: {}
after:
  description: The project after; empty when there is none any more.
  returned: success
  type: dict
  sample:
    name: Acme
    status: active
    secret_fingerprint: (known after it is done)
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "create project 'Acme'\n"
    - before: ""
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

from ..module_utils import _publish
from ..module_utils._core.desired.project.kind import PROJECT
from ..module_utils._module import run_desired_state


def main() -> None:
    # Ansible keeps no record of what it made: the name or the ID itself says whose project it is.
    run_desired_state(PROJECT, fixed={"take_by_name": True}, publishing=_publish)


if __name__ == "__main__":
    main()
