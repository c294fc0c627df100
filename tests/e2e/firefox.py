# SPDX-License-Identifier: MIT
"""Drives the real Firefox over WebDriver BiDi, which it speaks by itself.

Every start has a fresh profile and a fresh HOME. All names lead to 127.0.0.1, and `hosts` says to
which port there: Firefox maps ports, not hosts and ports, so a port leads to one place whatever the
host before it. Nothing else is listened to and nothing beyond the machine is asked.
"""
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.parse

import browser
import clock as clocks
from browser import Failure, Hop, Visit

PREFERENCES = {
    # Names and ports.
    "network.dns.forceResolve": "127.0.0.1",
    "network.proxy.type": 0,
    "network.trr.mode": 5,
    "network.dns.native_https_query": False,
    "network.dns.upgrade_with_https_rr": False,
    "network.dns.use_https_rr_as_altsvc": False,
    "network.dns.disableIPv6": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    # Requests that nobody has asked for.
    "browser.chrome.site_icons": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.http.speculative-parallel-limit": 0,
    "network.predictor.enabled": False,
    "network.http.rcwn.enabled": False,  # what is cached is not asked for because the disk is slow
    "network.prefetch-next": False,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
    "services.settings.server": "http://127.0.0.1:9/",
    "extensions.update.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "browser.search.update": False,
    "browser.region.network.url": "",
    "browser.newtabpage.enabled": False,
    "browser.startup.page": 0,
    "browser.shell.checkDefaultBrowser": False,
    # Certificates are judged by what the profile holds alone.
    "security.OCSP.enabled": 0,
    "security.ssl.enable_ocsp_stapling": False,
    "security.enterprise_roots.enabled": False,
    # What is typed as http stays http, but for HSTS.
    "dom.security.https_first": False,
    "dom.security.https_first_pbm": False,
    "dom.security.https_first_schemeless": False,
    "dom.security.https_first_for_custom_ports": False,
    "dom.security.https_only_mode": False,
    "dom.security.https_only_mode.upgrade_local": False,
    # A slow machine is not a fault.
    "dom.max_script_run_time": 0,
    "browser.sessionstore.resume_from_crash": False,
    "toolkit.startup.max_resumed_crashes": -1,
}

EVENTS = [
    "browsingContext.load", "browsingContext.navigationStarted", "browsingContext.downloadWillBegin",
    "network.beforeRequestSent", "network.responseStarted", "network.responseCompleted",
    "network.fetchError",
]

# Events that end a navigation, and what `error` says then where Firefox names none.
_ENDS = {"browsingContext.load": None, "browsingContext.downloadWillBegin": "DOWNLOAD",
         "network.fetchError": "FAILED"}

SUBMIT = """(url, method, pairs) => {
  const form = document.createElement('form');
  form.action = url; form.method = method;
  for (const [name, value] of pairs) {
    const field = document.createElement('input');
    field.name = name; field.value = value; form.append(field);
  }
  (document.body || document.documentElement).append(form);
  setTimeout(() => form.submit(), 0);
}"""

FETCH = """async (url, options) => {
  try {
    const answer = await fetch(url, options);
    return JSON.stringify({ok: answer.ok, status: answer.status, url: answer.url,
                           redirected: answer.redirected, text: await answer.text()});
  } catch (error) { return JSON.stringify({error: String(error)}); }
}"""

FETCH_ALL = """async (all, parallel) => {
  const requests = JSON.parse(all), answers = [];
  let next = 0;
  const work = async () => {
    while (next < requests.length) {
      const n = next++, {url, ...options} = requests[n];
      try {
        const answer = await fetch(url, options);
        answers[n] = {ok: answer.ok, status: answer.status, url: answer.url,
                      redirected: answer.redirected, text: await answer.text()};
      } catch (error) { answers[n] = {error: String(error)}; }
    }
  };
  await Promise.all(Array.from({length: parallel}, work));
  return JSON.stringify(answers);
}"""


def program():
    """Where Firefox is; a test that needs it fails where it is not."""
    path = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    if not path:
        raise Failure("Firefox is not installed: ./dev test installs it (package firefox-esr)")
    return path


