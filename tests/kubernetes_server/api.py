# SPDX-License-Identifier: Apache-2.0
"""One request and its answer: path, rights, the verb, admission.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from .access import User
from .fields import applied, updated
from .objects import Objects
from .patches import patched
from .resources import Resource, by_kind, by_plural, discovery
from .status import MODIFIED, Refusal, already_exists, bad_request, conflict, denied_by_webhook, forbidden, invalid, not_found
from .validation import check, normalized

Answer = tuple[int, dict[str, Any]]
Webhook = Callable[[str, dict[str, Any]], "str | None"]
"""Of the operation (CREATE, UPDATE, DELETE) and the object: why it is denied."""
_PATH = re.compile(
    r"/(?:api/v1|apis/(?P<group>[a-z0-9.]+)/v1)(?:/namespaces/(?P<namespace>[^/]+)(?=/))?/(?P<plural>[a-z]+)(?:/(?P<name>[^/]+))?(?:/(?P<sub>status))?"
)
APPLY = "application/apply-patch+yaml"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    user: User

    @property
    def manager(self) -> str:
        """By default the start of the User-Agent."""
        return self.query.get("fieldManager") or self.headers.get("user-agent", "unknown").split("/")[0]

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "application/json").split(";")[0]

    @property
    def keeps(self) -> bool:
        """Whether it is no dry run. Raises :class:`Refusal`."""
        if self.query.get("dryRun") not in (None, "", "All"):
            raise invalid("PatchOptions.meta.k8s.io", "", "dryRun", f'Unsupported value: "{self.query["dryRun"]}": supported values: "All"')
        return not self.query.get("dryRun")

    def parsed(self) -> Any:
        """Raises :class:`Refusal`, also for protobuf, which is not modelled."""
        if not self.content_type.endswith(("json", "yaml")):
            raise Refusal(415, "UnsupportedMediaType", f"the body of the request was in an unknown format: {self.content_type}")
        try:
            return yaml.safe_load(self.body) if self.content_type.endswith("yaml") else json.loads(self.body)
        except (ValueError, yaml.YAMLError):
            raise bad_request("the object provided is unrecognized (must be of type …): couldn't get version/kind; json parse error") from None


@dataclass
class Api:
    objects: Objects = field(default_factory=Objects)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    """By name. Asked in dry runs too, as those with `sideEffects: None` are."""
    denial_code: int = 403
    quotas: dict[tuple[str, str], int] = field(default_factory=dict)
    """How many there may be, by namespace and qualified resource."""

    def answer(self, request: Request) -> Answer:
        """Raises :class:`Refusal`."""
        if (document := discovery(request.path)) is not None:
            return 200, document
        if request.path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews":
            return self._review(request)
        found = _PATH.fullmatch(request.path)
        resource = by_plural(found["group"] or "", found["plural"]) if found else None
        if not found or resource is None:
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        target = Target(self, request, resource, found["namespace"] or "", found["name"] or "", found["sub"] or "")
        return target.answer()

    def _review(self, request: Request) -> Answer:
        asked = request.parsed()
        of = (asked.get("spec") or {}).get("resourceAttributes") or {}
        resource = of.get("resource", "") + (f"/{of['subresource']}" if of.get("subresource") else "")
        allowed = request.user.may(of.get("verb", ""), resource, of.get("namespace") or None, of.get("name") or None)
        if request.user.name == "system:anonymous":
            request.user.require("create", "selfsubjectaccessreviews", "authorization.k8s.io", None, None)
        return 201, {**asked, "status": {"allowed": allowed, **({} if allowed else {"reason": ""})}}

    def admit(self, operation: str, resource: Resource, namespace: str, new: dict[str, Any]) -> None:
        name = new["metadata"]["name"]
        if operation == "CREATE" and resource.namespaced and self.objects.get(by_kind("Namespace"), "", namespace) is None:
            raise not_found("namespaces", namespace)
        for webhook, why in self.webhooks.items():
            if told := why(operation, new):
                raise denied_by_webhook(webhook, told, self.denial_code)
        limit = self.quotas.get((namespace, resource.qualified))
        used = len(self.objects.all_of(resource, namespace))
        if operation == "CREATE" and limit is not None and used >= limit:
            count = f"{resource.plural}={{}}"
            numbers = f"requested: {count.format(1)}, used: {count.format(used)}, limited: {count.format(limit)}"
            raise forbidden(resource.qualified, name, f"exceeded quota: {namespace}, {numbers}")


@dataclass(frozen=True)
class Target:
    """What one request is about."""

    api: Api
    request: Request
    resource: Resource
    namespace: str
    name: str
    sub: str

    def answer(self) -> Answer:
        verb = {"GET": "get" if self.name else "list", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}[self.request.method]
        if bool(self.name) == (verb in ("create", "list")) or "watch" in self.request.query:
            raise Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
        self._require(verb)
        answer: Answer = getattr(self, verb)()
        return answer

    def _require(self, verb: str) -> None:
        resource = self.resource.plural + (f"/{self.sub}" if self.sub else "")
        self.request.user.require(verb, resource, self.resource.group, self.namespace or None, self.name or None)

    def get(self) -> Answer:
        return 200, self.api.objects.require(self.resource, self.namespace, self.name)

    def list(self) -> Answer:
        return 200, self.api.objects.page(self.resource, self.namespace, self.request.query)

    def create(self) -> Answer:
        new = self._sent(self.request.parsed())
        if prefix := new["metadata"].get("generateName"):
            new["metadata"].setdefault("name", f"{prefix}{uuid.uuid4().hex[:5]}")
        if not new["metadata"].get("name"):
            raise invalid(self.resource.kind, "", "metadata.name", "Required value: name or generateName is required")
        if new["metadata"].get("resourceVersion"):
            raise Refusal(500, "InternalError", "resourceVersion should not be set on objects to be created")
        if self.api.objects.get(self.resource, self.namespace, new["metadata"]["name"]) is not None:
            raise already_exists(self.resource.qualified, new["metadata"]["name"])
        return 201, self._put(updated(None, new, self.request.manager), None)

    def update(self) -> Answer:
        live, new = self.api.objects.require(self.resource, self.namespace, self.name), self._sent(self.request.parsed())
        if new["metadata"].get("name") != self.name:
            raise bad_request("the name of the object does not match the name on the URL")
        if self.sub:
            new = {**live, "status": new.get("status"), "metadata": {**live["metadata"], "resourceVersion": new["metadata"].get("resourceVersion")}}
        elif "status" in live:
            new["status"] = live["status"]
        return 200, self._put(updated(live, new, self.request.manager, self.sub), live)

    def patch(self) -> Answer:
        live, patch = self.api.objects.get(self.resource, self.namespace, self.name), self.request.parsed()
        if self.request.content_type == APPLY:
            return self._apply(live, self._sent(patch))
        if live is None:
            raise not_found(self.resource.qualified, self.name)
        new = self._sent(patched(live, self.request.content_type, patch))
        if self.sub or "status" in live:
            new = {**live, "status": new.get("status")} if self.sub else {**new, "status": live["status"]}
        return 200, self._put(updated(live, new, self.request.manager, self.sub), live)

    def _apply(self, live: dict[str, Any] | None, wanted: dict[str, Any]) -> Answer:
        if not self.request.query.get("fieldManager"):
            raise invalid("PatchOptions.meta.k8s.io", "", "fieldManager", "Required value: is required for apply patch")
        if wanted["metadata"].get("name", self.name) != self.name:
            raise bad_request("the name of the object does not match the name on the URL")
        wanted["metadata"]["name"] = self.name
        if live is None and (uid := wanted["metadata"].get("uid")):
            told = f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
            raise conflict(self.resource.qualified, self.name, told)
        new = applied(live, wanted, self.request.query["fieldManager"], force=self.request.query.get("force", "0").lower() not in ("0", "false"))
        if live is None:
            self._require("create")
        return (200 if live else 201), self._put(normalized(self.resource, new), live)

    def delete(self) -> Answer:
        live = self.api.objects.require(self.resource, self.namespace, self.name)
        wanted = (self.request.parsed() or {}) if self.request.body else {}
        for what, there in (wanted.get("preconditions") or {}).items():
            if there and there != live["metadata"][what]:
                named, sequel = {"uid": ("UID", "deleted and then recreated"), "resourceVersion": ("ResourceVersion", "modified")}[what]
                told = f"the {named} in the precondition ({there}) does not match the {named} in record ({live['metadata'][what]})."
                raise conflict(self.resource.qualified, self.name, f"{told} The object might have been {sequel}")
        self.api.admit("DELETE", self.resource, self.namespace, live)
        if self.request.keeps and not wanted.get("dryRun"):
            self.api.objects.remove(self.resource, self.namespace, self.name)
        details = {"name": self.name, "kind": self.resource.plural, "uid": live["metadata"]["uid"]}
        return 200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}

    def _sent(self, sent: Any) -> dict[str, Any]:
        """The object that was sent. Raises :class:`Refusal` for one of another kind or namespace."""
        if not isinstance(sent, dict):
            raise bad_request("couldn't get version/kind; json parse error")
        kind, version = sent.get("kind", self.resource.kind), sent.get("apiVersion", self.resource.api_version)
        if (kind, version) != (self.resource.kind, self.resource.api_version):
            raise bad_request(f'{kind} in version "{version}" cannot be handled as a {self.resource.kind}: no match')
        metadata = dict(sent.get("metadata") or {})
        if metadata.get("namespace", self.namespace) != self.namespace:
            raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
        return normalized(self.resource, {**sent, "kind": kind, "apiVersion": version, "metadata": metadata})

    def _put(self, new: dict[str, Any], live: dict[str, Any] | None) -> dict[str, Any]:
        version = new["metadata"].get("resourceVersion")
        if live is not None and not version and not self.resource.unconditional_update:
            told = "Invalid value: 0: must be specified for an update"
            raise invalid(self.resource.qualified, self.name, "metadata.resourceVersion", told)
        if live is not None and version and version != live["metadata"]["resourceVersion"]:
            raise conflict(self.resource.qualified, self.name, MODIFIED)
        check(self.resource, new, live)
        self.api.admit("CREATE" if live is None else "UPDATE", self.resource, self.namespace, new)
        return self.api.objects.put(self.resource, self.namespace, new, keep=self.request.keeps)
