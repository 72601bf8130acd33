# SPDX-License-Identifier: Apache-2.0
"""The README of each SDK: what it is, an example, and what else it needs."""

from __future__ import annotations

import re

from pulumi_opentok._package import package

EXAMPLE_OF = "opentok:index:Session"
TEXT = """\
# OpenTok for Pulumi: {title}

{description}

```{fence}
{example}
```

{install}

The SDK drives the plugin `pulumi-resource-opentok`, which comes with the Python package `pulumi-opentok`, version {version}, and is found on
`PATH`. Credentials are the stack's config (`pulumi config set opentok:accountKey …`, `pulumi config set --secret opentok:accountSecret …`) or the
environment (`OPENTOK_ACCOUNT_KEY`, `OPENTOK_ACCOUNT_SECRET`). Made of the package schema by `make sdks`: no file here is edited by hand{but}.
"""


def readmes() -> dict[str, str]:
    """Each with its place below the SDKs' folder."""
    shown = package()
    npm, module = shown["language"]["nodejs"]["packageName"], shown["language"]["go"]["importBasePath"]
    languages = {
        "nodejs": (
            "TypeScript and JavaScript",
            "typescript",
            f"`npm install {npm}`, once it is published; until then run `npx tsc` in this folder, and `npm install <this folder>`.",
            "",
        ),
        "go/opentok": (
            "Go",
            "go",
            f"`go get {module}`, once it is published; until then `go mod edit -replace {module}=<this folder>`.",
            ", but for `go.mod` and `go.sum`",
        ),
        "dotnet": (".NET", "csharp", "`dotnet add reference <this folder>`. Nobody has compiled it yet: a .NET SDK and the package `Pulumi` do.", ""),
    }
    made = {}
    for folder, (title, fence, install, but) in languages.items():
        facts = {"title": title, "fence": fence, "install": install, "but": but, "example": example(fence)}
        made[f"{folder}/README.md"] = TEXT.format(description=shown["description"], version=shown["version"], **facts)
    return made


def example(language: str) -> str:
    """The one of the schema."""
    (found,) = re.findall(rf"```{language}\n(.*?)\n```", package()["resources"][EXAMPLE_OF]["description"], re.DOTALL)
    return str(found)
