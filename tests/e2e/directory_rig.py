# SPDX-License-Identifier: MIT
"""A directory, and sites that it checks: all on this machine, whose owners can mend and break them."""
import http.client
import json
import os
import re
import signal
import ssl
import subprocess
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import program
import tlsrig

TOKEN = "a-token-for-tests-0123456789"
GOOD = "max-age=63072000; includeSubDomains; preload"
LEAVING = "max-age=63072000; includeSubDomains"


class Sites:
    """HTTPS and HTTP for `names` and their www: each sends hsts[name], GOOD to begin with; None for no header.
    What was asked is counted in .asked; answers wait until .awake is set, as it is to begin with."""

    def __init__(self, folder, names):
        self.hsts = dict.fromkeys(names, GOOD)
        self.asked = 0
        self.awake = threading.Event()
        self.awake.set()
        authority = tlsrig.Authority(folder)
        self.cafile = authority.cafile
        pair = authority.issue("sites", [n for name in names for n in (name, "www." + name)])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        self.secure = self.server(True)
        self.secure.socket = context.wrap_socket(self.secure.socket, server_side=True, do_handshake_on_connect=False)
        self.plain = self.server(False)

    def server(self, secure):
        sites = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                sites.asked += 1
                sites.awake.wait(30)
                host = (self.headers["Host"] or "").partition(":")[0]
                self.send_response(200 if secure else 301)
                if not secure:
                    self.send_header("Location", f"https://{host}{self.path}")
                elif value := sites.hsts.get(host.removeprefix("www.")):
                    self.send_header("Strict-Transport-Security", value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):
                pass

        server = Quiet(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        return server

    def options(self):
        """Those that lead a program here."""
        return ["--cacert", self.cafile, "--resolve", "*:443:127.0.0.1", "--resolve", "*:80:127.0.0.1",
                "--connect-to", f":443:127.0.0.1:{self.secure.server_port}",
                "--connect-to", f":80:127.0.0.1:{self.plain.server_port}"]

    def close(self):
        for server in self.secure, self.plain:
            server.shutdown()
            server.server_close()


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body
        self.text = body.decode()

    def json(self):
        assert self.headers["Content-Type"] == "application/json; charset=utf-8", self.headers
        return json.loads(self.body)

    def codes(self):
        """(errors, warnings) of issues."""
        issues = self.json()
        assert list(issues) == ["errors", "warnings"]
        return tuple([issue["code"] for issue in issues[kind]] for kind in issues)


class Directory:
    """A running `yonder directory serve` with the operator's token."""

    def __init__(self, folder, *options, token=TOKEN, rounds=False):
        self.db = folder / "list.db"
        self.args = [program.path(), "directory", "serve", "--db", self.db, "--listen", "127.0.0.1:0",
                     *([] if rounds else ["--no-scan", "--no-publish"]), *options]
        self.env = {**program.environment(), **({"YONDER_DIRECTORY_TOKEN": token} if token else {})}
        self.log = folder / "log"
        self.start()

    def start(self):
        self.log.write_text("")
        with self.log.open("w") as log:
            self.process = subprocess.Popen([str(a) for a in self.args], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env=self.env)
        self.ports = [int(port) for port in self.said(r"listening on https?://[^/\s]+:(\d+)/")]
        self.port = self.ports[0]

    def said(self, pattern, timeout=20):
        """All that matches in what it has said so far, once something does."""
        deadline = time.monotonic() + timeout
        while not (found := re.findall(pattern, self.log.read_text())):
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)
        return found

    def ask(self, method, path, query=None, form=None, headers=None, operator=False):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = dict(headers or {})
        body = None
        if operator:
            headers["Authorization"] = f"Bearer {TOKEN}"
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode(form)
        try:
            connection.request(method, path + ("?" + urllib.parse.urlencode(query) if query else ""), body, headers)
            response = connection.getresponse()
            return Answer(response, response.read())
        finally:
            connection.close()

    def get(self, path, **how):
        return self.ask("GET", path, **how)

    def post(self, path, **how):
        return self.ask("POST", path, **how)

    def status(self, domain):
        return self.get("/api/v2/status", query={"domain": domain}).json()["status"]

    def update(self):
        answer = self.post("/api/v2/update", operator=True)
        assert answer.status == 200, answer.text
        return answer.json()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(40)
        program.check_sound(self.args, 0 if code == -signal.SIGKILL else code, self.log.read_text())
        assert code in (0, -signal.SIGKILL), self.log.read_text()
