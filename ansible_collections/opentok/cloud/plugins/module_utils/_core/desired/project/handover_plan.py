# SPDX-License-Identifier: Apache-2.0
"""Which step of a blue/green rotation comes next: pure functions."""

from __future__ import annotations

import dataclasses
import datetime

from ...api.account import Project
from ...errors import PlanError, quote
from ..durations import duration_text
from ..plan import NOT_YET_KNOWN, Action
from .handover import Handover
from .rotation_plan import Decision
from .state import ProjectRecord, ProjectSpec, ProjectState, Steps, present

STAYS = "stored rooms (a session id contains the API key), archives, callbacks and dashboard settings do not move: they stay with it and end with it"


def steps(spec: ProjectSpec, state: ProjectState, record: ProjectRecord | None, decision: Decision, now: datetime.datetime) -> Steps:
    """The step that is due, where a handover is declared or under way. Raises :class:`PlanError` for a roll back that cannot be."""
    handover = record.handover if record else None
    if handover is None:
        return _beginning(spec, state, decision)
    if handover.other == present(state).id:
        return _taken_back(spec, state, _beginning(spec, state, decision))
    if handover.other is None:
        return _begun(spec, state, handover, decision)
    handover = handover.of_spec(spec).seen(state)
    reasons = decision.reasons
    in_place = reasons if decision.at_once or spec.rotation != "blue_green" else ()
    waits = _waits(reasons, f"until the handover from project {handover.other} has ended") if reasons and not in_place else ()
    step = _gone(handover) if state.draining_gone else _under_way(spec, state, handover, now) if state.draining else Steps()
    return dataclasses.replace(step, in_place=in_place, warnings=(*step.warnings, *waits))


def due(
    spec: ProjectSpec, state: ProjectState, record: ProjectRecord | None, decision: Decision, now: datetime.datetime
) -> tuple[str, datetime.datetime | None] | bool:
    """What waits for nothing but a run, and since when: a step of the handover that is under way; or whether what ``decision`` says is due."""
    found = steps(spec, state, record, decision, now)
    handover = record.handover if record else None
    do = [action.do for action in found.actions]
    if handover is None or handover.other == present(state).id:
        return bool(found.in_place or decision.waiting or "hand_over" in do)
    if found.in_place:
        return True
    if "hand_over" in do:
        return f"the handover from {present(state)} that was begun is to go on", None
    moments = {"suspend_draining": handover.of_spec(spec).drains_until, "delete_draining": handover.of_spec(spec).deleted_from}
    if state.draining is None or not do or do[0] not in moments:
        return False
    moment, does = moments[do[0]], "deleted" if do[0] == "delete_draining" else "suspended"
    since = moment if moment is not None and moment <= now else None
    return f"{state.draining}, whose place {present(state)} has taken, is to be {does}", since


def absent_first(spec: ProjectSpec, state: ProjectState) -> tuple[Action, ...]:
    """What ends the project that belongs to the declaration too, before its active one ends."""
    second = state.draining or state.newcomer
    if second is None or spec.on_delete == "retain":
        return ()
    which = f"{second}, the other project of this declaration"
    if spec.on_delete == "delete":
        text = f"delete {which}: its key and every session made with it stop working for good"
        return (Action(do="delete_draining", text=text, args={"id": second.id}, disrupts=True),)
    if second.status == "suspended":
        return ()
    text = f"suspend {which} (on_delete: suspend): its key and every session made with it stop working"
    return (Action(do="suspend_draining", text=text, args={"id": second.id}, disrupts=True),)


def strangers(spec: ProjectSpec, state: ProjectState) -> PlanError:
    """The error of projects of the name that do not belong to the handover that is under way."""
    own = " and ".join(str(project.id) for project in (state.project, state.draining or state.newcomer) if project)
    others = " and ".join(str(project) for project in state.strangers)
    verb = "are" if len(state.strangers) > 1 else "is"
    return PlanError(
        f"project {quote(spec.name or '')} is handed over from one project to another (of this declaration: {own}), and {others} of the same name"
        f" {verb} none of them, as far as the record shows: nothing was changed; delete what is not wanted, then run again"
    )


def _beginning(spec: ProjectSpec, state: ProjectState, decision: Decision) -> Steps:
    project, reasons = present(state), decision.reasons
    if not reasons or spec.rotation != "blue_green":
        return Steps(in_place=reasons)
    if decision.at_once:
        why = "an overlap would keep the old secret alive until its last token has ended, so it is refreshed in place and dies at once"
        return Steps(in_place=reasons, warnings=(f"{project} is not rotated blue_green this time: {why}",))
    if project.status != "active" or spec.status == "suspended":
        why = "it is suspended, so nobody can be connected, and its secret is refreshed in place"
        return Steps(in_place=reasons, warnings=(f"{project} is not rotated blue_green this time: {why}",))
    if spec.handover != "proceed":
        return Steps(warnings=_waits(reasons, f"as long as handover is {spec.handover}"))
    known = tuple(sorted({project.id, *(one.id for one in state.namesakes if one.id)}))
    return _hand_over(spec, state, known, "; ".join(reasons), fresh=True)


