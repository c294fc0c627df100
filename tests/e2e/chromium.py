# SPDX-License-Identifier: MIT
"""The real Chromium, driven by the Chrome DevTools Protocol over --remote-debugging-pipe.

    browser = Chromium(folder, cafile=None, hosts={"*.a.test:80": "127.0.0.1:8080"}, features=[], clock=None)
    browser.visit(url)                      a navigation, as if the URL had been typed
    browser.submit(url, "POST", "a=1")      a form; a method that forms do not have: fetch()
    browser.fetch(url, "PUT", body="x")     fetch() from a page of the same origin, or from `page`
    browser.close()

Every wait is bounded. `hosts` says where names, with a port or without, are connected to; no other
name of a reserved top-level domain is looked up. `cafile` names a CA to trust, in a HOME of its own:
an error that is ignored is an error all the same to HSTS. `features` are switched on; those that
make http: URLs https: ones are off unless named. `clock` is what time it is to the browser when it
starts, in seconds since 1970.
"""
import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import time
import urllib.parse

import clock as clocks
from browser import TIED_TO_US, Failure, Hop, Visit

# The program itself: Debian's /usr/bin/chromium is a script that adds switches of its own.
PATHS = ["/usr/lib/chromium/chromium", "chromium", "chromium-browser", "google-chrome"]
SWITCHES = """
    --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic
    --no-first-run --no-default-browser-check --disable-background-networking --disable-default-apps
    --disable-component-update --disable-sync --disable-extensions --disable-breakpad --disable-domain-reliability
    --disable-client-side-phishing-detection --metrics-recording-only --password-store=basic
    --no-proxy-server --no-pings --remote-debugging-pipe --enable-logging=stderr --log-level=1
""".split()
UPGRADES = ["HttpsUpgrades", "HttpsFirstBalancedMode", "HttpsFirstBalancedModeAutoEnable"]
QUIET = ["Translate", "OptimizationHints", "MediaRouter", "DialMediaRouteProvider"]


def program():
    path = next(filter(None, map(shutil.which, PATHS)), None)
    assert path, "Chromium is not installed: ./dev test installs it"
    return path


def built():
    """When, about: the build counts from the first Sunday of a month, the file is younger."""
    return os.stat(program()).st_mtime


