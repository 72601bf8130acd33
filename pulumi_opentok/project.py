# SPDX-License-Identifier: Apache-2.0
"""An OpenTok project as a Pulumi resource. The logic is in ``core.desired.project``."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, Self, TypedDict, Unpack, overload

import pulumi

from ._args import Args, arguments_of
from ._dynamic import KindProvider
from ._names import generated
from ._resource import KindResource
from .core.desired.project.kind import PROJECT


class ProjectProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a project: never rename or move it."""

    kind = PROJECT


ProjectStatus = Literal["active", "suspended"]
OnDelete = Literal["delete", "suspend", "retain"]
OnExternalRotation = Literal["rotate", "adopt", "fail"]
Rotation = Literal["in_place", "blue_green", "in-place", "blue-green"]
Handover = Literal["proceed", "pause", "rollback"]
RotationAppliesTo = Literal["age", "all"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class RotationWindowArgsDict(TypedDict, total=False):
    """A :class:`RotationWindowArgs` as a dict."""

    start: Required[pulumi.Input[str]]
    """The time of day when the window opens, such as ``02:00``."""
    end: Required[pulumi.Input[str]]
    """The time of day when it closes. One before ``start`` is on the next day."""
    days: pulumi.Input[Sequence[pulumi.Input[Weekday]]] | None
    """The days when it opens. Default: every day."""
    timezone: pulumi.Input[str] | None
    """The time zone of ``start`` and ``end``, such as ``Europe/Berlin``. Default: ``UTC``."""
    applies_to: pulumi.Input[RotationAppliesTo] | None
    """``age`` (default): rotations that are due by age wait for the window. ``all``: triggers and retired secrets wait too."""


class RotationWindowArgs(Args, takes=RotationWindowArgsDict):
    """When a project's secret may be rotated."""

    def __init__(self, **arguments: Unpack[RotationWindowArgsDict]) -> None:
        super().__init__(arguments)


class TenantProjectArgsDict(TypedDict, total=False):
    """The arguments of a :class:`Tenant`'s project: all but ``name``, which is the tenant's."""

    status: pulumi.Input[ProjectStatus] | None
    """``active`` or ``suspended`` (the key and every session made with it stop working). Default: as it is."""
    on_delete: pulumi.Input[OnDelete] | None
    """What deleting the resource does to the project: ``delete`` (default), ``suspend`` or ``retain`` it."""
    existing_id: pulumi.Input[str] | None
    """Takes over the project with this id instead of creating one. It must be as declared."""
    adopt: pulumi.Input[bool] | None
    """Takes over the one project with this name, if there is one. It must be as declared."""
    allow_duplicate_name: pulumi.Input[bool] | None
    """Creates a project even if one has this name already."""
    secret_triggers: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    """Any strings. A changed value rotates the secret once, in place; every client token signed with the old secret stops working.
    Adding or removing a value rotates nothing."""
    secret_max_age: pulumi.Input[str] | None
    """Rotates a secret older than this: ``90d``, ``12h``, ``1w2d`` or ``P90D``. Something has to run: an ``up`` rotates it even if the
    program is unchanged, and ``preview --expect-no-changes`` exits with 7."""
    retired_secrets: pulumi.Input[Sequence[pulumi.Input[str]]] | None
    """Secrets, or their ``sha256:`` fingerprints, that must not be in use: if the live secret is one of them, it is rotated. Only the
    fingerprints are saved."""
    rotation_window: pulumi.Input[RotationWindowArgs | RotationWindowArgsDict] | None
    """When a rotation that can wait may happen."""
    on_external_rotation: pulumi.Input[OnExternalRotation] | None
    """What a trigger does if the live secret is not the recorded one: ``rotate`` it once more (default), ``adopt`` it, or ``fail``."""
    rotation: pulumi.Input[Rotation] | None
    """How the secret is rotated. ``in-place`` (default): it is refreshed, and every client token dies at once. ``blue-green``: a second
    project of the same name takes the place of the first, which is suspended when its last token has ended, and then deleted; ``api_key``
    changes. A secret of ``retired_secrets`` is always refreshed in place."""
    token_lifetime: pulumi.Input[str] | None
    """Of ``blue-green``: how long the longest client token lives, which is how long the first project stays active: ``24h`` (default) to ``30d``."""
    soak: pulumi.Input[str] | None
    """Of ``blue-green``: how long the first project stays suspended before it is deleted. Default: ``7d``."""
    handover: pulumi.Input[Handover] | None
    """Of ``blue-green``: ``proceed`` (default) from step to step, ``pause`` before the next one, or ``rollback`` to the first project, which can be
    done until it is deleted."""


class ProjectArgsDict(TenantProjectArgsDict, total=False):
    """A :class:`ProjectArgs` as a dict."""

    name: pulumi.Input[str] | None
    """The project's name. The API cannot rename a project, so another name means another project with another API key. Default: the
    resource's name and 7 hex digits that stand for this stack."""


class ProjectArgs(Args, takes=ProjectArgsDict):
    """The arguments of a :class:`Project`."""

    def __init__(self, **arguments: Unpack[ProjectArgsDict]) -> None:
        super().__init__(arguments)


class Project(KindResource, provider=ProjectProvider):
    """An OpenTok project: an API key and its secret, for example one for each tenant.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    acme = opentok.Project("acme", name="ACME GmbH", status="active")
    pulumi.export("acmeKey", acme.api_key)
    pulumi.export("acmeSecret", acme.api_secret)
    ```

    ## Adopting and looking up

    The API has no idempotency key and names are not unique, so a name that already exists is refused. ``existing_id`` or ``adopt`` takes
    over the existing project if it is as declared. Deleting the resource then deletes the project, unless ``on_delete`` says otherwise.
    ``Project.get`` looks one up without managing it.
    """

    api_key: pulumi.Output[str]
    """The project's API key; the same as ``id``, until a ``blue-green`` rotation gives the place to another project."""
    active_key: pulumi.Output[str]
    """The same as ``api_key``: the key that is in use."""
    draining_key: pulumi.Output[str | None]
    """Of ``blue-green``: the key whose place ``active_key`` has taken, until its project is deleted. ``None``: there is none."""
    drains_until: pulumi.Output[str | None]
    """Of ``blue-green``: when the last client token of ``draining_key`` has ended, RFC 3339 in UTC."""
    api_secret: pulumi.Output[str]
    """The project's current secret. A secret output."""
    secret_fingerprint: pulumi.Output[str]
    """``sha256:`` and 64 hex digits: tells secrets apart without showing them."""
    secret_version: pulumi.Output[int | None]
    """How many secrets this resource has seen, from 1. Unknown (``None``) with ``Project.get``."""
    secret_rotated_at: pulumi.Output[str | None]
    """When the secret was rotated (or first seen), RFC 3339 in UTC. ``None`` with ``Project.get``."""
    secret_rotation_due_at: pulumi.Output[str | None]
    """When the next rotation is due; ``None`` if none is."""
    name: pulumi.Output[str]
    """The project's name."""
    status: pulumi.Output[ProjectStatus]
    """``active`` or ``suspended``."""
    environment: pulumi.Output[str | None]
    """The environment that OpenTok runs it in, such as ``standard``."""
    created_at: pulumi.Output[str | None]
    """When it was created, RFC 3339 in UTC."""
    account_key: pulumi.Output[str]
    """The key of the account that it belongs to."""
    on_delete: pulumi.Output[OnDelete | None]
    """As declared: what deleting the resource does to the project. ``None``: ``delete``."""
    existing_id: pulumi.Output[str | None]
    """As declared: the project that was taken over."""
    adopt: pulumi.Output[bool | None]
    """As declared: whether the one project with this name is taken over."""
    allow_duplicate_name: pulumi.Output[bool | None]
    """As declared: whether it is created even if one has this name already."""
    secret_triggers: pulumi.Output[Mapping[str, str] | None]
    """As declared: a changed value rotates the secret once."""
    secret_max_age: pulumi.Output[str | None]
    """As declared: the age at which the secret is rotated, such as ``90d``."""
    retired_secrets: pulumi.Output[Sequence[str] | None]
    """Fingerprints: secrets given in clear are not saved."""
    rotation_window: pulumi.Output[Mapping[str, Any] | None]
    """As declared: when a rotation that can wait may happen."""
    on_external_rotation: pulumi.Output[OnExternalRotation | None]
    """As declared: what a trigger does if the live secret is not the recorded one. ``None``: ``rotate``."""
    rotation: pulumi.Output[Rotation | None]
    """As declared: how the secret is rotated. ``None``: ``in-place``."""
    token_lifetime: pulumi.Output[str | None]
    """As declared: how long the longest client token lives."""
    soak: pulumi.Output[str | None]
    """As declared: how long a project that was replaced stays suspended."""
    handover: pulumi.Output[Handover | None]
    """As declared: whether a ``blue-green`` rotation goes on. ``None``: ``proceed``."""

    @overload
    def __init__(self, resource_name: str, args: ProjectArgs | ProjectArgsDict | None = None, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[ProjectArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`ProjectArgs` or dict. :class:`ProjectArgsDict` says what each means.
        :param opts: The options of the resource.
        """
        values, opts = arguments_of("Project", ProjectArgsDict, *args, **keywords)
        super().__init__(resource_name, values, opts)
        # The id is known in each preview; a key that may change has to be followed.
        self._key = self.id if values.get("rotation") is None else self.api_key

    @property
    def key(self) -> pulumi.Output[str]:
        """The key that other resources are declared for by ``project=``: ``api_key`` where ``rotation`` is declared, else the ``id``."""
        return self._key

    def _register(self, name: str, values: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        looked_up = opts is not None and opts.id is not None
        if values.get("name") is None and values.get("existing_id") is None and not looked_up:
            # A run that is killed between the create and the saving of its state finds its own project by this name and takes it.
            values = {**values, "name": generated_name(name), "__take_by_name": True}
        super()._register(name, values, opts)

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Self:  # noqa: A002
        """Looks up a project by its id (= API key) without managing it. A missing one is an error.

        :param str resource_name: The name of the resource.
        :param id: The project's id.
        """
        return cls(resource_name, opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))


def generated_name(resource_name: str) -> str:
    """``<resource>-<7 hex digits>``, the same in each run of this stack. Part of the state format."""
    return generated(pulumi.get_project(), pulumi.get_stack(), resource_name)
