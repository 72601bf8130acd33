# SPDX-License-Identifier: Apache-2.0
"""Explicit credentials for some resources of a program, such as several accounts side by side."""

from __future__ import annotations

from collections.abc import Callable

import pulumi

from ._dynamic import EXPLICIT
from ._resource import DYNAMIC
from ._settings import STACK_CONFIG, ledger_of
from .core import InvalidInput, OpenTokError
from .core.http.connection import SECRET_SETTINGS, check_url


class Provider(pulumi.ProviderResource):
    """Credentials and address that resources use with ``opts=ResourceOptions(provider=...)`` instead of the stack's config.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    config = pulumi.Config()
    europe = opentok.Provider("europe", account_key=config.require("euKey"), account_secret=config.require_secret("euSecret"))
    opentok.Project("acme", name="ACME GmbH", opts=pulumi.ResourceOptions(provider=europe))
    ```

    Arguments that are left out come from the environment (``OPENTOK_ACCOUNT_KEY`` and so on).
    """

    def __init__(
        self,
        resource_name: str,
        *,
        account_key: pulumi.Input[str] | None = None,
        account_secret: pulumi.Input[str] | None = None,
        api_key: pulumi.Input[str] | None = None,
        api_secret: pulumi.Input[str] | None = None,
        api_url: pulumi.Input[str] | None = None,
        timeout: pulumi.Input[float] | None = None,
        allow_http: pulumi.Input[bool] | None = None,
        ledger: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        :param str resource_name: The name of the resource.
        :param account_key: The account's key. It manages projects.
        :param account_secret: The account's secret. Kept secret in the state.
        :param api_key: A project's key. It does everything except managing projects.
        :param api_secret: A project's secret. Kept secret in the state.
        :param api_url: The address of the API: scheme and host, no path. Default ``https://api.opentok.com``.
        :param timeout: Seconds for one request, from connecting to the last byte of its response; above 0 and at most 600. Each retry
            has the same time again. Default 30.
        :param allow_http: Allows an ``http://`` address on another machine. Every secret then crosses the network in clear.
        :param ledger: The URL of a ledger that other runs share, such as ``postgresql://db.example.com/opentok``: then there is one project of a
            name, and one rotation for one intent, among all who name it. No password stands in it.

        Raises ``pulumi.RunError`` for an invalid ``api_url`` or ``ledger``, before it is saved anywhere.
        """
        api_url = _checked(api_url, lambda value: _url(resource_name, value))
        ledger = _checked(ledger, lambda value: _ledger(resource_name, value))
        self.settings: dict[str, pulumi.Input[object] | None] = {
            "account_key": account_key,
            "account_secret": account_secret,
            "api_key": api_key,
            "api_secret": api_secret,
            "api_url": api_url,
            "timeout": timeout,
            "allow_http": allow_http,
            "ledger": ledger,
        }
        self._register(resource_name, opts)

    def _register(self, resource_name: str, opts: pulumi.ResourceOptions | None) -> None:
        marks = {} if self.settings["account_key"] is None else {EXPLICIT: resource_name}
        # Config values are strings: a number would arrive as 30.0, which is as good.
        super().__init__(DYNAMIC, resource_name, {**marks, **{STACK_CONFIG[name]: value for name, value in self._given().items()}}, opts)

    def _given(self) -> dict[str, object]:
        """The settings that are not left out, secret ones as secrets."""
        settings = {name: value for name, value in self.settings.items() if value is not None}
        return {name: pulumi.Output.secret(value) if name in SECRET_SETTINGS else value for name, value in settings.items()}


def _checked(value: pulumi.Input[str] | None, check: Callable[[str], str]) -> pulumi.Input[str] | None:
    """``value``, checked as soon as it is known."""
    if value is None or isinstance(value, str):
        return value if value is None else check(value)
    return pulumi.Output.all(value).apply(lambda values: check(values[0]))


def _ledger(resource_name: str, value: str) -> str:
    """``value``, if it names a ledger that can be shared: a password in it would be in the state, too."""
    try:
        ledger_of({"ledger": value})
    except OpenTokError as error:
        raise pulumi.RunError(f"Provider({resource_name!r}): {error}") from None
    return value


def _url(resource_name: str, value: str) -> str:
    """``value``, if it is valid. Checked here: a password in it would be in the state by the time a resource needs the provider."""
    try:
        if value != "":
            check_url(value)
    except InvalidInput as error:
        raise pulumi.RunError(f"Provider({resource_name!r}): {error}") from None
    return value
