# SPDX-License-Identifier: MIT
"""The servers that are compared: how each is configured, started, asked and ended."""

import http.client
import os
import shutil
import signal
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
    """The rules of a workload, in every form a server reads, and what to ask for. The last rule of
    many is one that changes: see change()."""

    LATE = "/the-rule-that-changes"

    def __init__(self, folder, count):
        self.count, self.version = count, 0
        self.rules = os.path.join(folder, "site.rules")
        self.map = os.path.join(folder, "nginx.map")
        self.plain = os.path.join(folder, "haproxy.map")
        self.sample = os.path.join(folder, "sample.tsv")
        if count > 1:
            self.lines = {name: (os.path.getsize(name), form) for name, form in (
                (self.rules, "%s %s 308\n"), (self.map, '"%s" "%s";\n'), (self.plain, "%s %s\n"))}
            self.change()

    def late(self):
        """The rule that changes: its path, and the Location it has now."""
        return self.LATE, f"https://www.example.com/version-{self.version:08}"

    def change(self):
        """Gives the last rule of the files another target. It is in no sample: the load goes on."""
        self.version += 1
        for name, (end, form) in self.lines.items():
            with open(name, "r+b") as f:
                f.seek(end)
                f.write((form % self.late()).encode())

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
    reload_signal = signal.SIGHUP

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

    def late_target(self):
        """What the rule that changes answers now, by a connection of its own; None: no answer."""
        connection = self.connection()
        try:
            connection.request("GET", Site.LATE, headers={"Host": "www.example.com"})
            return connection.getresponse().getheader("Location")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def reload(self):
        """Has it read its files again."""
        self.process.send_signal(self.reload_signal)

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
        return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")

    @classmethod
    def installed(cls):
        return cls.program() is not None

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


class NginxTls(Tls, Nginx):
    listen_options = " ssl"

    def extra(self):
        cert, key = self.certificate()
        return (f"ssl_certificate {cert}; ssl_certificate_key {key}; "
                "ssl_protocols TLSv1.2 TLSv1.3;")  # 1.22 leaves 1.3 out otherwise


class NginxH2(NginxTls):
    listen_options = " ssl http2"

    def extra(self):
        return super().extra() + " http2_max_concurrent_streams 128;"


class HAProxy(Server):
    name = "haproxy"
    reload_signal = signal.SIGUSR2
    bind_options = ""

    @staticmethod
    def program():
        return shutil.which("haproxy", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")

    @classmethod
    def installed(cls):
        return cls.program() is not None

    def redirect(self):
        if self.site.count == 1:
            (path, target), = self.site.questions(1)
            return f"http-request redirect location {target} code 308 if {{ path {path} }}"
        return (f"http-request set-var(txn.to) path,map({self.site.plain})\n"
                "    http-request redirect location %[var(txn.to)] code 308 "
                "if { var(txn.to) -m found }")

    def command(self):
        path = os.path.join(self.folder, "haproxy.cfg")
        with open(path, "w", encoding="ascii") as f:
            f.write(f"""global
    nbthread 1
    maxconn 4096
defaults
    mode http
    timeout client 600s
    timeout server 600s
    timeout connect 5s
frontend www
    bind 127.0.0.1:{self.port} backlog 4096{self.bind_options}
    {self.redirect()}
    http-request return status 404
""")
        return [self.program(), "-W", "-f", path]


class HAProxyTls(Tls, HAProxy):
    @property
    def bind_options(self):
        cert, key = self.certificate()
        both = os.path.join(self.folder, "both.pem")
        with open(both, "w", encoding="ascii") as f:
            for name in (cert, key):
                with open(name, encoding="ascii") as part:
                    f.write(part.read())
        return f" ssl crt {both} alpn h2,http/1.1"


class H2o(Server):
    name = "h2o"

    @staticmethod
    def installed():
        return shutil.which("h2o") is not None

    def listen(self):
        """What `listen` has besides host and port."""
        return ""

    def paths(self):
        if self.site.count == 1:
            (path, target), = self.site.questions(1)
            return f"""      "{path}":
        redirect:
          status: 308
          url: "{target}"
"""
        return f"""      "/":
        mruby.handler: |
          rules = {{}}
          File.open("{self.site.plain}") do |f|
            while line = f.gets
              from, to = line.chomp.split(" ", 2)
              rules[from] = to
            end
          end
          Proc.new do |env|
            to = rules[env["PATH_INFO"]]
            to ? [308, {{"location" => to}}, []] : [404, {{}}, []]
          end
"""

    def command(self):
        config = os.path.join(self.folder, "h2o.conf")
        with open(config, "w", encoding="ascii") as f:
            f.write(f"""num-threads: 1
error-log: /dev/null
http1-request-timeout: 600
hosts:
  default:
    listen:
      host: 127.0.0.1
      port: {self.port}
{self.listen()}    paths:
{self.paths()}""" + ("user: root\n" if os.geteuid() == 0 else ""))
        return ["h2o", "-c", config]


class H2oTls(Tls, H2o):
    def listen(self):
        cert, key = self.certificate()
        return f"""      ssl:
        certificate-file: {cert}
        key-file: {key}
        ocsp-update-interval: 0
"""


class Caddy(Server):
    name = "caddy"

    @staticmethod
    def installed():
        return shutil.which("caddy") is not None

    def address(self):
        """(the site's address, its directives for TLS)"""
        return f"http://www.example.com:{self.port}", ""

    def command(self):
        (path, target), = self.site.questions(1)
        address, tls = self.address()
        config = os.path.join(self.folder, "Caddyfile")
        with open(config, "w", encoding="ascii") as f:
            f.write(f"""{{
    admin off
    auto_https off
    default_sni www.example.com
}}
{address} {{
    bind 127.0.0.1
    {tls}
    redir {path} {target} 308
}}
""")
        return ["env", "GOMAXPROCS=1", f"HOME={self.folder}", f"XDG_DATA_HOME={self.folder}",
                f"XDG_CONFIG_HOME={self.folder}", "caddy", "run", "--adapter", "caddyfile",
                "--config", config]


class CaddyTls(Tls, Caddy):
    def address(self):
        cert, key = self.certificate()
        return f"https://www.example.com:{self.port}", f"tls {cert} {key}"


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
