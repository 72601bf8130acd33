# SPDX-License-Identifier: Apache-2.0
"""The operations that this emulator answers, in the words of the wire vocabulary."""

from __future__ import annotations

from pulumi_opentok.core import operations as wire

ANSWERED: tuple[wire.Operation, ...] = (
    wire.PROJECT_CREATE,
    wire.PROJECT_LIST,
    wire.PROJECT_GET,
    wire.PROJECT_SET_STATUS,
    wire.PROJECT_REFRESH_SECRET,
    wire.PROJECT_DELETE,
    wire.SESSION_CREATE,
    *wire.ARCHIVES,
    *wire.STORAGE,
    *wire.STREAMS,
    *wire.SIGNALS,
    *wire.MODERATION,
    *wire.SIP,
    *wire.CALLBACKS,
    *wire.BROADCASTS,
    *wire.RENDERS,
    *wire.CAPTIONS,
    *wire.AUDIO_CONNECTOR,
)

NAMES: tuple[str, ...] = tuple(operation.name for operation in ANSWERED)
