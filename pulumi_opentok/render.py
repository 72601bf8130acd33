# SPDX-License-Identifier: Apache-2.0
"""A web page that is rendered into a session, as a Pulumi resource. The logic is in ``core.desired.render``."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from typing import Any, Literal, Required, Self, TypedDict, Unpack, overload

import pulumi

from ._args import Args, arguments_of
from ._dynamic import KindProvider
from ._resource import KindResource
from .composed_args import Resolution, RunState
from .core.desired.render import RENDER
from .session import Session


class RenderProvider(KindProvider):
    """The class whose dotted path is in every state file that holds a render: never rename or move it."""

    kind = RENDER


RenderOnDelete = Literal["stop", "keep"]


class RenderArgsDict(TypedDict, total=False):
    """A :class:`RenderArgs` as a dict."""

    session: Required[Session | pulumi.Input[str]]
    """The :class:`Session` that shows the page, or a session's id. It must be routed."""
    url: Required[pulumi.Input[str]]
    """The page, ``http`` or ``https``, 15 to 2,048 characters. It may hold a token for the page, so it is kept as a secret. A session shows each
    page once."""
    resolution: pulumi.Input[Resolution] | None
    """The width and height of the page. Default: ``1280x720``."""
    max_duration: pulumi.Input[int] | None
    """After how many seconds it ends by itself, 60 to 36,000. Default: 7,200."""
    name: pulumi.Input[str] | None
    """The name of the stream, at most 200 characters. Default: none."""
    state: pulumi.Input[RunState] | None
    """``running`` (default): the session shows the page. ``stopped``: it does not; one that never ran is left so."""
    restart: pulumi.Input[bool] | None
    """Whether another render is started when this one has ended elsewhere (somebody stopped it, it failed or reached ``max_duration``). Default:
    ``False``, which only shows it."""
    on_delete: pulumi.Input[RenderOnDelete] | None
    """What deleting the resource does: ``stop`` it (default), or ``keep`` it running."""


class RenderArgs(Args, takes=RenderArgsDict):
    """The arguments of a :class:`Render`."""

    def __init__(self, **arguments: Unpack[RenderArgsDict]) -> None:
        super().__init__(arguments)


class Render(KindResource, provider=RenderProvider):
    """A web page that is rendered into a session (Experience Composer): that the session shows it, or does not.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    acme = opentok.Project("acme", name="ACME GmbH")
    room = opentok.Session("room", project=acme, media_mode="routed")
    opentok.Render("board", session=room, url=pulumi.Config().require_secret("boardUrl"), name="scoreboard")
    ```

    ## What to know

    Nothing of a render can be changed: another value stops it and starts another one, which the preview says. One that has ended elsewhere cannot
    go on: ``refresh`` shows it (``status``, ``reason``), and ``restart=True`` starts another one. No start is ever sent twice: if its answer is
    lost, the list of the renders says whether it runs. A page that cannot be loaded fails some seconds after the start; ``refresh`` shows that.
    """

    render_id: pulumi.Output[str | None]
    """The id of the render that runs or ran last. ``None`` if there was none yet."""
    account_key: pulumi.Output[str | None]
    """The key of the account that the project belongs to. ``None`` with the project pair."""
    project: pulumi.Output[str]
    """The id of the session's project."""
    session: pulumi.Output[str]
    """The session's id, as declared."""
    session_id: pulumi.Output[str]
    """The session's id."""
    url: pulumi.Output[str]
    """The page, as declared. A secret output."""
    status: pulumi.Output[str | None]
    """``starting``, ``started``, ``stopped`` or ``failed``, as the last refresh found it."""
    reason: pulumi.Output[str | None]
    """Why it was stopped or has failed."""
    stream_id: pulumi.Output[str | None]
    """The stream that shows the page. ``None`` while it starts."""
    created_at: pulumi.Output[str | None]
    """When it was started, RFC 3339 in UTC."""
    updated_at: pulumi.Output[str | None]
    """When it last changed, RFC 3339 in UTC."""
    resolution: pulumi.Output[Resolution | None]
    """The width and height of the page, as the last refresh found it."""
    max_duration: pulumi.Output[int | None]
    """After how many seconds it ends by itself, as declared."""
    name: pulumi.Output[str | None]
    """The name of the stream, as declared."""
    state: pulumi.Output[RunState | None]
    """As declared; ``status`` says what is."""
    restart: pulumi.Output[bool | None]
    """Whether another render is started when this one has ended elsewhere."""
    on_delete: pulumi.Output[RenderOnDelete | None]
    """What deleting the resource does."""

    @overload
    def __init__(self, resource_name: str, args: RenderArgs | RenderArgsDict, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[RenderArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`RenderArgs` or dict. :class:`RenderArgsDict` says what each means.
        :param opts: The options of the resource.
        """
        values, opts = arguments_of("Render", RenderArgsDict, *args, **keywords)
        session = values.get("session")
        if isinstance(session, Session):
            values["session"] = session.id
        if values.get("url") is not None:
            values["url"] = pulumi.Output.secret(values["url"])
        super().__init__(resource_name, values, opts)

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Self:  # noqa: A002
        """Looks up a page in a session without managing it: the render that runs, or else the last one.

        :param str resource_name: The name of the resource.
        :param id: The output ``id`` of another stack's :class:`Render`.
        """
        nothing: Any = dict.fromkeys(RenderArgsDict.__required_keys__)
        return cls(resource_name, nothing, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
