# SPDX-License-Identifier: Apache-2.0
"""Who may do what: users by bearer token, and rules as those of a Role.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .status import forbidden


@dataclass(frozen=True)
class Rule:
    """Verbs on resources of a namespace (`None`: of all, and those that have none); of `names` alone, where there are some."""

    verbs: Collection[str]
    resources: Collection[str]
    namespace: str | None = None
    names: Collection[str] = ()

    def allows(self, verb: str, resource: str, namespace: str | None, name: str | None) -> bool:
        return (
            bool({verb, "*"} & set(self.verbs))
            and bool({resource, "*"} & set(self.resources))
            and self.namespace in (None, namespace)
            and (not self.names or name in self.names)
        )


@dataclass(frozen=True)
class User:
    name: str
    rules: tuple[Rule, ...]

    def may(self, verb: str, resource: str, namespace: str | None, name: str | None) -> bool:
        return any(rule.allows(verb, resource, namespace, name) for rule in self.rules)

    def require(self, verb: str, resource: str, group: str, namespace: str | None, name: str | None) -> None:
        """Raises what kube-apiserver says of a request that no rule allows."""
        if not self.may(verb, resource, namespace, name):
            where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
            told = f'User "{self.name}" cannot {verb} resource "{resource}" in API group "{group}" {where}'
            raise forbidden(f"{resource}.{group}" if group else resource, name or "", told)


ADMINISTRATOR = User("kubernetes-admin", (Rule("*", "*"),))
ANONYMOUS = User("system:anonymous", ())
