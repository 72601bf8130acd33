# SPDX-License-Identifier: Apache-2.0
"""What tests of refusals share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.sdks import SdkError, Thing

NOWHERE = "00000000-0000-4000-8000-000000000000"
"""An id that nothing has."""
TWINS = ("", "Context")
"""What a method of the Go SDK and its twin with a context end in."""


def refusal(client: Thing, method: str, *args: Any, **kwargs: Any) -> SdkError:
    """The error of a call that must fail."""
    with pytest.raises(SdkError) as caught:
        client.call(method, *args, **kwargs)
    return caught.value


def kind_of_refusal(client: Thing, method: str, *args: Any, **kwargs: Any) -> str:
    """Its class: the Python SDK shows nothing else of most answers."""
    return refusal(client, method, *args, **kwargs).kind


def status_of_refusal(client: Thing, method: str, *args: Any) -> int | None:
    """Its HTTP status in the Go SDK, which must have understood the answer."""
    error = refusal(client, method, *args)
    assert error.kind == "*opentok.ResponseError", error
    return error.status
