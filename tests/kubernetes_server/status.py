# SPDX-License-Identifier: Apache-2.0
"""Refusals, as `Status` objects in kube-apiserver's own words.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ and k8s.io/apimachinery/pkg/api/errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, code: int, reason: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.body = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "details": details,
            "code": code,
        }


def not_found(resource: str, name: str) -> Refusal:
    return Refusal(404, "NotFound", f'{resource} "{name}" not found', name=name, kind=resource)


def already_exists(resource: str, name: str) -> Refusal:
    return Refusal(409, "AlreadyExists", f'{resource} "{name}" already exists', name=name, kind=resource)


MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


def conflict(resource: str, name: str, why: str = MODIFIED) -> Refusal:
    return Refusal(409, "Conflict", f'Operation cannot be fulfilled on {resource} "{name}": {why}', name=name, kind=resource)


def invalid(kind: str, name: str, field: str, why: str) -> Refusal:
    causes = [{"reason": "FieldValueInvalid", "message": why, "field": field}]
    return Refusal(422, "Invalid", f'{kind} "{name}" is invalid: {field}: {why}', name=name, kind=kind, causes=causes)


def bad_request(message: str) -> Refusal:
    return Refusal(400, "BadRequest", message)


def forbidden(resource: str, name: str, why: str) -> Refusal:
    return Refusal(
        403, "Forbidden", f'{resource} "{name}" is forbidden: {why}' if name else f"{resource} is forbidden: {why}", name=name, kind=resource
    )


def unauthorized() -> Refusal:
    return Refusal(401, "Unauthorized", "Unauthorized")


def denied_by_webhook(webhook: str, why: str, code: int) -> Refusal:
    return Refusal(code, "Forbidden" if code == 403 else "", f'admission webhook "{webhook}" denied the request: {why}')


def apply_conflict(conflicts: Sequence[tuple[str, str]]) -> Refusal:
    """Of a manager as it is shown, and a field of its own, each."""
    causes = [{"reason": "FieldManagerConflict", "message": f"conflict with {manager}", "field": field} for manager, field in conflicts]
    if len(conflicts) == 1:
        told = "1 conflict: conflict with {}: {}".format(*conflicts[0])
    else:
        told = f"{len(conflicts)} conflicts: " + "\n".join(
            "\n".join([f"conflicts with {manager}:", *(f"- {field}" for of, field in conflicts if of == manager)])
            for manager in sorted({manager for manager, field in conflicts})
        )
    return Refusal(409, "Conflict", f"Apply failed with {told}", causes=causes)
