# SPDX-License-Identifier: MIT
"""Real servers of other people as child processes, each in a throw-away folder of its own.

A Peer has .port, .url, .root (what it serves files from), .access_log() and .close(). In the
configuration given, @PORT@ stands for the port and @ROOT@ for that folder.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from typing import NamedTuple

import clock as clocks

# The leaf certificate is good for these.
TLS_NAMES = ["localhost", "example.test", "*.example.test", "old.test", "www.old.test", "new.test",
             "www.new.test", "a.test", "b.test", "c.test", "*.a.test", "*.b.test", "*.c.test",
             "lab.test", "*.lab.test",
             "dropbox.com", "*.dropbox.com", "github.com"]  # which browsers preload


class LogLine(NamedTuple):
    """A request as the peer logged it. Fields that were absent are ''."""

    method: str
    target: str  # as it stood in the request line; bytes beyond ASCII as Latin-1
    version: str
    status: int
    content_length: str  # as the client declared it
    transfer_encoding: str
    content_type: str
    user_agent: str
    accept: str
    host: str

    @property
    def body_length(self):
        """Bytes of the body as declared; None where it came in chunks."""
        return None if self.transfer_encoding else int(self.content_length or 0)


class Pki:
    def __init__(self, folder, names=TLS_NAMES, clock=None):
        """`clock`: good from that moment on, in seconds since 1970."""
        env = os.environ | (clocks.environment(folder, clock) if clock else {})
        self.cafile = folder / "ca.pem"
        self.cert = folder / "leaf.pem"
        self.key = folder / "leaf.key"
        ca_key, request, extensions = folder / "ca.key", folder / "leaf.csr", folder / "leaf.ext"
        names = ",".join(f"DNS:{name}" for name in names)
        extensions.write_text(f"subjectAltName={names},IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth\n")
        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        for command in (
            ["req", "-x509", *new_key, "-keyout", ca_key, "-out", self.cafile, "-days", "2",
             "-subj", "/CN=yonder tests CA"],
            ["req", *new_key, "-keyout", self.key, "-out", request, "-subj", "/CN=localhost"],
            ["x509", "-req", "-in", request, "-CA", self.cafile, "-CAkey", ca_key, "-days", "2",
             "-set_serial", "1", "-extfile", extensions, "-out", self.cert],
        ):
            done = subprocess.run(["openssl", *map(str, command)], capture_output=True, timeout=60, env=env)
            assert done.returncode == 0, done.stderr


class Peer:
    """What nginx and Apache have in common; a subclass says how one is configured and started."""

    program = None

    def __init__(self, pki):
        assert self.program and os.access(self.program, os.X_OK), (
            f"{type(self).__name__} is not installed: ./dev test installs it")
        self.pki = pki
        # Not pytest's own folder: Apache, started as root, becomes a user who may not enter it.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"yonder-{type(self).__name__.lower()}-"))
        self.folder.chmod(0o755)
        self.root = self.folder / "root"
        self.root.mkdir()
        self.log = self.folder / "access.log"
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    process = None

    def _start(self):
        for _ in range(5):  # somebody else may take the port between the choice and its use
            self.port = _free_port()
            self.url = f"{'https' if self.pki else 'http'}://127.0.0.1:{self.port}"
            config = self.folder / "server.conf"
            text = self._config().replace("@PORT@", str(self.port)).replace("@ROOT@", str(self.root))
            config.write_text(text)
            with open(self.folder / "output", "wb") as output:
                self.process = subprocess.Popen(self._command(config), stdin=subprocess.DEVNULL,
                                                stdout=output, stderr=output, cwd=self.folder)
            if self._wait_ready():
                return
            if "ddress already in use" not in self._output():
                break
        raise AssertionError(f"{self.program} did not start: {self._output()}")

    def _wait_ready(self, timeout=20):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return True
            except OSError:
                time.sleep(0.01)
        return False

    def _output(self):
        names = ("output", "error.log")
        return "".join((self.folder / n).read_text() for n in names if (self.folder / n).exists())

    def access_log(self, at_least=0, timeout=5):
        """The requests so far, oldest first, as LogLines. A server logs a request after it has
        answered: waits until there are `at_least` lines, and until no more come."""
        deadline = time.monotonic() + timeout
        before = None
        while True:
            text = self.log.read_text("latin-1") if self.log.exists() else ""
            lines = [line for line in text.split("\n")[:-1] if line]
            if len(lines) >= at_least and text == before:
                return [self._parse(line) for line in lines]
            assert time.monotonic() < deadline, f"{len(lines)} lines, not {at_least}: {text}"
            before = text
            time.sleep(0.05)

    @staticmethod
    def _parse(line):
        # Apache writes \xhh, which JSON does not have; nginx writes such bytes as they are.
        line = re.sub(r"\\(x([0-9a-f]{2})|.)", lambda m: f"\\u00{m[2]}" if m[2] else m[0], line)
        fields = json.loads(line)
        method, _, rest = fields.pop("request").partition(" ")
        target, _, version = rest.rpartition(" ")
        values = {k: "" if v == "-" else v for k, v in fields.items()}
        return LogLine(method, target, version, int(values.pop("status")), **values)

    def clear_log(self):
        """Forgets the requests so far."""
        self.access_log()
        with open(self.log, "r+") as log:
            log.truncate()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Nginx(Peer):
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:" + os.environ["PATH"])

    def __init__(self, server_body, http_extra="", pki=None):
        self.server_body = server_body
        self.http_extra = http_extra
        super().__init__(pki)

    def _command(self, config):
        return [self.program, "-p", str(self.folder), "-c", str(config), "-e", "stderr"]

    def _config(self):
        tls = f"ssl_certificate {self.pki.cert}; ssl_certificate_key {self.pki.key};" if self.pki else ""
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        # One process: nothing is left behind whatever ends it, and no user is switched to.
        return f"""
