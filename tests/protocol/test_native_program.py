# SPDX-License-Identifier: Apache-2.0
"""What a program says to the engine by `pulumi_opentok.native`: what the dynamic classes say, in camelCase, and as other types."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, get_args

import pulumi
import pytest
from pulumi.runtime import rpc

import pulumi_opentok as opentok
from pulumi_opentok import native
from pulumi_opentok._package import from_wire
from pulumi_opentok.core.desired.inputs import Input
from pulumi_opentok.core.version import VERSION
from tests.kinds.kinds import Found, every_kind
from tests.protocol import typed_programs
from tests.protocol.mocks import Recorder, run_program

KINDS = pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
MAP = {"a_key": "1", "aKey": "2", "A-Key": "3"}
"""Keys of people's own, which no spelling may touch."""


def sample(row: Input) -> Any:
    """A value of the input; nothing is validated before it reaches a provider."""
    if row.suboptions:
        one = {part.name: sample(part) for part in row.suboptions}
        return [one, one] if row.type == "list" else one
    if row.type == "dict":
        return MAP
    return True if row.type == "bool" else [f"{row.name}-1"] if row.type == "list" else row.choices[0] if row.choices else f"some {row.name}"


def inputs(found: Found) -> list[Input]:
    return [row for row in found.kind.table if row.name in found.kind.inputs]


def arguments(found: Found) -> dict[str, Any]:
    return {row.name: sample(row) for row in inputs(found)}


def camel(name: str) -> str:
    return re.sub(r"_(.)", lambda found: found[1].upper(), name)


def in_camel(rows: Iterable[Input], values: Mapping[str, Any]) -> dict[str, Any]:
    """As it has to be on the wire."""

    def within(row: Input | None, value: Any) -> Any:
        if row is None or not row.suboptions:
            return value
        return [in_camel(row.suboptions, one) for one in value] if isinstance(value, list) else in_camel(row.suboptions, value)

    table = {row.name: row for row in rows}
    return {camel(name): within(table.get(name), value) for name, value in values.items()}


def registered(program: Callable[[], Any], recorder: Recorder | None = None, **how: Any) -> Any:
    """The request that registers the resource `it`."""
    recorder = recorder or Recorder()
    run_program(program, recorder, **how)
    return recorder.requests["it"]


def both(found: Found, declare: Callable[[Any], Any], outputs: Mapping[str, Any] | None = None) -> tuple[Recorder, Recorder]:
    """What the same program says by the dynamic class, and by the native one."""
    recorders = (Recorder({"it": outputs or {}}), Recorder({"it": in_camel(inputs(found), outputs or {})}))
    for recorder, package in zip(recorders, (opentok, native), strict=True):
        run_program(lambda package=package: declare(getattr(package, found.resource)), recorder)  # type: ignore[misc]
    return recorders


def shown(recorder: Recorder) -> dict[str, Any]:
    """Without what the dynamic provider alone needs."""
    return {name: value for name, value in recorder.inputs_of("it").items() if not name.startswith("__")}


@KINDS
def test_what_goes_to_the_wire(found: Found) -> None:
    given = arguments(found)
    dynamic, other = both(found, lambda resource: resource("it", given))
    assert in_camel(inputs(found), {**given, **{name: rpc.unwrap_rpc_secret(value) for name, value in shown(dynamic).items()}}) == {
        name: rpc.unwrap_rpc_secret(value) for name, value in other.inputs_of("it").items()
    }
    secret = [{camel(name) for name, value in shown(recorder).items() if rpc.is_rpc_secret(value)} for recorder in (dynamic, other)]
    assert secret[0] == secret[1]
    assert other.requests["it"].type == f"opentok:index:{found.resource}"
    assert from_wire(f"opentok:index:{found.resource}", unwrapped(other.inputs_of("it")), outputs=False) == given, "as the plugin reads it"


