# SPDX-License-Identifier: MIT
"""`yonder lab`, and real clients that walk its cases.

    lab = Lab(folder)                 a running lab, its authority in lab.cafile
    lab.cases(run)                    the cases, with the requests to make in that run
    lab.report(run)                   what came of them
    CURL, WGET, REQUESTS              f(lab, cases, folder): walk cases; hosts lead to the lab
    browse(browser, cases)            likewise, for a browser of chromium.py or firefox.py
"""
import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import program
from browser import Failure

DOMAIN = "lab.test"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Lab:
    """A running `yonder lab`."""

    def __init__(self, folder, *args):
        self.folder = pathlib.Path(folder)
        self.cafile = self.folder / "ca" / "ca.pem"
        self.args = [program.path(), "lab", "--listen", "127.0.0.1:0", "--ca", str(self.cafile.parent), *args]
        self.stdout = open(self.folder / "stdout", "w+b")
        self.log = open(self.folder / "stderr", "w+b")
        self.process = subprocess.Popen(self.args, stdin=subprocess.DEVNULL, stdout=self.stdout,
                                        stderr=self.log, env=program.environment())
        deadline = time.monotonic() + 20
        while len(ports := re.findall(r"listening on http://127\.0\.0\.1:(\d+)/", self.stderr())) < 2:
            assert time.monotonic() < deadline and self.process.poll() is None, self.stderr()
            time.sleep(0.02)
        self.port, self.other_port = map(int, ports)
        self.url = f"http://127.0.0.1:{self.port}"

    def stderr(self):
        return (self.folder / "stderr").read_text()

    def said(self):
        return (self.folder / "stdout").read_text()

    def get(self, path):
        with DIRECT.open(self.url + path, timeout=60) as answer:
            return answer.read().decode()

    def cases(self, run):
        return json.loads(self.get(f"/{run}/cases.json"))["cases"]

    def report(self, run):
        return json.loads(self.get(f"/{run}/report.json"))

    def stop(self, sent=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(sent)
        return self.process.wait(30)

    def close(self):
        try:
            code = self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        program.check_sound(self.args, code, self.stderr())
        self.stdout.close()
        self.log.close()


# ---- names ---------------------------------------------------------------------------------------

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>
/* Every name below the lab's domain is this machine. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    static const char domain[] = "DOMAIN";
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    size_t len = node ? strlen(node) : 0, own = sizeof domain - 1;
    len -= len && node[len - 1] == '.';
    int ours = len >= own && strncasecmp(node + len - own, domain, own) == 0;
    return real(ours ? "127.0.0.1" : node, service, hints, out);
}
"""


def environment(folder):
    """What programs need that look names up by getaddrinfo()."""
    shim = pathlib.Path(folder) / "names.so"
    if not shim.exists():
        source = shim.with_suffix(".c")
        source.write_text(SHIM.replace("DOMAIN", DOMAIN))
        subprocess.run(["cc", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True, timeout=60)
    keep = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and "SAN_OPTIONS" not in k}
    return {**keep, "LD_PRELOAD": str(shim), "HOME": str(folder), "LC_ALL": "C.UTF-8"}


# ---- tools ---------------------------------------------------------------------------------------

def _each(cases, walk, at_once=4):
    """Several cases at a time: they have nothing in common."""
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for _ in pool.map(walk, cases):
            pass


def _run(command, env):
    subprocess.run(command, env=env, timeout=60, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def curl(lab, cases, folder, more=("-L",)):
    env = environment(folder)
    body = pathlib.Path(folder) / "body"
    body.write_text("k=v")

    def walk(case):
        state = f"{folder}/{case['id']}.hsts"
        for step in case["steps"]:
            command = ["curl", "-q", "-s", "-o", "/dev/null", "-m", "20", "--cacert", lab.cafile, "--hsts", state, *more]
            if step["method"] == "HEAD":
                command += ["-I"]
            elif step["method"] == "PUT" and step["body"]:
                assert step["body"] == body.read_text()
                command += ["-T", body, "-H", "Content-Type: application/x-www-form-urlencoded"]
            elif step["method"] not in ("GET", "POST"):
                command += ["-X", step["method"]]
            if step["body"] and step["method"] != "PUT":
                command += ["-d", step["body"]]
            for name, value in step["headers"]:
                command += ["-H", f"{name}: {value}"]
            _run([*command, "--", step["url"]], env)

    _each(cases, walk)


def wget(lab, cases, folder):
    env = environment(folder)

    def walk(case):
        plain = ["wget", "--no-config", "-q", "-O", "/dev/null", "-t", "1", "-T", "20",
                 f"--ca-certificate={lab.cafile}", f"--hsts-file={folder}/{case['id']}.hsts"]
        # An empty list of hosts is not written, and so what was forgotten last is back.
        if case["id"] == "hsts-forget":
            _run([*plain, "--", *(step["url"] for step in case["steps"])], env)
            return
        # A host that is noted twice in a second is noted once, and max-age=0 lasts to its end.
        pause = 1.1 if case["group"] == "hsts" else 0
        for step in case["steps"]:
            time.sleep(pause if step is not case["steps"][0] else 0)
            command = list(plain)
            if step["method"] != "GET":
                command += [f"--method={step['method']}"]
            if step["body"]:
                command += [f"--body-data={step['body']}"]
            command += [f"--header={name}: {value}" for name, value in step["headers"]]
            _run([*command, "--", step["url"]], env)

    _each(cases, walk, 12)


REQUESTS = """
import concurrent.futures, json, sys
import requests
def walk(case):
    session = requests.Session()
    session.trust_env = False
    for step in case["steps"]:
        data = dict(p.split("=") for p in step["body"].split("&")) if step["body"] else None
        try:
            session.request(step["method"], step["url"], headers=dict(step["headers"]), data=data, timeout=20,
                            verify=sys.argv[1], allow_redirects=True)
        except (requests.RequestException, ValueError) as error:
            print(case["id"], error)
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    list(pool.map(walk, json.load(sys.stdin)))
"""


def requests(lab, cases, folder):
    subprocess.run([sys.executable, "-c", REQUESTS, lab.cafile], input=json.dumps(cases).encode(), timeout=120,
                   check=True, env=environment(folder), stdout=subprocess.DEVNULL)


# ---- browsers ------------------------------------------------------------------------------------

def can_browse(case):
    """Whether a browser can be made to do it: by an address, a form, or fetch() without CORS."""
    def simple(step):
        there = urllib.parse.urlsplit(step["url"])
        own = case["group"] == "status" or case["id"].startswith(("headers-same-own", "headers-same-auth",
                                                                  "headers-content"))
        return step["kind"] == "navigate" or (own and there.hostname == "127.0.0.1")
    return all(map(simple, case["steps"]))


def browse(browser, cases):
    """Navigations, one after another; what no address and no form can do goes by fetch(). So do the
    grammar of HSTS and the cache, all first visits and then all second ones: they know no difference,
    but where a form comes in."""
    forms = [case for case in cases if case["id"].startswith("hsts-form-")]
    cached = [case for case in cases if case["group"] == "cache" and all(s["method"] == "GET" for s in case["steps"])]
    fetched = [case for case in cases if any(step["kind"] != "navigate" for step in case["steps"])]
    for case in cases:
        if case not in forms + cached + fetched:
            _navigate(browser, case)
    for visits in itertools.zip_longest(*(case["steps"] for case in cached)):
        browser.fetch_all([_fetch(step) for step in visits if step])
    if fetched:
        browser.fetch_all([_fetch(step) for case in fetched for step in case["steps"]])
    if forms:
        # Of the same site: Firefox has other known hosts for what other sites' pages ask.
        page = f"http://page.{DOMAIN}:{urllib.parse.urlsplit(forms[0]['steps'][0]['url']).port}/.page"
        for step in (0, 1):
            browser.fetch_all([{"url": case["steps"][step]["url"], "mode": "no-cors"} for case in forms], page)


def _navigate(browser, case):
    for step in case["steps"]:
        try:
            if step["method"] == "GET":
                browser.visit(step["url"])
            else:
                browser.submit(step["url"], step["method"], step["body"])
        except Failure as failure:
            print(case["id"], failure)


def _fetch(step):
    headers = dict(step["headers"])
    if step["body"]:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    options = {"url": step["url"], "method": step["method"], "headers": headers}
    return {**options, "body": step["body"]} if step["body"] else options
