# SPDX-License-Identifier: Apache-2.0
"""A dynamic resource whose provider is saved as the same text by every Python."""

from __future__ import annotations

import base64
import itertools
import pickle
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pulumi
from pulumi.dynamic import Resource
from pulumi.dynamic.dynamic import PROVIDER_KEY

from ._dynamic import KindProvider
from ._package import token_of
from ._properties import properties

PROTOCOL = 4
"""Of the pickle in every user's state file: part of the state format."""

DYNAMIC = "pulumi-python"
"""The package of a dynamic resource and its provider. Part of the state format."""

NATIVE = "opentok"
"""That of a native one."""


class KindResource(Resource):
    """A resource of one of our kinds: a dynamic one; :mod:`pulumi_opentok.native` registers the same classes as native ones.

    ``provider`` of a subclass: what drives it. Left out by users' own subclasses, which are resources of the same type.
    """

    _provider_type: ClassVar[type[KindProvider]]

    def __init_subclass__(cls, provider: type[KindProvider] | None = None) -> None:
        if provider is not None:
            cls._provider_type = provider
            super().__init_subclass__(module="opentok", name=token_of(provider.kind.name).rpartition(":")[2])

    def __init__(self, name: str, values: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
        """
        :param str name: The name of the resource.
        :param values: Its inputs by their names in Python.
        :param opts: Its options.
        """
        self._register(name, values, opts)

    def _register(self, name: str, values: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        dynamic, native = self._types()
        require_own_provider(name, DYNAMIC, opts)
        props, opts = properties(self._provider_type.kind, values, opts)
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=native)]))
        # Past the SDK's own __init__, whose pickle has the default protocol of the Python that runs: 4 before 3.14, 5 since. A state that two
        # Pythons take turns at would show `~ __provider` with every change.
        pulumi.CustomResource.__init__(self, dynamic, name, {**props, PROVIDER_KEY: serialized(self._provider_type())}, opts)

    def _types(self) -> tuple[str, str]:
        """Its type tokens, dynamic and native. Each is an alias of the other, so that a stack moves over and back in place."""
        return f"{DYNAMIC}:{self._resource_type_name}", token_of(self._provider_type.kind.name)


def require_own_provider(name: str, package: str, opts: pulumi.ResourceOptions | None) -> None:
    """Raises ``pulumi.RunError`` if its options bring the other form's :class:`Provider` only, which it would not use: it would go to the
    account of the stack's config without a word."""
    if opts is None:
        return
    several = opts.providers or ()
    listed: Sequence[pulumi.ProviderResource] = [*(several.values() if isinstance(several, Mapping) else several)]
    inherited = getattr(opts.parent, "_providers", {}).values()
    packages = {provider.package for provider in itertools.chain([opts.provider] if opts.provider else [], listed, inherited)}
    if package not in packages and packages & {DYNAMIC, NATIVE}:
        own, other = ("pulumi_opentok.native", "pulumi_opentok") if package == NATIVE else ("pulumi_opentok", "pulumi_opentok.native")
        raise pulumi.RunError(f"{name}: is a resource of {own} and cannot use a Provider of {other}: pass one of {own} as well")


def serialized(provider: KindProvider) -> str:
    """What stands in the state: its class's dotted path, as a pickle in base64."""
    return base64.b64encode(pickle.dumps(provider, protocol=PROTOCOL)).decode()
