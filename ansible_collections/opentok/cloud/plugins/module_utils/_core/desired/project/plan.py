# SPDX-License-Identifier: Apache-2.0
"""The plan of a project: pure functions from what is wanted, what is there and what is remembered."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

from ...api.account import Project
from ...errors import PlanError, join_words, quote
from ..plan import NOT_YET_KNOWN, Action, Plan
from ..times import to_text
from .state import ProjectRecord, ProjectSpec, ProjectState, Steps, present

if TYPE_CHECKING:
    from .rotation_plan import Decision

STATUS_TEXTS = {
    "active": "activate {project}: its key works again",
    "suspended": "suspend {project}: its key and every session made with it stop working",
}

LIFE_ENDS = {
    "delete": "the old project is deleted for good, and its key stops working",
    "suspend": "the old project is suspended (on_delete: suspend)",
    "retain": "the old project stays as it is (on_delete: retain)",
}


def plan(spec: ProjectSpec, state: ProjectState, record: ProjectRecord | None, now: datetime.datetime) -> Plan:
    """What leads from ``state`` to ``spec``. Raises :class:`PlanError` when nothing does."""
    _no_strangers(spec, state)
    if state.project is None:
        own = _own(spec, state)
        return _create(spec, state) if own is None else _adopt(spec, own, now)
    if record is None and spec.existing_id is not None:
        return _adopt(spec, state.project, now)
    return _change(spec, state, record, now)


def plan_absent(spec: ProjectSpec, state: ProjectState) -> Plan:
    """What ends the life of the project here: delete, suspend or retain it."""
    _no_strangers(spec, state)
    if state.project is None:
        if len(state.namesakes) > 1:
            raise PlanError(_twins(spec, state))
        return Plan(kind="project", warnings=_similar(spec, state))
    project = state.project
    before = facts(project)
    first: tuple[Action, ...] = ()
    if state.draining is not None or state.newcomer is not None:
        from .handover_plan import absent_first

        first = absent_first(spec, state)
    if spec.on_delete == "retain":
        second = state.draining or state.newcomer
        text = f"forget {project}: it stays as it is (on_delete: retain)"
        text = f"leave {project} and {second}, the other project of this declaration, as they are (on_delete: retain)" if second else text
        return Plan(kind="project", actions=(Action(do="forget", text=text, touches_api=False),), before=before, after=before)
    if spec.on_delete == "suspend":
        if project.status == "suspended":
            return Plan(kind="project", actions=first, before=before, after=before)
        text = f"suspend {project} instead of deleting it (on_delete: suspend): its key and every session made with it stop working"
        action = Action(do="set_status", text=text, args={"status": "suspended", "gone_is_done": True}, disrupts=True)
        return Plan(kind="project", actions=(*first, action), before=before, after={**(before or {}), "status": "suspended"})
    text = f"delete {project}: its key and every session made with it stop working for good"
    alone = spec.rotation == "blue_green" and not spec.allow_duplicate_name
    action = Action(do="delete", text=text, args={"gone_is_done": True, "alone": project.name if alone else None}, disrupts=True)
    return Plan(kind="project", actions=(*first, action), before=before, after=None)


def _no_strangers(spec: ProjectSpec, state: ProjectState) -> None:
    """Raises :class:`PlanError` where a project of the name is none of the two of a handover."""
    if state.strangers:
        from .handover_plan import strangers

        raise strangers(spec, state)


def facts(project: Project | None) -> dict[str, Any] | None:
    """What a diff shows of a project; the fingerprint stands for the secret."""
    if project is None:
        return None
    # What a row of a list did not show is not known.
    return {
        "id": project.id or None,
        "api_key": project.id or None,
        "name": project.name,
        "status": project.status or None,
        "secret_fingerprint": project.secret_fingerprint or None,
        "environment": project.environment,
        "created_at": to_text(project.created_at),
    }


def _own(spec: ProjectSpec, state: ProjectState) -> Project | None:
    """The namesake that the spec takes over, if it may. Raises :class:`PlanError` when a namesake is in the way."""
    if state.missing_id is not None:
        raise PlanError(
            f"there is no project {state.missing_id} in account {spec.account_key}: the API gives out the ids, so it cannot be created with"
            " that one; check the id and whose credentials these are"
        )
    if state.rewritten and spec.take_by_name and not spec.allow_duplicate_name:
        raise PlanError(_rewritten(spec, state))
    if not state.namesakes or spec.allow_duplicate_name:
        return None
    if len(state.namesakes) > 1:
        raise PlanError(_twins(spec, state))
    if spec.adopt:
        return state.namesakes[0]
    if not state.namesakes[0].id:
        what = f"a project {quote(spec.name)} exists already in account {spec.account_key}, but the list shows no id of it that can be one"
        raise PlanError(f"{what}: look at it in the account portal; to have a second one of that name declare allow_duplicate_name=True")
    raise PlanError(
        f"a project {quote(spec.name)} exists already in account {spec.account_key}: id {state.namesakes[0].id}. To take it over declare"
        f" existing_id='{state.namesakes[0].id}' or adopt=True; to have a second one of that name declare allow_duplicate_name=True; to replace"
        " it by a new one (--replace, a tainted state) set delete_before_replace=True in the resource's options"
    )


def _twins(spec: ProjectSpec, state: ProjectState) -> str:
    ids = join_words(project.id for project in state.namesakes)
    count = len(state.namesakes)
    return f"{count} projects of account {spec.account_key} are named {quote(spec.name)}: ids {ids}. Name the one that is meant by its id"


def _rewritten(spec: ProjectSpec, state: ProjectState) -> str:
    """A run of this declaration may have made it: without a record nothing else tells."""
    there = join_words(str(project) for project in state.rewritten)
    return (
        f"{there} of account {spec.account_key} may be what OpenTok made of the declared name {quote(spec.name)}, which differs only"
        f" {_differs(spec, state.rewritten[0])}, so no second one is created. If it is, declare its name as it is there, or its id; if not, give a"
        " ledger, which tells them apart"
    )


def _similar(spec: ProjectSpec, state: ProjectState) -> tuple[str, ...]:
    """A warning for each project that could be taken for the declared one."""
    return tuple(
        f"{project} has a name that differs from the declared {quote(spec.name)} only {_differs(spec, project)}: is it the one that is meant?"
        for project in state.similar
    )


def _differs(spec: ProjectSpec, project: Project) -> str:
    from ..names import difference

    return difference(spec.name or "", project.name)


def _create(spec: ProjectSpec, state: ProjectState) -> Plan:
    namesakes = tuple(project.id for project in state.namesakes)
    # Twins that are wanted may be created side by side: none has seen the others when it is planned.
    expected = None if spec.allow_duplicate_name else namesakes
    args = {"name": spec.name, "expected": expected}
    actions = [Action(do="create", text=f"create project {quote(spec.name)}", args=args, issues_secret=True)]
    if spec.status == "suspended":
        text = STATUS_TEXTS["suspended"].format(project=f"project {quote(spec.name)}")
        actions.append(Action(do="set_status", text=text, args={"status": "suspended"}))
    after = {"name": spec.name, "status": spec.status or "active", "secret_fingerprint": NOT_YET_KNOWN, "account_key": spec.account_key}
    twins = f"{len(namesakes)} other project(s) have that name already: ids {join_words(namesakes)}"
    warnings = (*((twins,) if namesakes else ()), *_similar(spec, state))
    return Plan(kind="project", actions=tuple(actions), after=after, warnings=warnings)


def _adopt(spec: ProjectSpec, project: Project, now: datetime.datetime) -> Plan:
    """Takes ``project`` over if it is as declared. Raises :class:`PlanError` that says each difference."""
    wanted = {"name": spec.name, "status": spec.status}
    actual = {"name": project.name, "status": project.status}
    wrong = [field for field, value in wanted.items() if value not in (None, actual[field])]
    differences = [f"{field} is {quote(actual[field])}, declared is {quote(wanted[field])}" for field in wrong]
    if differences:
        raise PlanError(f"{project} cannot be taken over, it is not as declared: {'; '.join(differences)}. Declare it as it is first, change it then")
    text = f"take over {project} of account {spec.account_key} as it is"
    adopt = Action(do="adopt", text=text, args={"id": project.id}, touches_api=False)
    decision = _decide(spec, None, project, now)
    due, waits = (decision.reasons, decision.warnings) if decision else ((), ())
    before = facts(project) or {}
    after = {**before, "secret_fingerprint": NOT_YET_KNOWN} if due else before
    actions = (adopt, *_rotate(spec, project, None, due))
    return Plan(kind="project", actions=actions, before=before, after=after, reasons=due, warnings=waits)


def _change(spec: ProjectSpec, state: ProjectState, record: ProjectRecord | None, now: datetime.datetime) -> Plan:
    project = present(state)
    replaces, reasons, warnings = _identity(spec, project, record)
    if replaces:
        end = LIFE_ENDS[record.on_delete if record else spec.on_delete]
        if record and "account_key" in replaces:
            end += f", which takes the credentials of account {record.account_key}: declare each account as a provider of its own"
        if state.draining is not None:
            ends = {"delete": "is deleted too", "suspend": "is suspended too", "retain": "stays too"}[record.on_delete if record else spec.on_delete]
            end += f"; {state.draining}, the other project of this declaration, {ends}"
        warning = f"{project} is replaced by a new project with another API key and secret; {end}"
        return Plan(
            kind="project",
            before=facts(project),
            after={"name": spec.name, "status": spec.status or "active", "secret_fingerprint": NOT_YET_KNOWN},
            replaces=replaces,
            reasons=reasons,
            warnings=(warning,),
        )
    before = facts(project) or {}
    if record and record.handover and record.handover.other not in (None, project.id):
        before["draining_key"] = record.handover.other
    after = dict(before)
    due, steps = _rotation(spec, state, record, now)
    # Before a status change: a project that is activated must not start with the secret that had to go.
    actions = _rotate(spec, project, record, due)
    if actions:
        after["secret_fingerprint"] = NOT_YET_KNOWN
    actions.extend(steps.actions)
    after.update(steps.after)
    if spec.status not in (None, project.status) and not steps.moves:
        text = STATUS_TEXTS[str(spec.status)].format(project=project)
        actions.append(Action(do="set_status", text=text, args={"status": spec.status}, disrupts=spec.status == "suspended"))
        after["status"] = spec.status
    actions.extend(_remember(spec, project, record, rotates=bool(due) or steps.rotates))
    return Plan(
        kind="project",
        actions=tuple(actions),
        before=before,
        after=after if actions else before,
        reasons=due,
        warnings=(*warnings, *steps.warnings),
    )


def _rotation(spec: ProjectSpec, state: ProjectState, record: ProjectRecord | None, now: datetime.datetime) -> tuple[tuple[str, ...], Steps]:
    """Why the secret is refreshed now, and what is done beside, or in place of it, where another project takes the place of this one."""
    decision = _decide(spec, record, present(state), now)
    if spec.rotation == "in_place" and (record is None or record.handover is None):
        return (decision.reasons, Steps(warnings=decision.warnings)) if decision else ((), Steps())
    from .handover_plan import steps
    from .rotation_plan import Decision

    decision = decision or Decision()
    found = steps(spec, state, record, decision, now)
    return found.in_place, dataclasses.replace(found, warnings=(*decision.warnings, *found.warnings))


def _identity(spec: ProjectSpec, project: Project, record: ProjectRecord | None) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Inputs that ask for another project than this one, why, and what is odd but no reason to replace a project."""
    if record and record.account_key and spec.account_key and record.account_key != spec.account_key:
        return ("account_key",), (f"{project} belongs to account {record.account_key}, but the credentials are of account {spec.account_key}",), ()
    if spec.existing_id not in (None, project.id) and not (record and spec.existing_id in record.ids):
        return ("existing_id",), (f"existing_id is {quote(spec.existing_id)}, but this is {project}",), ()
    if spec.name in (None, project.name):
        return (), (), ()
    if record and record.name == spec.name:
        from ..names import similar

        how = "OpenTok writes the name so" if similar(spec.name, project.name) else "it was renamed elsewhere"
        renamed = f"{project} is declared as {quote(spec.name)}: {how}, and the API cannot rename it back; declare the new name"
        return (), (), (renamed,)
    return ("name",), (f"the API cannot rename a project: {project} cannot become {quote(spec.name)}",), ()


