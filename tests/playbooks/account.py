# SPDX-License-Identifier: Apache-2.0
"""The account of an emulator, to prepare what a playbook meets and to look at what it left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_opentok.core import Account, Credentials

if TYPE_CHECKING:
    from pulumi_opentok.core.api.account import Projects
    from pulumi_opentok.emulator import Emulator


def projects_of(opentok: Emulator) -> Projects:
    """All six calls of the account API."""
    credentials = Credentials(key=opentok.account_key, secret=opentok.account_secret, kind="account")
    return Account(credentials, api_url=opentok.url).projects