def _taken_back(spec: ProjectSpec, state: ProjectState, then: Steps) -> Steps:
    """Where the active project is gone, and the one whose place it had taken has it again."""
    project = present(state)
    said = f"the project that had taken the place of {project} is gone: it was deleted elsewhere, so {project} has its place again"
    actions = (Action(do="forget_draining", text=f"remember that {project} has its place again", touches_api=False), *then.actions)
    activates = project.status == "suspended" and spec.status is None
    if activates:
        text = f"activate {project}: it was suspended while another project had its place, and that is gone"
        actions = (Action(do="set_status", text=text, args={"status": "active"}), *actions)
    after = {**({"status": "active"} if activates else {}), **then.after}
    return dataclasses.replace(then, actions=actions, after=after, warnings=(said, *then.warnings))


def _begun(spec: ProjectSpec, state: ProjectState, handover: Handover, decision: Decision) -> Steps:
    project = present(state)
    if decision.at_once:
        return Steps(in_place=decision.reasons, warnings=(f"the handover from {project} that was begun goes on with the next run",))
    if spec.handover == "rollback":
        there = state.newcomer
        text = f"stop the handover from {project} before it began"
        text = f"{text}: {there}, which an earlier run created for it, is suspended and then deleted" if there else text
        aside = Action(do="set_aside", text=text, touches_api=False)
        return Steps(actions=(aside, *_both(spec, there, present(state))) if there else (aside,))
    if spec.handover == "pause":
        return Steps(warnings=(f"the handover from {project} is begun, and paused (handover: pause)",))
    return _hand_over(spec, state, handover.known or (), "an earlier run began it and could not finish", fresh=False)


def _hand_over(spec: ProjectSpec, state: ProjectState, known: tuple[str, ...], why: str, *, fresh: bool) -> Steps:
    project = present(state)
    lifetime, soak = duration_text(spec.token_lifetime), duration_text(spec.soak)
    name = _name(spec, project)
    called = quote(project.shown_name if name in (None, project.name) else name)
    make = f"take up {state.newcomer}, which an earlier run created" if state.newcomer else f"create a second project {called}"
    then = f"both keys work until {lifetime} after the new one is published, then {project} is suspended, and {soak} later deleted"
    ends, both = spec.status == "suspended", _both(spec, project, None)
    then = f"both are suspended (status: suspended), and {project} is deleted {soak} later" if ends else then
    text = f"{make}, to take the place of {project}: {why}; {then}"
    takes = bool(spec.adopt or spec.take_by_name or not fresh)
    args = {"name": name, "known": known, "takes": takes, "begun": not fresh, "twins": spec.allow_duplicate_name}
    action = Action(do="hand_over", text=text, args=args, issues_secret=True)
    if ends:
        text = f"suspend {state.newcomer or 'the second project'}: its key and every session made with it stop working"
        both = (*both, Action(do="set_status", text=text, args={"status": "suspended"}, disrupts=True))
    unknown = ("id", "api_key", "active_key", "secret_fingerprint", "created_at", "drains_until")
    after = {**dict.fromkeys(unknown, NOT_YET_KNOWN), "draining_key": project.id}
    return Steps(actions=(action, *both), after=after, moves=True, warnings=(f"of {project} {STAYS}; its secret stays valid until it is suspended",))


def _name(spec: ProjectSpec, project: Project) -> str | None:
    """As declared, which finds what an earlier run created also when ``project`` was renamed; as OpenTok writes it, where it writes it so."""
    if spec.name is None or spec.name == project.name:
        return project.name
    from ..names import similar

    return project.name if project.name and similar(spec.name, project.name) else spec.name


def _gone(handover: Handover) -> Steps:
    text = f"remember that the handover has ended: project {handover.other} is gone"
    forget = Action(do="forget_draining", text=text, touches_api=False)
    said = f"project {handover.other}, whose place was taken, is gone: it was deleted elsewhere"
    return Steps(actions=(forget,), after={"draining_key": None, "drains_until": None}, warnings=(said,))


def _under_way(spec: ProjectSpec, state: ProjectState, handover: Handover, now: datetime.datetime) -> Steps:
    active, draining = present(state), state.draining
    if draining is None:
        return Steps()
    if spec.handover == "rollback" and not handover.rolled_back:
        return _roll_back(spec, active, draining, handover)
    if draining.status != "suspended" and (ends := _ends_at_once(spec, active, draining, handover)):
        return ends
    if spec.handover == "pause":
        return Steps(warnings=(f"{draining} stays as it is (handover: pause); {active} has taken its place", *_unpublished(spec, handover)))
    if handover.suspended_at is None and draining.status == "suspended":
        text = f"remember that {draining} is suspended: it is deleted {duration_text(spec.soak)} after now"
        said = f"{draining} was suspended elsewhere, before its drain has ended"
        return Steps(actions=(Action(do="note_suspended", text=text, touches_api=False),), warnings=(said,))
    if handover.suspended_at is None:
        return _draining(spec, active, draining, handover, now)
    if draining.status != "suspended":
        why = f"it was activated elsewhere, and {active} has taken its place (handover: rollback brings it back)"
        return Steps(actions=(_suspend(draining, why),))
    moment = handover.deleted_from
    if moment is not None and now >= moment:
        text = f"delete {draining}, whose place {active} has taken: its rooms, archives and settings end for good"
        delete = Action(do="delete_draining", text=text, args={"id": draining.id}, disrupts=True, needs_publication=True)
        return Steps(actions=(delete,), after={"draining_key": None, "drains_until": None})
    back = "until then handover: rollback brings it back" if not handover.rolled_back else "nothing uses it"
    return Steps(warnings=(f"{draining} is suspended, and deleted by the first run after {_minute(moment)}; {back}",))


