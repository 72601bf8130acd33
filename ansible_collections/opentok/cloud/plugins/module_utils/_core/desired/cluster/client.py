# SPDX-License-Identifier: Apache-2.0
"""Requests to a Kubernetes cluster, and what its refusals mean.

Whose rights: those of a kubeconfig (KUBECONFIG, or ~/.kube/config) where there is one or a context is named, otherwise those of the service
account of the pod that this runs in.
Source: https://kubernetes.io/docs/reference/using-api/api-concepts/.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ...errors import OpenTokError, one_line
from ...http.redaction import redacted

try:
    import urllib3
    from kubernetes import client, config
    from kubernetes.client.exceptions import ApiException

    HAS_KUBERNETES = True
except ImportError:
    HAS_KUBERNETES = False

MANAGER = "pulumi-opentok"
"""What fields are managed by, in ``metadata.managedFields``."""

APPLY = "application/apply-patch+yaml"
TIMEOUT = (10.0, 30.0)
"""Seconds to connect, and to wait for an answer."""

NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


class ClusterError(OpenTokError):
    """The cluster refused, or did not answer. ``status``: of HTTP, ``None`` without an answer; ``reason``: of its ``Status`` object."""

    def __init__(self, message: str, *, status: int | None = None, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class Cluster:
    """The cluster of a ``context`` of the kubeconfig; of its current one, or of the pod, for ``None``. Connects with the first request.

    ``timeout``: seconds to connect, and to wait for an answer.
    """

    def __init__(self, context: str | None = None, *, timeout: tuple[float, float] = TIMEOUT) -> None:
        self._context = context
        self._timeout = timeout
        self._configuration: Any = None
        self._clients: dict[bool, Any] = {}

    @property
    def address(self) -> str:
        """Scheme, host and port, for texts. Raises :class:`ClusterError`."""
        url = urlsplit(str(self._configured().host))
        return f"{url.scheme}://{url.netloc.rpartition('@')[2]}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What of its configuration no text may show."""
        made = self._configured()
        tokens = (str(key).removeprefix("Bearer ") for key in (made.api_key or {}).values())
        return tuple(filter(None, (*tokens, made.password)))

    def client(self, *, applies: bool = False) -> Any:
        """An ``ApiClient``; one that ``applies`` sends every body as server-side apply. Raises :class:`ClusterError`."""
        if applies not in self._clients:
            made = client.ApiClient(self._configured())
            if applies:
                # Not by `_content_type`, which clients before 36 do not know.
                made.set_default_header("Content-Type", APPLY)
            self._clients[applies] = made
        return self._clients[applies]

    def ask(self, what: str, call: Callable[..., Any], *arguments: Any, scrub: Callable[[str], str] = redacted, **keywords: Any) -> Mapping[str, Any]:
        """The object that ``call`` answers with, a method of the official client, sent once.

        ``what``: is done, for texts; ``scrub``: takes what must not be shown out of what the server says. Raises :class:`ClusterError`.
        """
        try:
            answer = call(*arguments, _preload_content=False, _request_timeout=self._timeout, **keywords)
            found = json.loads(answer.data)
        except ApiException as error:
            raise self._refusal(what, error, scrub) from None
        except urllib3.exceptions.HTTPError as error:
            raise self._failure(what, f"no answer from {self.address} ({type(error).__name__}): check {CHECK}") from None
        except (ValueError, TypeError, AttributeError, OSError) as error:
            raise self._failure(what, f"no usable answer from {self.address} ({type(error).__name__}): check {CHECK}") from None
        if not isinstance(found, Mapping) or not isinstance(found.get("metadata", {}), Mapping):
            raise self._failure(what, f"the answer of {self.address} is no object of Kubernetes: check {CHECK}, and any proxy")
        return found

    def may(self, verb: str, group: str, resource: str, namespace: str, name: str) -> bool:
        """Whether the user may do that, by what the cluster says of it. Raises :class:`ClusterError`."""
        attributes = {"namespace": namespace, "verb": verb, "group": group, "resource": resource, "name": name}
        reviews = client.AuthorizationV1Api(self.client())
        body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}
        status = self.ask("ask for the rights", reviews.create_self_subject_access_review, body).get("status")
        return isinstance(status, Mapping) and status.get("allowed") is True

    def _failure(self, what: str, why: str) -> ClusterError:
        return ClusterError(f"{what}: {why}")

    def _refusal(self, what: str, error: Any, scrub: Callable[[str], str]) -> ClusterError:
        if not error.status:  # the client's own: TLS
            return self._failure(what, f"no answer from {self.address} ({one_line(redacted(str(error.reason)), 200)}): check {CHECK}")
        try:
            told = json.loads(error.body)
        except (ValueError, TypeError):
            told = None
        told = told if isinstance(told, Mapping) else {}
        reason, said = str(told.get("reason") or ""), scrub(str(told.get("message") or "the answer is no Status object of Kubernetes"))
        text = f"{what} was refused by {self.address}: {error.status}: {one_line(said, 400)}: {_advice(error.status, reason, said)}"
        return ClusterError(text, status=int(error.status), reason=reason)

    def _configured(self) -> Any:
        if self._configuration is None:
            made = client.Configuration()
            made.retries = False
            self._load(made)
            self._configuration = made
        return self._configuration

    def _load(self, configuration: Any) -> None:
        """Raises :class:`ClusterError`. What a kubeconfig has in it is not told: it holds tokens."""
        path = os.environ.get("KUBECONFIG") or os.path.expanduser("~/.kube/config")
        try:
            if os.environ.get("KUBECONFIG") or self._context or os.path.exists(path):
                config.load_kube_config(path, context=self._context, client_configuration=configuration, persist_config=False)
            else:
                config.load_incluster_config(client_configuration=configuration)
        except config.ConfigException as error:
            said = one_line(redacted(str(error)), 200)
            raise ClusterError(f"there is no usable cluster configuration ({said}): set KUBECONFIG, or run in a pod with a service account") from None
        except Exception as error:  # noqa: BLE001  # of a file that is no YAML, of another shape, of a plugin that is run for credentials
            raise ClusterError(f"{path} is no usable kubeconfig ({type(error).__name__}): see `kubectl config view`") from None


CHECK = "KUBECONFIG (or ?context=) and the network"


def _advice(status: int, reason: str, said: str) -> str:
    if status == 401:
        return "the token has expired or is not known there: log in again, or renew the kubeconfig"
    if "denied the request" in said or "ValidatingAdmissionPolicy" in said:
        return "a policy of the cluster refuses it: satisfy it, or exempt this object"
    if "exceeded quota" in said:
        return "raise the quota of the namespace, or take something away there"
    if status == 403:
        return "allow that verb on that resource by a Role and a RoleBinding, as docs/publish.md has them"
    if status == 404:
        return "create that first, or name another"
    if status == 409 and reason != "AlreadyExists":
        return "if someone else has just written there, run again"
    if status == 413 or "Too long" in said or "too large" in said.lower():
        return "it is too large for Kubernetes: take away what else is in it"
    return "put that right, then run again" if status < 500 and status != 429 else "see whether the cluster is well, then run again"
