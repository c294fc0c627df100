# SPDX-License-Identifier: MIT
"""docs.py BUILD: every ```console block of the documentation does what it shows, and its links lead
somewhere.

In such a block a line '$ COMMAND' is run by the shell, with yonder and the examples on its PATH,
and must print what stands below it, on stdout and stderr together. Times may differ. Where a block
talks to 127.0.0.1:8080, a server with examples/site.rules answers.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PORT = "8080"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def broken_links(page, text):
    """The links of a page to files that are not there."""
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target and not (page.parent / target).exists():
            yield target


def commands(block):
    """(command, expected output) pairs."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        while command.endswith("\\"):
            more, _, output = output.partition("\n")
            command = f"{command[:-1]} {more.strip()}"
        yield command, output


def timeless(text):
    """Without what differs from run to run: times, and the width of their columns."""
    lines = []
    for line in text.strip().split("\n"):
        line = re.sub(r"(?<![\w.])(\d+\.\d+|-)(?=\s|$)|(?<=  )\d{3,}(?=  )", "T", line.rstrip())
        lines.append(re.sub(r"(?<=\S) {2,}", "  ", line))
    return "\n".join(lines)


class Server:
    """`yonder serve examples/site.rules` on a port of the system's choice."""

    def __init__(self, build):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [build / "yonder", "serve", ROOT / "examples/site.rules", "--listen", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            self.log.seek(0)
            said = self.log.read().decode()
            if match := re.search(r"listening on http://127\.0\.0\.1:(\d+)/", said):
                self.port = match[1]
                return
            time.sleep(0.02)
        self.stop()
        raise SystemExit(f"the server did not start: {said}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def run(command, environment, port):
    done = subprocess.run(command.replace(f":{PORT}", f":{port}"), shell=True, cwd=ROOT, timeout=60,
                          env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.stdout.decode(errors="replace").replace(f":{port}", f":{PORT}")


def main():
    build = (ROOT / sys.argv[1]).resolve()
    inherited = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    environment = {**inherited, "LC_ALL": "C.UTF-8", "TERM": "dumb",
                   "PATH": f"{build}:{build}/examples:{os.environ['PATH']}"}
    tried = failed = 0
    server = None
    pages = sorted(p for p in ROOT.rglob("*.md") if not p.relative_to(ROOT).parts[0].startswith("build"))
    try:
        for page in pages:
            text = page.read_text()
            for target in broken_links(page, text):
                failed += 1
                print(f"{page.relative_to(ROOT)}: {target} is not there")
            for block in BLOCK.findall(text):
                if f":{PORT}" in block and not server:
                    server = Server(build)
                for command, expected in commands(block):
                    actual = run(command, environment, server.port if server else PORT)
                    tried += 1
                    if timeless(actual) != timeless(expected):
                        failed += 1
                        print(f"{page.relative_to(ROOT)}: $ {command}\n{actual}-- is not what the page shows:\n{expected}")
    finally:
        if server:
            server.stop()
    print(f"{tried} commands of the documentation run, {failed} failures")
    return 1 if failed or not tried else 0


sys.exit(main())
