# SPDX-License-Identifier: MIT
"""tally.py FOLDER: adds up what './dev test' left there, and ends with 'N passed, N failed'.

*.json  of 'meson test': a cmocka program counts by its functions, another program as one
*.xml   of pytest
steps   lines 'passed NAME' and 'failed NAME', one for each check
suites  lines 'failed NAME', for each suite whose runner failed
"""
import collections
import json
import pathlib
import re
import sys
import xml.etree.ElementTree

TAP = re.compile(r"^(not ok|ok) \d+(.*)$", re.MULTILINE)


def of_program(test):
    """The outcomes of one program of 'meson test', by name."""
    name = test["name"]
    found = []
    for verdict, rest in TAP.findall(test.get("stdout", "")):
        case = f"{name}:{rest.partition('#')[0].strip(' -')}"
        skipped = re.search(r"#\s*skip", rest, re.IGNORECASE)
        found.append((case, "skipped" if skipped else "passed" if verdict == "ok" else "failed"))
    bad = test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL")
    if not found:
        found.append((name, "failed" if bad else "skipped" if test["result"] == "SKIP" else "passed"))
    elif bad and all(outcome != "failed" for _, outcome in found):
        found.append((f"{name}: {test['result']}, exit code {test.get('returncode')}", "failed"))
    return found


def of_pytest(root):
    for case in root.iter("testcase"):
        kinds = {child.tag for child in case}
        name = f"{case.get('classname')}::{case.get('name')}"
        if kinds & {"failure", "error"}:
            yield name, "failed"
        else:
            yield name, "skipped" if "skipped" in kinds else "passed"


def outcomes(folder):
    for path in sorted(folder.glob("*.json")):
        for line in path.read_text().splitlines():
            for case, outcome in of_program(json.loads(line)):
                yield f"{path.stem}: {case}", outcome
    for path in sorted(folder.glob("*.xml")):
        for case, outcome in of_pytest(xml.etree.ElementTree.parse(path)):
            yield f"{path.stem}: {case}", outcome
    if (folder / "steps").exists():
        for line in (folder / "steps").read_text().splitlines():
            outcome, _, name = line.partition(" ")
            yield name, outcome


def main():
    folder = pathlib.Path(sys.argv[1])
    counts = collections.Counter()
    for name, outcome in outcomes(folder):
        counts[outcome] += 1
        if outcome != "passed":
            print(f"{outcome}: {name}")
    if (folder / "suites").exists() and not counts["failed"]:
        # A runner that failed although no test of it did: it broke down.
        for line in (folder / "suites").read_text().splitlines():
            counts["failed"] += 1
            print(line.replace("failed ", "broke down: "))
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped}", flush=True)
    return 0 if counts["passed"] and not counts["failed"] else 1


sys.exit(main())
