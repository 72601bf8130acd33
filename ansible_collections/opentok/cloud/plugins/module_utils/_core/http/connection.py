# SPDX-License-Identifier: Apache-2.0
"""The API's address and credentials, from arguments, then config, then the environment."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..errors import CredentialsError, InvalidInput, Problem, quote, unquoted
from ..secrecy import equal_as_a_whole
from .auth import Credentials

DEFAULT_API_URL = "https://api.opentok.com"
"""Source: https://tokbox.com/developer/rest/."""

DEFAULT_TIMEOUT = 30.0
"""Seconds that one whole request may take, up to the last byte of its answer. The API documents none; the official SDKs use 2 to 20 s."""

MAX_TIMEOUT = 600.0

ENVIRONMENT = {
    "account_key": "OPENTOK_ACCOUNT_KEY",
    "account_secret": "OPENTOK_ACCOUNT_SECRET",
    "api_key": "OPENTOK_API_KEY",
    "api_secret": "OPENTOK_API_SECRET",
    "api_url": "OPENTOK_API_URL",
    "timeout": "OPENTOK_TIMEOUT",
    "allow_http": "OPENTOK_ALLOW_HTTP",
}
"""The name of each setting in the environment."""

SECRET_SETTINGS = ("account_secret", "api_secret")

SWITCHES = ("allow_http",)
"""The boolean settings."""

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""What an application id of the unified Vonage platform looks like; OpenTok's keys are numbers."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Connection:
    """Settings of a client, each checked. Secrets are not part of the repr.

    ``timeout`` is in seconds, above 0 and at most 600. ``api_url`` has a scheme and a host, no path. Without ``allow_http`` it is ``https://``
    or on this machine, because the list of an account's projects contains the secret of each. ``called``: what each setting is called where
    these are given; errors use those names.
    """

    account_key: str | None = None
    account_secret: str | None = dataclasses.field(default=None, repr=False)
    api_key: str | None = None
    api_secret: str | None = dataclasses.field(default=None, repr=False)
    api_url: str = DEFAULT_API_URL
    timeout: float = DEFAULT_TIMEOUT
    allow_http: bool = False
    called: Mapping[str, str] = dataclasses.field(default_factory=lambda: ENVIRONMENT, repr=False, compare=False)

    __eq__ = equal_as_a_whole

    @classmethod
    def resolve(cls, *sources: Mapping[str, Any], environ: Mapping[str, str] | None = None, called: Mapping[str, str] | None = None) -> Connection:
        """The settings from ``sources`` (first wins), then the environment; ``None`` and an empty string are unset.

        Raises :class:`InvalidInput` for an invalid value, :class:`CredentialsError` for half a pair.
        """
        env = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for name, variable in ENVIRONMENT.items():
            candidates = [source.get(name) for source in sources] + [env.get(variable)]
            found = next((value for value in candidates if value is not None and value != ""), None)
            if found is not None:
                values[name] = found
        called = called or ENVIRONMENT
        checked = _checked(values, called)
        require_private(checked.get("api_url", DEFAULT_API_URL), allow_http=checked.get("allow_http", False), called=called)
        return cls(**checked, called=called)

    def account_credentials(self) -> Credentials:
        """The account pair. Raises :class:`CredentialsError` when it is not given."""
        return self._pair("account", self.account_key, self.account_secret)

    def project_credentials(self) -> Credentials:
        """The project pair. Raises :class:`CredentialsError` when it is not given."""
        return self._pair("project", self.api_key, self.api_secret)

    def pair_of(self, project_id: str) -> Credentials:
        """The project pair, if it belongs to this project. The :class:`CredentialsError` otherwise says that the account pair would work as well."""
        if self.api_key is None:
            self.require_any()
        if self.api_key != project_id:
            raise CredentialsError(
                f"project {quote(project_id)} is declared, but api_key is {quote(self.api_key)}: give that project's own pair (api_key,"
                " api_secret), or the account pair (account_key, account_secret), which serves all projects"
            )
        return self.project_credentials()

    def require_any(self) -> None:
        """Raises :class:`CredentialsError` unless there is an account pair or a project pair."""
        if self.account_key is None and self.api_key is None:
            raise CredentialsError(
                f"credentials are missing: give the account pair ({self._called('account')}) or the project's own ({self._called('api')})"
            )

    def _pair(self, kind: str, key: str | None, secret: str | None) -> Credentials:
        if key and secret:
            return Credentials(key=key, secret=secret, kind=kind)
        name = {"account": "account", "project": "api"}[kind]
        given = ""
        if kind == "account" and self.api_key:
            given = "; the given project pair (api_key, api_secret) can do everything except this"
        if kind == "project" and self.account_key:
            given = "; the given account pair (account_key, account_secret) only manages projects"
        raise CredentialsError(f"the {kind} pair is missing: give {self._called(name)}{given}")

    def _called(self, name: str) -> str:
        """The pair of this name, as it is called here."""
        key, secret = f"{name}_key", f"{name}_secret"
        return f"{key} and {secret}: {self.called[key]} and {self.called[secret]}"


