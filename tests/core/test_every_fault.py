# SPDX-License-Identifier: Apache-2.0
"""Whatever goes wrong on whatever, without end: one error of this package, on one line, that says what, on what and what to do."""

from __future__ import annotations

import logging

import pytest

from pulumi_opentok.core import ApiError, OpenTokError
from tests.core.operations_table import CALLS
from tests.core.service import Service

FAULTS = [
    ("status", {"status": 400}),
    ("status", {"status": 401}),
    ("status", {"status": 403}),
    ("status", {"status": 404}),
    ("status", {"status": 405}),
    ("status", {"status": 408}),
    ("status", {"status": 409}),
    ("status", {"status": 413}),
    ("status", {"status": 429}),
    ("status", {"status": 500}),
    ("status", {"status": 503}),
    ("status", {"status": 599}),
    ("drop_before", {}),
    ("drop_after", {}),
    ("truncate", {}),
    ("garble", {}),
    ("html", {}),
]
ADVICE = ("run again", "may or may not", "does a proxy", "is not permitted to", "not found for", "refused the request", "was cut off", "is not JSON")


@pytest.mark.parametrize(("kind", "fields"), FAULTS)
@pytest.mark.parametrize("operation", list(CALLS))
def test_one_clear_line(
    service: Service, caplog: pytest.LogCaptureFixture, operation: str, kind: str, fields: dict[str, int]
) -> None:
    caplog.set_level(logging.DEBUG)
    project = service.account().projects.create("acme")
    secrets = service.secrets()
    ready = CALLS[operation].ready(service, project)
    service.emulator.fault(operation, kind, times=None, **fields)
    with pytest.raises(OpenTokError) as caught:
        ready.run(service.account(), service.client(project))
    said = str(caught.value)
    assert said.startswith(f"{operation} of {ready.about}: ")
    assert caught.value.operation == operation
    assert isinstance(caught.value, ApiError) == (kind == "status")
    if isinstance(caught.value, ApiError):
        assert (caught.value.status, caught.value.code) == (fields["status"], -1)
    assert said.isprintable()
    assert len(said) < 400
    assert any(words in said for words in ADVICE)
    assert service.emulator.url in said or "HTTP" in said
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    heard = "\n".join([said, repr(caught.value), caplog.text, *service.warnings, *map(str, service.emulator.journal())])
    for secret in [*secrets, *service.secrets(), "eyJ"]:
        assert secret not in heard
