# SPDX-License-Identifier: Apache-2.0
"""How a call of the engine is answered: errors in one line, without secrets, and what is not finished as the failure that keeps its state."""

from __future__ import annotations

import contextlib
import functools
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2, struct_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from .._errors import mask
from .._operation import operation
from ..core import OpenTokError

Method = TypeVar("Method", bound=Callable[..., Any])

_INIT_FAILED = "resource init failed"


class Unfinished(Exception):
    """The resource is there, and not all is done: ``details`` are what the engine saves and says."""

    def __init__(self, details: provider_pb2.ErrorResourceInitFailed) -> None:
        super().__init__(_INIT_FAILED)
        self.details = details


@contextlib.contextmanager
def about(request: Any, *property_maps: Mapping[str, Any], words: Callable[[str], str] = str) -> Iterator[None]:
    """One call about a resource with these properties, as they were and as they are to be. Errors hide its secrets, and name properties in
    the ``words`` of programs."""
    with operation(*property_maps, request=request, words=words):
        try:
            yield
        except OpenTokError as error:
            mask(error)
            raise _Told(words(str(error))) from None
        except Unfinished:
            raise
        except BaseException as error:
            mask(error)
            raise


def answered(method: Method) -> Method:
    """A method of the service, whose errors the engine understands."""

    @functools.wraps(method)
    def call(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except (OpenTokError, _Told) as error:
            text = str(error)
        except Unfinished as error:
            context.set_trailing_metadata((("grpc-status-details-bin", _status(error.details)),))
            text = _INIT_FAILED
        except Exception as error:  # noqa: BLE001 - whatever it is, the engine has to hear of it
            traceback.print_exc(file=sys.stderr)
            text = f"internal error of pulumi-opentok, please report it: {type(error).__name__}: {error}"
        _fail(context, text)

    return call  # type: ignore[return-value]


def unfinished(identity: str, properties: struct_pb2.Struct, reasons: tuple[str, ...], inputs: struct_pb2.Struct) -> Unfinished:
    """To be raised: the engine saves these properties, says the reasons, fails, and the next run goes on."""
    return Unfinished(provider_pb2.ErrorResourceInitFailed(id=identity, properties=properties, reasons=reasons, inputs=inputs))


class _Told(Exception):
    """An error of the core as it is told."""


def _status(details: provider_pb2.ErrorResourceInitFailed) -> bytes:
    packed = any_pb2.Any()
    packed.Pack(details)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=_INIT_FAILED, details=[packed])
    return bytes(status.SerializeToString())


def _fail(context: grpc.ServicerContext, text: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, text)
    raise AssertionError(text)  # abort raises
