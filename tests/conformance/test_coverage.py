# SPDX-License-Identifier: Apache-2.0
"""The table of coverage has every public method of the SDKs, and what it says is true."""

from __future__ import annotations

import pytest

from pulumi_opentok.core import operations as wire
from tests.conformance.covering import covered
from tests.conformance.sdks import Sdk
from tests.conformance.table import BUGS, LANGUAGES, LOCAL, METHODS, QUIRKS

OPERATIONS = {operation.name for operation in vars(wire).values() if isinstance(operation, wire.Operation)}


def test_each_method_of_the_python_sdk_is_in_the_table(python: Sdk) -> None:
    assert python.public() == set(METHODS["python"])


def test_each_method_of_the_go_sdk_is_in_the_table(go: Sdk) -> None:
    assert go.public() == set(METHODS["go"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_method_is_covered(language: str) -> None:
    methods = METHODS[language]
    assert set(methods.values()) <= {LOCAL, *OPERATIONS}
    assert covered(language) == set(methods)


def test_bugs_and_quirks_are_of_methods_that_there_are() -> None:
    assert all(method in METHODS[language] for language, method in (*BUGS, *QUIRKS))
    assert not BUGS.keys() & QUIRKS.keys()