def _checked(values: dict[str, Any], called: Mapping[str, str]) -> dict[str, Any]:
    problems = []
    for name, value in values.items():
        try:
            values[name] = _CHECKS[name](value)
        except ValueError as error:
            problems.append(Problem(name, str(error)))
    if problems:
        raise InvalidInput(problems)
    _check_pairs(values, called)
    return values


def _check_pairs(values: Mapping[str, Any], called: Mapping[str, str]) -> None:
    for kind, key, secret in (("account", "account_key", "account_secret"), ("project", "api_key", "api_secret")):
        if (key in values) != (secret in values):
            there, missing = (key, secret) if key in values else (secret, key)
            raise CredentialsError(f"{missing}: missing, but {there} is given: the {kind} pair needs both; give {called[missing]}")
    if "account_key" in values and values["account_key"] == values.get("api_key"):
        raise CredentialsError(
            f"api_key: {quote(values['api_key'])} is also the account key; the account pair manages projects,"
            " the project pair (of one project) does everything else: give each its own"
        )


def check_url(value: Any) -> str:
    """``value`` if it can be an ``api_url``. The :class:`InvalidInput` otherwise never shows a user name or password that it contains."""
    try:
        return _url(value)
    except ValueError as error:
        raise InvalidInput(Problem("api_url", str(error))) from None


def require_private(api_url: str, *, allow_http: bool, called: Mapping[str, str] | None = None) -> None:
    """Raises :class:`InvalidInput` for ``http://`` to another machine, unless it is allowed: anyone in between can read every secret."""
    parts = urlsplit(api_url)
    if parts.scheme == "http" and not allow_http and not is_this_machine(parts.hostname or ""):
        what = f"{quote(api_url)} would send every secret unencrypted across the network: use https:// or, on a network that nobody else can reach,"
        raise InvalidInput(Problem("api_url", f"{what} set {(called or ENVIRONMENT)['allow_http']} to true"))


def require_no_path(api_url: str) -> None:
    """Raises :class:`InvalidInput` for an address that does not end after the host."""
    try:
        _ends_after_the_host(api_url)
    except ValueError as error:
        raise InvalidInput(Problem("api_url", str(error))) from None


def is_this_machine(host: str) -> bool:
    """Whether what is sent to ``host`` stays on this machine."""
    if host.lower().rstrip(".") == "localhost":
        return True
    import ipaddress  # here: most never need it

    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def number_as_text(value: Any) -> Any:
    """The digits of a whole number, any other value as it is: YAML and Pulumi turn an unquoted key into a number."""
    if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, float) and value.is_integer())):
        return value
    return str(int(value))


def _key(value: Any) -> str:
    text = number_as_text(value)
    if not isinstance(text, str):
        raise ValueError(f"must be a string, not {type(value).__name__}")
    if UUID.fullmatch(text):
        raise ValueError("is a UUID: that is an application id of the unified Vonage platform; OpenTok keys are numbers such as 46123456")
    if not text.isascii() or not text.isalnum() or len(text) > 64:
        raise ValueError("must contain only letters and digits, such as 46123456: check for quotes or spaces copied with it")
    return text


def _secret(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {type(value).__name__}{unquoted(value)}")
    if "-----BEGIN" in value:
        raise ValueError("is a private key of the unified Vonage platform; OpenTok secrets are 40 letters and digits")
    if any(char.isspace() or not char.isprintable() for char in value):
        raise ValueError("contains whitespace or control characters: check how it was copied (a trailing line break?)")
    return value


def _url(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {type(value).__name__}")
    if "@" in value:
        raise ValueError("must not contain a user name or password")
    try:
        parts = urlsplit(value)
        host = parts.hostname
        if parts.port == 0 or any(char.isspace() or not char.isprintable() for char in value):
            raise ValueError
    except ValueError:
        raise ValueError("is not a URL: write it like https://api.opentok.com or http://127.0.0.1:8765") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(f"{quote(value)} has no http:// or https:// scheme: write it like https://api.opentok.com or http://127.0.0.1:8765")
    _ends_after_the_host(value)
    return f"{parts.scheme}://{parts.netloc}"


def _ends_after_the_host(api_url: str) -> None:
    """Below a path, no answer is certain to be the API's, and a gateway's "not found" would look like "gone". Raises ``ValueError``."""
    if "?" in api_url or "#" in api_url:
        raise ValueError("must not have a query or fragment")
    path = urlsplit(api_url).path
    if path.strip("/") or "\\" in api_url:
        raise ValueError(f"must end after the host, without the path {quote(path)}: write it like https://api.opentok.com")


def _timeout(value: Any) -> float:
    try:
        seconds = float(value) if not isinstance(value, bool) else 0.0
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds <= MAX_TIMEOUT:
        raise ValueError(f"must be a number of seconds above 0 and at most {MAX_TIMEOUT:.0f}, such as 30, not {quote(value)}")
    return seconds


def _switch(value: Any) -> bool:
    switch = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}.get(str(value).strip().lower())
    if switch is None:
        raise ValueError(f"must be true or false, not {quote(value)}")
    return switch


_CHECKS = {
    "account_key": _key,
    "account_secret": _secret,
    "api_key": _key,
    "api_secret": _secret,
    "api_url": _url,
    "timeout": _timeout,
    "allow_http": _switch,
}
