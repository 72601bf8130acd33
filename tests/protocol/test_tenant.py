# SPDX-License-Identifier: Apache-2.0
"""`Tenant` without an engine: what it registers (state format), what its inputs are, and what is refused before anything is registered."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok._args import names
from pulumi_opentok.tenant_args import GIVEN_BY_THE_TENANT, PARTS
from tests.protocol.mocks import Recorder, run_program
from tests.things.archive_storage import SECRET_KEY, TO_S3

URI = "sip:+15551234567@sip.example.com;transport=tls"
PASSWORD = "hunter2-hunter2"
STORAGE = {name: value for name, value in TO_S3.items() if name != "project"}
JOINED = {"group": "connection", "event": "created", "url": "https://hooks.example.com/a"}
CALLED = {**JOINED, "group": "sip_call"}
TRUNK: dict[str, Any] = {"uri": URI, "username": "acme", "password": PASSWORD}


class Later(NamedTuple):
    """An output of a program's: made in its run, because it needs an event loop."""

    value: Any


def built(value: Any) -> Any:
    """The same with outputs, in a program."""
    if isinstance(value, Later):
        return pulumi.Output.from_input(value.value)
    if isinstance(value, list):
        return [built(part) for part in value]
    return {name: built(part) for name, part in value.items()} if isinstance(value, dict) else value


def test_types_and_names_of_all_that_it_registers() -> None:
    """State format: these are the URNs in every user's state file."""
    recorder = Recorder()

    def program() -> None:
        parts: dict[str, Any] = {"storage": STORAGE, "callbacks": [JOINED, CALLED, {**JOINED, "url": pulumi.Output.from_input("https://b.example.com")}]}
        acme = opentok.Tenant("acme", name="ACME GmbH", session={"media_mode": "routed"}, sip_trunk={"uri": URI}, **parts)
        acme.token("agent", role="moderator")
        assert (acme.storage is not None, len(acme.callbacks)) == (True, 3)

    run_program(program, recorder)
    assert sorted((row.typ, row.name) for row in recorder.resources) == [
        ("opentok:index:Tenant", "acme"),
        ("pulumi-python:dynamic/opentok:ArchiveStorage", "acme-storage"),
        ("pulumi-python:dynamic/opentok:Callback", "acme-callback-connection-created"),
        ("pulumi-python:dynamic/opentok:Callback", "acme-callback-connection-created-2"),
        ("pulumi-python:dynamic/opentok:Callback", "acme-callback-sip-call-created"),
        ("pulumi-python:dynamic/opentok:Project", "acme-project"),
        ("pulumi-python:dynamic/opentok:Session", "acme-session"),
        ("pulumi-python:dynamic/opentok:SipTrunk", "acme-sip-trunk"),
        ("pulumi-python:dynamic/opentok:Token", "acme-session-agent"),
    ]


def test_inputs_go_to_their_parts() -> None:
    recorder = Recorder()
    given: dict[str, Any] = {"project": {"status": "active"}, "session": {"media_mode": "routed", "e2ee": True}, "sip_trunk": TRUNK}
    given |= {"storage": opentok.ArchiveStorageArgs(**STORAGE), "callbacks": [opentok.CallbackArgs(**JOINED)]}  # type: ignore[arg-type]
    run_program(lambda: opentok.Tenant("acme", name="ACME GmbH", **given), recorder)
    sent = {name: {key: value for key, value in recorder.inputs_of(name).items() if key != "__provider"} for name in ("acme-project", "acme-session")}
    assert sent["acme-project"] == {"name": "ACME GmbH", "status": "active"}
    assert sent["acme-session"] == {"project": "id-of-acme-project", "media_mode": "routed", "e2ee": True}
    assert recorder.inputs_of("acme-sip-trunk")["uri"] == URI
    for name, inputs in (("acme-storage", STORAGE), ("acme-callback-connection-created", JOINED)):
        assert {**inputs, "project": "id-of-acme-project"}.items() <= recorder.in_clear(name).items()


@pytest.mark.parametrize("trunk", [None, {"uri": URI}], ids=["without a trunk", "with a trunk"])
def test_the_trunk_is_there_when_it_is_declared(trunk: dict[str, Any] | None) -> None:
    shown: dict[str, Any] = {"format": 1, "uri": URI, "secure": False, "video": False, "observe_force_mute": False, "fingerprint": "sha256:0"}
    shown |= {"require_encryption": False, "enabled": True}

    def program() -> pulumi.Output[Any]:
        acme = opentok.Tenant("acme", name="ACME", session={"media_mode": "routed"}, sip_trunk=trunk)  # type: ignore[arg-type]
        assert (acme.sip_trunk is None) == (trunk is None)
        return pulumi.Output.all(acme.trunk, acme.trunk_fingerprint)

    (document, fingerprint), _ = run_program(program, Recorder({"acme-sip-trunk": shown}))
    assert (document and document["uri"], fingerprint) == ((None, None) if trunk is None else (URI, "sha256:0"))


def test_the_inputs_are_those_of_the_resources() -> None:
    whole: dict[str, type] = {"project": opentok.ProjectArgsDict, "session": opentok.SessionArgsDict, "sip_trunk": opentok.SipTrunkArgsDict}
    whole |= {"storage": opentok.ArchiveStorageArgsDict, "callbacks": opentok.CallbackArgsDict}
    parts = {**PARTS, "callbacks": opentok.TenantCallbackArgsDict}
    for part, takes in whole.items():
        ours = {name for where, name in GIVEN_BY_THE_TENANT if where == part}
        assert set(names(parts[part])) == set(names(takes)) - ours, part


