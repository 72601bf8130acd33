# SPDX-License-Identifier: Apache-2.0
"""What a party (``tests.ledgers.party``) imports before it is forked: imports only."""

from __future__ import annotations

import pulumi_opentok.core.desired.archive.kind
import pulumi_opentok.core.desired.audio_connector
import pulumi_opentok.core.desired.callback.kind
import pulumi_opentok.core.desired.captions
import pulumi_opentok.core.desired.fleet.fleet
import pulumi_opentok.core.desired.ledger.s3
import pulumi_opentok.core.desired.ledger.shared
import pulumi_opentok.core.desired.moderation
import pulumi_opentok.core.desired.run
import pulumi_opentok.core.desired.session
import pulumi_opentok.core.desired.sip_call
import pulumi_opentok.core.http.transport  # noqa: F401
