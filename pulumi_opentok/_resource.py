# SPDX-License-Identifier: Apache-2.0
"""A dynamic resource whose provider is saved as the same text by every Python."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.dynamic import Resource
from pulumi.dynamic.dynamic import PROVIDER_KEY

from ._dynamic import KindProvider

PROTOCOL = 4
"""Of the pickle in every user's state file: part of the state format."""


class KindResource(Resource):
    """A resource that one of our providers drives."""

    def __init__(self, provider: KindProvider, name: str, props: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
        # Past the SDK's own __init__, whose pickle has the default protocol of the Python that runs: 4 before 3.14, 5 since. A state that two
        # Pythons take turns at would show `~ __provider` with every change.
        pulumi.CustomResource.__init__(self, f"pulumi-python:{self._resource_type_name}", name, {**props, PROVIDER_KEY: serialized(provider)}, opts)


def serialized(provider: KindProvider) -> str:
    """What stands in the state: its class's dotted path, as a pickle in base64."""
    return base64.b64encode(pickle.dumps(provider, protocol=PROTOCOL)).decode()
