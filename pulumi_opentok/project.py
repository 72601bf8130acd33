# SPDX-License-Identifier: Apache-2.0
"""An OpenTok project as a Pulumi resource. The logic is in ``core.desired.project``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from ._dynamic import KindProvider
from ._properties import properties
from ._resource import KindResource
from .core.desired import PROJECT


class ProjectProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a project: never rename or move it."""

    kind = PROJECT


class Project(KindResource, module="opentok", name="Project"):
    """An OpenTok project: an API key with its secret, one for each tenant, say.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    acme = opentok.Project("acme", name="ACME GmbH", status="active")
    pulumi.export("acmeKey", acme.api_key)
    pulumi.export("acmeSecret", acme.api_secret)
    ```

    ## Adopting and looking up

    The API has no idempotency key and its names are not unique, so a name that exists already is refused. ``existing_id`` or ``adopt``
    takes the existing project over if it is as declared; deleting the resource then really deletes the project unless ``on_delete``
    says otherwise. ``Project.get`` looks one up without managing it. ``pulumi import`` does not work with dynamic resources.
    """

    api_key: pulumi.Output[str]
    """The project's API key; the same as ``id``."""
    api_secret: pulumi.Output[str]
    """The project's current secret. A secret output."""
    secret_fingerprint: pulumi.Output[str]
    """``sha256:`` and 64 hex digits: tells secrets apart without showing them."""
    secret_version: pulumi.Output[int | None]
    """How many secrets this resource has seen, from 1. Unknown (``None``) with ``Project.get``."""
    secret_rotated_at: pulumi.Output[str | None]
    """When the secret was rotated (or first seen), RFC 3339 in UTC. ``None`` with ``Project.get``."""
    secret_rotation_due_at: pulumi.Output[str | None]
    """When the next rotation is due; ``None`` where none is asked for."""
    name: pulumi.Output[str]
    """The project's name."""
    status: pulumi.Output[str]
    """``active`` or ``suspended``."""
    environment: pulumi.Output[str | None]
    """The environment that OpenTok runs it in, such as ``standard``."""
    created_at: pulumi.Output[str | None]
    """When it was created, RFC 3339 in UTC."""
    account_key: pulumi.Output[str]
    """The key of the account that it belongs to."""
    on_delete: pulumi.Output[str | None]
    existing_id: pulumi.Output[str | None]
    adopt: pulumi.Output[bool | None]
    allow_duplicate_name: pulumi.Output[bool | None]
    secret_triggers: pulumi.Output[Mapping[str, str] | None]
    secret_max_age: pulumi.Output[str | None]
    retired_secrets: pulumi.Output[Sequence[str] | None]
    """Fingerprints: secrets that were given in clear are not kept."""
    rotation_window: pulumi.Output[Mapping[str, Any] | None]
    on_external_rotation: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str] | None = None,
        status: pulumi.Input[str] | None = None,
        on_delete: pulumi.Input[str] | None = None,
        existing_id: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[bool] | None = None,
        allow_duplicate_name: pulumi.Input[bool] | None = None,
        secret_triggers: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        secret_max_age: pulumi.Input[str] | None = None,
        retired_secrets: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        rotation_window: pulumi.Input[Mapping[str, Any]] | None = None,
        on_external_rotation: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """
        :param str resource_name: The name of the resource.
        :param name: The project's name. The API cannot rename, so a new name is a new project with another API key. Default:
               the resource's name and 7 hex digits that stand for this stack.
        :param status: ``active`` or ``suspended`` (the key and every session made with it stop working). Default: as it is.
        :param on_delete: What deleting the resource does: ``delete`` (default), ``suspend`` or ``retain``.
        :param existing_id: Take over the project of this id instead of creating one; it must be as declared.
        :param adopt: Take over the one project of this name if there is one; it must be as declared.
        :param allow_duplicate_name: Create a project although there is one of this name.
        :param secret_triggers: Any texts. A changed value rotates the secret once, in place, and every client token signed with the
               old one dies. A first value or a removed one rotates nothing.
        :param secret_max_age: Rotate a secret that is older than this: ``90d``, ``12h``, ``1w2d`` or ``P90D``. It happens when something
               runs: an ``up`` without any change of program rotates it, and ``preview --expect-no-changes`` exits with 7.
        :param retired_secrets: The live secret must be none of these, each a secret or its ``sha256:`` fingerprint; if it is, it is
               rotated. Only the fingerprints are kept.
        :param rotation_window: When a rotation that is due by age may be done: ``{"days": ["sat", "sun"], "start": "02:00",
               "end": "05:00", "timezone": "Europe/Berlin"}``. Triggers and retired secrets wait too with ``"applies_to": "all"``.
        :param on_external_rotation: What a trigger does when the live secret is not the recorded one: ``rotate`` (default) once
               more, ``adopt`` it, or ``fail``.
        """
        looked_up = opts is not None and opts.id is not None
        values: dict[str, object] = {
            "name": name,
            "status": status,
            "on_delete": on_delete,
            "existing_id": existing_id,
            "adopt": adopt,
            "allow_duplicate_name": allow_duplicate_name,
            "secret_triggers": secret_triggers,
            "secret_max_age": secret_max_age,
            "retired_secrets": retired_secrets,
            "rotation_window": rotation_window,
            "on_external_rotation": on_external_rotation,
        }
        if name is None and existing_id is None and not looked_up:
            # A run that is killed between the create and the saving of its state finds its own project by this name and takes it.
            values |= {"name": generated_name(resource_name), "__take_by_name": True}
        super().__init__(ProjectProvider(), resource_name, *properties(PROJECT, values, opts))

    @staticmethod
    def get(resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Project:  # noqa: A002
        """Looks a project up by its id (= API key) without managing it. A missing one is an error.

        :param str resource_name: The name of the resource.
        :param id: The project's id.
        """
        return Project(resource_name, opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))


def generated_name(resource_name: str) -> str:
    """``<resource>-<7 hex digits>``, the same in each run of this stack. Part of the state format."""
    seed = "/".join((pulumi.get_project(), pulumi.get_stack(), resource_name))
    return f"{resource_name}-{hashlib.sha256(seed.encode()).hexdigest()[:7]}"
