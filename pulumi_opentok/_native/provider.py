# SPDX-License-Identifier: Apache-2.0
"""The service that the engine calls: `pulumirpc.ResourceProvider` for every kind and function of the package."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from .. import _package
from .._accounts import recorded_credentials
from .._driving import Credentials, Failure, Outcome
from .._engine_log import attach, warning
from .._properties import DECLARED, HIDDEN, given
from .._schema import CAMEL, SCHEMA, as_today
from .._secret_inputs import SECRET
from ..core import InvalidInput, PlanError
from . import configuration, functions, preview
from .answers import about, answered, unfinished
from .detail import detail
from .resource import ResourceType, of_urn
from .values import UNKNOWN, marked, received, received_with_secrets, sent
from .words import in_words

_Diff = provider_pb2.DiffResponse
_CAPABILITIES: Mapping[str, Any] = {"supports_autonaming_configuration": True}

REPLACED = "this run replaces the {0}, for no change of its own: a new {0} is made, and the old one ends as it was last declared to end"


class OpenTokProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves one configuration: the engine starts a process for each `Provider`. Thread-safe."""

    def __init__(self) -> None:
        self._credentials = Credentials({})
        self._lock = threading.Lock()
        self._there: dict[str, bool] = {}
        """URN of each resource that the state has -> whether its own changes ask for another object. The engine may for reasons of its own."""

    # The plugin itself

    @answered
    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        attach(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, **_CAPABILITIES)

    @answered
    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        attach(request.address)
        return empty_pb2.Empty()

    @answered
    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=_package.package()["version"])

    @answered
    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.version:
            raise PlanError(f"the package opentok has no schema of version {request.version}; leave it out")
        return provider_pb2.GetSchemaResponse(schema=_package.text())

    @answered
    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        # What is begun is finished, and the engine asks for nothing more.
        return empty_pb2.Empty()

    # Its configuration

    @answered
    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        news, marks = received_with_secrets(request.news)
        secret = {*marks, *configuration.SECRET_NAMES}
        return provider_pb2.CheckResponse(inputs=sent(news, secret), failures=_failures(configuration.failures(news)))

    @answered
    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        changed = configuration.changed(received(request.old_inputs or request.olds), received(request.news))
        # Never a replacement, with which all that is there would be replaced: whether another account is meant or a mistake, each resource tells.
        return _Diff(changes=_Diff.DIFF_SOME if changed else _Diff.DIFF_NONE, diffs=changed)

    @answered
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._credentials = configuration.credentials_of(request, received(request.args))
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True, **_CAPABILITIES)

    # Functions

    @answered
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        args = received(request.args)
        with about(request, marked(request.args), args, words=functools.partial(in_words, request.tok)):
            return functions.invoked(self._credentials, request.tok, args)

    # Resources

    @answered
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        resource = of_urn(request.urn)
        olds, news = resource.inputs(request.olds), resource.inputs(request.news)
        if request.olds.fields:
            with self._lock:
                self._there.setdefault(request.urn, False)
        with about(request, olds, news, words=resource.in_words):
            wrong = list(resource.strays(request.news))
            declared = {name: value for name, value in news.items() if name == SECRET or not name.startswith(HIDDEN)}
            try:
                declared = resource.named(olds, declared, request)
            except InvalidInput as error:
                wrong += [Failure(property="", reason=str(problem)) for problem in error.problems]
                declared |= dict.fromkeys(resource.kind.generated, UNKNOWN)
            inputs, failures = resource.driver.check(self._credentials, olds, declared)
            return provider_pb2.CheckResponse(
                inputs=request.news if wrong or failures else resource.message(inputs, outputs=False),
                failures=_failures([*wrong, *(_in_words(resource, failure) for failure in failures)]),
            )

    @answered
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        resource = of_urn(request.urn)
        olds, news = resource.saved(request), resource.inputs(request.news)
        with about(request, marked(request.olds), olds, news, words=resource.in_words):
            found = resource.driver.diff(self._credentials, request.id, olds, news)
            with self._lock:
                self._there[request.urn] = bool(found.replaces)
            details = detail(resource.token, found, {*olds.get(SECRET, ()), *news.get(SECRET, ())})
            changes = found.plan.changes or found.rewrites or found.wanted != found.before or found.unknown
            return _Diff(
                changes=_Diff.DIFF_SOME if changes else _Diff.DIFF_NONE,
                replaces=[resource.wire_name(name, outputs=True) for name in found.replaces],
                diffs=sorted({path.partition(".")[0].partition("[")[0] for path in details}),
                detailedDiff=details,
                hasDetailedDiff=bool(details),
                deleteBeforeReplace=found.delete_first,
            )

    @answered
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        resource = of_urn(request.urn)
        props = resource.inputs(request.properties)
        with about(request, props, words=resource.in_words):
            if resource.kind.exclusive and self._there.get(request.urn) is False:
                warning(REPLACED.format(resource.kind.name.replace("_", " ")))
            if request.preview:
                shown = preview.of_create(resource.driver, self._credentials, props, replaces=request.urn in self._there)
                return provider_pb2.CreateResponse(properties=resource.previewed(shown, props))
            made = resource.driver.create(self._credentials, props)
            return provider_pb2.CreateResponse(id=made.id, properties=_saved(resource, made, request.properties))

    @answered
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        resource = of_urn(request.urn)
        saved = received(request.properties)
        with about(request, marked(request.properties), saved, words=resource.in_words), recorded_credentials(self._credentials.settings):
            if DECLARED not in saved:
                return self._looked_up(resource, request, saved)
            found = resource.driver.read(self._credentials, request.id, saved)
            if found is None:
                return provider_pb2.ReadResponse()
            inputs = resource.message(found.inputs, outputs=False)
            return provider_pb2.ReadResponse(id=request.id, properties=resource.outputs(found.outs), inputs=inputs)

    @answered
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        resource = of_urn(request.urn)
        olds, news = resource.saved(request), resource.inputs(request.news)
        with about(request, marked(request.olds), olds, news, words=resource.in_words):
            if request.preview:
                found = resource.driver.diff(self._credentials, request.id, olds, news)
                outs = as_today(resource.kind, resource.driver.named(request.id), olds)
                shown = preview.of_update(resource.driver, found, outs)
                return provider_pb2.UpdateResponse(properties=resource.previewed(shown, news))
            made = resource.driver.update(self._credentials, request.id, olds, news)
            return provider_pb2.UpdateResponse(properties=_saved(resource, made, request.news))

    @answered
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        resource = of_urn(request.urn)
        saved = resource.saved(request, request.properties)
        with about(request, marked(request.properties), saved, words=resource.in_words), recorded_credentials(self._credentials.settings):
            resource.driver.delete(self._credentials, request.id, saved)
            return empty_pb2.Empty()

    def _looked_up(self, resource: ResourceType, request: Any, saved: Mapping[str, Any]) -> Any:
        """What no declaration has made: an import, and ``.get``. ``saved``: what an earlier look-up has shown, or what a program says of it."""
        found = resource.driver.look_up(self._credentials, request.id, resource.by_name(saved))
        if found is None and SCHEMA not in saved:
            raise self._credentials.nowhere(resource.driver.named(request.id))
        if found is None:
            return provider_pb2.ReadResponse()
        outs = {**found.inputs, **given(found.outs), SCHEMA: CAMEL}
        return provider_pb2.ReadResponse(id=request.id, properties=resource.outputs(outs), inputs=resource.message(found.inputs, outputs=False))


def _saved(resource: ResourceType, made: Outcome, inputs: Any) -> Any:
    """Its outputs. Raises where not all is done."""
    properties = resource.outputs(made.outs)
    if made.unfinished:
        raise unfinished(made.id, properties, made.unfinished, inputs)
    return properties


def _in_words(resource: ResourceType, failure: Failure) -> Failure:
    return Failure(property=resource.wire_name(failure.property), reason=resource.in_words(failure.reason))


def _failures(found: list[Failure]) -> list[Any]:
    return [provider_pb2.CheckFailure(property=failure.property, reason=failure.reason) for failure in found]
