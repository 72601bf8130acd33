# SPDX-License-Identifier: Apache-2.0
"""SIP calls, which join a session like a client, and DTMF."""
