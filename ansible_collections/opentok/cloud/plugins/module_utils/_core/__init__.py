# SPDX-License-Identifier: Apache-2.0
"""The core client of OpenTok and its desired state. Private to opentok.cloud and pulumi_opentok."""
