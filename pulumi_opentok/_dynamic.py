# SPDX-License-Identifier: Apache-2.0
"""The one dynamic provider: drives any kind of desired state by its plan.

Each kind has a subclass, at module level and without instance attributes before ``configure``. So the state holds only the dotted path of
the class, and every operation runs the installed code. The path is part of the state format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.runtime import rpc

from . import _engine_log
from ._accounts import recorded_credentials
from ._driving import Credentials, Driver, Outcome
from ._errors import one_line_errors
from ._interrupts import finished_first
from ._operation import operation
from ._properties import DECLARED, given, marked_names
from ._schema import SNAKE
from ._settings import STACK_CONFIG
from .core.desired import Applied, Kind, Plan, Scope

EXPLICIT = "opentok:explicitProvider"
"""Among a provider's settings: the name of the `Provider`, if that has an account key of its own. Never in a stack's config."""


class KindProvider(ResourceProvider):
    """Drives one kind. Subclasses only name it."""

    kind: ClassVar[Kind[Any, Any, Any]]
    serialize_as_secret_always = False
    _driver: ClassVar[Driver]

    def __init_subclass__(cls) -> None:
        def apply(scope: Scope, plan: Plan, state: Any) -> Applied[Any]:
            with finished_first():
                return cls.kind.apply(scope, plan, state)

        cls._driver = Driver(cls.kind, form=SNAKE, apply=apply)

    def configure(self, req: ConfigureRequest) -> None:
        settings = {name: req.config.get(key) for name, key in STACK_CONFIG.items()}
        self._credentials = Credentials(settings, req.config.get(EXPLICIT))

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        with operation(_olds, news), one_line_errors():
            inputs, failures = self._driver.check(self._credentials, _olds, news)
            return CheckResult(self._marked(inputs), [CheckFailure(failure.property, failure.reason) for failure in failures])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        with operation(_olds, _news), one_line_errors():
            found = self._driver.diff(self._credentials, _id, _olds, _news)
            changes: bool | None = found.plan.changes or found.rewrites
            if (found.unknown or found.wanted != found.before) and "account_key" not in found.replaces:
                # Unset: the engine computes which inputs changed, shows them, and keeps our replaces.
                changes = None
            return DiffResult(changes=changes, replaces=list(found.replaces), delete_before_replace=found.delete_first)

    def create(self, props: dict[str, Any]) -> CreateResult:
        with operation(props), one_line_errors():
            made = self._driver.create(self._credentials, props)
            return CreateResult(made.id, self._saved(made))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        with operation(props), one_line_errors(), recorded_credentials(self._credentials.settings):
            if DECLARED not in props:
                return self._look_up(id_, props)
            found = self._driver.read(self._credentials, id_, props)
            return ReadResult("", {}) if found is None else ReadResult(id_, self._saved(found), inputs=found.inputs)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        with operation(_olds, _news), one_line_errors():
            return UpdateResult(self._saved(self._driver.update(self._credentials, _id, _olds, _news)))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        with operation(_props), one_line_errors(), recorded_credentials(self._credentials.settings):
            self._driver.delete(self._credentials, _id, _props)

    def _look_up(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """What ``.get()`` asks for: something that no resource here manages."""
        found = self._driver.look_up(self._credentials, id_, props)
        if found is None:
            raise self._credentials.nowhere(self._driver.named(id_))
        # No inputs: a refresh would find the old outputs among them, and so write the secret in clear into the state.
        return ReadResult(id_, self._marked(given(found.outs)))

    def _saved(self, outcome: Outcome) -> dict[str, Any]:
        """Its outputs. A dynamic provider cannot fail and have them saved, so what is not finished is said, and left to the next run."""
        for text in outcome.unfinished:
            _engine_log.error(text)
        return self._marked(outcome.outs)

    def _marked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        # No output of the same name as an input, so no mark of the program's would reach them.
        secret = marked_names(self.kind)
        return {name: rpc.wrap_rpc_secret(value) if value and name in secret else value for name, value in values.items()}
