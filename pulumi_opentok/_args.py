# SPDX-License-Identifier: Apache-2.0
"""The arguments of a resource: keyword arguments, an ``*Args`` object or a dict.

A ``TypedDict`` for each resource declares them once, each with its type and text. All else that needs them follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import pulumi


class Args(dict[str, Any]):
    """Arguments as an object, which the SDK sends as the dict that it is. ``takes`` of a subclass: the ``TypedDict`` that declares them."""

    _takes: ClassVar[type]

    def __init_subclass__(cls, *, takes: type) -> None:
        cls._takes = takes

    def __init__(self, given: Mapping[str, object]) -> None:
        check(type(self).__name__, self._takes, given)
        super().__init__(given)

    def __getattr__(self, name: str) -> Any:
        if name not in names(self._takes):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self.get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in names(self._takes):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self[name] = value


def arguments_of(
    resource: str,
    takes: type,
    /,
    args: Mapping[str, Any] | pulumi.ResourceOptions | None = None,
    opts: pulumi.ResourceOptions | None = None,
    **keywords: Any,
) -> tuple[dict[str, Any], pulumi.ResourceOptions | None]:
    """The arguments and options that a constructor was called with. Raises ``TypeError``, as a call with wrong keywords does."""
    if isinstance(args, pulumi.ResourceOptions):
        if opts is not None:
            raise TypeError(f"{resource}() got two values for 'opts'")
        args, opts = None, args
    if args is not None and not isinstance(args, Mapping):
        raise TypeError(f"{resource}() takes {resource}Args or a dict as its second argument, not {type(args).__name__}")
    if args is not None and keywords:
        raise TypeError(f"{resource}() takes its arguments as {resource}Args or as keywords, not both: {', '.join(sorted(keywords))}")
    given = dict(keywords if args is None else args)
    check(resource, takes, given)
    return given, opts


def check(called: str, takes: type, given: Iterable[str]) -> None:
    """Raises ``TypeError`` for an unknown argument and for a missing one."""
    if unknown := [name for name in given if name not in names(takes)]:
        raise TypeError(f"{called}() got an unexpected argument {unknown[0]!r}; it takes {', '.join(sorted(names(takes)))}")
    required: frozenset[str] = takes.__required_keys__  # type: ignore[attr-defined]
    if missing := sorted(required.difference(given)):
        raise TypeError(f"{called}() is missing the argument {missing[0]!r}")


def names(takes: type) -> tuple[str, ...]:
    """The names of the arguments that this ``TypedDict`` declares."""
    return tuple(takes.__annotations__)
