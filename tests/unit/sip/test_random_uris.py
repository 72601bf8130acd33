# SPDX-License-Identifier: Apache-2.0
"""Random URIs from the grammar. 500 of them; `make bench B=sip_uris` has the same done with 10,000."""

from __future__ import annotations

from tests.unit.sip.properties import canonical_forms_that_are_equal_are_of_equal_uris, every_uri_is_read, other_spellings_are_one_uri

FEW = 500
FEWER = 200


def test_every_uri_of_the_grammar_is_read_and_written_the_same() -> None:
    every_uri_is_read(FEW)


def test_other_spellings_of_a_uri_have_its_canonical_form() -> None:
    other_spellings_are_one_uri(FEWER)


def test_uris_with_one_canonical_form_are_the_same_by_the_rfc() -> None:
    canonical_forms_that_are_equal_are_of_equal_uris(FEWER)
