# SPDX-License-Identifier: Apache-2.0
"""A Kubernetes Secret that holds the credential document, and key and secret for ``envFrom``, written in one object.

Needs ``get`` and ``patch`` on the Secret, and ``create`` on Secrets where it is not there yet.
Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import functools
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from ...errors import InvalidInput, MissingLibrary, Problem, quote
from ...http.redaction import scrubbed
from ..cluster.client import HAS_KUBERNETES, MANAGER, NAME, NAMESPACE, Cluster, ClusterError
from ..cluster.workloads import WORKLOADS, read_workload
from ..publish import Document, PublishError
from .document import PLACEHOLDER, from_content, from_text, to_text

if HAS_KUBERNETES:
    from kubernetes import client

DOCUMENT = "opentok.json"
"""The key of the whole document."""

VARIABLES = {"OPENTOK_API_KEY": "api_key", "OPENTOK_API_SECRET": "api_secret"}
"""Keys of single fields of it, as a container's environment has them."""

MANAGED_BY = "app.kubernetes.io/managed-by"
API_KEY = "pulumi-opentok/api-key"
"""A label: whose credentials these are."""

TRIES = 3
"""How often a write is tried again where someone has changed only what is not ours: a label, an annotation."""

_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")


class KubernetesStore:
    """The Secret ``name`` of ``namespace``; ``owner``: kind and name of the workload of that namespace with which it is deleted."""

    def __init__(self, namespace: str, name: str, *, context: str | None = None, owner: tuple[str, str] | None = None) -> None:
        self.where = f"Kubernetes Secret {namespace}/{name}" + (f" in {context}" if context else "")
        if not HAS_KUBERNETES:
            raise MissingLibrary("kubernetes", extra="kubernetes", target=self.where)
        self._namespace = namespace
        self._name = name
        self._owner = owner
        self._cluster = Cluster(context)
        self._seen: _Seen | None = None

    @classmethod
    def of(cls, place: str) -> KubernetesStore:
        """The store of ``kubernetes:`` and ``place``. Raises ``InvalidInput``."""
        path, mark, query = place.partition("?")
        namespace, slash, name = path.partition("/")
        if not NAMESPACE.fullmatch(namespace) or not slash or not NAME.fullmatch(name):
            raise _wrong(place, "must be kubernetes:NAMESPACE/NAME such as kubernetes:acme/opentok (lowercase letters, digits and -)")
        settings = dict(parse_qsl(query, keep_blank_values=True))
        if (mark and not settings) or set(settings) - {"owner", "context"} or not all(settings.values()):
            raise _wrong(place, "takes only ?context= (of the kubeconfig) and ?owner= (such as deployment/acme)")
        owner = settings.get("owner")
        kind, slash, owned_by = (owner or "deployment/x").partition("/")
        if kind not in WORKLOADS or not NAME.fullmatch(owned_by):
            raise _wrong(place, "has an owner that is no deployment/NAME, statefulset/NAME or daemonset/NAME")
        return cls(namespace, name, context=settings.get("context"), owner=(kind, owned_by) if owner else None)

    def preflight(self) -> None:
        """Asks the cluster for the right, and has it do the write as a dry run: with its policies and quotas, and nothing is kept."""
        there = self.read()
        verb, name = ("patch", self._name) if self._seen and self._seen.version else ("create", "")
        if not self._asking(lambda: self._cluster.may(verb, "", "secrets", self._namespace, name)):
            told = f"cannot be written: this user has no right to {verb} secrets in namespace {self._namespace}"
            raise PublishError(f"{self.where} {told}: allow it by a Role and a RoleBinding, as docs/publish.md has them")
        try:
            self._put(dict(there or PLACEHOLDER), dry_run="All")
        except _Refused as refusal:
            # Then nobody can know more than the rights.
            if "does not support dry run" not in str(refusal):
                raise

    def read(self) -> Document | None:
        document, self._seen = self._look()
        return document

    def write(self, document: Document) -> None:
        """Puts the document there on top of what was read: what someone else has put there since is not overwritten."""
        if self._seen is None:
            self.read()
        try:
            for _again in range(TRIES - 1):
                try:
                    return self._put(document)
                except _Refused as refusal:
                    if refusal.reason != "Conflict" or not self._same_document():
                        raise
            self._put(document)
        finally:
            self._seen = None

    def _same_document(self) -> bool:
        """Whether someone else has changed the Secret only beside the document."""
        before = self._seen
        self.read()
        return before is not None and self._seen is not None and bool(self._seen.version) and before.digest == self._seen.digest

    def _look(self) -> tuple[Document | None, _Seen]:
        """Raises :class:`PublishError` for a Secret of someone else."""
        secrets = self._secrets()
        try:
            there = self._asking(lambda: self._cluster.ask("read", secrets.read_namespaced_secret, self._name, self._namespace))
        except _Refused as refusal:
            if refusal.status == 404:
                return None, _Seen()
            raise
        if not _ours(there):
            way = f"`kubectl --namespace {self._namespace} label secret {self._name} {MANAGED_BY}={MANAGER}`, if it is for this document"
            raise PublishError(f"{self.where} is not labelled as managed by {MANAGER}, and is not overwritten: name another place, or {way}")
        if there.get("type") not in (None, "Opaque"):
            raise PublishError(f"{self.where} is of the type {quote(there['type'])}, and has to be Opaque: delete it, or name another place")
        data = there.get("data") or {}
        text = _decoded(data)
        document = None if not data else from_content("other keys", self.where) if text is None else from_text(text, self.where)
        return document, _Seen.of(there, text)

    def _put(self, document: Mapping[str, Any], **more: Any) -> None:
        """Creates the Secret, or changes the one that was read and no other."""
        seen, body = self._seen or _Seen(), self._body(document)
        hidden = [document.get("api_secret"), *body["data"].values()]
        ask = functools.partial(self._cluster.ask, "write", scrub=functools.partial(scrubbed, secrets=hidden))
        if not seen.version:
            secrets = self._secrets()
            self._asking(lambda: ask(secrets.create_namespaced_secret, self._namespace, body, field_manager=MANAGER, **more))
            return
        if seen.immutable:
            raise PublishError(f"{self.where} is immutable: delete it, and the next run creates one that is not")
        if seen.ends:
            raise PublishError(f"{self.where} is being deleted: run again when it is gone")
        body["metadata"].update(resourceVersion=seen.version, uid=seen.uid)
        secrets = self._secrets(applies=True)
        # Forced: what of ours another has changed by hand is taken back. That nothing newer is lost is what the version is for.
        options = {"field_manager": MANAGER, "force": True, **more}
        self._asking(lambda: ask(secrets.patch_namespaced_secret, self._name, self._namespace, body, **options))

    def _body(self, document: Mapping[str, Any]) -> dict[str, Any]:
        fields = {key: str(document[name]) for key, name in VARIABLES.items() if document.get(name) is not None}
        labels = {MANAGED_BY: MANAGER}
        if _LABEL_VALUE.fullmatch(fields.get("OPENTOK_API_KEY", "")):
            labels[API_KEY] = fields["OPENTOK_API_KEY"]
        metadata: dict[str, Any] = {"name": self._name, "namespace": self._namespace, "labels": labels}
        if self._owner:
            metadata["ownerReferences"] = [self._owner_reference(*self._owner)]
        data = {key: base64.b64encode(text.encode()).decode() for key, text in {DOCUMENT: to_text(document), **fields}.items()}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": data}

    def _owner_reference(self, kind: str, name: str) -> dict[str, Any]:
        found = self._asking(lambda: read_workload(self._cluster, kind, self._namespace, name))
        return {"apiVersion": "apps/v1", "kind": WORKLOADS[kind], "name": name, "uid": str(found["metadata"].get("uid"))}

    def _asking(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except ClusterError as error:
            raise _Refused(f"{self.where}: {error}", error) from None

    def _secrets(self, *, applies: bool = False) -> Any:
        return self._asking(lambda: client.CoreV1Api(self._cluster.client(applies=applies)))


@dataclasses.dataclass(frozen=True)
class _Seen:
    """What a write goes by; without a version: of nothing. No part of the document itself, which is secret."""

    version: str = ""
    uid: str = ""
    digest: str = ""
    immutable: bool = False
    ends: bool = False

    @classmethod
    def of(cls, there: Mapping[str, Any], text: bytes | None) -> _Seen:
        metadata = there["metadata"]
        digest = hashlib.sha256(text or b"").hexdigest()
        ends = bool(metadata.get("deletionTimestamp"))
        return cls(str(metadata.get("resourceVersion") or ""), str(metadata.get("uid") or ""), digest, there.get("immutable") is True, ends)


class _Refused(PublishError):
    """The cluster said no, or nothing."""

    def __init__(self, message: str, error: ClusterError) -> None:
        super().__init__(message)
        self.status = error.status
        self.reason = error.reason


def _wrong(place: str, message: str) -> InvalidInput:
    return InvalidInput(Problem("publish", f"{quote('kubernetes:' + place, 120)} {message}"))


def _ours(there: Mapping[str, Any]) -> bool:
    labels = there["metadata"].get("labels")
    return isinstance(labels, Mapping) and labels.get(MANAGED_BY) == MANAGER


def _decoded(data: Any) -> bytes | None:
    """The document's text; ``None`` where it has no key of that name."""
    value = data.get(DOCUMENT) if isinstance(data, Mapping) else None
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else None
    except (binascii.Error, ValueError):
        return b"no base64"
