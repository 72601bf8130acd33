# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts that the file of an inventory names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ._core.errors import InvalidInput, OpenTokError, Problem, join_words, quote
from ._core.http.connection import ENVIRONMENT, Connection

OF_ACCOUNT = ("account_key", "account_secret", "api_url")
ROW = ("name", *OF_ACCOUNT)
SHARED = ("api_url", "timeout", "allow_http")
"""Settings that all accounts have in common, where they do not say otherwise."""

Text = Callable[[Any, str], Any]
"""Makes of a value and the name of its option what is meant: templates are done, vaulted values are decrypted."""


def accounts_of(given: Any, shared: Mapping[str, Any], text: Text) -> Iterator[tuple[str, Connection]]:
    """What each of the accounts ``given`` is called, and how it is reached. Raises :class:`InvalidInput`, never with a secret in it."""
    seen: dict[Any, str] = {}
    for where, row in _rows(given):
        values = {name: text(row.get(name), f"{where}.{name}") for name in ROW}
        settings = {name: values[name] for name in OF_ACCOUNT}
        called = {name: f"{where}.{name}" for name in ENVIRONMENT}
        try:
            connection = Connection.resolve(settings, {name: shared[name] for name in SHARED}, environ={}, called=called)
            key = connection.account_credentials().key
        except OpenTokError as error:
            raise InvalidInput(Problem(where, str(error))) from None
        label = str(values["name"] or key)
        for one in ((key, connection.api_url), label):
            if one in seen:
                raise InvalidInput(Problem(where, f"the same account as {seen[one]}, or one of the same name: {quote(label)}"))
            seen[one] = where
        yield label, connection


def _rows(given: Any) -> list[tuple[str, Mapping[str, Any]]]:
    if not isinstance(given, list) or not given:
        raise InvalidInput(Problem("accounts", f"must be a list, each with {join_words(ROW)}"))
    problems = []
    for number, row in enumerate(given):
        if not isinstance(row, Mapping):
            problems.append(Problem(f"accounts[{number}]", f"must be a dictionary with {join_words(ROW)}"))
            continue
        problems += [Problem(f"accounts[{number}].{name}", f"unknown: there are {join_words(ROW)}") for name in row if name not in ROW]
    if problems:
        raise InvalidInput(problems)
    return [(f"accounts[{number}]", row) for number, row in enumerate(given)]
