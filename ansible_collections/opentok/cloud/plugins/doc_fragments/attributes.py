# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module promises."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/opentok.cloud.opentok) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - opentok.cloud.opentok
  check_mode:
    description: Can run in C(check_mode) and return what would be done, without doing it.
  diff_mode:
    description: Will return details on what has changed (or would change in C(check_mode)), when in diff mode.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second run changes nothing.
"""

    INFO_MODULE = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - This module only reads. For an ID that is null or empty, because the task that would make it was only checked, it returns one whose
        values are all null, and a warning.
  diff_mode:
    support: N/A
    details:
      - This module only reads.
  idempotent:
    support: full
    details:
      - This module only reads.
"""

    DESIRED_STATE = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - An ID that is null or empty is taken for one that is not known yet, because the task that would make it was only checked. What would be
        done is said all the same, and a warning says where only the run can tell.
  diff_mode:
    support: full
    details:
      - The lines of the plan come first. What stops working for someone is among them, and without diff mode it is a warning, which begins
        with C(planned) in check mode and with C(done) otherwise.
  idempotent:
    support: full
"""

    CHANGES_NOTHING = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - This module changes nothing. For an ID that is null or empty, because the task that would make it was only checked, it returns what is
        known, and a warning.
  diff_mode:
    support: N/A
    details:
      - This module changes nothing.
  idempotent:
    support: full
    details:
      - This module changes nothing.
"""
