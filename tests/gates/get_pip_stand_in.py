# SPDX-License-Identifier: Apache-2.0
"""Stands in for the get-pip script that ansible-test would download: installs pip with the wheel that lies beside it.

The script's host is not the package index, so a machine that reaches only the index could not run ansible-test at all.
"""

import pathlib
import runpy
import sys

NOT_OPTIONS_OF_PIP = {"--no-setuptools", "--no-wheel"}


def main() -> None:
    here = pathlib.Path(__file__).resolve()
    version = here.stem.removeprefix("get_pip_").replace("_", ".")
    (wheel,) = here.parent.glob(f"pip-{version}-*.whl")
    sys.path.insert(0, str(wheel))
    asked = [argument for argument in sys.argv[1:] if argument not in NOT_OPTIONS_OF_PIP]
    sys.argv = ["pip", "install", "--upgrade", "--force-reinstall", "--find-links", str(here.parent), *asked]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
