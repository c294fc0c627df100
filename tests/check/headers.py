# SPDX-License-Identifier: MIT
"""Every header compiles alone: the public ones as strict C17 and C++17, our own as GNU C17."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only"]
MODES = {  # folder: the compilers a header of it must please
    "include/yonder": [["gcc", "-x", "c", "-std=c17"], ["g++", "-x", "c++", "-std=c++17"]],
    "src": [["gcc", "-x", "c", "-std=gnu17", "-D_GNU_SOURCE"]],
}


def main():
    tried = failed = 0
    for folder, compilers in MODES.items():
        for header in sorted((ROOT / folder).rglob("*.h")):
            for compiler in compilers:
                strict = [flag for flag in STRICT if flag != "-pedantic" or folder != "src"]
                # Included twice: the guard is tried as well.
                done = subprocess.run(
                    [*compiler, *strict, f"-I{ROOT}/include", f"-I{ROOT}/src", "-"],
                    input=f'#include "{header}"\n#include "{header}"\n', text=True,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                tried += 1
                if done.returncode:
                    failed += 1
                    print(f"{header.relative_to(ROOT)} with {compiler[0]}:\n{done.stdout}")
    print(f"{tried} headers compiled, {failed} failed")
    return 1 if failed or not tried else 0


sys.exit(main())
