# SPDX-License-Identifier: Apache-2.0
"""A software bill of materials (CycloneDX 1.6, JSON) of a built wheel: all that it needs with any of its extras for users, as it is installed here.

    python -m tools.sbom dist/pulumi_opentok-0.1.0-py3-none-any.whl        writes dist/pulumi_opentok-0.1.0.cdx.json
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from collections.abc import Iterable, Sequence
from email.message import Message
from email.parser import Parser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = ("aws", "emulator", "vault")
"""Those for users. What `dev` brings is in requirements-dev.txt, and nothing of it is shipped."""


def of_wheel(wheel: Path) -> Bom:
    """The wheel, with its hash, and the closure of what it requires."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        described = Parser().parsestr(archive.read(name).decode())
    root = component(described)
    root.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(wheel.read_bytes()).hexdigest()))
    bom = Bom()
    bom.metadata.component = root
    known = {canonicalize_name(described["Name"]): root}
    waiting: list[tuple[Component, Message, tuple[str, ...]]] = [(root, described, EXTRAS)]
    while waiting:
        dependent, text, extras = waiting.pop()
        for requirement in needed(text, extras):
            key = canonicalize_name(requirement.name)
            if key not in known:
                found = installed(requirement.name)
                known[key] = component(found)
                bom.components.add(known[key])
                waiting.append((known[key], found, tuple(requirement.extras)))
            bom.register_dependency(dependent, [known[key]])
    return bom


def needed(described: Message, extras: Iterable[str]) -> list[Requirement]:
    """What a distribution requires on this Python and system."""
    lines = [Requirement(line) for line in described.get_all("Requires-Dist") or []]
    return [each for each in lines if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras))]


def installed(name: str) -> Message:
    return Parser().parsestr(distribution(name).read_text("METADATA") or "")


def component(described: Message) -> Component:
    name, version = described["Name"], described["Version"]
    purl = PackageURL("pypi", name=canonicalize_name(name), version=version)
    licence = described["License-Expression"] or described["License"]
    short = licence if licence and "\n" not in licence else None
    licenses = [DisjunctiveLicense(name=short)] if short else []
    return Component(name=name, version=version, type=ComponentType.LIBRARY, purl=purl, bom_ref=str(purl), licenses=licenses)


def main(arguments: Sequence[str]) -> int:
    (wheel,) = map(Path, arguments)
    target = wheel.with_name("-".join(wheel.name.split("-")[:2]) + ".cdx.json")
    try:
        JsonV1Dot6(of_wheel(wheel)).output_to_file(str(target), allow_overwrite=True, indent=2)
    except PackageNotFoundError as error:
        print(f"error: {wheel.name} needs {error.name}, which is not installed here: pip install '{wheel}[{','.join(EXTRAS)}]'", file=sys.stderr)
        return 1
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
