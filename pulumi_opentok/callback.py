# SPDX-License-Identifier: Apache-2.0
"""A callback of an OpenTok project as a Pulumi resource. The logic is in ``core.desired.callback``."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from collections.abc import Sequence
from typing import Any, Literal, Required, Self, TypedDict, Unpack, overload

import pulumi

from ._args import Args, arguments_of
from ._dynamic import KindProvider
from ._resource import KindResource
from .core.desired.callback.kind import CALLBACK
from .project import Project


class CallbackProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a callback: never rename or move it."""

    kind = CALLBACK


CallbackGroup = Literal["archive", "connection", "stream", "sip_call"]
CallbackEvent = Literal["status", "created", "destroyed"]


class TenantCallbackArgsDict(TypedDict, total=False):
    """The arguments of a :class:`Callback` of a tenant, which is named by its event: ``group`` and ``event`` are no outputs."""

    group: Required[CallbackGroup]
    """``archive``, ``connection``, ``stream`` or ``sip_call``."""
    event: Required[CallbackEvent]
    """``status`` of an ``archive``; ``created`` or ``destroyed`` of everything else."""
    url: Required[pulumi.Input[str]]
    """An http or https URL, without a user name and password."""


class CallbackArgsDict(TypedDict, total=False):
    """A :class:`CallbackArgs` as a dict."""

    project: Project | pulumi.Input[str] | None
    """The :class:`Project` whose events are posted, or a project's id. Default: the project whose pair (``api_key``) is in use."""
    group: Required[pulumi.Input[CallbackGroup]]
    """``archive``, ``connection``, ``stream`` or ``sip_call``."""
    event: Required[pulumi.Input[CallbackEvent]]
    """``status`` of an ``archive``; ``created`` or ``destroyed`` of everything else."""
    url: Required[pulumi.Input[str]]
    """An http or https URL, without a user name and password."""


class CallbackArgs(Args, takes=CallbackArgsDict):
    """The arguments of a :class:`Callback`."""

    def __init__(self, **arguments: Unpack[CallbackArgsDict]) -> None:
        super().__init__(arguments)


class Callback(KindResource, provider=CallbackProvider):
    """A URL that OpenTok posts an event of a project to.

    ## Example Usage

    ```python
    import pulumi_opentok as opentok

    acme = opentok.Project("acme", name="ACME GmbH")
    opentok.Callback("joined", project=acme, group="connection", event="created", url="https://hooks.example.com/acme")
    ```

    ## What to know

    OpenTok can list and remove a callback, not change one: changing any input registers another one and then removes the old one. The same
    callback, registered before, is taken over, and duplicates of it are removed, because each event would be posted more than once.
    ``refresh`` notices one that was removed elsewhere; the next ``up`` registers it again.
    """

    callback_id: pulumi.Output[str]
    """Its own id; ``id`` is the project's, a slash and this one."""
    account_key: pulumi.Output[str | None]
    """The key of the account that the project belongs to. ``None`` with the project pair."""
    project: pulumi.Output[str]
    """The id of its project."""
    group: pulumi.Output[CallbackGroup]
    """What the event is about: ``archive``, ``connection``, ``stream`` or ``sip_call``."""
    event: pulumi.Output[CallbackEvent]
    """``status``, ``created`` or ``destroyed``."""
    url: pulumi.Output[str]
    """Where the event is posted, as it was declared."""
    created_at: pulumi.Output[str | None]
    """When it was registered, RFC 3339 in UTC."""
    duplicates: pulumi.Output[Sequence[str]]
    """The ids of other callbacks that post the same event to the same URL, as the last refresh found them; the next ``up`` removes them."""

    @overload
    def __init__(self, resource_name: str, args: CallbackArgs | CallbackArgsDict, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[CallbackArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`CallbackArgs` or dict. :class:`CallbackArgsDict` says what each means.
        :param opts: The options of the resource.
        """
        values, opts = arguments_of("Callback", CallbackArgsDict, *args, **keywords)
        project = values.get("project")
        if isinstance(project, Project):
            values["project"] = project.key
        super().__init__(resource_name, values, opts)

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Self:  # noqa: A002
        """Looks up a callback without managing it.

        :param str resource_name: The name of the resource.
        :param id: The id of its project, a slash and its own id: the output ``id`` of another stack's :class:`Callback`.
        """
        nothing: Any = dict.fromkeys(CallbackArgsDict.__required_keys__)
        return cls(resource_name, nothing, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
