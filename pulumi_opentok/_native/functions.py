# SPDX-License-Identifier: Apache-2.0
"""Functions of the package, called by any language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from .. import _package
from .._driving import Credentials
from .._names import snake
from ..core import InvalidInput, PlanError, Problem
from .values import sent
from .words import in_words


def invoked(credentials: Credentials, token: str, args: Mapping[str, Any]) -> Any:
    """The answer to an invoke. What the schema does not have, secrets above all, is left out."""
    # Here: a run without functions needs none of them.
    from ..functions.registry import FUNCTIONS

    function = FUNCTIONS.get(token)
    if function is None:
        raise PlanError(f"there is no function {token} in the package opentok {_package.package()['version']}")
    there = _package.properties(token, outputs=False)
    if strays := sorted(args.keys() - there.keys()):
        takes = f"it takes {', '.join(sorted(there))}" if there else "it takes none"
        raise InvalidInput([Problem(name, f"there is no such argument; {takes}") for name in strays])
    named = {snake(name): None for name in there} | _package.from_wire(token, args, outputs=False)
    try:
        rows = [{name: value for name, value in row.items() if value is not None} for row in function.ask(credentials.scope(), named)]
    except InvalidInput as error:
        told = [(_package.path_to_wire(token, problem.field), problem.message) for problem in error.problems]
        wrong = [provider_pb2.CheckFailure(property=name, reason=in_words(token, reason)) for name, reason in told]
        return provider_pb2.InvokeResponse(failures=wrong)
    shown = rows[0] if function.answered is None else {function.answered: rows}
    found = _package.to_wire(token, shown, outputs=True, known_only=True)
    secret = [name for name, said in _package.properties(token, outputs=True).items() if said.get("secret")]
    return provider_pb2.InvokeResponse(**{"return": sent(found, secret)})