@KINDS
def test_what_goes_to_the_wire_of_outputs(found: Found) -> None:
    """Of whole arguments, of what is within them, and of coroutines; a secret stays one, and stays where it is."""
    given = arguments(found)

    async def later(value: Any) -> Any:
        return value

    def within(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: within(item) for key, item in value.items()}
        return [within(item) for item in value] if isinstance(value, list) else pulumi.Output.secret(value)

    plain = shown(both(found, lambda resource: resource("it", given))[1])
    for form in (pulumi.Output.from_input, later):
        assert shown(both(found, lambda resource, form=form: resource("it", {name: form(value) for name, value in given.items()}))[1]) == plain  # type: ignore[misc]
    nested = shown(both(found, lambda resource: resource("it", within(given)))[1])
    assert unwrapped(nested) == unwrapped(plain)
    leaves = [value for row in inputs(found) if row.suboptions for value in flat(nested[camel(row.name)])]
    assert all(rpc.is_rpc_secret(leaf) for leaf in leaves)


def unwrapped(value: Any) -> Any:
    value = rpc.unwrap_rpc_secret(value)
    if isinstance(value, dict):
        return {key: unwrapped(item) for key, item in value.items()}
    return [unwrapped(item) for item in value] if isinstance(value, list) else value


def flat(value: Any) -> list[Any]:
    if isinstance(value, dict) and not rpc.is_rpc_secret(value):
        value = list(value.values())
    return [leaf for item in value for leaf in flat(item)] if isinstance(value, list) else [value]


@KINDS
def test_what_comes_back(found: Found) -> None:
    """Typed as ever, and by the names of Python."""
    hints = inspect.get_annotations(getattr(opentok, found.resource))
    whole = {name for name, hint in hints.items() if int in (*get_args(get_args(hint)[0]), get_args(hint)[0])}
    given = {name: 2.0 if name in whole else f"a {name}" for name in hints} | arguments(found)
    given = {name: 2.0 if name in whole else value for name, value in given.items()}
    seen: list[dict[str, Any]] = []

    def declare(resource: Any) -> pulumi.Output[None]:
        one = resource("it", arguments(found))
        return pulumi.Output.all(**{name: getattr(one, name) for name in {*hints, *given} - {"id"}}).apply(seen.append)

    both(found, declare, given)
    assert seen[0] == seen[1]
    assert seen[1] == {**seen[1], **{name: value for name, value in given.items() if name != "id"}}
    assert {name: type(seen[1][name]) for name in whole} == dict.fromkeys(whole, int)


@KINDS
def test_each_is_an_alias_of_the_other(found: Found) -> None:
    dynamic, other = both(found, lambda resource: resource("it", arguments(found), pulumi.ResourceOptions(aliases=[pulumi.Alias(name="before")])))
    types = {recorder.requests["it"].type: {alias.spec.type for alias in recorder.requests["it"].aliases} - {""} for recorder in (dynamic, other)}
    of_dynamic, of_native = f"pulumi-python:dynamic/opentok:{found.resource}", f"opentok:index:{found.resource}"
    assert types == {of_dynamic: {of_native}, of_native: {of_dynamic}}
    for recorder in (dynamic, other):
        assert "before" in {alias.spec.name for alias in recorder.requests["it"].aliases}


@KINDS
def test_secret_outputs_are_named_on_the_wire(found: Found) -> None:
    dynamic, other = both(found, lambda resource: resource("it", arguments(found)))
    secret = [sorted(recorder.requests["it"].additionalSecretOutputs) for recorder in (dynamic, other)]
    assert sorted(map(camel, secret[0])) == secret[1]


@KINDS
def test_wrong_arguments_are_refused_alike(found: Found) -> None:
    required = [{}] if any(row.required for row in inputs(found)) else []
    for wrong in (*required, {**arguments(found), "nonsense": 1}, "nonsense"):
        said = []
        for package in (opentok, native):
            with pytest.raises(TypeError) as caught:
                getattr(package, found.resource)("it", wrong)
            said.append(str(caught.value))
        assert said[0] == said[1]


@KINDS
def test_the_class_is_both(found: Found) -> None:
    own, base = getattr(native, found.resource), getattr(opentok, found.resource)
    assert issubclass(own, base)
    assert own is not base
    seen: list[Any] = []
    if "get" in vars(base) and inspect.get_annotations(base.get.__func__)["return"] not in ("NoReturn", NoReturn):
        recorder = Recorder()
        run_program(lambda: seen.append(own.get("it", "46000001")), recorder)
        assert type(seen[0]) is own
        (row,) = recorder.resources
        assert (row.typ, row.resource_id, row.inputs) == (f"opentok:index:{found.resource}", "46000001", {})


