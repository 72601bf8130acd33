# SPDX-License-Identifier: Apache-2.0
"""Why a request could not be sent, in a few words.

``requests``, ``urllib3``, ``ssl``, ``http.client`` and PySocks each wrap the error of the layer below.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from ..errors import one_line

try:
    import requests
    from urllib3.exceptions import LocationValueError, ProxyError
except ImportError:
    pass  # nothing is sent without

_REFUSED = re.compile(r"Tunnel connection failed: (\d{3})\b")
_NO_BUNDLE = "TLS CA certificate bundle"

BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The variables that name the trusted certificates, in the order in which requests reads them."""


def why(error: BaseException, api_url: str) -> tuple[str, str | None]:
    """The cause of ``error``, and what to check if it is not the address; neither contains a password from a proxy's address."""
    chain = list(_chain(error))
    return _of_bundle(chain) or _of_proxy(chain, api_url) or (_of_connection(chain), None)


def tls_reason(error: BaseException) -> str:
    """The TLS error inside ``error``, "" if there is none."""
    return next((f"TLS: {_tls_reason(each)}" for each in _chain(error) if isinstance(each, ssl.SSLError)), "")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """``error`` and all errors that it wraps, outermost first: requests and urllib3 wrap in arguments, attributes and causes."""
    seen: list[BaseException] = []
    found = [error]
    while found:
        each = found.pop(0)
        if any(each is other for other in seen):
            continue
        seen.append(each)
        yield each
        inside = [*each.args, getattr(each, "reason", None), getattr(each, "original_error", None), each.__cause__, each.__context__]
        found += [one for one in inside if isinstance(one, BaseException)]


def _of_bundle(chain: list[BaseException]) -> tuple[str, str] | None:
    variable = next((name for name in BUNDLES if os.environ.get(name)), None)
    named = f"the CA bundle {one_line(os.environ[variable], 200)}" if variable else "the CA bundle of the Python library certifi"
    advice = f"check {variable}" if variable else "reinstall certifi"
    for each in chain:
        if isinstance(each, ssl.SSLCertVerificationError):
            return None
        if _NO_BUNDLE in str(each.args[0] if each.args else "") or isinstance(each, FileNotFoundError):
            return f"{named} does not exist", advice
        if isinstance(each, (PermissionError, IsADirectoryError)) and not isinstance(each, requests.exceptions.RequestException):
            return f"{named} cannot be read", advice
        if isinstance(each, ssl.SSLError) and (each.library in ("X509", "PEM", "ASN1") or "NO_CERTIFICATE_OR_CRL_FOUND" in str(each)):
            return f"{named} contains no PEM certificates", advice
    return None


def _of_proxy(chain: list[BaseException], api_url: str) -> tuple[str, str] | None:
    proxy = requests.utils.select_proxy(api_url, requests.utils.get_environ_proxies(api_url))
    if not proxy:
        return None
    named = f"the proxy {_host_of(proxy)}"
    advice = f"check {'HTTPS_PROXY' if api_url.startswith('https') else 'HTTP_PROXY'}, NO_PROXY and the proxy"
    if isinstance(chain[0], ValueError) and not isinstance(chain[0], OSError):
        return "the address of the proxy is invalid", advice
    for each in chain:
        ours = isinstance(each, OSError) and not isinstance(each, requests.exceptions.RequestException)
        refused = _REFUSED.search(str(each)) if ours else None
        if refused:
            wants = ", it requires a user name and password" if refused.group(1) == "407" else ""
            return f"{named} refused to connect: HTTP {refused.group(1)}{wants}", advice
        if isinstance(each, requests.exceptions.InvalidSchema):
            return f"{named} speaks SOCKS, which needs the Python library PySocks", "install it with `pip install PySocks`"
        if isinstance(each, (LocationValueError, requests.exceptions.InvalidURL)):
            return "the address of the proxy is invalid", advice
        if type(each).__module__ == "socks" and not getattr(each, "socket_err", None):
            return f"{named} refused to connect: {one_line(str(each), 100)}", advice
    if any(isinstance(each, ProxyError) or type(each).__module__ == "socks" for each in chain):
        return f"{named} cannot be reached: {_of_connection(chain)}", advice
    return None


def _host_of(proxy: str) -> str:
    """Without user and password."""
    try:
        return one_line(urlsplit(proxy if "://" in proxy else f"http://{proxy}").netloc.rpartition("@")[2], 100)
    except ValueError:
        return ""


def _of_connection(chain: list[BaseException]) -> str:
    for each in chain:
        if isinstance(each, ssl.SSLError):
            return f"TLS: {_tls_reason(each)}"
        if isinstance(each, socket.gaierror):
            return "the host name cannot be resolved"
        if isinstance(each, (TimeoutError, requests.exceptions.Timeout)):
            return "timed out"
        if isinstance(each, OSError) and each.strerror:
            return one_line(each.strerror, 100).lower()
    return type(chain[-1]).__name__


def _tls_reason(error: ssl.SSLError) -> str:
    reason = getattr(error, "verify_message", None) or getattr(error, "reason", None) or type(error).__name__
    return one_line(str(reason), 100)