daemon off;
master_process off;
pid {self.folder}/pid;
error_log stderr;
events {{ worker_connections 256; }}
http {{
  log_format requests escape=json '{{"request":"$request","status":"$status",'
    '"content_length":"$http_content_length","transfer_encoding":"$http_transfer_encoding",'
    '"content_type":"$http_content_type","user_agent":"$http_user_agent",'
    '"accept":"$http_accept","host":"$http_host"}}';
  access_log {self.log} requests;
  default_type text/plain;
  {temporary}
  {self.http_extra}
  server {{
    listen 127.0.0.1:@PORT@{" ssl" if self.pki else ""};
    root @ROOT@;
    {tls}
    {self.server_body}
  }}
}}
"""


class Apache(Peer):
    program = shutil.which("apache2", path="/usr/sbin:/usr/local/sbin:" + os.environ["PATH"])
    modules = "/usr/lib/apache2/modules"
    wanted = ("mpm_event", "authz_core", "alias", "rewrite", "log_config", "mime", "dir", "headers",
              "setenvif")

    def __init__(self, vhost_body, pki=None):
        self.vhost_body = vhost_body
        super().__init__(pki)

    def _command(self, config):
        return [self.program, "-d", str(self.folder), "-f", str(config), "-D", "FOREGROUND"]

    def _config(self):
        wanted = self.wanted + (("ssl",) if self.pki else ())
        # A module without a file is built in.
        load = "".join(f"LoadModule {name}_module {self.modules}/mod_{name}.so\n" for name in wanted
                       if os.path.exists(f"{self.modules}/mod_{name}.so"))
        # Apache asks root to become somebody else.
        user = "User nobody\nGroup nogroup\n" if os.geteuid() == 0 else ""
        tls = (f"SSLEngine on\nSSLCertificateFile {self.pki.cert}\nSSLCertificateKeyFile {self.pki.key}\n"
               if self.pki else "")
        (self.folder / "mime.types").write_text("text/html html\ntext/plain txt\n")
        fields = {"request": "%r", "status": "%>s", "content_length": "%{Content-Length}i",
                  "transfer_encoding": "%{Transfer-Encoding}i", "content_type": "%{Content-Type}i",
                  "user_agent": "%{User-Agent}i", "accept": "%{Accept}i", "host": "%{Host}i"}
        log = ",".join(f'\\"{name}\\":\\"{value}\\"' for name, value in fields.items())
        return f"""
{load}
{user}
ServerRoot {self.folder}
ServerName localhost
PidFile {self.folder}/pid
DefaultRuntimeDir {self.folder}
Mutex pthread
ErrorLog {self.folder}/error.log
TypesConfig {self.folder}/mime.types
Listen 127.0.0.1:@PORT@
StartServers 1
ServerLimit 2
MinSpareThreads 1
MaxSpareThreads 32
ThreadsPerChild 16
MaxRequestWorkers 16
KeepAlive On
TraceEnable On
LogFormat "{{{log}}}" requests
<VirtualHost 127.0.0.1:@PORT@>
  DocumentRoot @ROOT@
  CustomLog {self.log} requests
  <Directory @ROOT@>
    Require all granted
  </Directory>
  {tls}
  {self.vhost_body}
</VirtualHost>
"""


class Haproxy(Peer):
    program = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:" + os.environ["PATH"])

    def __init__(self, config, pki=None):
        """`config` is all of it; its maps lie in lines that start with '#NAME.map '."""
        self.config = config
        super().__init__(pki)

    def _command(self, config):
        return [self.program, "-db", "-f", str(config)]

    def _config(self):
        for name in set(re.findall(r"^#(\S+\.map) ", self.config, re.M)):
            lines = re.findall(rf"^#{re.escape(name)} (.*)$", self.config, re.M)
            (self.folder / name).write_text("\n".join(lines) + "\n")
        return self.config


class Caddy(Peer):
    program = shutil.which("caddy")

    def __init__(self, config, pki=None):
        """`config` is all of a Caddyfile but its global options."""
        self.config = config
        super().__init__(pki)

    def _command(self, config):
        return ["env", f"HOME={self.folder}", f"XDG_DATA_HOME={self.folder}", f"XDG_CONFIG_HOME={self.folder}",
                self.program, "run", "--adapter", "caddyfile", "--config", str(config)]

    def _config(self):
        return "{\n\tadmin off\n\tauto_https off\n\thttp_port @PORT@\n\tdefault_bind 127.0.0.1\n}\n" + self.config


def _free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