def _decide(spec: ProjectSpec, record: ProjectRecord | None, project: Project, now: datetime.datetime) -> Decision | None:
    """Whether to rotate now; ``None``: nothing can ask for it."""
    if record is None and not spec.may_rotate:
        return None
    # Here and below: it is rarely asked for, and Ansible compiles anew in every run what is imported.
    from .rotation_plan import decide

    return decide(spec.rotation_spec, record.rotation if record else None, project.secret_fingerprint, now)


def _rotate(spec: ProjectSpec, project: Project, record: ProjectRecord | None, due: tuple[str, ...]) -> list[Action]:
    if not due:
        return []
    from .rotation_plan import TOKENS_DIE

    text = f"rotate the secret of {project}: {'; '.join(due)}; {TOKENS_DIE}"
    dead = frozenset({record.secret_previous} - {None}) if record else frozenset()
    args = {"retired": spec.retired_secrets, "replaces": project.secret_fingerprint, "dead": dead}
    return [Action(do="refresh_secret", text=text, args=args, disrupts=True, issues_secret=True)]


def _remember(spec: ProjectSpec, project: Project, record: ProjectRecord | None, *, rotates: bool) -> list[Action]:
    """What changes only the record: without a record there is nothing to keep."""
    if record is None:
        return []
    from .rotation_plan import fingerprints, triggers_to_remember

    texts = []
    if spec.on_delete != record.on_delete:
        texts.append(f"remember for {project} on_delete: {spec.on_delete}")
    if spec.name is not None and spec.name != record.name:
        texts.append(f"remember for {project} its declared name {quote(spec.name)}")
    kept = triggers_to_remember(spec.rotation_spec, record.rotation, project.secret_fingerprint)
    if not rotates and fingerprints(kept) != fingerprints(record.secret_triggers):
        texts.append(f"remember the secret_triggers of {project}")
    return [Action(do="remember", text=text, touches_api=False) for text in texts]