class Chromium:
    def __init__(self, folder, cafile=None, hosts=None, features=(), switches=(), clock=None):
        self.program = program()
        self.folder = pathlib.Path(folder)
        self.home = self.folder / "home"
        self.home.mkdir(parents=True)
        if cafile:
            self._trust(cafile)
        rules = [f"MAP {name} {where}" for name, where in (hosts or {}).items()]
        rules += [f"MAP *.{domain} ~NOTFOUND" for domain in ("test", "example", "invalid")]
        off = [name for name in UPGRADES + QUIET if name not in features]
        command = [self.program, *SWITCHES, f"--user-data-dir={self.folder / 'profile'}",
                   f"--host-resolver-rules={','.join(rules)}", f"--disable-features={','.join(off)}"]
        if features:
            command.append(f"--enable-features={','.join(features)}")
        self._start([*command, *switches], clocks.environment(self.folder, clock) if clock else {})

    # ---- life -------------------------------------------------------------------------------

    def _trust(self, cafile):
        assert shutil.which("certutil"), "certutil is not installed: ./dev test installs libnss3-tools"
        store = self.home / ".pki" / "nssdb"
        store.mkdir(parents=True)
        for arguments in (["-N", "--empty-password"],
                          ["-A", "-n", "tests", "-t", "C,,", "-i", str(cafile)]):
            subprocess.run(["certutil", "-d", f"sql:{store}", *arguments], check=True, timeout=60,
                           capture_output=True)

    def _start(self, command, more):
        env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        env |= {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / ".config"),
                "XDG_CACHE_HOME": str(self.home / ".cache"), "LANG": "en_US.UTF-8"}
        env |= more
        env.pop("XDG_DATA_HOME", None)
        with open(self.folder / "stderr", "wb") as stderr:
            # The shell only moves the pipes to where the browser looks for them.
            self._process = subprocess.Popen(
                [*TIED_TO_US, "sh", "-c", 'exec "$@" 3<&0 4>&1 </dev/null >&2', "sh", *command], env=env, cwd=self.folder,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, start_new_session=True)
        os.set_blocking(self._process.stdin.fileno(), False)
        self._received = b""
        self._next_id = 0
        self._answers = {}
        self._events = []
        try:
            self._open_page()
        except BaseException:
            self.close()
            raise

    def _open_page(self):
        self.version = self._ask("Browser.getVersion", session=None, timeout=60)["product"]
        target = self._ask("Target.createTarget", url="about:blank", session=None, timeout=60)["targetId"]
        self._session = None
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True, session=None)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self._ask(f"{domain}.enable")
        self._ask("Page.setLifecycleEventsEnabled", enabled=True)
        # An icon that nobody asked for would stand in the servers' logs, and be noted for HSTS. One
        # of a page that is being left may still get through.
        self._ask("Network.setBlockedURLs", urls=["*/favicon.ico"])
        self._page = "about:blank"

    def close(self):
        """Ends the browser and everything it started, by the process group that is its own."""
        for sent in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sent)
                self._process.wait(5)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait(5)
        self._process.stdin.close()
        self._process.stdout.close()
        shutil.rmtree(self.folder / "profile", ignore_errors=True)

    # ---- the protocol -----------------------------------------------------------------------

    def _ask(self, method, session="", timeout=15, **parameters):
        """Sends a command and waits for what comes of it."""
        deadline = time.monotonic() + timeout
        number = self._send(method, session, parameters)
        while number not in self._answers:
            self._receive(deadline, method)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise Failure(f"{method}: {answer['error']}")
        return answer["result"]

    def _send(self, method, session, parameters):
        self._next_id += 1
        message = {"id": self._next_id, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session or self._session
        data = json.dumps(message).encode() + b"\0"
        pipe = self._process.stdin.fileno()
        while data:
            if not select.select([], [pipe], [], 15)[1]:
                raise Failure("the browser takes no commands")
            data = data[os.write(pipe, data[:65536]):]
        return self._next_id

    def _receive(self, deadline, what):
        """Takes in what has come, or waits for something."""
        pipe = self._process.stdout.fileno()
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            raise Failure(f"{what}: nothing in time")
        part = os.read(pipe, 1 << 20)
        if not part:
            raise Failure(f"{what}: the browser has ended: {(self.folder / 'stderr').read_text()[-2000:]}")
        *messages, self._received = (self._received + part).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self._answers[message["id"]] = message
            elif message.get("sessionId") == self._session:
                self._events.append((message["method"], message["params"]))

    def _wait(self, condition, timeout, what):
        deadline = time.monotonic() + timeout
        while not (found := condition()):
            self._receive(deadline, what)
        return found

    def _find(self, method, **wanted):
        return next((p for m, p in self._events if m == method
                     and all(p.get(k) == v for k, v in wanted.items())), None)

    def evaluate(self, expression, timeout=15):
        """The value of a JavaScript expression in the page; a promise is waited for."""
        answer = self._ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True,
                           timeout=timeout)
        if "exceptionDetails" in answer:
            raise Failure(f"{expression[:200]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def forget_cache(self):
        self._ask("Network.clearBrowserCache")

    # ---- navigations ------------------------------------------------------------------------

    def visit(self, url, timeout=15, **more):
        """Goes to the URL. `more` goes to Page.navigate: referrer, transitionType."""
        self._events.clear()
        done = self._ask("Page.navigate", url=url, timeout=timeout, **more)
        return self._arrive(done.get("loaderId"), done.get("errorText"), url, timeout)

    def _arrive(self, loader, error, url, timeout):
        # A navigation that commits nothing (204, a download, mailto:) leaves the page as it was.
        if loader and not (error and error.endswith("ERR_ABORTED")):
            if not error:  # nobody has to wait for the page that says what went wrong
                self._wait(lambda: self._find("Page.lifecycleEvent", name="load", loaderId=loader), timeout, url)
            self._page = None
        visit = Visit(url, error=error, chain=self._chain(loader))
        if visit.chain:
            visit.url, visit.status = visit.chain[-1].url, visit.chain[-1].status
        if not error and visit.status is not None:
            visit.text = self._body(loader)
            self._page = visit.url
        return visit

    def _body(self, request):
        try:
            return self._ask("Network.getResponseBody", requestId=request)["body"]
        except Failure:  # it has none
            return ""

    def _chain(self, request):
        """The hops of one request, from its events."""
        return self._chains().get(request, [])

    def _chains(self):
        """Those of every request there has been since the events were last cleared."""
        chains = {}
        for method, event in self._events:
            chain = chains.setdefault(event.get("requestId"), [])
            if method == "Network.requestWillBeSent":
                if "redirectResponse" in event and chain:  # its beginning may have been cleared away
                    _answer(chain[-1], event["redirectResponse"])
                chain.append(Hop(_url(event["request"]), event["request"]["method"]))
            elif method == "Network.responseReceived" and chain:
                _answer(chain[-1], event["response"])
        return chains

    def refresh_of(self, url, timeout=15):
        """Where the page at the URL asks to go on to, by a field or an element, or None. It is
        kept from going there, if there is time."""
        self.visit(url, timeout)
        with contextlib.suppress(Failure):  # where it has gone already
            self._ask("Page.stopLoading")  # what the page has set off has been told by then
        scheduled = self._find("Page.frameScheduledNavigation")
        return scheduled and scheduled["url"]

    def submit(self, url, method="POST", body="a=1", page=None, timeout=15):
        """Sends a form, from `page` or from an empty page. `body` is a query; a method that forms
        do not have goes by fetch()."""
        if method not in ("GET", "POST"):
            return self._submit_by_fetch(url, method, body, page, timeout)
        self._go(page or "about:blank", timeout)
        fields = urllib.parse.parse_qsl(body, keep_blank_values=True)
        self._events.clear()
        self.evaluate(f"""(() => {{
            const form = document.createElement('form');
            form.action = {json.dumps(url)}; form.method = {json.dumps(method)};
            for (const [name, value] of {json.dumps(fields)}) {{
                const input = document.createElement('input');
                input.name = name; input.value = value; form.append(input);
            }}
            document.documentElement.append(form); form.submit();
        }})()""")
        sent = self._wait(lambda: self._find("Network.requestWillBeSent", type="Document"), timeout, url)
        request = sent["requestId"]

        def over():
            failed = self._find("Network.loadingFailed", requestId=request)
            stopped = self._find("Page.frameStoppedLoading")
            return failed or (stopped and self._find("Page.lifecycleEvent", name="load", loaderId=request))

        failed = self._wait(over, timeout, url)
        return self._arrive(request, failed.get("errorText"), url, timeout)

    def _submit_by_fetch(self, url, method, body, page, timeout):
        answer = self.fetch(url, method, {}, body, page, timeout)
        sent = self._find("Network.requestWillBeSent", type="Fetch")
        chain = self._chain(sent["requestId"]) if sent else []
        last = chain[-1] if chain else Hop(url, method)
        failed = sent and self._find("Network.loadingFailed", requestId=sent["requestId"])
        return Visit(last.url, last.status, (failed or {}).get("errorText"), chain, answer.get("text", ""))

    # ---- fetch ------------------------------------------------------------------------------

    def _go(self, page, timeout=15):
        if self._page != page:
            visit = self.visit(page, timeout)
            if visit.error:
                raise Failure(f"{page}: {visit.error}")
            self._page = page

    def fetch(self, url, method="GET", headers=None, body=None, page=None, timeout=15, **more):
        """fetch() from a page: by default /.page of the same origin, be it a 404. Answers with
        {"ok", "status", "url", "redirected", "text"}, or with {"error"}. `more` goes to fetch()."""
        return self.fetch_all([{"url": url, "method": method, "headers": headers or {}, "body": body, **more}],
                              page, timeout)[0]

    def fetch_all(self, requests, page=None, timeout=60, parallel=6):
        """Many at once: each is {"url", and what fetch() takes}. The answers are in their order, and
        say of each its "chain", as a Visit does, and the network's "failure", if any; for that no two
        may have the same URL."""
        first = urllib.parse.urlsplit(requests[0]["url"])
        self._go(page or f"{first.scheme}://{first.netloc}/.page", timeout)
        self._events.clear()
        answers = self.evaluate(f"({FETCH_ALL})({json.dumps(requests)}, {parallel})", timeout)
        chains = {}
        for method, event in self._events:
            if method == "Network.requestWillBeSent" and event.get("type") == "Fetch":
                chains.setdefault(event["requestId"], _url(event["request"]))
        chains = {url: request for request, url in chains.items()}
        hops = self._chains()
        failures = {e["requestId"]: e["errorText"] for m, e in self._events if m == "Network.loadingFailed"}
        for answer in answers:
            request = chains.get(answer.pop("asked"))
            answer["chain"], answer["failure"] = hops.get(request, []), failures.get(request)
        return answers


# Keeps so many requests under way; each in its place, whatever becomes of it.
FETCH_ALL = """async (requests, parallel) => {
    const answers = [];
    let next = 0;
    const work = async () => {
        while (next < requests.length) {
            const n = next++, {url, ...init} = requests[n];
            if (init.body === null) delete init.body;
            const asked = new URL(url, document.URL).href;
            try {
                const r = await fetch(url, init);
                answers[n] = {asked, ok: r.ok, status: r.status, url: r.url, redirected: r.redirected,
                              type: r.type, text: await r.text()};
            } catch (error) { answers[n] = {asked, error: String(error)}; }
        }
    };
    await Promise.all(Array.from({length: parallel}, work));
    return answers;
}"""


def _url(request):
    return request["url"] + request.get("urlFragment", "")


def _answer(hop, response):
    hop.status = response["status"]
    hop.phrase = response["statusText"]
    hop.headers = response["headers"]
    # A server can send the field, too; only the browser answers from nowhere.
    hop.internal = not response.get("remoteIPAddress") and not response.get("fromDiskCache") and bool(
        hop.header("Non-Authoritative-Reason"))
    hop.cached = bool(response.get("fromDiskCache"))
