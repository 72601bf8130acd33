#!/usr/bin/python
# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: archive_storage
short_description: Declare where the archives of a project are uploaded
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Makes sure that OpenTok uploads the archives of a project to a bucket of Amazon S3 or a compatible service, or to an Azure container.
  - A project has one storage. Setting it replaces all that was set before, by whomever.
  - OpenTok shows no storage. So a O(ledger) remembers what was set, and the next run compares the declaration with that. What someone sets
    elsewhere is never noticed, and O(triggers) sets the storage again.
  - Without a O(ledger), nothing says what is set, so every run sets the storage and reports a change.
  - The account pair (O(account_key) and O(account_secret)) is enough, the secret of the project is then read. So is the pair of the project
    (O(api_key) and O(api_secret)).
notes:
  - A change holds for archives that start from then on. As far as is known, one that is under way is uploaded as was set when it started, so keep
    an old key valid until it has ended.
  - The ledger holds no key. It has a salted fingerprint, by which a new key is told from the old one.
  - OpenTok refuses calls of a suspended project, so its storage can be neither set nor removed.
extends_documentation_fragment:
  - opentok.cloud.attributes
  - opentok.cloud.attributes.desired_state
  - opentok.cloud.connection
attributes:
  check_mode:
    support: partial
    details:
      - Whether a storage is set that no O(ledger) knows cannot be seen. With O(state=absent), check mode says that it would be removed.
  idempotent:
    support: partial
    details:
      - With O(ledger), the second run changes nothing.
      - Without it, each run sets the storage again, because OpenTok cannot be asked what is set.