def test_the_version_of_the_plugin() -> None:
    assert registered(lambda: native.Project("it")).version == VERSION
    assert registered(lambda: native.Project("it", opts=pulumi.ResourceOptions(version="9.9.9"))).version == "9.9.9"
    assert registered(lambda: native.Provider("it")).version == VERSION
    assert registered(lambda: opentok.Project("it")).version == ""


def test_import() -> None:
    request = registered(lambda: native.Project("it", name="Acme", opts=pulumi.ResourceOptions(import_="46000001")))
    assert request.importId == "46000001"


def test_the_plugin_makes_up_a_name() -> None:
    assert dict(registered(lambda: native.Project("it")).object) == {}


def test_options_name_properties_as_python_does() -> None:
    paths = ["secret_max_age", "rotation_window.applies_to", 'secret_triggers["a_key"]', "secret_triggers.a_key", "*"]
    wire = ["secretMaxAge", "rotationWindow.appliesTo", 'secretTriggers["a_key"]', "secretTriggers.a_key", "*"]
    opts = pulumi.ResourceOptions(ignore_changes=paths, replace_on_changes=paths, additional_secret_outputs=["created_at"], hide_diffs=paths)
    request = registered(lambda: native.Project("it", opts=opts))
    assert [*request.ignoreChanges] == [*request.replaceOnChanges] == [*request.hideDiffs] == wire
    assert sorted(request.additionalSecretOutputs) == ["apiSecret", "createdAt"]
    request = registered(lambda: native.Broadcast("it", session="s", opts=pulumi.ResourceOptions(ignore_changes=["rtmp[0].server_url"])))
    assert [*request.ignoreChanges] == ["rtmp[0].serverUrl"]


