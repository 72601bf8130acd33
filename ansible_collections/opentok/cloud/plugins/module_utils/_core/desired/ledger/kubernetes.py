# SPDX-License-Identifier: Apache-2.0
"""The cells of a ledger as Secrets of a Kubernetes cluster, written on top of the ``resourceVersion`` that was read.

``kubernetes://NAMESPACE/NAME`` has them as ``NAME-PART-DIGEST``, found by labels. Needs ``get``, ``list``, ``create``, ``update`` and ``delete``
on Secrets of the namespace, which is best one of its own: a role cannot tell Secrets apart by the beginnings of their names.
Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from ...errors import InvalidInput, LedgerError, MissingLibrary, Problem, quote
from ..cluster.client import HAS_KUBERNETES, MANAGER, NAMESPACE, Cluster, ClusterError
from ..stores.failures import scrubbed
from .cell import Cell, Changed, Unanswered, again, from_document, to_document
from .ledger import ledger_error

if HAS_KUBERNETES:
    from kubernetes import client

PAGE = 500
"""Secrets in one page of a list."""

DOCUMENT = "document"
MANAGED_BY = "app.kubernetes.io/managed-by"
LEDGER, PART, GROUP = "pulumi-opentok/ledger", "pulumi-opentok/ledger-part", "pulumi-opentok/ledger-group"
"""Labels: which ledger, which part of it, which group of that."""


class KubernetesCells:
    """See :class:`Cells`. A revision is a ``resourceVersion``."""

    timeout: ClassVar[float] = 10.0
    """Seconds without a byte after which an answer is given up."""

    def __init__(self, where: str, namespace: str, name: str, *, context: str | None = None) -> None:
        self.where = where
        if not HAS_KUBERNETES:
            raise MissingLibrary("kubernetes", extra="kubernetes", target=f"ledger {quote(where, 300)}")
        self._namespace = namespace
        self._name = name
        self._cluster = Cluster(context, timeout=(self.timeout, self.timeout))
        self._secrets: Any = None
        self._clock: tuple[datetime.datetime, float] | None = None
        self._lock = threading.Lock()

    @classmethod
    def of(cls, place: str) -> KubernetesCells:
        """The cells of ``place``. Raises ``InvalidInput``."""
        path, mark, query = place.removeprefix("kubernetes://").partition("?")
        namespace, _slash, name = path.partition("/")
        if not NAMESPACE.fullmatch(namespace) or not NAMESPACE.fullmatch(name):
            wanted = "must be kubernetes://NAMESPACE/NAME such as kubernetes://opentok/ledger (lowercase letters, digits and -, at most 63)"
            said = ", and without user or password: those are the kubeconfig's" if ":" in path or "@" in path else f", not {quote(path, 200)}"
            raise InvalidInput(Problem("ledger", f"{wanted}{said}"))
        settings = dict(parse_qsl(query, keep_blank_values=True))
        if (mark and not settings) or set(settings) - {"context"} or not all(settings.values()):
            raise InvalidInput(Problem("ledger", "of kubernetes:// takes only ?context=, one of the kubeconfig"))
        return cls(place, namespace, name, context=settings.get("context"))

    def open(self, *, write: bool) -> None:
        try:
            self._secrets = client.CoreV1Api(self._cluster.client())
        except ClusterError as error:
            raise self._failed(error) from None

    def close(self) -> None:
        if self._secrets is not None:
            self._secrets.api_client.close()

    def empty(self) -> bool:
        there = bool(self._page({LEDGER: self._name}, limit=1).get("items"))
        if not there:
            self._find_namespace()
        return not there

    def _find_namespace(self) -> None:
        """A list of what is in no namespace is empty and no error. Who may not look at namespaces hears of it at the first write."""
        try:
            self._ask("read", "read_namespace", self._namespace)
        except _NotThere:
            raise self._no_namespace() from None
        except LedgerError:
            return

    def _no_namespace(self) -> LedgerError:
        return ledger_error(self.where, f"cannot be used: there is no namespace {self._namespace}: create it, or name another")

    def read(self, part: str, key: str, group: str = "") -> Cell | None:
        name = self._secret(part, key, group)
        try:
            there = again(lambda: self._ask("read", "read_namespaced_secret", name, self._namespace))
        except _NotThere:
            return None
        return self._cell(there, part)

    def write(self, part: str, key: str, value: Mapping[str, Any], expected: Any, *, group: str = "") -> Any:
        name = self._secret(part, key, group)
        metadata: dict[str, Any] = {"name": name, "namespace": self._namespace, "labels": self._labels(part, group)}
        data = {DOCUMENT: base64.b64encode(to_document(value)).decode()}
        body = {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata, "data": data}
        try:
            if expected is None:
                written = self._ask("create", "create_namespaced_secret", self._namespace, body, field_manager=MANAGER)
            else:
                metadata["resourceVersion"] = expected
                written = self._ask("update", "replace_namespaced_secret", name, self._namespace, body, field_manager=MANAGER)
        except _NotThere:
            if expected is None:
                raise self._no_namespace() from None
            raise Changed from None
        now = _moment(written)
        with self._lock:
            if now is not None and (self._clock is None or now > self._clock[0]):
                self._clock = now, time.monotonic()
        return self._revision(written)

    def remove(self, part: str, key: str) -> None:
        try:
            self._ask("delete", "delete_namespaced_secret", self._secret(part, key), self._namespace)
        except _NotThere:
            return

    def keys(self, part: str, group: str = "") -> Iterator[str]:
        labels = {LEDGER: self._name, PART: part, **({GROUP: group} if group else {})}
        return (key for key, _cell in self._all(labels, part))

    def list(self, part: str) -> Iterable[tuple[str, Cell]]:
        return self._all({LEDGER: self._name, PART: part}, part)

    def _all(self, labels: Mapping[str, str], part: str) -> Iterator[tuple[str, Cell]]:
        more: dict[str, Any] = {}
        while True:
            try:
                answer = self._page(labels, **more)
            except _Expired:
                more = {}  # of a list that takes longer than the cluster keeps its history: from the beginning
                continue
            for item in answer.get("items") or ():
                cell = self._cell(item, part)
                yield str(cell.value.get("key")), cell
            token = answer["metadata"].get("continue")
            if not token:
                return
            more = {"_continue": token}

    def _page(self, labels: Mapping[str, str], *, limit: int = PAGE, **more: Any) -> Mapping[str, Any]:
        selector = ",".join(f"{name}={value}" for name, value in labels.items())

        def call() -> Mapping[str, Any]:
            answer = self._ask("list", "list_namespaced_secret", self._namespace, label_selector=selector, limit=limit, **more)
            if not isinstance(answer.get("items") or [], list):
                raise Unanswered(str(ledger_error(self.where, "cannot be used: a list has no items in it: check KUBECONFIG and any proxy")))
            return answer

        try:
            return again(call)
        except _NotThere:
            raise ledger_error(self.where, "cannot be used: the cluster has no Secrets: check KUBECONFIG") from None

    def _secret(self, part: str, key: str, group: str = "") -> str:
        digest = hashlib.sha256("\0".join((part, group, key)).encode(errors="surrogatepass")).hexdigest()
        return f"{self._name}-{part}-{digest[:40]}"

    def _labels(self, part: str, group: str) -> dict[str, str]:
        return {MANAGED_BY: MANAGER, LEDGER: self._name, PART: part, **({GROUP: group} if group else {})}

    def _cell(self, there: Mapping[str, Any], part: str) -> Cell:
        metadata, data = there["metadata"], there.get("data")
        labels, name = metadata.get("labels"), f"Secret {metadata.get('name')}"
        if not isinstance(labels, Mapping) or (labels.get(LEDGER), labels.get(PART)) != (self._name, part):
            raise ledger_error(self.where, f"is somebody else's: {quote(name, 300)} has not its labels; give another name, or take that away")
        try:
            text = base64.b64decode(str(data.get(DOCUMENT)), validate=True) if isinstance(data, Mapping) else b""
        except (binascii.Error, ValueError):
            text = b""
        return Cell(from_document(text, self.where, name, part), self._revision(there), self._age(there))

    def _revision(self, there: Mapping[str, Any]) -> str:
        revision = there["metadata"].get("resourceVersion")
        if not isinstance(revision, str) or not revision:
            raise Unanswered(str(ledger_error(self.where, "cannot be used: an answer has no resourceVersion: check KUBECONFIG and any proxy")))
        return revision

    def _age(self, there: Mapping[str, Any]) -> float | None:
        with self._lock:
            then, clock = _moment(there), self._clock
        return None if then is None or clock is None else (clock[0] - then).total_seconds() + time.monotonic() - clock[1]

    def _ask(self, what: str, call: str, *arguments: Any, **more: Any) -> Mapping[str, Any]:
        """Raises ``_NotThere``, ``_Expired``, :class:`Changed`, :class:`Unanswered` and ``LedgerError``."""
        send: Callable[..., Any] = getattr(self._secrets, call)
        try:
            answer = self._cluster.ask(f"{what} a Secret", send, *arguments, scrub=self._scrubbed, **more)
            if not isinstance(answer.get("metadata"), Mapping):
                raise Unanswered(str(ledger_error(self.where, "cannot be used: an answer has no metadata in it: check KUBECONFIG and any proxy")))
            return answer
        except ClusterError as error:
            if error.status == 404 and error.reason == "NotFound":
                raise _NotThere from None
            if error.status == 409 and error.reason in ("AlreadyExists", "Conflict"):
                raise Changed from None
            if error.status == 410:
                raise _Expired from None
            unsure = error.status is None or error.status >= 500 or error.status in (408, 429)
            raise Unanswered(str(self._failed(error))) if unsure else self._failed(error) from None

    def _scrubbed(self, said: str) -> str:
        return scrubbed(said, self._cluster.secrets)

    def _failed(self, error: ClusterError) -> LedgerError:
        return ledger_error(self.where, f"cannot be used: {error}")


class _NotThere(Exception):
    """There is no such Secret, or no such namespace."""


class _Expired(Exception):
    """The rest of a list is not to be had any more."""


def _moment(there: Mapping[str, Any]) -> datetime.datetime | None:
    """When it was written last, by the cluster's clock."""
    metadata = there["metadata"]
    fields = metadata.get("managedFields")
    times = [metadata.get("creationTimestamp"), *(one.get("time") for one in fields or () if isinstance(one, Mapping))]
    try:
        return max(datetime.datetime.fromisoformat(text) for text in times if isinstance(text, str))
    except (ValueError, TypeError):
        return None
