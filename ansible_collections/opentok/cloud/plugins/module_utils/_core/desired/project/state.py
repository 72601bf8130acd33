# SPDX-License-Identifier: Apache-2.0
"""What is wanted of a project, what is there, what is remembered: plain data."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...api.account import Project
from ...errors import PlanError
from ..inputs import Input
from ..plan import Action

if TYPE_CHECKING:
    from ..creation import Creation
    from .handover import Handover
    from .rotation_plan import RotationRecord, RotationSpec
    from .windows import Window

ON_DELETE = ("delete", "suspend", "retain")
ON_EXTERNAL = ("rotate", "adopt", "fail")
ROTATE = ("never", "always")
ROTATION = ("in_place", "blue_green")
HANDOVER = ("proceed", "pause", "rollback")
APPLIES_TO = ("age", "all")
"""What a :class:`Window` lets wait."""

WINDOW = (
    Input("days", type="list", elements="str"),
    Input("start", required=True),
    Input("end", required=True),
    Input("timezone", default="UTC", type="str"),
    Input("applies_to", default="age", choices=APPLIES_TO),
)
"""What is declared of a :class:`Window`."""

OF_ROTATION = {
    "triggers": "secret_triggers",
    "former": "former_triggers",
    "secret": "secret_fingerprint",
    "since": "secret_rotated_at",
    "version": "secret_version",
    "pending": "secret_pending",
    "previous": "secret_previous",
}
"""What a :class:`RotationRecord` remembers, and what a :class:`ProjectRecord` calls it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProjectSpec:
    """What is declared.

    ``status`` ``None`` means "as it is". ``existing_id`` takes over the project of this id and ``adopt`` the one of this name, both only if
    it matches. ``id`` names the project itself and ``take_by_name`` lets its name do so: then it is made to match. ``account_key`` is the
    account that the credentials belong to. ``rotation``, ``token_lifetime``, ``soak`` and ``handover``: see ``handover_plan.py``.
    """

    account_key: str | None = None
    name: str | None = None
    status: str | None = None
    on_delete: str = "delete"
    existing_id: str | None = None
    id: str | None = None
    adopt: bool = False
    allow_duplicate_name: bool = False
    take_by_name: bool = False
    secret_triggers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    secret_max_age: datetime.timedelta | None = None
    retired_secrets: frozenset[str] = frozenset()
    rotation_window: Window | None = None
    on_external_rotation: str = "rotate"
    rotation: str = "in_place"
    token_lifetime: datetime.timedelta = datetime.timedelta(hours=24)
    soak: datetime.timedelta = datetime.timedelta(days=7)
    handover: str = "proceed"
    rotate: str = "never"
    rotate_because: str | None = None

    @property
    def may_rotate(self) -> bool:
        """Whether anything that is declared can ask for a rotation. If not, what decides that need not be loaded."""
        return bool(self.secret_triggers or self.secret_max_age or self.retired_secrets or self.rotate != "never")

    @property
    def rotation_spec(self) -> RotationSpec:
        """What is declared of rotation."""
        from .rotation_plan import RotationSpec

        return RotationSpec(
            triggers=self.secret_triggers,
            max_age=self.secret_max_age,
            retired=self.retired_secrets,
            window=self.rotation_window,
            on_external=self.on_external_rotation,
            always=self.rotate == "always",
            always_because=self.rotate_because,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProjectState:
    """What is there: the ``project`` itself, or else the ``namesakes`` that stand in the way or could be meant.

    ``missing_id``: the id that was looked for when there is no such project. ``similar``: where there is no namesake, those whose name could be
    taken for it; ``rewritten``: those of them whose name may be what the server made of it, as far as is known.

    While another project takes the place of one (see ``handover.py``): ``draining``, or ``draining_gone`` where a look shows that there is none
    any more; ``newcomer``, which a run has created and no record knows, ``known`` being the ids that it does know; ``strangers``, of the same name;
    ``known_as``, the id under which a record is kept, if not the project's.
    """

    project: Project | None = None
    namesakes: tuple[Project, ...] = ()
    missing_id: str | None = None
    similar: tuple[Project, ...] = ()
    rewritten: tuple[Project, ...] = ()
    draining: Project | None = None
    draining_gone: bool = False
    newcomer: Project | None = None
    known: tuple[str, ...] | None = None
    strangers: tuple[Project, ...] = ()
    known_as: str | None = None

    def with_project(self, project: Project | None) -> ProjectState:
        """With the project itself as it is now."""
        return dataclasses.replace(self, project=project, namesakes=(), missing_id=None, similar=(), rewritten=())

    @classmethod
    def of_name(cls, spec: ProjectSpec, namesakes: tuple[Project, ...]) -> ProjectState:
        """What there is for a spec that names no id: ``namesakes`` are the projects of its name."""
        own = namesakes[0] if spec.take_by_name and len(namesakes) == 1 else None
        return cls(project=own, namesakes=namesakes)

    @classmethod
    def without_namesake(cls, spec: ProjectSpec, creation: Creation) -> ProjectState:
        """What there is for a spec that names no id, where no project has its name."""
        similar = creation.similar(spec.name or "")
        if not similar:
            return cls()
        return cls(similar=similar, rewritten=tuple(one for one in similar if creation.could_become(spec.name or "", one.name)))


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProjectRecord:
    """What the last run left behind. ``name``: as declared, which the live name may differ from. ``secret_version`` counts from 1.

    ``secret_pending``, ``secret_previous``, ``former_triggers``: see :class:`RotationRecord`. ``secret_max_age``: as declared, for when the next
    rotation is due. ``handover``: a second project that takes the place of one, while it does. ``anchor``: the id that the record is kept under,
    where another project has become the active one since; it follows from where the record is kept, so it is not written.
    """

    account_key: str | None = None
    name: str | None = None
    on_delete: str = "delete"
    secret_triggers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    secret_fingerprint: str | None = None
    secret_version: int = 1
    secret_rotated_at: datetime.datetime | None = None
    secret_pending: str | None = None
    secret_previous: str | None = None
    secret_max_age: datetime.timedelta | None = None
    handover: Handover | None = None
    former_triggers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    anchor: str | None = None

    @property
    def ids(self) -> frozenset[str]:
        """What the project is, or was, known as besides its own id."""
        other = self.handover.other if self.handover else None
        return frozenset({self.anchor, other} - {None})  # type: ignore[arg-type]

    @property
    def rotation(self) -> RotationRecord:
        """What is remembered of rotation."""
        from .rotation_plan import RotationRecord

        return RotationRecord(**{name: getattr(self, own) for name, own in OF_ROTATION.items()})

    @property
    def secret_rotation_due_at(self) -> datetime.datetime | None:
        """When the secret gets older than is declared."""
        return self.rotation.due_at(self.secret_max_age)

    def with_rotation(self, rotation: RotationRecord) -> ProjectRecord:
        """This record with another memory of rotation."""
        changes: dict[str, Any] = {own: getattr(rotation, name) for name, own in OF_ROTATION.items()}
        return dataclasses.replace(self, **changes)

    def after_seeing(self, project: Project, now: datetime.datetime) -> ProjectRecord:
        """This record, with a secret that was rotated since counted as one more version, first seen ``now``."""
        return self.with_rotation(self.rotation.after_seeing(project.secret_fingerprint, now))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Steps:
    """What is to be done where another project takes the place of one, and ``after``, what it leads to.

    ``in_place``: the reasons to refresh the secret of the active project all the same. ``moves``: another project becomes the active one, and its
    status is seen to.
    """

    actions: tuple[Action, ...] = ()
    warnings: tuple[str, ...] = ()
    in_place: tuple[str, ...] = ()
    after: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    moves: bool = False

    @property
    def rotates(self) -> bool:
        """Whether another secret becomes the active one for a reason that is declared."""
        return any(action.do == "hand_over" for action in self.actions)


def present(state: ProjectState) -> Project:
    """The project itself. Raises :class:`PlanError` where there is none."""
    if state.project is None:
        raise PlanError("there is no such project")
    return state.project
