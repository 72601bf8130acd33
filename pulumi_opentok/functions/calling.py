# SPDX-License-Identifier: Apache-2.0
"""How a function is called: by a request of this process, or as an invoke, which the mocks of a unit test answer."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from .._errors import one_line_errors
from .._names import camel
from .._operation import operation
from .._scopes import scope_of
from .._secret_inputs import SECRET, awaitable_twice, secret_names
from .._settings import STACK_CONFIG, connect
from ..core import InvalidInput, Problem
from ..core.desired import Scope
from ..provider import Provider

R = TypeVar("R")
T = TypeVar("T")

PACKAGE = "opentok:index"
"""Of the tokens of all functions: ``opentok:index:getArchives``. Tests of users' stacks name them: never rename one, nor an argument or a result."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Function(Generic[R]):
    """A function of this ``name`` in Python; ``result`` is the dataclass of what it gives, or of each of many.

    ``ask`` reads them, with all fields of ``result`` by name, secret ones in clear. ``answered`` is the key of the many in an answer of mocks,
    ``None`` where there is one and the answer is it.
    """

    name: str
    result: type[R]
    ask: Callable[[Scope, Mapping[str, Any]], Sequence[Mapping[str, Any]]]
    answered: str | None = None

    @property
    def token(self) -> str:
        return f"{PACKAGE}:{camel(self.name)}"

    def one(self, provider: Provider | None, **arguments: Any) -> R:
        """For a function that gives one, or raises."""
        (found,) = self.many(provider, **arguments)
        return found

    def many(self, provider: Provider | None, **arguments: Any) -> list[R]:
        """Raises ``pulumi.RunError``, which ends a program with its one line."""
        if is_mocked():
            answer = pulumi.runtime.invoke(self.token, _camel_keys(arguments), pulumi.InvokeOptions(provider=provider))
            return self._of_mocks(answer.value)
        with one_line_errors(self.name):
            self._require_plain(arguments)
            settings = provider.settings if provider else {}
            self._require_plain(settings, " of the provider")
            return self._asked(settings, arguments)

    def one_output(self, provider: Provider | None, **arguments: Any) -> pulumi.Output[R]:
        """The twin of :meth:`one`, for arguments that are outputs."""
        return self.many_output(provider, **arguments).apply(lambda found: found[0])

    def many_output(self, provider: Provider | None, **arguments: Any) -> pulumi.Output[list[R]]:
        """The twin of :meth:`many`. Not known yet while an argument is not; a secret, if one is."""
        if is_mocked():
            answer = pulumi.runtime.invoke_output(self.token, _camel_keys(arguments), pulumi.InvokeOptions(provider=provider))
            return answer.apply(self._of_mocks)
        named = awaitable_twice(arguments)
        # Whoever may look something up need not keep secret what was found.
        settings: pulumi.Output[Any] = pulumi.Output.unsecret(pulumi.Output.from_input(dict(provider.settings) if provider else {}))

        def ask(known: dict[str, Any]) -> list[R]:
            with operation({**known["arguments"], SECRET: known["secret"]}), one_line_errors(self.name):
                return self._asked(known["settings"], known["arguments"])

        return pulumi.Output.all(arguments=named, settings=settings, secret=secret_names(named)).apply(ask)

    def _asked(self, settings: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[R]:
        config = pulumi.Config("opentok")
        stack = {name: config.get(key.partition(":")[2]) for name, key in STACK_CONFIG.items()}
        rows = self.ask(scope_of(connect(settings, stack)), arguments)
        return [typed(self.result, row) for row in rows]

    def _of_mocks(self, answer: Mapping[str, Any] | None) -> list[R]:
        answer = answer or {}
        if self.answered is not None:
            self._require_known(answer, [self.answered])
        rows = [answer] if self.answered is None else answer.get(self.answered) or []
        for row in rows:
            self._require_known(row, [camel(field.name) for field in dataclasses.fields(self.result)])  # type: ignore[arg-type]
        return [typed(self.result, row, camel) for row in rows]

    def _require_plain(self, given: Mapping[str, Any], of_it: str = "") -> None:
        for name, value in given.items():
            if isinstance(value, pulumi.Output):
                raise InvalidInput(Problem(name, f"this argument{of_it} is an output, whose value is not known yet: use {self.name}_output"))

    def _require_known(self, answer: Mapping[str, Any], names: Sequence[str]) -> None:
        """A misspelt name would else be a value that is missing, silently."""
        if unknown := sorted(answer.keys() - set(names)):
            raise pulumi.RunError(f"{self.token}: the answer of the mocks has {unknown[0]!r}; it may have {', '.join(names)}")


def is_mocked() -> bool:
    """Whether the program runs under ``pulumi.runtime.Mocks``: ``set_mocks`` puts a monitor of this class, or one of the test's own subclass."""
    return isinstance(get_monitor(), MockMonitor)


def typed(result: type[T], row: Mapping[str, Any], spelt: Callable[[str], str] = str) -> T:
    """``row`` as this dataclass: what is missing is ``None``, a field that is an output becomes a secret one. ``spelt``: its keys."""
    return result(**{name: _value(hint, row.get(spelt(name)), spelt) for name, hint in typing.get_type_hints(result).items()})


def _value(hint: Any, value: Any, spelt: Callable[[str], str]) -> Any:
    if typing.get_origin(hint) is pulumi.Output:
        return pulumi.Output.secret(value)
    if value is None:
        return None
    (inner,) = typing.get_args(hint)[:1] or (None,)
    if isinstance(value, list) and dataclasses.is_dataclass(inner):
        return [typed(inner, item, spelt) for item in value]  # type: ignore[arg-type]
    return value


def _camel_keys(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {camel(name): value for name, value in arguments.items()}
