# SPDX-License-Identifier: MIT
"""The servers that are compared: how each is configured, started, asked and ended."""

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import time

import machine

START_LIMIT = 120  # seconds until the first right answer
LIFE_LIMIT = 900  # seconds any server may live


class Failed(Exception):
    """A server that does not start, or does not answer as it should."""


def free_port():
    """A port nobody listens on, below those the kernel gives to clients."""
    for port in range(18000, 19000):
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Failed("no free port between 18000 and 19000")


class Site:
    """The rules of a workload, in every form a server reads, and what to ask for."""

    def __init__(self, folder, count):
        self.count = count
        self.rules = os.path.join(folder, "site.rules")
        self.map = os.path.join(folder, "nginx.map")
        self.sample = os.path.join(folder, "sample.tsv")

    def questions(self, limit):
        """Up to `limit` pairs of a path and the Location it must get."""
        pairs = []
        with open(self.sample, encoding="ascii") as f:
            for line in f:
                pairs.append(tuple(line.rstrip("\n").split("\t")))
                if len(pairs) == limit:
                    break
        return pairs


class Server:
    """A server as a child process, pinned to one processor. Subclasses say how it is called."""

    name = ""
    log = None

    def __init__(self, site, folder, processor):
        self.site, self.folder, self.processor = site, folder, processor
        self.port = free_port()
        self.process = None

    def command(self):
        raise NotImplementedError

    def start(self):
        """Starts it. Returns the seconds until the first right answer."""
        self.log = open(os.path.join(self.folder, f"{self.name.split()[0]}.log"), "w+b")
        command, question = self.command(), self.site.questions(1)
        begin = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            start_new_session=True, preexec_fn=machine.child_setup(self.processor))
        while True:
            try:
                self.ask(question)
                return time.monotonic() - begin
            except ConnectionError:
                pass
            if self.process.poll() is not None or time.monotonic() - begin > START_LIMIT:
                raise Failed(f"{self.name} did not start: {self.output()}")
            time.sleep(0.0005)

    @staticmethod
    def installed():
        return True

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_LIMIT)

    def ask(self, questions):
        """Asks one after the other on one connection; every answer must be right."""
        connection = self.connection()
        try:
            for path, target in questions:
                connection.request("GET", path, headers={"Host": "www.example.com"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 308 or answer.getheader("Location") != target:
                    raise Failed(f"{self.name}: {path}: {answer.status} "
                                 f"{answer.getheader('Location')} instead of 308 {target}")
        except http.client.RemoteDisconnected as e:
            raise Failed(f"{self.name} closed the connection: {e}") from e
        finally:
            connection.close()

    def pids(self):
        return machine.family(self.process.pid)

    def output(self):
        self.log.seek(0)
        return self.log.read(2000).decode(errors="replace").strip()

    def stop(self):
        """Ends it, by pid."""
        if not self.process:
            return
        pids = self.pids() if self.process.poll() is None else []
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            for pid in pids:
                try:
                    os.kill(pid, 9)
                except ProcessLookupError:
                    pass
            self.process.wait(5)
        self.log.close()


class Tls:
    """What a server over TLS has besides: a certificate, and who asks it so."""

    def certificate(self):
        """(certificate, key): files, made once."""
        cert, key = (os.path.join(self.folder, name) for name in ("cert.pem", "key.pem"))
        if not os.path.exists(cert):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert,
                 "-days", "2", "-subj", "/CN=www.example.com",
                 "-addext", "subjectAltName=DNS:www.example.com"],
                check=True, stderr=subprocess.DEVNULL)
        return cert, key

    def connection(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=START_LIMIT,
                                           context=context)


class Yonder(Server):
    name = "yonder"
    program = "build/yonder"

    def command(self):
        return [self.program, "serve", "--listen", f"127.0.0.1:{self.port}", "--workers", "1",
                self.site.rules]


class YonderTls(Tls, Yonder):
    def command(self):
        cert, key = self.certificate()
        return [self.program, "serve", "--tls-listen", f"127.0.0.1:{self.port}", "--workers", "1",
                "--cert", cert, "--key", key, self.site.rules]


class Nginx(Server):
    name = "nginx"
    listen_options = ""

    def extra(self):
        """Directives of the server block."""
        return ""

    @staticmethod
    def program():
        found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if not found:
            raise Failed("nginx is not installed: apt-get install nginx")
        return found

    def redirect(self):
        """The directives for the rules: (http level, server level)."""
        if self.site.count == 1:
            (path, target), = self.site.questions(1)
            return "", f'location = {path} {{ return 308 "{target}"; }}'
        return (f"map_hash_max_size {2 * self.site.count}; map_hash_bucket_size 256;\n"
                f"map $uri $target {{ default ''; include {self.site.map}; }}",
                "if ($target) { return 308 $target; } return 404;")

    def command(self):
        http, server = self.redirect()
        temporary = "\n".join(
            f"{name}_temp_path {self.folder}/temp;"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        path = os.path.join(self.folder, "nginx.conf")
        with open(path, "w", encoding="ascii") as f:
            f.write(f"""daemon off;
worker_processes 1;
pid {self.folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    {temporary}
    {http}
    server {{
        listen 127.0.0.1:{self.port} backlog=4096{self.listen_options};
        server_name www.example.com;
        {self.extra()}
        {server}
    }}
}}
""")
        return [self.program(), "-e", "stderr", "-c", path, "-p", self.folder]


class NginxDeferred(Nginx):
    name = "nginx deferred"
    listen_options = " deferred"


class NginxH2(Tls, Nginx):
    listen_options = " ssl http2"

    def extra(self):
        cert, key = self.certificate()
        return (f"ssl_certificate {cert}; ssl_certificate_key {key}; "
                "http2_max_concurrent_streams 128;")


class H2o(Tls, Server):
    name = "h2o"

    @staticmethod
    def installed():
        return shutil.which("h2o") is not None

    def command(self):
        cert, key = self.certificate()
        (path, target), = self.site.questions(1)
        config = os.path.join(self.folder, "h2o.conf")
        with open(config, "w", encoding="ascii") as f:
            f.write(f"""num-threads: 1
error-log: /dev/null
hosts:
  default:
    listen:
      host: 127.0.0.1
      port: {self.port}
      ssl:
        certificate-file: {cert}
        key-file: {key}
        ocsp-update-interval: 0
    paths:
      "{path}":
        redirect:
          status: 308
          url: "{target}"
""" + ("user: root\n" if os.geteuid() == 0 else ""))
        return ["h2o", "-c", config]


class Floor(Server):
    """The bare epoll loop of floor.c."""

    name = "floor"
    program = "build/bench/floor"
    options = ()

    def command(self):
        rules = ("-r", self.site.rules) if self.site.count > 1 else ()
        return [self.program, "-p", str(self.port), "-s", str(LIFE_LIMIT), *self.options, *rules]


class FloorClosing(Floor):
    options = ("-c",)


class FloorDeferred(Floor):
    name = "floor deferred"
    options = ("-c", "-d")
