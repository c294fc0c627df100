# SPDX-License-Identifier: MIT
"""How long functions are, measured on code as clang-format lays it out: a function's body stands
between a '{' and a '}' alone in their lines at the left edge. The rows of a table do not count.
None is longer than LIMIT lines."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = 100


def indent(line):
    return len(line) - len(line.lstrip())


def functions(path):
    """(lines, name, line) of each function, head and braces included."""
    lines = path.read_text().split("\n")
    start = rows = 0
    table = None
    for number, line in enumerate(lines):
        if start and table is None and line.endswith("= {"):
            table = number
        elif table is not None and re.match(r"\s+\}.*;$", line) and indent(line) == indent(lines[table]):
            rows += number - table - 1
            table = None
        if line == "{":
            start, rows, table = number, 0, None
            while start and lines[start - 1] and not lines[start - 1].startswith(("}", "//", "#")):
                start -= 1
        elif line == "}" and start:
            head = " ".join(lines[start:number])
            name = re.search(r"(\w+)\s*\(", head)
            yield number - start + 1 - rows, name[1] if name else "?", start + 1
            start = 0


def main():
    found = []
    for folder in ("src", "tests", "fuzz", "examples", "bench"):
        for path in sorted((ROOT / folder).rglob("*.c")):
            found += [(*f, path.relative_to(ROOT)) for f in functions(path)]
    found.sort()
    own = [f for f in found if f[3].parts[0] == "src"]
    at = lambda share: own[min(int(len(own) * share), len(own) - 1)][0]
    print(f"src: {len(own)} functions; lines: median {at(.5)}, nine in ten up to {at(.9)}, "
          f"longest {own[-1][0]}")
    for lines, name, line, path in reversed([f for f in found if f[0] > 60]):
        print(f"{path}:{line}: {name} takes {lines} lines")
    return 1 if found[-1][0] > LIMIT else 0


sys.exit(main())
