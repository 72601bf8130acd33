# SPDX-License-Identifier: Apache-2.0
"""Runs the plugin from the folder that the archive was unpacked to. With `--fits` it only says, by its status, whether this Python can.

Whatever Python comes, it reads this file: no newer syntax than that of 3.6.
"""

import os
import platform
import sys
import sysconfig

HERE = os.path.dirname(os.path.abspath(__file__))
COMPILED = os.path.join(HERE, f"lib-{sys.version_info[0]}.{sys.version_info[1]}")


def fits() -> bool:
    """Whether the compiled packages are for this very Python."""
    ours = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
    here = sys.platform == "linux" and platform.machine() == "x86_64" and platform.libc_ver()[0] == "glibc" and sys.maxsize > 2**32
    return bool(ours and here and os.path.isdir(COMPILED))


if __name__ == "__main__":
    if sys.argv[1:] == ["--fits"]:
        sys.exit(not fits())
    # Before the packages of the machine: those may be older.
    sys.path[:0] = [COMPILED, os.path.join(HERE, "lib")]
    from pulumi_opentok._native.__main__ import main

    main()
