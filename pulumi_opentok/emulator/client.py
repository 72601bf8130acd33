# SPDX-License-Identifier: Apache-2.0
"""The control plane from Python, for an emulator in this process or in another."""

from __future__ import annotations

import datetime
import urllib.parse
from typing import Any

import requests

_PATIENCE = 30  # seconds
_PATIENCE_TO_SETTLE = 600  # seconds; receivers of webhooks may take their time, one after the other


class Control:
    """The control plane of the emulator at ``url``.

    Methods raise :class:`LookupError` for what does not exist and :class:`ValueError` if the emulator refuses the call, both with its error
    text, and exceptions of ``requests`` if it does not answer.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._http: requests.Session | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None, *, patience: float = _PATIENCE) -> Any:
        if self._http is None:
            self._http = requests.Session()
            self._http.trust_env = False  # a proxy from the environment has no business between a test and its emulator
        answer = self._http.request(method, f"{self.url}/_emulator/{path}", json=body, timeout=patience)
        if answer.status_code >= 400:
            kind = LookupError if answer.status_code == 404 else ValueError
            raise kind(f"{method} /_emulator/{path}: {answer.json()['error']}")
        return answer.json() if answer.content else None

    def _find(self, path: str) -> dict[str, Any] | None:
        try:
            return dict(self._ask("GET", path))
        except LookupError:
            return None

    def health(self) -> dict[str, Any]:
        """``status`` and ``now``."""
        return dict(self._ask("GET", "health"))

    def reset(self) -> None:
        """Return to the start state: accounts, preloaded projects, the machine's time, no faults, an empty journal."""
        self._ask("POST", "reset")

    def now(self) -> float:
        """The emulator's time in seconds since the epoch."""
        return float(self._ask("GET", "clock")["now"])

    def advance(self, seconds: float) -> float:
        """Move the clock by ``seconds`` (negative: back), then :meth:`settle`. Returns the new time."""
        return float(self._ask("POST", "clock", {"advance": seconds}, patience=_PATIENCE_TO_SETTLE)["now"])

    def set_clock(self, now: float | str | datetime.datetime) -> float:
        """Set the clock to seconds since the epoch, an ISO 8601 string or a datetime, then :meth:`settle`. Returns the new time."""
        body = {"now": now.isoformat() if isinstance(now, datetime.datetime) else now}
        return float(self._ask("POST", "clock", body, patience=_PATIENCE_TO_SETTLE)["now"])

    def settle(self) -> float:
        """Wait until everything due has happened and each delivery that is due has been attempted. Returns the time."""
        return float(self._ask("POST", "settle", patience=_PATIENCE_TO_SETTLE)["now"])

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """The requests with a ``seq`` above ``since``, oldest first."""
        return list(self._ask("GET", f"journal?since={since}")["entries"])

    def clear_journal(self) -> None:
        """Forget all entries."""
        self._ask("DELETE", "journal")

    def fault(self, operation: str, kind: str, **fields: Any) -> dict[str, Any]:
        """Set a fault; ``fields`` are ``times``, ``after``, ``probability``, and those of its kind, see docs/emulator.md."""
        return dict(self._ask("POST", "faults", {"operation": operation, "kind": kind, **fields}))

    def faults(self) -> list[dict[str, Any]]:
        """All faults, with how often each has ``fired``."""
        return list(self._ask("GET", "faults")["faults"])

    def remove_fault(self, fault_id: int) -> None:
        """Remove one fault."""
        self._ask("DELETE", f"faults/{fault_id}")

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._ask("DELETE", "faults")

    def all_projects(self) -> list[dict[str, Any]]:
        """The projects of all accounts, in the order of their creation."""
        return list(self._ask("GET", "projects")["projects"])

    def project(self, project_id: str) -> dict[str, Any] | None:
        """One project, or None."""
        return self._find(f"projects/{_id(project_id)}")

    def edit_project(self, project_id: str, *, status: str | None = None, name: str | None = None, secret: str | None = None) -> dict[str, Any]:
        """Change a project without the API, as drift; ``status`` is VALID, ACTIVE or SUSPENDED."""
        body = {"status": status, "name": name, "secret": secret}
        return dict(self._ask("PATCH", f"projects/{_id(project_id)}", {key: value for key, value in body.items() if value is not None}))

    def delete_project(self, project_id: str) -> None:
        """Delete a project without the API."""
        self._ask("DELETE", f"projects/{_id(project_id)}")

    def all_accounts(self) -> list[tuple[str, str]]:
        """All accounts as (key, secret), the primary one first."""
        return [(account["key"], account["secret"]) for account in self._ask("GET", "accounts")["accounts"]]

    def add_account(self, key: str, secret: str) -> None:
        """Add an account until the next reset."""
        self._ask("POST", "accounts", {"key": key, "secret": secret})

    def all_sessions(self) -> list[dict[str, Any]]:
        """All sessions, in the order of their creation."""
        return list(self._ask("GET", "sessions")["sessions"])

    def session(self, session_id: str) -> dict[str, Any] | None:
        """One session with its connections and streams, or None."""
        return self._find(f"sessions/{_id(session_id)}")

    def connect(self, session_id: str, *, data: str = "", token: str = "") -> str:
        """Let a simulated client join, with a ``token`` only if OpenTok would take that. Returns its connection id."""
        body = {"data": data, **({"token": token} if token else {})}
        return str(self._ask("POST", f"sessions/{_id(session_id)}/connections", body)["connectionId"])

    def disconnect(self, session_id: str, connection_id: str, *, reason: str = "clientDisconnected") -> None:
        """Let a client leave; its streams end. ``reason`` may also be forceDisconnected or networkDisconnected."""
        self._ask("DELETE", f"sessions/{_id(session_id)}/connections/{_id(connection_id)}?reason={_id(reason)}")

    def publish(self, session_id: str, *, name: str = "", video_type: str = "camera", connection_id: str | None = None) -> dict[str, Any]:
        """Let a client publish (without ``connection_id``: a new one). Returns ``streamId`` and ``connectionId``."""
        body = {"name": name, "videoType": video_type}
        if connection_id is not None:
            body["connectionId"] = connection_id
        return dict(self._ask("POST", f"sessions/{_id(session_id)}/streams", body))

    def unpublish(self, session_id: str, stream_id: str, *, reason: str = "clientDisconnected") -> None:
        """End a stream. ``reason`` may also be forceUnpublished, mediaStopped, forceDisconnected or networkDisconnected."""
        self._ask("DELETE", f"sessions/{_id(session_id)}/streams/{_id(stream_id)}?reason={_id(reason)}")

    def sip_calls(self) -> list[dict[str, Any]]:
        """All SIP calls with their ``state``, including those that ended in the last 24 hours."""
        return list(self._ask("GET", "sip/calls")["calls"])

    def sip_call(self, call_id: str) -> dict[str, Any] | None:
        """One SIP call, or None."""
        return self._find(f"sip/calls/{_id(call_id)}")

    def sip_event(self, call_id: str, event: str, *, reason_code: int | None = None, reason_message: str | None = None) -> dict[str, Any]:
        """Let something happen to a SIP call: ring, answer, hold, resume, silence, hangup, fail. Returns the call."""
        body = {"event": event, "reason_code": reason_code, "reason_message": reason_message}
        return dict(self._ask("POST", f"sip/calls/{_id(call_id)}", {key: value for key, value in body.items() if value is not None}))

    def set_sip_policy(self, **fields: Any) -> dict[str, Any]:
        """Set how SIP calls turn out from now on: ``match``, ``outcome`` and more, see docs/emulator.md."""
        return dict(self._ask("PUT", "sip/policy", fields))

    def sip_policies(self) -> list[dict[str, Any]]:
        """The rules that are set, latest first."""
        return list(self._ask("GET", "sip/policy")["policies"])

    def clear_sip_policies(self) -> None:
        """Remove all rules: calls ring and are answered."""
        self._ask("DELETE", "sip/policy")

    def all_archives(self) -> list[dict[str, Any]]:
        """The archives of all projects as the API shows them, oldest first; with ``uploadedTo``, ``delivering`` and ``problem`` of their file."""
        return list(self._ask("GET", "archives")["archives"])

    def archive(self, archive_id: str) -> dict[str, Any] | None:
        """One archive, or None."""
        return self._find(f"archives/{_id(archive_id)}")

    def fail_archive(self, archive_id: str, reason: str = "failure") -> dict[str, Any]:
        """Let an archive that has not ended fail. Returns the archive."""
        return dict(self._ask("POST", f"archives/{_id(archive_id)}", {"event": "fail", "reason": reason}))

    def fail_render(self, render_id: str, reason: str = "Could not load URL") -> dict[str, Any]:
        """Let a render that has not ended fail. Returns the render."""
        return dict(self._ask("POST", f"renders/{_id(render_id)}", {"event": "fail", "reason": reason}))

    def set_webhook(self, project_id: str, group: str, url: str, *, secret: str | None = None) -> None:
        """Send events of a group (session, archive, broadcast, sip, render, captions) to ``url``, signed if there is a ``secret``."""
        body = {"url": url, "secret": secret}
        self._ask("PUT", f"projects/{_id(project_id)}/webhooks/{_id(group)}", {key: value for key, value in body.items() if value is not None})

    def webhooks(self, project_id: str) -> list[dict[str, Any]]:
        """The webhooks of a project: ``group``, ``url``, ``signed``."""
        return list(self._ask("GET", f"projects/{_id(project_id)}/webhooks")["webhooks"])

    def remove_webhook(self, project_id: str, group: str) -> None:
        """Stop sending events of a group."""
        self._ask("DELETE", f"projects/{_id(project_id)}/webhooks/{_id(group)}")

    def deliveries(self, since: int = 0) -> list[dict[str, Any]]:
        """The deliveries with a ``seq`` above ``since``, oldest first: what was sent where, ``attempts``, ``status``, ``delivered``."""
        return list(self._ask("GET", f"deliveries?since={since}")["deliveries"])

    def provenance(self) -> list[dict[str, str]]:
        """Where each behaviour comes from: ``operation``, ``what``, ``status``, ``source``."""
        return list(self._ask("GET", "provenance")["rows"])

    def operations(self) -> list[dict[str, Any]]:
        """The operations that the emulator answers."""
        return list(self._ask("GET", "operations")["operations"])

    def close(self) -> None:
        """Close the connection to the emulator; the next call opens a new one."""
        if self._http is not None:
            self._http.close()
            self._http = None


def _id(text: str) -> str:
    return urllib.parse.quote(text, safe="")
