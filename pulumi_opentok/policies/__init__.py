# SPDX-License-Identifier: Apache-2.0
"""What a team may declare: rules for Pulumi programs (a policy pack) and for playbooks (rules for ansible-lint), judged alike.

    pulumi preview --policy-pack "$(python -m pulumi_opentok.policies pulumi)"
    ansible-lint -R -r "$(python -m pulumi_opentok.policies ansible-lint)"
"""
