# SPDX-License-Identifier: Apache-2.0
"""The executable that the engine starts for dynamic resources. Pulumi's own download brings one; a built engine needs this."""

from __future__ import annotations

from pathlib import Path

from tools.engine.places import PLUGIN

SCRIPT = """\
#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Serves Pulumi's dynamic resources: the interpreter that was named, else the virtualenv that the engine names, else python3.
if [ -z "${PULUMI_PYTHON_CMD:-}" ] && [ -x "${PULUMI_RUNTIME_VIRTUALENV:-}/bin/python" ]; then
    PULUMI_PYTHON_CMD="$PULUMI_RUNTIME_VIRTUALENV/bin/python"
fi
exec "${PULUMI_PYTHON_CMD:-python3}" -u -m pulumi.dynamic "$@"
"""


def write_launcher(folder: Path) -> Path:
    """Puts it into `folder`, executable; returns its path."""
    path = folder / PLUGIN
    path.write_text(SCRIPT, encoding="utf-8")
    path.chmod(0o755)
    return path
