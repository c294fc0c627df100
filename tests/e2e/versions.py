# SPDX-License-Identifier: MIT
"""Which version of a program a client's row describes. With another one on the machine a test would
compare two different programs: it fails, and says so. YONDER_OTHER_VERSIONS=1 has it skipped."""
import os
import re
import subprocess

import pytest


def of(*command):
    """The version that the program says it has."""
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    return re.search(r"\d+(\.\d+)+", said).group()


def need(program, described, here):
    """`described` may leave out the last numbers of a version."""
    if here == described or here.startswith(described + "."):
        return
    said = f"{program} here is {here}, the row describes {described}"
    if os.environ.get("YONDER_OTHER_VERSIONS"):
        pytest.skip(said)
    pytest.fail(f"{said}; YONDER_OTHER_VERSIONS=1 skips what needs that one")