def _ends_at_once(spec: ProjectSpec, active: Project, draining: Project, handover: Handover) -> Steps | None:
    """What ends a drain that would go on, or is paused: nothing that must stop working lives on by it."""
    if spec.status == "suspended":
        return Steps(actions=(_suspend(draining, f"status: suspended is declared, and {active} has taken its place"),))
    unsafe = _leaked(spec, handover)
    if not unsafe or handover.published_at is None:
        return None
    return Steps(actions=(_suspend(draining, f"{unsafe}, so its drain ends at once"),))


def _unpublished(spec: ProjectSpec, handover: Handover) -> tuple[str, ...]:
    """A warning of a leaked secret that lives as long as nothing else is published."""
    unsafe = _leaked(spec, handover)
    if not unsafe or handover.published_at is not None or handover.suspended_at is not None:
        return ()
    return (f"{unsafe}, and it stays alive until the credentials of the active project are published everywhere",)


def _draining(spec: ProjectSpec, active: Project, draining: Project, handover: Handover, now: datetime.datetime) -> Steps:
    until = handover.drains_until
    if until is None:
        unsafe = _leaked(spec, handover)
        said = f"{draining} drains from when the credentials of {active} are published everywhere, and is not suspended before"
        return Steps(warnings=(f"{said}{f', although {unsafe}' if unsafe else ''}",))
    if now >= until:
        return Steps(actions=(_suspend(draining, f"{active} has taken its place, and its last token ended at {_minute(until)}"),))
    cut = "whoever is still connected to its rooms is cut off then"
    return Steps(warnings=(f"{draining} drains, and is suspended by the first run after {_minute(until)}: {cut}; {STAYS}",))


def _roll_back(spec: ProjectSpec, active: Project, draining: Project, handover: Handover) -> Steps:
    if unsafe := _leaked(spec, handover):
        raise PlanError(f"handover: rollback: {draining} cannot become the active project again, because {unsafe}; say handover: proceed")
    ends, both = spec.status == "suspended", _both(spec, active, None)
    activate = ", activate it" if draining.status != "active" and not ends else ""
    lifetime = duration_text(spec.token_lifetime)
    then = "both are suspended (status: suspended)" if ends else f"{active} drains for {lifetime} from then on, is then suspended and deleted"
    text = f"roll back to {draining}{activate}: its credentials are the ones that are published again; {then}"
    action = Action(do="roll_back", text=text, args={"id": draining.id, "activate": not ends}, issues_secret=True)
    if ends and draining.status != "suspended":
        text = f"suspend {draining}: its key and every session made with it stop working"
        both = (*both, Action(do="set_status", text=text, args={"status": "suspended"}, disrupts=True))
    keys = {"id": draining.id, "api_key": draining.id, "active_key": draining.id, "draining_key": active.id}
    secret = draining.secret_fingerprint or handover.secret or NOT_YET_KNOWN
    unknown = dict.fromkeys(("created_at", "drains_until"), NOT_YET_KNOWN)
    status = "suspended" if ends else "active"
    return Steps(actions=(action, *both), after={**keys, **unknown, "secret_fingerprint": secret, "status": status}, moves=True)


def _both(spec: ProjectSpec, leaves: Project, stays: Project | None) -> tuple[Action, ...]:
    """What suspends ``leaves``, which has not, or no longer, the place of the active one, where the declaration is to be suspended."""
    if spec.status != "suspended" or leaves.status == "suspended":
        return ()
    why = f"status: suspended is declared, and {stays or 'the other project'} has {'its place' if stays else 'taken its place'}"
    return (dataclasses.replace(_suspend(leaves, why), needs_publication=False),)


def _suspend(draining: Project, why: str) -> Action:
    text = f"suspend {draining}: {why}; whoever is still connected to its rooms is cut off"
    return Action(do="suspend_draining", text=text, args={"id": draining.id}, disrupts=True, needs_publication=True)


def _leaked(spec: ProjectSpec, handover: Handover) -> str:
    return "its secret is one of retired_secrets" if handover.secret in spec.retired_secrets else ""


def _waits(reasons: tuple[str, ...], until: str) -> tuple[str, ...]:
    return (f"a rotation is due ({'; '.join(reasons)}), but waits {until}",)


def _minute(moment: datetime.datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="minutes")