def built():
    """When, about: the list of preloaded hosts is some days older."""
    return os.stat(pathlib.Path(program()).resolve()).st_mtime


def version():
    said = subprocess.run([program(), "--version"], capture_output=True, text=True, timeout=60).stdout
    return re.search(r"[\d.]+", said).group()


class Firefox:
    def __init__(self, tmp, cafile=None, hosts=None, preferences=None, start_timeout=60, clock=None):
        """`clock` is what time it is to the browser when it starts, in seconds since 1970."""
        self.folder = pathlib.Path(tmp)
        self.profile = self.folder / "profile"
        home = self.folder / "home"
        for folder in (self.profile, home):
            folder.mkdir(parents=True, exist_ok=True)
        self._write_preferences({"network.socket.forcePort": _ports(hosts or {}), **(preferences or {})})
        if cafile:
            self._trust(cafile)
        keep = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        env = {**keep, "HOME": str(home), "MOZ_HEADLESS": "1", "MOZ_CRASHREPORTER_DISABLE": "1",
               "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            env.pop(name, None)
        env |= clocks.environment(self.folder, clock) if clock else {}
        if os.geteuid() == 0:
            env.setdefault("MOZ_DISABLE_CONTENT_SANDBOX", "1")
        self._process = browser.Process(
            [program(), "--headless", "--no-remote", "--remote-debugging-port", "0", "--profile",
             str(self.profile), "about:blank"], self.folder / "firefox.log", env=env, cwd=home)
        self._socket = None
        try:
            self._connect(time.monotonic() + start_timeout)
        except BaseException:
            self.close()
            raise

    # ---- starting and ending ---------------------------------------------------------------------

    def _write_preferences(self, more):
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
                 for name, value in {**PREFERENCES, **more}.items())
        (self.profile / "user.js").write_text("".join(lines))

    def _trust(self, cafile):
        """Puts the CA into the profile's own store, as a user would by hand."""
        store = f"sql:{self.profile}"
        for command in (["-N", "--empty-password"],
                        ["-A", "-n", "yonder tests CA", "-t", "C,,", "-i", str(cafile)]):
            done = subprocess.run(["certutil", *command, "-d", store], capture_output=True, timeout=60)
            if done.returncode:
                raise Failure(f"certutil {command[0]}: {done.stderr!r}")

    def _connect(self, deadline):
        import websocket  # python3-websocket; not needed to collect the tests

        url = None
        while not url:
            found = re.search(r"WebDriver BiDi listening on (ws://\S+)", self._process.said())
            url = found and found.group(1)
            if time.monotonic() > deadline or not self._process.alive():
                raise Failure(f"Firefox did not start: {self._process.said()}")
            if not url:
                time.sleep(0.05)
        self._timeout = websocket.WebSocketTimeoutException
        self._closed = websocket.WebSocketConnectionClosedException
        self._socket = websocket.create_connection(f"{url}/session", timeout=30, suppress_origin=True,
                                                   http_proxy_host=None)
        self._ids = itertools.count(1)
        self._events = []
        made = self._call("session.new", {"capabilities": {}})
        self.version = made["capabilities"]["browserVersion"]
        self._call("session.subscribe", {"events": EVENTS})
        tree = self._call("browsingContext.getTree", {})
        self._context = tree["contexts"][0]["context"]

    def close(self):
        """Asks it to end, and sees to it."""
        if self._socket:
            try:
                self._call("browser.close", {}, timeout=5)
            except Exception:  # it is ended below, whatever it says
                pass
            try:
                self._socket.close(timeout=1)
            except Exception:
                pass
            self._socket = None
        self._process.end()

    # ---- messages --------------------------------------------------------------------------------

    def _receive(self, deadline):
        self._socket.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            message = json.loads(self._socket.recv())
        except self._timeout:
            return None
        except (self._closed, OSError) as error:
            raise Failure(f"Firefox is gone ({error}): {self._process.said()[-2000:]}") from error
        if "method" in message:
            self._events.append(message)
        return message

    def _call(self, method, params, timeout=30):
        """The result of a command; `Refused` with what Firefox says where it does not do it."""
        number = next(self._ids)
        deadline = time.monotonic() + timeout
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while time.monotonic() < deadline:
            message = self._receive(deadline)
            if message and message.get("id") == number:
                if message["type"] == "error":
                    raise Refused(message["error"], message["message"])
                return message["result"]
        raise Failure(f"{method} was not answered in {timeout} s")

    def _run(self, function, *arguments, timeout=20):
        done = self._call("script.callFunction", {
            "functionDeclaration": function, "awaitPromise": True, "target": {"context": self._context},
            "arguments": [_value(a) for a in arguments], "userActivation": True}, timeout)
        if done["type"] != "success":
            raise Failure(f"script: {done['exceptionDetails']['text']}")
        return done["result"].get("value")

    # ---- navigations -----------------------------------------------------------------------------

    def _leave(self):
        """To a page that says nothing, so that the next visit is a visit and no reload."""
        for _ in range(20):
            try:
                self._call("browsingContext.navigate",
                           {"context": self._context, "url": "about:blank", "wait": "complete"})
                break
            except Refused:  # the page before has not quite gone
                time.sleep(0.05)
        self._events.clear()

    def visit(self, url, timeout=15):
        self._leave()
        try:
            done = self._call("browsingContext.navigate",
                              {"context": self._context, "url": url, "wait": "complete"}, timeout)
        except Refused as refused:
            if "interrupted" in refused.message:  # by itself: an upgrade counts as a new one at times
                return self._end(url, timeout)
            return self._visit(url, self._navigation(), _error_name(refused.message))
        except Failure:
            self._restart_context()
            return self._visit(url, self._navigation(), "TIMEOUT")
        downloads = any(e["method"] == "browsingContext.downloadWillBegin" for e in self._events)
        return self._visit(url, done["navigation"], "DOWNLOAD" if downloads else None, done["url"])

    def submit(self, url, method="POST", body="a=1", page=None, timeout=15):
        """The form stands on `page`, or on an empty one of no origin."""
        self._leave()
        if page:
            self._call("browsingContext.navigate", {"context": self._context, "url": page,
                                                    "wait": "complete"}, timeout)
            self._events.clear()
        pairs = [list(pair) for pair in urllib.parse.parse_qsl(body, keep_blank_values=True)]
        self._run(SUBMIT, url, method, pairs)
        return self._end(url, timeout)

    def _end(self, url, timeout):
        """Waits until the navigation under way has ended."""
        end = self._await_end(time.monotonic() + timeout)
        if not end:
            self._restart_context()
            return self._visit(url, self._navigation(), "TIMEOUT")
        if end["method"] == "browsingContext.load":
            return self._visit(url, self._navigation(), None, end["params"]["url"])
        error = end["params"].get("errorText") or _ENDS.get(end["method"], "NS_ERROR_NO_CONTENT")
        return self._visit(url, self._navigation(), error)

    def _await_end(self, deadline):
        """The event that ended the navigation; None where none came. What leads out of the browser
        (mailto:) ends without one: then it is the last response, when it has been quiet after it."""

        def end():
            navigation = self._navigation()
            mine = [e for e in self._events if navigation and (
                e["params"].get("navigation") == navigation or (
                    e["method"] == "browsingContext.load" and e["params"]["url"] != "about:blank"))]
            return next((e for e in mine if e["method"] in _ENDS), None), mine[-1] if mine else None

        while time.monotonic() < deadline:
            event, last = end()
            if event:
                return event
            message = self._receive(min(deadline, time.monotonic() + 1.5))
            if not message and last and last["method"] == "network.responseCompleted":
                return last
        return None

    def _restart_context(self):
        """A tab that hangs is left behind."""
        fresh = self._call("browsingContext.create", {"type": "tab"})["context"]
        self._call("browsingContext.close", {"context": self._context})
        self._context = fresh

    def _navigation(self):
        """The id of the navigation under way: the last one that asked for a document, or else the
        one that was announced."""
        found = None
        for event in self._events:
            params = event["params"]
            announced = event["method"] == "browsingContext.navigationStarted"
            if params.get("navigation") and (event["method"].startswith("network.") or (
                    announced and not found and params["url"] != "about:blank")):
                found = params["navigation"]
        return found

    def _visit(self, url, navigation, error, shown=None):
        chain, failure = self._chain(navigation)
        last = chain[-1] if chain else Hop(url, "")
        failed = error is not None
        return Visit(url=last.url if failed or not shown else shown, status=last.status,
                     error=(failure or error) if failed else None, chain=chain,
                     text="" if failed else self._text())

    def _text(self):
        try:
            return self._run("() => document.documentElement ? document.documentElement.textContent : ''")
        except Failure:
            return ""  # a page that lets no script in

    def _chain(self, navigation):
        """The hops of a navigation, and what ended the last one if something did."""
        hops, failure = {}, None
        for event in self._events:
            params = event["params"]
            if not event["method"].startswith("network.") or params.get("navigation") != navigation:
                continue
            request = params["request"]
            key = (request["request"], params["redirectCount"])
            hop = hops.setdefault(key, Hop(request["url"], request["method"]))
            hop.sent = _fields(request["headers"])
            response = params.get("response")
            if response and event["method"] != "network.fetchError":
                hop.status, hop.phrase = response["status"], response["statusText"]
                hop.headers = _fields(response["headers"])
                hop.cached = response["fromCache"]
            if event["method"] == "network.fetchError":
                failure = params["errorText"]
        return list(hops.values()), failure

    # ---- fetch() ---------------------------------------------------------------------------------

    def fetch(self, url, method="GET", headers=None, body=None, page=None, timeout=20, **options):
        """`options` are more of those of fetch(), such as redirect="manual"."""
        self.stand_on(page or _origin(url) + "/")
        wanted = {"method": method, "headers": headers or {}, **options}
        if body is not None:
            wanted["body"] = body
        try:
            return json.loads(self._run(FETCH, url, wanted, timeout=timeout))
        except Failure as failed:
            return {"error": str(failed)}

    def fetch_all(self, requests, page=None, timeout=60, parallel=6):
        """Many at once: each is {"url", and what fetch() takes}. The answers are in their order."""
        self.stand_on(page or _origin(requests[0]["url"]) + "/")
        return json.loads(self._run(FETCH_ALL, json.dumps(requests), parallel, timeout=timeout))

    def stand_on(self, page):
        """Goes to the page unless it is there. The events so far are forgotten."""
        here = self._call("browsingContext.getTree", {"root": self._context})["contexts"][0]["url"]
        if here != page:
            self._call("browsingContext.navigate",
                       {"context": self._context, "url": page, "wait": "complete"})
        self._events.clear()


