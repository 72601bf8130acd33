# SPDX-License-Identifier: Apache-2.0
"""What is refused in the declaration of a project: the one table for `parse`, the real provider and the command."""

from __future__ import annotations

import datetime
from typing import Any

Row = tuple[dict[str, Any], list[str], str]
"""What is declared beside the name (`None`: it is not), the properties that are named, and what is said of the first."""

BAD_PROJECTS: list[Row] = [
    ({"name": ""}, ["name"], "must not be empty or blank"),
    ({"name": " \t "}, ["name"], "must not be empty or blank"),
    ({"name": 42}, ["name"], "must be a string, not int 42: quote it"),
    ({"name": True}, ["name"], "must be a string, not bool True: quote it"),
    ({"name": ["acme"]}, ["name"], "must be a string, not list ['acme']"),
    ({"name": datetime.date(2026, 1, 1)}, ["name"], "must be a string, not date 2026-01-01: quote it"),
    ({"name": "two\nlines"}, ["name"], "must not contain control characters, line breaks or marks"),
    ({"name": "nul\0"}, ["name"], "must not contain control characters"),
    ({"name": "del\x7f"}, ["name"], "must not contain control characters"),
    ({"name": "half a pair \ud800"}, ["name"], "is not valid Unicode"),
    ({"status": "aktiv"}, ["status"], "must be 'active' or 'suspended', not 'aktiv'"),
    ({"status": "ACTIVE"}, ["status"], "must be 'active' or 'suspended', not 'ACTIVE'"),
    ({"status": ""}, ["status"], "must be 'active' or 'suspended', not ''"),
    ({"status": True}, ["status"], "must be 'active' or 'suspended', not True"),
    ({"status": ["active"]}, ["status"], "must be 'active' or 'suspended'"),
    ({"on_delete": "keep"}, ["on_delete"], "must be 'delete' or 'suspend' or 'retain', not 'keep'"),
    ({"existing_id": ""}, ["existing_id"], "must be a project id (= API key) such as '46123456', not ''"),
    ({"existing_id": "46 000"}, ["existing_id"], "must be a project id"),
    ({"existing_id": "../46000001"}, ["existing_id"], "must be a project id"),
    ({"existing_id": "４６"}, ["existing_id"], "must be a project id"),
    ({"existing_id": True}, ["existing_id"], "must be a project id"),
    ({"existing_id": "True"}, ["existing_id"], "must be a project id (= API key) such as '46123456', not 'True'"),
    ({"id": "None"}, ["id"], "must be a project id"),
    ({"existing_id": 46.5}, ["existing_id"], "must be a project id"),
    ({"existing_id": float("inf")}, ["existing_id"], "must be a project id"),
    ({"existing_id": float("nan")}, ["existing_id"], "must be a project id"),
    ({"existing_id": "4" * 65}, ["existing_id"], "must be a project id"),
    ({"id": "no-id"}, ["id"], "must be a project id"),
    ({"adopt": "yes"}, ["adopt"], "must be true or false, not 'yes'"),
    ({"adopt": 1}, ["adopt"], "must be true or false, not 1"),
    ({"allow_duplicate_name": "true"}, ["allow_duplicate_name"], "must be true or false, not 'true'"),
    ({"take_by_name": 0}, ["take_by_name"], "must be true or false, not 0"),
    ({"secret_triggers": "2"}, ["secret_triggers"], "must be a map such as {version: '2'}, not '2'"),
    ({"secret_triggers": ["2"]}, ["secret_triggers"], "must be a map such as {version: '2'}"),
    ({"secret_triggers": {"v": None}}, ["secret_triggers"], "the value of 'v' must be a string"),
    ({"secret_triggers": {"v": {"a": "b"}, "w": []}}, ["secret_triggers"], "the value of 'v' and 'w' must be a string"),
    ({"retired_secrets": {"a": "hunter2"}}, ["retired_secrets"], "must be a list of secrets or their sha256: fingerprints, not dict"),
    ({"retired_secrets": 5}, ["retired_secrets"], "must be a list of secrets or their sha256: fingerprints, not int"),
    ({"retired_secrets": ["hunter2", 5]}, ["retired_secrets"], "item 2 must be a secret or its sha256: fingerprint, not int: quote it"),
    ({"retired_secrets": ["hunter2", None]}, ["retired_secrets"], "item 2 must be a secret or its sha256: fingerprint, not NoneType"),
    ({"retired_secrets": ["hunter2", " "]}, ["retired_secrets"], "item 2 is empty: give a secret or its sha256: fingerprint, or take the item out"),
    ({"retired_secrets": ""}, ["retired_secrets"], "item 1 is empty: give a secret or its sha256: fingerprint, or take the item out"),
    ({"retired_secrets": "hunter2,"}, ["retired_secrets"], "item 2 is empty"),
    ({"retired_secrets": ["sha512:" + 128 * "0"]}, ["retired_secrets"], "item 1 can be neither a secret nor a fingerprint: secrets are of letters"),
    ({"retired_secrets": ["sha1:" + 40 * "0"]}, ["retired_secrets"], "item 1 can be neither"),
    ({"retired_secrets": ["hunter2\nhunter2"]}, ["retired_secrets"], "item 1 can be neither"),
    ({"retired_secrets": ["hunter2 hunter2"]}, ["retired_secrets"], "item 1 can be neither"),
    ({"retired_secrets": ["********"]}, ["retired_secrets"], "item 1 can be neither"),
    ({"retired_secrets": ["hunter2…"]}, ["retired_secrets"], "item 1 can be neither"),
    ({"retired_secrets": ["hunter2\u200b"]}, ["retired_secrets"], "item 1 can be neither"),
    ({"retired_secrets": ["sha256:" + 64 * "0" + " hunter2\nsha256:" + 64 * "1"]}, ["retired_secrets"], "item 1 must be sha256: and 64 hex digits"),
    ({"retired_secrets": [63 * "0"]}, ["retired_secrets"], "item 1 has 63 hex digits: more than a secret, and a SHA-256 digest has 64"),
    ({"retired_secrets": [128 * "a"]}, ["retired_secrets"], "item 1 has 128 hex digits"),
    ({"retired_secrets": [64 * "0" + "  -\n" + 64 * "1" + "  -"]}, ["retired_secrets"], "item 1 can be neither"),
    (
        {"retired_secrets": ["hunter2", "sha256:" + 63 * "0"]},
        ["retired_secrets"],
        "item 2 must be sha256: and 64 hex digits, it has 63 characters after the colon",
    ),
    (
        {"retired_secrets": ["SHA256:" + 65 * "0"]},
        ["retired_secrets"],
        "item 1 must be sha256: and 64 hex digits, it has 65 characters after the colon",
    ),
    ({"retired_secrets": ["sha256:" + 64 * "g"]}, ["retired_secrets"], "item 1 must be sha256: and 64 hex digits"),
    ({"name": {"a": "b"}}, ["name"], "must be a string"),
    ({"name": " leading and trailing "}, ["name"], "must not begin or end with whitespace"),
    ({"name": "\u202eright to left"}, ["name"], "text direction"),
    ({"status": {"a": "b"}}, ["status"], "must be 'active' or 'suspended'"),
    ({"on_delete": 1}, ["on_delete"], "must be 'delete' or 'suspend' or 'retain'"),
    ({"existing_id": 1.5}, ["existing_id"], "must be a project id"),
    ({"existing_id": "x" * 65}, ["existing_id"], "must be a project id"),
    ({"existing_id": ["a"]}, ["existing_id"], "must be a project id"),
    ({"allow_duplicate_name": "no"}, ["allow_duplicate_name"], "must be true or false"),
    ({"secret_triggers": {"v": ["a"]}}, ["secret_triggers"], "the value of 'v' must be a string"),
    ({"secret_triggers": {"v": {"w": "x"}}}, ["secret_triggers"], "the value of 'v' must be a string"),
    ({"secret_triggers": {"release": 1.10, "whole": 3}}, ["secret_triggers"], "the value of 'release' is a number; "),
    ({"secret_max_age": "90x"}, ["secret_max_age"], "must be a duration such as 90d"),
    ({"secret_max_age": "0d"}, ["secret_max_age"], "must be longer than 0"),
    ({"secret_max_age": "-1d"}, ["secret_max_age"], "must be a duration"),
    ({"secret_max_age": 90}, ["secret_max_age"], "must be a duration"),
    ({"on_external_rotation": "ignore"}, ["on_external_rotation"], "must be 'rotate' or 'adopt' or 'fail', not 'ignore'"),
    ({"rotation_window": "02:00-05:00"}, ["rotation_window"], "must be a map"),
    ({"rotation_window": {"start": "02:00", "end": "02:00"}}, ["rotation_window"], "never opens"),
    ({"rotation_window": {"start": "02:00", "end": "05:00", "days": []}}, ["rotation_window.days"], "never opens"),
    ({"rotation_window": {"start": "02:00", "end": "05:00", "timezone": "Mars/Olympus"}}, ["rotation_window.timezone"], "not 'Mars/Olympus'"),
    ({"rotation_window": {"start": 120, "end": "05:00"}}, ["rotation_window.start"], "must be a time of day"),
    ({"retired_secrets": ["hunter2hunter2", "sha256:abc"]}, ["retired_secrets"], "item 2 must be sha256: and 64 hex digits, it has 3 characters"),
    ({"retired_secrets": ["hunter2hunter2", ""]}, ["retired_secrets"], "item 2 is empty"),
    ({"retired_secrets": ["hunter2hunter2", "sha512:hunter2"]}, ["retired_secrets"], "item 2 can be neither a secret nor a fingerprint"),
    ({"retired_secrets": ["hunter2hunter2", 3]}, ["retired_secrets"], "item 2 must be a secret"),
    ({"retired_secrets": {"a": "hunter2hunter2"}}, ["retired_secrets"], "must be a list"),
    ({"name": None}, ["name"], "missing: declare a name, or the id of a project that exists"),
    ({"name": None, "status": "active"}, ["name"], "missing"),
    ({"name": "a", "adopt": True, "allow_duplicate_name": True}, ["adopt"], "contradicts allow_duplicate_name"),
    ({"name": None, "existing_id": "1", "allow_duplicate_name": True}, ["existing_id"], "contradicts allow_duplicate_name"),
    (
        {"name": "", "status": "x", "on_delete": "x", "adopt": "x", "secret_triggers": "x"},
        ["name", "status", "on_delete", "adopt", "secret_triggers"],
        "must",
    ),
    (
        {"name": 3, "status": "paused", "on_delete": "keep", "existing_id": "?", "adopt": "x", "secret_triggers": "2"},
        ["name", "status", "on_delete", "existing_id", "adopt", "secret_triggers"],
        "must",
    ),
]

HIDDEN = "hunter2"
"""Stands in what may be a secret, and in no message."""


def row_id(value: Any) -> str:
    """A short name of what stands in a row."""
    return ascii(value)[:60]
