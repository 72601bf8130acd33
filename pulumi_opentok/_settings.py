# SPDX-License-Identifier: Apache-2.0
"""The settings of a connection in a Pulumi stack."""

from __future__ import annotations

from .core import ENVIRONMENT

STACK_CONFIG = {
    "account_key": "opentok:accountKey",
    "account_secret": "opentok:accountSecret",
    "api_key": "opentok:apiKey",
    "api_secret": "opentok:apiSecret",
    "api_url": "opentok:apiUrl",
    "timeout": "opentok:timeout",
    "allow_http": "opentok:allowHttp",
}
"""The name of each setting in the stack's config."""

CALLED = {name: f"{STACK_CONFIG[name]} (or {name} of the Provider, or {variable})" for name, variable in ENVIRONMENT.items()}
"""What errors call them."""