def test_a_transformation_sees_the_names_of_python() -> None:
    def age(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        assert args.props["on_delete"] == "retain"  # type: ignore[index]
        return pulumi.ResourceTransformationResult({**args.props, "secret_max_age": "30d"}, args.opts)  # type: ignore[dict-item]

    request = registered(lambda: native.Project("it", on_delete="retain", opts=pulumi.ResourceOptions(transformations=[age])))
    assert dict(request.object) == {"onDelete": "retain", "secretMaxAge": "30d"}


@pytest.mark.parametrize("package", [opentok, native], ids=["dynamic", "native"])
def test_a_subclass_of_one_s_own_is_of_the_same_type(package: Any) -> None:
    class Kept(package.Project):  # type: ignore[misc]
        region: str

        def __init__(self, name: str) -> None:
            self.region = "eu"
            super().__init__(name, name="Acme", on_delete="retain")

    kept: list[Any] = []
    request = registered(lambda: kept.append(Kept("it")))
    assert request.type == registered(lambda: package.Project("it")).type
    assert kept[0].region == "eu"


def test_the_provider() -> None:
    recorder = Recorder()
    given: dict[str, Any] = {
        "account_key": "1",
        "account_secret": "5ecret",
        "api_key": "2",
        "api_secret": "5ecret too",
        "timeout": 20,
    }

    def program() -> None:
        url = pulumi.Output.from_input("https://api.example.com")
        eu = native.Provider("eu", **given, api_url=url, allow_http=pulumi.Output.from_input(True))
        assert eu.settings["account_secret"] == "5ecret"
        native.Project("it", opts=pulumi.ResourceOptions(provider=eu))

    request = registered(program, recorder)
    assert "pulumi:providers:opentok::eu::" in request.provider
    assert recorder.requests["eu"].type == "pulumi:providers:opentok"
    sent = recorder.inputs_of("eu")
    assert {name: value for name, value in sent.items() if not rpc.is_rpc_secret(value)} == {
        "accountKey": "1",
        "apiKey": "2",
        "apiUrl": "https://api.example.com",
        "timeout": "20",
        "allowHttp": "true",
    }
    assert {name: rpc.unwrap_rpc_secret(value) for name, value in sent.items() if rpc.is_rpc_secret(value)} == {
        "accountSecret": "5ecret",
        "apiSecret": "5ecret too",
    }


def test_a_password_in_the_address_does_not_get_into_the_state() -> None:
    recorder = Recorder()
    with pytest.raises(Exception, match="api_url: must not contain a user name or password"):
        run_program(lambda: native.Provider("eu", api_url=pulumi.Output.secret("https://u:P4ssword@api.example.com")), recorder)
    assert recorder.resources == []


@pytest.mark.parametrize(("package", "other"), [(opentok, native), (native, opentok)], ids=["dynamic", "native"])
def test_the_provider_of_the_other_form_is_refused(package: Any, other: Any) -> None:
    """The resource would go to the stack's own account without a word."""

    def given(**options: Any) -> None:
        package.Session("it", opts=pulumi.ResourceOptions(**options))

    def wrong() -> pulumi.ProviderResource:
        provider: pulumi.ProviderResource = other.Provider("eu", account_key="1")
        return provider

    ways: list[Callable[[], Any]] = [
        lambda: given(provider=wrong()),
        lambda: given(providers=[wrong()]),
        lambda: given(providers={wrong().package: wrong()}),
        lambda: given(parent=pulumi.ComponentResource("test:index:Team", "team", {}, pulumi.ResourceOptions(providers=[wrong()]))),
        lambda: package.Tenant("it", name="Acme", opts=pulumi.ResourceOptions(provider=wrong())),
    ]

    def program() -> None:
        for way in ways:
            with pytest.raises(pulumi.RunError, match="cannot use a Provider of"):
                way()

    recorder = Recorder()
    run_program(program, recorder)
    assert [row for row in recorder.resources if "index" in row.typ and row.custom] == []
    request = registered(lambda: given(providers=[wrong(), package.Provider("us", account_key="2")]))
    assert "::us::" in request.provider


def test_components_are_of_native_parts() -> None:
    recorder = Recorder()

    def program() -> None:
        callbacks: list[opentok.TenantCallbackArgsDict] = [{"group": "connection", "event": "created", "url": "https://hooks.example.com"}]
        tenant = native.Tenant(
            "acme", name="Acme", sip_trunk={"uri": "sip:a@b.example"}, session={"media_mode": "routed"}, storage={"bucket": "b"}, callbacks=callbacks
        )
        room = native.RecordedRoom("hall", project=tenant.project, archive={"state": "stopped"}, storage={"bucket": "b"})
        assert isinstance(tenant.session, native.Session)
        assert isinstance(room.archive, native.Archive)
        tenant.token("agent")
        room.token("judge")

    run_program(program, recorder)
    types = {name: request.type for name, request in recorder.requests.items() if name in {row.name for row in recorder.resources}}
    assert {name for name, type_ in types.items() if not type_.startswith("opentok:index:")} == set()
    assert {types["acme-session-agent"], types["hall-session-judge"]} == {"opentok:index:Token"}
    assert {alias.spec.type for alias in recorder.requests["acme-project"].aliases} == {"pulumi-python:dynamic/opentok:Project"}


def test_dynamic_and_native_take_each_other() -> None:
    recorder = Recorder()
    run_program(lambda: native.Session("room", project=opentok.Project("acme", name="Acme")), recorder)
    run_program(lambda: opentok.Session("room", project=native.Project("acme", name="Acme")), recorder)
    assert [row.inputs["project"] for row in recorder.resources if row.name == "room"] == ["id-of-acme"] * 2


def test_functions_take_the_native_provider() -> None:
    recorder = Recorder(answers={"opentok:index:getStreams": {"streams": []}})
    run_program(lambda: native.get_streams_output(session="room", provider=native.Provider("ours", account_key="1")).apply(len), recorder)
    assert "pulumi:providers:opentok::ours" in recorder.calls[0].provider


def test_the_program_that_a_type_checker_reads() -> None:
    recorder = Recorder()
    run_program(typed_programs.natively, recorder)
    assert {row.typ.rpartition(":")[0] for row in recorder.resources} == {"opentok:index", "pulumi:providers"}


def test_all_names_are_there() -> None:
    assert native.__all__ == opentok.__all__
    other = {name for name in native.__all__ if getattr(native, name) is not getattr(opentok, name)}
    resources = {name for name in opentok.__all__ if inspect.isclass(getattr(opentok, name)) and issubclass(getattr(opentok, name), pulumi.Resource)}
    assert other == resources
    assert {*native.__all__} <= {*dir(native)}
    with pytest.raises(AttributeError, match="has no attribute 'Projekt'"):
        native.Projekt  # noqa: B018
