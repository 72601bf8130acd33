# SPDX-License-Identifier: Apache-2.0
"""One project's API: a facade over the modules of its subjects."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from ..http.auth import Credentials, Signer, require_kind
from ..http.connection import DEFAULT_API_URL, DEFAULT_TIMEOUT
from ..http.transport import Transport
from .account import Account, check_id
from .verify_credentials import verify_credentials

if TYPE_CHECKING:
    from .archives.calls import Archives
    from .audio_connector import AudioConnector
    from .broadcasts.calls import Broadcasts
    from .callbacks import Callbacks
    from .captions import Captions
    from .moderation import Moderation
    from .renders import Renders
    from .sessions import Sessions
    from .signals import Signals
    from .sip.calls import Sip
    from .storage import Storage
    from .streams import Streams
    from .tokens import Tokens


class OpenTok:
    """One OpenTok project. ``credentials`` must be the project pair: raises :class:`CredentialsError` for an account pair.

    A subject is loaded on first use: an Ansible module is recompiled in each run, so what it does not use should cost nothing.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        api_url: str = DEFAULT_API_URL,
        timeout: float = DEFAULT_TIMEOUT,
        allow_http: bool = False,
        transport: Transport | None = None,
    ) -> None:
        require_kind(credentials, "project", "the API of a project")
        self.api_key = credentials.key
        self._transport = transport or Transport(api_url, timeout=timeout, allow_http=allow_http)
        self._signer = Signer(credentials)

    @functools.cached_property
    def sessions(self) -> Sessions:
        """Creating sessions."""
        from .sessions import Sessions

        return Sessions(self._transport, self._signer)

    @functools.cached_property
    def tokens(self) -> Tokens:
        """Tokens for clients."""
        from .tokens import Tokens

        return Tokens(self._signer.credentials, clock=self._transport.clock)

    @functools.cached_property
    def streams(self) -> Streams:
        """Who is in a session and what they publish."""
        from .streams import Streams

        return Streams(self._transport, self._signer)

    @functools.cached_property
    def signals(self) -> Signals:
        """Signals to clients."""
        from .signals import Signals

        return Signals(self._transport, self._signer)

    @functools.cached_property
    def moderation(self) -> Moderation:
        """Disconnecting and muting clients."""
        from .moderation import Moderation

        return Moderation(self._transport, self._signer)

    @functools.cached_property
    def sip(self) -> Sip:
        """SIP calls and DTMF tones."""
        from .sip.calls import Sip

        return Sip(self._transport, self._signer)

    @functools.cached_property
    def callbacks(self) -> Callbacks:
        """Where the API posts events."""
        from .callbacks import Callbacks

        return Callbacks(self._transport, self._signer)

    @functools.cached_property
    def broadcasts(self) -> Broadcasts:
        """Live broadcasts."""
        from .broadcasts.calls import Broadcasts

        return Broadcasts(self._transport, self._signer)

    @functools.cached_property
    def renders(self) -> Renders:
        """Experience Composer: web pages in sessions."""
        from .renders import Renders

        return Renders(self._transport, self._signer)

    @functools.cached_property
    def captions(self) -> Captions:
        """Live captions."""
        from .captions import Captions

        return Captions(self._transport, self._signer)

    @functools.cached_property
    def audio_connector(self) -> AudioConnector:
        """Audio of sessions to and from WebSockets."""
        from .audio_connector import AudioConnector

        return AudioConnector(self._transport, self._signer)

    @functools.cached_property
    def archives(self) -> Archives:
        """Recordings of sessions."""
        from .archives.calls import Archives

        return Archives(self._transport, self._signer)

    @functools.cached_property
    def archive_storage(self) -> Storage:
        """Where recordings are stored."""
        from .storage import Storage

        return Storage(self._transport, self._signer)

    @classmethod
    def of_account(cls, account: Account, project_id: str) -> OpenTok:
        """The project with this id, using only the account pair: its current secret is read (one request) and kept only in memory."""
        return cls(account.projects.get(check_id(project_id)).credentials, transport=account.transport)

    def __repr__(self) -> str:
        return f"OpenTok({self.api_key}, {self._transport!r})"

    def verify_credentials(self) -> None:
        """One cheap signed read: returns when key and secret work, raises :class:`Forbidden` when they do not."""
        verify_credentials(self._transport, self._signer)
