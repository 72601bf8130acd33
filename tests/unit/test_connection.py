# SPDX-License-Identifier: Apache-2.0
"""Where settings come from, and what is wrong with them, said before any request."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok._settings import CALLED, STACK_CONFIG
from pulumi_opentok.core import Account, Connection, Credentials, CredentialsError, InvalidInput, OpenTokError
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.http.connection import DEFAULT_API_URL, DEFAULT_TIMEOUT, ENVIRONMENT

SECRET = "hush" * 10
PAIR = {"account_key": "100", "account_secret": SECRET}
ENV_PAIR = {"OPENTOK_ACCOUNT_KEY": "100", "OPENTOK_ACCOUNT_SECRET": SECRET}


def test_nothing_given_is_the_real_service_without_credentials() -> None:
    found = Connection.resolve(environ={})
    assert found == Connection(api_url=DEFAULT_API_URL, timeout=DEFAULT_TIMEOUT)
    assert found.api_url == "https://api.opentok.com"


GOOD = {
    "account_key": ("1", "2", "3"),
    "account_secret": ("one", "two", "three"),
    "api_key": ("11", "12", "13"),
    "api_secret": ("four", "five", "six"),
    "api_url": ("https://one", "https://two", "https://three"),
    "timeout": ("1", "2", "3"),
}


@pytest.mark.parametrize("name", list(GOOD))
def test_argument_then_config_then_environment(name: str) -> None:
    partner = {"account_key": "account_secret", "account_secret": "account_key", "api_key": "api_secret", "api_secret": "api_key"}.get(name)
    rest = {partner: "77"} if partner else {}
    argument, config, environment = GOOD[name]

    def value(*sources: dict[str, Any], env: str = environment) -> str:
        found = getattr(Connection.resolve(*sources, rest, environ={ENVIRONMENT[name]: env}), name)
        return str(int(found)) if isinstance(found, float) else str(found)

    assert value({name: argument}, {name: config}) == argument
    assert value({name: None}, {name: config}) == config
    assert value({name: ""}, {name: config}) == config
    assert value({name: ""}, {name: ""}) == environment
    assert value({}, {}) == environment


def test_an_empty_string_is_unset_also_in_the_environment() -> None:
    found = Connection.resolve({"account_key": ""}, environ=dict.fromkeys(ENVIRONMENT.values(), ""))
    assert found == Connection()


def test_the_environment_is_the_process_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENTOK_API_URL", "http://127.0.0.1:1")
    assert Connection.resolve().api_url == "http://127.0.0.1:1"


def test_a_pair_may_come_from_two_places() -> None:
    pair = Connection.resolve({"account_key": "100"}, environ={"OPENTOK_ACCOUNT_SECRET": SECRET}).account_credentials()
    assert (pair.key, pair.secret, pair.kind) == ("100", SECRET, "account")


def test_the_project_pair() -> None:
    pair = Connection.resolve({"api_key": 46000001.0, "api_secret": SECRET}, environ={}).project_credentials()
    assert (pair.key, pair.secret, pair.kind) == ("46000001", SECRET, "project")


@pytest.mark.parametrize("key", [46000001, 46000001.0, "46000001"])
def test_numbers_for_keys(key: Any) -> None:
    assert Connection.resolve({"account_key": key, "account_secret": SECRET}, environ={}).account_key == "46000001"


UUID = "29f760f8-7ce1-46c9-ade3-f2dedee4fed2"
BAD = [
    # setting, value, what the problem says
    ("api_url", "api.opentok.com", "has no http:// or https:// scheme: write it like https://api.opentok.com"),
    ("api_url", "localhost:8765", "has no http:// or https:// scheme"),
    ("api_url", "ftp://host", "has no http:// or https:// scheme"),
    ("api_url", "https://", "has no http:// or https:// scheme"),
    ("api_url", 8765, "must be a string, not int"),
    ("api_url", "http://user:pw@host", "must not contain a user name or password"),
    ("api_url", "user:pw@host", "must not contain a user name or password"),
    ("api_url", "http://host:99999", "is not a URL"),
    ("api_url", "http://[::1", "is not a URL"),
    ("allow_http", "perhaps", "must be true or false, not 'perhaps'"),
    ("api_url", "http://host?x=1", "must not have a query"),
    ("api_url", "http://host?", "must not have a query"),
    ("api_url", "http://host/#", "must not have a query or fragment"),
    ("api_url", "https://gate/opentok/", "must end after the host, without the path '/opentok/': write it like https://api.opentok.com"),
    ("api_url", "https://api.opentok.com/v2/project", "without the path '/v2/project'"),
    ("api_url", "http://host/;x", "without the path"),
    ("api_url", "http://host/%2e", "without the path"),
    ("api_url", "http://host\\\\path", "must end after the host"),
    ("api_url", "http://ho st", "is not a URL"),
    ("api_url", "http://host\n", "is not a URL"),
    ("api_url", "http://host:0", "is not a URL"),
    ("timeout", 0, "above 0 and at most 600, such as 30, not 0"),
    ("timeout", -1, "above 0"),
    ("timeout", 601, "at most 600"),
    ("timeout", "soon", "must be a number of seconds above 0 and at most 600, such as 30, not 'soon'"),
    ("timeout", "30s", "such as 30, not '30s'"),
    ("timeout", "nan", "must be a number of seconds"),
    ("timeout", "inf", "must be a number of seconds"),
    ("timeout", True, "must be a number of seconds"),
    ("timeout", [30], "must be a number of seconds"),
    ("account_key", UUID, "is a UUID: that is an application id of the unified Vonage platform"),
    ("api_key", UUID.upper(), "is a UUID"),
    ("account_key", "12 34", "must contain only letters and digits"),
    ("account_key", "'1234'", "check for quotes or spaces"),
    ("account_key", "1234\n", "must contain only letters and digits"),
    ("account_key", True, "must be a string, not bool"),
    ("account_key", 1.5, "must be a string, not float"),
    ("account_key", float("inf"), "must be a string, not float"),
    ("account_key", float("nan"), "must be a string, not float"),
    ("account_key", "4" * 65, "must contain only letters and digits"),
    ("account_secret", 123, "must be a string, not int: quote it"),
    ("account_secret", "hush\n", "contains whitespace or control characters"),
    ("account_secret", " hush", "contains whitespace or control characters"),
    ("api_secret", "hu sh", "contains whitespace or control characters"),
    ("api_secret", "hu\0sh", "contains whitespace or control characters"),
    ("account_secret", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "is a private key of the unified Vonage platform"),
]


@pytest.mark.parametrize(("name", "value", "says"), BAD)
def test_a_value_that_cannot_be_right(name: str, value: Any, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Connection.resolve({name: value}, environ={})
    (problem,) = caught.value.problems
    assert problem.field == name
    assert says in problem.message
    if name.endswith("_secret") or "pw" in str(value):
        assert "hush" not in str(caught.value)
        assert "MIIE" not in str(caught.value)
        assert "pw" not in str(caught.value)


def test_all_wrong_values_are_said_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        Connection.resolve({"api_url": "x", "timeout": 0, "account_key": "-", "account_secret": SECRET + "\n"}, environ={})
    assert {problem.field for problem in caught.value.problems} == {"api_url", "timeout", "account_key", "account_secret"}
    assert SECRET not in str(caught.value)


HALVES = [
    ({"account_key": "1"}, "account_secret: missing, but account_key is given", "OPENTOK_ACCOUNT_SECRET"),
    ({"account_secret": SECRET}, "account_key: missing, but account_secret is given", "OPENTOK_ACCOUNT_KEY"),
    ({"api_key": "1"}, "api_secret: missing, but api_key is given", "OPENTOK_API_SECRET"),
    ({"api_secret": SECRET}, "api_key: missing, but api_secret is given", "OPENTOK_API_KEY"),
]


@pytest.mark.parametrize(("given", "says", "variable"), HALVES)
def test_half_a_pair(given: dict[str, str], says: str, variable: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        Connection.resolve(given, environ={})
    assert says in str(caught.value)
    assert variable in str(caught.value)
    assert SECRET not in str(caught.value)


def test_one_key_for_both_pairs() -> None:
    with pytest.raises(CredentialsError, match=r"api_key: '100' is also the account key.*give each its own") as caught:
        Connection.resolve({**PAIR, "api_key": "100", "api_secret": SECRET}, environ={})
    assert SECRET not in str(caught.value)


MISSING = [
    (Connection(), "account", ["the account pair is missing", "account_key and account_secret", "OPENTOK_ACCOUNT_SECRET"]),
    (Connection(called=CALLED), "account", ["give account_key and account_secret", "opentok:accountKey", "OPENTOK_ACCOUNT_SECRET"]),
    (Connection(called=CALLED), "project", ["the project pair is missing", "api_key and api_secret", "opentok:apiSecret", "OPENTOK_API_KEY"]),
    (Connection(api_key="1", api_secret=SECRET), "account", ["the given project pair (api_key, api_secret) can do everything except this"]),
    (Connection(account_key="1", account_secret=SECRET), "project", ["the given account pair (account_key, account_secret) only manages"]),
]


@pytest.mark.parametrize(("connection", "kind", "words"), MISSING)
def test_the_missing_pair_is_named_in_all_three_places(connection: Connection, kind: str, words: list[str]) -> None:
    ask = connection.account_credentials if kind == "account" else connection.project_credentials
    with pytest.raises(CredentialsError) as caught:
        ask()
    assert all(word in str(caught.value) for word in words)
    assert SECRET not in str(caught.value)


def test_a_url_loses_its_last_slash() -> None:
    assert Connection.resolve({"api_url": "http://127.0.0.1:8765/"}, environ={}).api_url == "http://127.0.0.1:8765"
    assert Connection.resolve({"api_url": "HTTPS://Gate//"}, environ={}).api_url == "https://Gate"


def test_every_setting_has_its_name_in_the_environment_and_in_stack_config() -> None:
    fields = set(Connection.__dataclass_fields__) - {"called"}
    assert set(ENVIRONMENT) == set(STACK_CONFIG) - {"ledger"} == fields  # which is no setting of a connection
    assert all(variable == "OPENTOK_" + name.upper() for name, variable in ENVIRONMENT.items())


def test_every_error_is_of_this_package() -> None:
    assert issubclass(InvalidInput, OpenTokError)
    assert issubclass(CredentialsError, OpenTokError)
    assert issubclass(InvalidInput, ValueError)


HERE = ["http://localhost", "http://LOCALHOST.:8765", "http://127.0.0.1:8765", "http://127.8.9.1", "http://[::1]:1", "http://0.0.0.0:1"]
AWAY = [
    "http://api.opentok.com",
    "http://10.0.0.1",
    "http://opentok:8765",
    "http://localhost.example.com",
    "http://[fe80::1]",
    "http://127.0.0.1.nip.io",
]


@pytest.mark.parametrize("url", [*HERE, *AWAY])
def test_http_to_another_machine_is_refused_unless_said(url: str) -> None:
    def made(**more: Any) -> list[object]:
        pair = {"account_key": "1", "account_secret": SECRET}
        settings = {"api_url": url, **more}
        return [
            Connection.resolve({**pair, **settings}, environ={}),
            Account(Credentials(key="1", secret=SECRET, kind="account"), **settings),
            OpenTok(Credentials(key="1", secret=SECRET, kind="project"), **settings),
        ]

    made(allow_http=True)
    if url in HERE:
        made()
        return
    for call in (
        made,
        lambda: made(allow_http=False),
        lambda: Account(Credentials(key="1", secret=SECRET, kind="account"), api_url=url),
        lambda: OpenTok(Credentials(key="1", secret=SECRET, kind="project"), api_url=url),
        lambda: Connection.resolve({"allow_http": False}, environ={"OPENTOK_API_URL": url, "OPENTOK_ALLOW_HTTP": "true"}),
    ):
        with pytest.raises(InvalidInput, match=r"api_url: 'http.*' would send every secret unencrypted .* set OPENTOK_ALLOW_HTTP to true"):
            call()


@pytest.mark.parametrize(("said", "meant"), [("true", True), ("YES", True), ("1", True), (True, True), ("false", False), ("off", False), (0, False)])
def test_a_switch_is_said_in_many_ways(said: object, meant: bool) -> None:
    assert Connection.resolve({"allow_http": said}, environ={}).allow_http is meant
    assert Connection.resolve(environ={"OPENTOK_ALLOW_HTTP": str(said)}).allow_http is meant
