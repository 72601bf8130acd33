# SPDX-License-Identifier: Apache-2.0
"""Arguments that archives and broadcasts have in common: their layout and their streams."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from typing import Literal, Required, TypedDict, Unpack

import pulumi

from ._args import Args

LayoutType = Literal["bestFit", "pip", "verticalPresentation", "horizontalPresentation", "custom"]
ScreenshareLayoutType = Literal["bestFit", "pip", "verticalPresentation", "horizontalPresentation"]
Resolution = Literal["640x480", "480x640", "1280x720", "720x1280", "1920x1080", "1080x1920"]
StreamMode = Literal["auto", "manual"]
RunState = Literal["running", "stopped"]


class LayoutArgsDict(TypedDict, total=False):
    """A :class:`LayoutArgs` as a dict."""

    type: Required[pulumi.Input[LayoutType]]
    """``bestFit``, ``pip``, ``verticalPresentation``, ``horizontalPresentation`` or ``custom``."""
    stylesheet: pulumi.Input[str] | None
    """The CSS of a ``custom`` layout."""
    screenshare_type: pulumi.Input[ScreenshareLayoutType] | None
    """The layout while someone shares a screen; only with ``bestFit``."""


class LayoutArgs(Args, takes=LayoutArgsDict):
    """How a composed video arranges its streams."""

    def __init__(self, **arguments: Unpack[LayoutArgsDict]) -> None:
        super().__init__(arguments)


class IncludedStreamArgsDict(TypedDict, total=False):
    """An :class:`IncludedStreamArgs` as a dict."""

    stream_id: Required[pulumi.Input[str]]
    """The id of a stream that is published in the session."""
    has_audio: pulumi.Input[bool] | None
    """Whether its audio is included. Default: ``True``."""
    has_video: pulumi.Input[bool] | None
    """Whether its video is included. Default: ``True``."""


class IncludedStreamArgs(Args, takes=IncludedStreamArgsDict):
    """A stream of an archive or broadcast with ``stream_mode="manual"``."""

    def __init__(self, **arguments: Unpack[IncludedStreamArgsDict]) -> None:
        super().__init__(arguments)
