# SPDX-License-Identifier: MIT
"""embed.py HEADER FILE…: a C header with each file's bytes, as a string named after it: style.css is style_css."""
import pathlib
import re
import sys


def literal(line):
    """A line as a C string. Bytes that are not printable ASCII are octal, which ends after three digits."""
    return "".join(c if " " <= c <= "~" and c not in '"\\?' else f"\\{byte:03o}"
                   for byte in line for c in [chr(byte)])


with open(sys.argv[1], "w", encoding="ascii") as out:
    for path in map(pathlib.Path, sys.argv[2:]):
        out.write(f"static const char {re.sub('[^a-z]', '_', path.name)}[] =\n")
        for line in path.read_bytes().splitlines(keepends=True) or [b""]:
            out.write(f'    "{literal(line)}"\n')
        out.write("    ;\n")
