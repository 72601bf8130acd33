# SPDX-License-Identifier: Apache-2.0
"""Snippets in the languages of the native provider, as whole projects."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.languages import EXAMPLES, SDKS

FILES = {"yaml": "Pulumi.yaml", "typescript": "index.ts", "go": "main.go", "python": "__main__.py"}
GO = """\
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-opentok.example/sdk/go/opentok"
)

func main() {{
	pulumi.Run(func(ctx *pulumi.Context) error {{
{0}
		return nil
	}})
}}
"""
AROUND = {"yaml": "name: snippet\nruntime: yaml\n{0}", "go": GO}
"""What a page leaves out; a program in Go that has its own `package main` is whole."""


def of_language(language: str, text: str, folder: Path) -> Path:
    """A copy of the example's folder with the snippet as its program."""
    shutil.copytree(EXAMPLES / language, folder)
    around = AROUND.get(language, "{0}") if "package main" not in text else "{0}"
    (folder / FILES[language]).write_text(around.format(text), encoding="utf-8")
    if language == "go":
        mod = folder / "go.mod"
        mod.write_text(mod.read_text(encoding="utf-8").replace("../../../../sdk", str(SDKS)), encoding="utf-8")
    return folder