options:
  state:
    description:
      - V(present) makes sure that the storage is set as declared.
      - V(absent) removes it as O(on_delete) says. It needs the O(project) alone. The task is changed if one was set.
    type: str
    choices: [present, absent]
    default: present
  project:
    description:
      - The ID of the project (the same as its API key).
      - If not given, it is the project of O(api_key).
    type: raw
  bucket:
    description:
      - The S3 bucket. It goes with O(access_key) and O(secret_key), and contradicts every option that begins with C(azure_).
    type: raw
  access_key:
    description:
      - The access key ID of whoever may write to the bucket (C(s3:PutObject)).
    type: raw
  secret_key:
    description:
      - The secret access key that belongs to O(access_key). It is neither returned nor remembered.
    type: raw
  endpoint:
    description:
      - The URL of a service that speaks the protocol of S3, without a user name and password. If not given, it is Amazon S3.
      - For C(http) to a public host there is a warning, because archives are then sent unencrypted.
    type: raw
  sse:
    description:
      - Server-side encryption. V(s3) has Amazon S3 encrypt each archive with keys of its own, V(none) does not ask for it.
    type: str
    choices: [s3, none]
  azure_container:
    description:
      - The container of Azure Blob Storage. It goes with O(azure_account) and O(azure_key).
    type: raw
  azure_account:
    description:
      - The name of the storage account.
    type: raw
  azure_key:
    description:
      - An access key of the storage account, 88 characters of base64. It is neither returned nor remembered.
    type: raw
  azure_domain:
    description:
      - The domain of the service, when it is not the usual one.
    type: raw
  fallback:
    description:
      - What becomes of an archive that cannot be uploaded. With V(opentok), it stays in OpenTok's cloud for 72 hours. With V(none), it is lost.
    type: str
    choices: [none, opentok]
    default: opentok
  certificate:
    description:
      - An X.509 certificate in PEM with an RSA key of at most 2,048 bits. OpenTok encrypts each archive for it. If not given, it does not.
    type: raw
  triggers:
    description:
      - Any texts. When one of them changes, the storage is set again. Needs a O(ledger).
    type: dict
  ledger:
    description:
      - The path of the file that remembers what was set, on the machine that the module runs on. JSON, mode 0600, without secrets.
      - Or the URL of a store that many machines share. See O(opentok.cloud.project#module:ledger).
    type: str
  verify:
    description:
      - Whether to write a probe object to the bucket and to delete it, before OpenTok is told of the storage, and to fail if it cannot be written.
      - S3 alone. Needs the Python library C(boto3) on the machine that the module runs on.
      - It is done where something changes. Never in check mode.
    type: bool
    default: false
  on_delete:
    description:
      - What O(state=absent) means. V(delete) removes the storage, and archives then stay in OpenTok's cloud for 72 hours. V(retain) leaves it set and
        only forgets it.
    type: str
    choices: [delete, retain]
    default: delete
seealso:
  - module: opentok.cloud.project
  - module: opentok.cloud.archive_info
"""

EXAMPLES = r"""
- name: ACME's archives go to its own bucket
  opentok.cloud.archive_storage:
    project: "46123456"
    bucket: acme-archives
    access_key: "{{ archive_access_key }}"
    secret_key: "{{ archive_secret_key }}"
    sse: s3
    verify: true
    ledger: /var/lib/acme/ledger.json

- name: To an Azure container
  opentok.cloud.archive_storage:
    project: "46123456"
    azure_container: archives
    azure_account: acme
    azure_key: "{{ archive_azure_key }}"
    ledger: /var/lib/acme/ledger.json

- name: They stay in OpenTok's cloud again
  opentok.cloud.archive_storage:
    project: "46123456"
    ledger: /var/lib/acme/ledger.json
    state: absent
"""

RETURN = r"""
archive_storage:
  description:
    - The storage as it was set, or in check mode as it would be. V(null) with O(state=absent).
    - All keys are always there. What is not declared, or not known, is V(null).
  returned: success
  type: dict
  contains:
    id:
      description: The ID of the project.
      type: str
      sample: "46123456"
    account_key:
      description: The key of the account that the project belongs to. V(null) with the pair of the project.
      type: str
      sample: "100001"
    project:
      description: The ID of the project.
      type: str
      sample: "46123456"
    bucket:
      description: The S3 bucket.
      type: str
      sample: acme-archives
    access_key:
      description: The access key ID.
      type: str
      sample: AKIAIOSFODNN7EXAMPLE
    secret_key:
      description: Always V(null).
      type: str
      sample: null
    endpoint:
      description: The URL of the S3-compatible service.
      type: str
      sample: null
    sse:
      description: Server-side encryption.
      type: str
      sample: s3
    azure_container:
      description: The Azure container.
      type: str
      sample: null
    azure_account:
      description: The name of the storage account.
      type: str
      sample: null
    azure_key:
      description: Always V(null).
      type: str
      sample: null
    azure_domain:
      description: The domain of the service.
      type: str
      sample: null
    fallback:
      description: What becomes of an archive that cannot be uploaded.
      type: str
      sample: opentok
    certificate:
      description: The certificate that archives are encrypted for.
      type: str
      sample: null
    set_at:
      description: When it was last set, in UTC, as the ledger has it.
      type: str
      sample: "2026-11-23T07:02:00Z"
actions:
  description: What was done at OpenTok, or in check mode would be done, a line each. Empty exactly when nothing changes.
  returned: success
  type: list
  elements: str
  sample:
    - "set the archive storage of project 46123456 again (secret_key changed)"
before:
  description: The storage before, as the ledger has it; empty when it has none.
  returned: success
  type: dict
  sample: {}
after:
  description: The storage after; empty when it is removed.
  returned: success
  type: dict
  sample:
    bucket: acme-archives
    fallback: opentok
diff:
  description:
    - The same for people, as diff mode shows it. First a line for each of RV(actions), then RV(before) and RV(after) as texts.
    - Empty when nothing changes.
  returned: success
  type: list
  elements: dict
  sample:
    - prepared: "set the archive storage of project 46123456 again (secret_key changed)\n"
    - before: ""
      after: 'bucket: "acme-archives"'
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

from ..module_utils._core.desired.archive_storage.kind import ARCHIVE_STORAGE
from ..module_utils._module import run_desired_state


def main() -> None:
    run_desired_state(ARCHIVE_STORAGE)


if __name__ == "__main__":
    main()