def test_a_token_takes_what_a_session_s_takes() -> None:
    assert inspect.signature(opentok.Tenant.token, eval_str=True) == inspect.signature(opentok.Session.token, eval_str=True)


@pytest.mark.filterwarnings("ignore:Provider map key opentok disagrees")
@pytest.mark.parametrize("how", ["provider", "providers", "by name"])
def test_a_provider_reaches_all_parts(how: str) -> None:
    recorder = Recorder()

    def program() -> None:
        eu = opentok.Provider("eu", account_key="1", account_secret="5ecret")
        given: dict[str, Any] = {"provider": {"provider": eu}, "providers": {"providers": [eu]}, "by name": {"providers": {"opentok": eu}}}[how]
        acme = opentok.Tenant(
            "acme",
            name="ACME",
            session={"media_mode": "routed"},
            sip_trunk={"uri": URI},
            storage=STORAGE,  # type: ignore[arg-type]
            callbacks=[JOINED],  # type: ignore[list-item]
            opts=pulumi.ResourceOptions(**given),
        )
        acme.token("agent")

    run_program(program, recorder)
    used = {row.name: "::eu::" in str(row.provider) for row in recorder.resources if row.typ.startswith("pulumi-python:")}
    parts = ("project", "session", "sip-trunk", "session-agent", "storage", "callback-connection-created")
    assert used == dict.fromkeys((f"acme-{part}" for part in parts), True)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"project": {"stats": "active"}}, "project.stats: unknown argument; the project takes adopt, allow_duplicate_name, existing_id"),
        ({"project": {"name": "x"}}, "project.name: is the tenant's own name: pass it as name="),
        ({"session": {"project": "46000001"}}, "session.project: is always the tenant's own project: leave it out"),
        ({"session": {"mediaMode": "routed"}}, "session.mediaMode: unknown argument; the session takes archive_mode,"),
        ({"sip_trunk": {**TRUNK, "passwort": PASSWORD}}, "sip_trunk.passwort: unknown argument; the sip_trunk takes enabled, headers, name,"),
        ({"sip_trunk": {}}, "sip_trunk.uri: missing: give the address to call"),
        ({"sip_trunk": PASSWORD}, "sip_trunk: must be a dict of arguments (whose values may be outputs), not str"),
        ({"project": ["active"]}, "project: must be a dict of arguments (whose values may be outputs), not list"),
        ({"session": Later({})}, "session: must be a dict of arguments (whose values may be outputs), not Output"),
        ({"sip_trunk": TRUNK, "session": {}}, "session.media_mode: must be 'routed' if the tenant has a sip_trunk"),
        ({"sip_trunk": TRUNK, "session": {"media_mode": "relayed"}}, "session.media_mode: must be 'routed' if the tenant has a sip_trunk"),
        ({"storage": {**STORAGE, "project": "46000001"}}, "storage.project: is always the tenant's own project: leave it out"),
        ({"storage": {**STORAGE, "secret": SECRET_KEY}}, "storage.secret: unknown argument; the storage takes access_key, azure_account,"),
        ({"storage": SECRET_KEY}, "storage: must be a dict of arguments (whose values may be outputs), not str"),
        ({"callbacks": JOINED}, "callbacks: must be a list of dicts of arguments, not dict"),
        ({"callbacks": ["a"]}, "callbacks[0]: must be a dict of arguments (whose values may be outputs), not str"),
        ({"callbacks": [{**JOINED, "project": "46000001"}]}, "callbacks[0].project: is always the tenant's own project: leave it out"),
        ({"callbacks": [JOINED, {**JOINED, "uri": URI}]}, "callbacks[1].uri: unknown argument; the callback takes event, group, url"),
        ({"callbacks": [{"event": "created", "url": URI}]}, "callbacks[0].group: must be a string and no output: the callback is named by it"),
        ({"callbacks": [{**JOINED, "event": Later("created")}]}, "callbacks[0].event: must be a string and no output"),
        ({"callbacks": [{**JOINED, "url": None}]}, "callbacks[0].url: missing"),
        ({"callbacks": [JOINED, CALLED, dict(CALLED)]}, "callbacks[2]: is the same as callbacks[1]"),
        ({"project": {"a": 1}, "session": {"b": 1}}, "project.a: unknown argument; the project takes"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_refused(parts: dict[str, Any], said: str) -> None:
    recorder = Recorder()

    def program() -> None:
        with pytest.raises(pulumi.RunError) as refused:
            opentok.Tenant("acme", name="ACME", **{"session": {"media_mode": "routed"}, **built(parts)})
        text = str(refused.value)
        assert text.startswith(f"Tenant('acme'): {said}")
        assert ("session.b" in text) == ("b" in (parts.get("session") or {}) if isinstance(parts.get("session"), dict) else False)
        assert [secret for secret in (PASSWORD, SECRET_KEY, "\n") if secret in text] == []

    run_program(program, recorder)
    assert recorder.resources == [], "nothing is half registered"


LEFT = {"an output": {"media_mode": Later("routed")}, "one that exists": {"existing_id": "2_MX"}}


@pytest.mark.parametrize("session", LEFT.values(), ids=LEFT)
def test_a_media_mode_that_is_not_known_here_is_left_to_the_session(session: dict[str, Any]) -> None:
    recorder = Recorder()
    run_program(lambda: opentok.Tenant("acme", name="ACME", session=built(session), sip_trunk={"uri": URI}), recorder)  # type: ignore[arg-type]
    assert len(recorder.resources) == 4
