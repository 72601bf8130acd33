# SPDX-License-Identifier: Apache-2.0
"""Messages in the words of programs: the kinds name properties and settings as Python does, the package as its schema does."""

from __future__ import annotations

import functools
import re

from .. import _package
from .._names import camel
from .._settings import STACK_CONFIG

OPTIONS = ("delete_before_replace",)
"""Of a resource, which messages name."""


def in_words(token: str, text: str) -> str:
    """``text`` about the resource, function or provider of this ``token``, with the names of properties as programs write them."""
    known = token in _package.package()["resources"] or token in _package.package()["functions"]
    return _words(token if known else _package.PROVIDER).sub(lambda found: camel(found[0]), text)


@functools.cache
def _words(token: str) -> re.Pattern[str]:
    """The names of properties that programs write otherwise, as whole words."""
    known = {*STACK_CONFIG, *OPTIONS, *(name for outputs in (False, True) for name in _package.names(token, outputs=outputs))}
    names = sorted((name for name in known if "_" in name), key=len, reverse=True)
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?![\w'])")
