# SPDX-License-Identifier: Apache-2.0
"""What a kind's inputs are, a row each, and how declared ones are read: each wrong one becomes a problem that names it, and all are found at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from ..errors import InvalidInput, Problem, join_words, not_text, quote

T = TypeVar("T")

STATEFUL = "stateful"
"""An input for layers that keep a state of their own from run to run (Pulumi)."""

STATELESS = "stateless"
"""An input for layers that keep none (Ansible, the command line): it finds the thing again, say."""

INTERNAL = "internal"
"""An input that a layer sets by itself: people neither give nor see it."""

Check = Callable[[Any, str], Any]
"""What is meant by a value of the input of this name. Raises :class:`InvalidInput`."""


class Input:
    """One input of a kind: a row of its table. All that is special about it stands here, and nowhere else.

    ``check`` makes of a value what the spec holds; without one it is one of ``choices``, or what its ``type`` says. ``default`` is what a
    declaration without it means; ``None``: nothing, or what the kind's ``parse`` says. ``layers``: which ones have it, all if not said.

    ``type``, ``elements``, ``suboptions``, ``aliases``, ``required`` and ``secret`` (never shown) are what Ansible makes options of. ``raw`` is a
    text: as ``str``, a number without quotes could not be told from what was meant. ``missing`` says what to declare where there is no value
    after all: with it or with ``required`` there has to be one.

    The other traits, each ``False`` unless said:

    - ``force_new``: its change asks for another object.
    - ``reports_live_value``: its output shows the live value, which may differ from the declared one (a default is filled in, say).
    - ``reconciled``: and that can be brought back in place, so that a difference is drift.
    - ``quoted=False``: it may hold a secret, by mistake at least, so no text quotes its value.
    - ``names_other``: it names what another step may have to make first, and in a check of both it is not known yet.
    - ``only_present``: it asks for what is never done for one that is not to be there, and contradicts that.
    - ``needs_record``: it means nothing without a record of the last run.
    - ``generated``: the internal input that says that a layer made its value up, where none is declared.
    - ``bounds``: it bounds or approves what is done: a template that gives nothing for it must not take the bound away.
    - ``followed``: what is done if the thing that it follows changes in the same run, while that is not known yet.
    - ``formerly``: its name in state files of before, which are read for good.
    """

    def __init__(
        self,
        name: str,
        check: Check | None = None,
        default: Any = None,
        *,
        type: str = "raw",  # noqa: A002
        choices: Collection[str] = (),
        elements: str | None = None,
        suboptions: Collection[Input] = (),
        aliases: Collection[str] = (),
        layers: str | None = None,
        required: bool = False,
        missing: str | None = None,
        secret: bool = False,
        quoted: bool = True,
        force_new: bool = False,
        reports_live_value: bool = False,
        reconciled: bool = False,
        names_other: bool = False,
        only_present: bool = False,
        needs_record: bool = False,
        generated: str | None = None,
        bounds: bool = False,
        followed: str | None = None,
        formerly: str | None = None,
    ) -> None:
        self.name = name
        self.default = default
        self.type = "str" if choices else type
        self.choices = tuple(choices)
        self.elements = elements
        self.suboptions = tuple(suboptions)
        self.aliases = tuple(aliases)
        self.layers = layers
        self.required = required
        self.missing = missing
        self.secret = secret
        self.quoted = quoted and not secret
        self.force_new = force_new
        self.reports_live_value = reports_live_value
        self.reconciled = reconciled
        self.names_other = names_other
        self.only_present = only_present
        self.needs_record = needs_record
        self.generated = generated
        self.bounds = bounds
        self.followed = followed
        self.formerly = formerly
        self._check = check

    def check(self, value: Any) -> Any:
        """What the spec holds of ``value``. Raises :class:`InvalidInput`."""
        if self._check is None and self.choices:
            return one_of(value, self.name, self.choices)
        return (self._check or USUAL.get(self.type, text))(value, self.name)


def names(table: Iterable[Input], trait: str) -> tuple[str, ...]:
    """The inputs that have this trait."""
    return tuple(row.name for row in table if getattr(row, trait))


class InputReader:
    """Takes values from ``inputs``; ``None`` is unset. ``unknown`` names inputs whose value is not known yet (a preview): not judged."""

    def __init__(self, inputs: Mapping[str, Any], unknown: Collection[str] = ()) -> None:
        self._inputs = inputs
        self._unknown = unknown
        self.problems: list[Problem] = []

    def given(self, field: str) -> bool:
        """Whether ``field`` has a value, be it one that is not known yet."""
        return field in self._unknown or self._inputs.get(field) is not None

    def doubtful(self) -> set[str]:
        """The inputs that are wrong or not known yet, so that nothing can be said of them together with others."""
        return {*self._unknown, *(problem.field for problem in self.problems)}

    def problem(self, field: str, message: str) -> None:
        self.problems.append(Problem(field, message))

    def add(self, problems: Iterable[Problem]) -> None:
        """Problems of values that go together or not, but for those of which nothing can be said."""
        doubtful = self.doubtful()
        self.problems += [problem for problem in problems if problem.field not in doubtful]

    def finish(self) -> None:
        """Raises :class:`InvalidInput` if anything was wrong."""
        if self.problems:
            raise InvalidInput(self.problems)

    def table(self, rows: Iterable[Input], **defaults: Any) -> dict[str, Any]:
        """What the inputs of a table mean, by name: those that are declared or have a default, which ``defaults`` may say for this time."""
        found = {}
        for row in rows:
            value = self.read(row.name, row.check)
            if value is None:
                value = defaults.get(row.name)
            if value is None and row.default is not None:
                value = row.check(row.default)
            if value is not None:
                found[row.name] = value
            elif (row.required or row.missing) and not self.given(row.name):
                self.problem(row.name, f"missing: {row.missing}" if row.missing else "missing")
        return found

    def read(self, field: str, check: Callable[[Any], T]) -> T | None:
        """The value as ``check`` returns it; ``check`` raises :class:`InvalidInput`."""
        value = None if field in self._unknown else self._inputs.get(field)
        if value is None:
            return None
        try:
            return check(value)
        except InvalidInput as error:
            self.problems.extend(error.problems)
            return None

    def text_map(self, field: str) -> dict[str, str]:
        """A map of texts that was saved."""
        return self.read(field, lambda value: text_map(value, field, saved=True)) or {}


def text(value: Any, field: str) -> str:
    """A text; YAML makes a number of one without quotes, which is refused."""
    if not isinstance(value, str):
        raise InvalidInput(Problem(field, not_text(value)))
    if not value.strip():
        raise InvalidInput(Problem(field, "must not be empty or blank: leave it out instead"))
    return value


def one_of(value: Any, field: str, choices: Collection[str]) -> str:
    """One of ``choices``."""
    if value not in choices:
        words = [f"'{choice}'" for choice in choices]
        raise InvalidInput(Problem(field, f"must be {' or '.join(words)}, not {quote(value)}"))
    return str(value)


def true_or_false(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(Problem(field, f"must be true or false, not {quote(value)}"))
    return value


def whole_number(least: int, most: int, unit: str = "") -> Check:
    """A check of a whole number from ``least`` to ``most``; Pulumi has floating-point numbers only."""

    def check(value: Any, field: str) -> int:
        number = int(value) if isinstance(value, float) and value.is_integer() else value
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            raise InvalidInput(Problem(field, f"must be a whole number from {least} to {most}{unit and f' {unit}'}, not {quote(value)}"))
        return number

    return check


USUAL: Mapping[str, Check] = {"bool": true_or_false}
"""Of a type, where a row has no check of its own: all others are texts."""


def text_map(value: Any, field: str, *, saved: bool = False) -> dict[str, str]:
    """A map of texts; whole numbers, booleans and dates are written as text, as every layer does (Pulumi sends ``3`` as ``3.0``).

    A number that a layer may have changed on its way is refused, unless it is a ``saved`` one, of a version that took it.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput(Problem(field, f"must be a map such as {{version: '2'}}, not {quote(value)}"))
    items = sorted(value.items(), key=lambda pair: str(pair[0]))  # Pulumi's protocol keeps no order
    wrong = [key for key, item in items if not isinstance(item, (str, int, float, bool, datetime.date))]
    changed = [key for key, item in items if not saved and _may_be_another(item)]
    if wrong:
        raise InvalidInput(Problem(field, f"the value of {join_words(quote(key) for key in wrong)} must be a string"))
    if changed:
        because = "with a fraction or more than 15 digits is read in more than one way (1.10 as 1.1)"
        raise InvalidInput(Problem(field, f"the value of {join_words(quote(key) for key in changed)} is a number; one {because}: quote it"))
    return {as_text(key): as_text(item) for key, item in items}


MAX_EXACT = 10**15
"""Every whole number up to this is the same one in every layer: Pulumi has floating-point numbers only."""


def _may_be_another(value: Any) -> bool:
    return isinstance(value, (int, float)) and not (abs(value) <= MAX_EXACT and float(value).is_integer())


def as_text(value: object) -> str:
    """What is meant where YAML made something else of a text without quotes, as Ansible has it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
