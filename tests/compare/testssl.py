# SPDX-License-Identifier: MIT
"""testssl.py PROGRAM: what testssl.sh (Debian package testssl.sh) finds in `yonder serve` over TLS.

Takes a minute or two. Fails where it rates anything above INFO that is the server's to decide.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))

import program  # noqa: E402
import tlsrig  # noqa: E402

RULES = "[a.test localhost]\nhsts max-age=31536000\n/ /home 301\n"
CHECKS = ["--protocols", "--server-defaults", "--server-preference", "--headers", "--fs", "--vulnerable"]
GOOD = ("OK", "INFO", "DEBUG")
NOT_OURS = {
    "cert_": "the throw-away authority's: for how long, by whom, and that it has no responder",
    "OCSP_stapling": "as there is no response to staple",
    "engine_problem": "testssl's own: it has no old OpenSSL",
    "sessionresumption_ticket": "testssl's own: with OpenSSL 3 it leaves before TLS 1.3 has given it the ticket",
    "security_headers": "for pages; an answer of this server has nothing in it to protect",
}


def findings(folder):
    authority = tlsrig.Authority(folder)
    names = ["a.test", "localhost", "IP:127.0.0.1"]
    pairs = authority.issue("ec", names, days=300), authority.issue("rsa", names, "rsa", days=300)
    server = program.Serve(folder / "site.rules", RULES, ["--tls-listen", "127.0.0.1:0", *tlsrig.arguments(*pairs)])
    try:
        server.wait_ready()
        tlsrig.ready(server)
        out = folder / "found.json"
        subprocess.run(["testssl", "--quiet", "--color", "0", "--ip", "127.0.0.1", "--nodns", "none", "--warnings", "batch",
                        "--add-ca", authority.cafile, "--jsonfile", out, *CHECKS, f"a.test:{server.tls_port}"],
                       cwd=folder, env={**os.environ, "TERM": "dumb"}, stdin=subprocess.DEVNULL, capture_output=True)
        return json.loads(out.read_text())
    finally:
        server.close()


def main():
    os.environ["YONDER"] = sys.argv[1]
    if not shutil.which("testssl"):
        sys.exit("testssl.sh is not installed: apt-get install testssl.sh")
    with tempfile.TemporaryDirectory() as folder:
        found = findings(pathlib.Path(folder))
    bad = 0
    for f in found:
        if f["severity"] in GOOD:
            continue
        reason = next((why for name, why in NOT_OURS.items() if f["id"].startswith(name)), None)
        bad += reason is None
        print(f"{f['severity']} {f['id']}: {f['finding']}{f'  ({reason})' if reason else ''}")
    has_hsts = any(f["id"] == "HSTS_time" and f["severity"] == "OK" for f in found)
    print(f"{len(found)} findings, {bad} above INFO that are the server's")
    return 1 if bad or not has_hsts or len(found) < 50 else 0


sys.exit(main())