class Refused(Failure):
    def __init__(self, error, message):
        super().__init__(f"{error}: {message}")
        self.message = message


def _fields(headers):
    """As in Hop: those of one name joined by a newline."""
    fields = {}
    for header in headers:
        value = header["value"].get("value", "")
        fields[header["name"]] = "\n".join([fields[header["name"]], value] if header["name"] in fields else [value])
    return fields


def _error_name(message):
    found = re.search(r"\b(?:NS|SEC|SSL|MOZILLA_PKIX)_ERROR_\w+|\bNS_BINDING_\w+", message)
    return found.group() if found else message


def _origin(url):
    parts = urllib.parse.urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _ports(hosts):
    """hosts, {"*.lab.test:80": "127.0.0.1:8080"}, as the preference network.socket.forcePort."""
    ports = {}
    for name, there in hosts.items():
        if ":" not in name and there == "127.0.0.1":
            continue  # as all names
        host, _, port = name.rpartition(":")
        address, _, to = there.rpartition(":")
        if address != "127.0.0.1" or not host or ports.setdefault(port, to) != to:
            raise ValueError(f"Firefox cannot map {name} to {there}: one port leads to one port of 127.0.0.1")
    return ";".join(f"{port}={to}" for port, to in ports.items())


def _value(value):
    if isinstance(value, dict):
        return {"type": "object", "value": [[k, _value(v)] for k, v in value.items()]}
    if isinstance(value, (list, tuple)):
        return {"type": "array", "value": [_value(v) for v in value]}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if value is None:
        return {"type": "null"}
    if isinstance(value, (int, float)):
        return {"type": "number", "value": value}
    return {"type": "string", "value": value}
