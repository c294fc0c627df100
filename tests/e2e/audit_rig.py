# SPDX-License-Identifier: MIT
"""Sites of every kind (audit_sites.py) in a network namespace of their own, with real ports 80 and 443,
a name server and an authority. Nothing in there reaches beyond it.

    audit_rig.py --serve FOLDER                 sets it up, says how to enter, waits for Ctrl-C
    audit_rig.py --serve FOLDER COMMAND…        runs a command in there; SSL_CERT_FILE is the authority
    audit_rig.py --list                         the names, and what is there

FOLDER (made if need be) gets the certificates: FOLDER/ca.pem is the one to trust.
In tests: Rig(folder), whose run() runs a program in there.
"""
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import threading
import warnings

import audit_certs
import audit_sites

HERE = pathlib.Path(__file__).resolve()


# ---- outside the namespace --------------------------------------------------------------------------


class Rig:
    """The sites, running. .cafile; .run(command, …) as subprocess.run; .close()"""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.cafile = folder / "ca.pem"
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        self.process = subprocess.Popen(
            ["unshare", *user, "--net", "--mount", sys.executable, HERE, "--inside", folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        into = ["--user", "--preserve-credentials"] if user else []
        self.enter = ["nsenter", "--target", str(self.process.pid), *into, "--net", "--mount", "--root",
                      f"--wd={os.getcwd()}"]
        line = self.process.stdout.readline()
        if line != "ready\n":
            self.close()
            raise RuntimeError(f"the rig does not start: {line!r}")

    def run(self, command, **how):
        return subprocess.run([*self.enter, *map(str, command)], **how)

    def close(self):
        self.process.stdin.close()  # which ends it
        self.process.wait(20)


# ---- inside: servers --------------------------------------------------------------------------------


def tls_context(certificates, host):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers({"cbc": "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", "rsa": "AES128-GCM-SHA256:@SECLEVEL=0"}
                        .get(host.tls, "DEFAULT:@SECLEVEL=0"))
    context.load_cert_chain(*certificates.pair(host.cert))
    if host.tls == "1.1":
        with warnings.catch_warnings():  # that it is old is the point
            warnings.simplefilter("ignore")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    elif host.tls:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


class Port:
    """One port of one host: accepts, and does as its behaviour says."""

    def __init__(self, address, port, behaviour, context=None):
        self.behaviour, self.context, self.count = behaviour, context, 0
        self.socket = socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                                           backlog=64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.meet, args=[connection], daemon=True).start()

    def meet(self, connection):
        with connection:
            connection.settimeout(60)
            try:
                if self.behaviour == "silent":
                    while connection.recv(4096):
                        pass
                elif self.behaviour == "plain":
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                elif callable(self.behaviour):
                    if self.context:
                        connection = self.context.wrap_socket(connection, server_side=True)
                    self.serve(connection)
            except OSError:
                pass
            finally:
                connection.close()

    def serve(self, connection):
        received = b""
        while True:
            while b"\r\n\r\n" not in received:
                part = connection.recv(65536)
                if not part:
                    return
                received += part
            head, _, received = received.partition(b"\r\n\r\n")
            request = self.read(head.decode("latin-1"))
            response = self.behaviour(request)
            if response is None:
                return
            connection.sendall(self.write(request, response))

    def read(self, head):
        line, *rest = head.split("\r\n")
        method, path, _ = line.split(" ")
        fields = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in rest)}
        self.count += 1
        return audit_sites.Request(method, path, fields.get("host", ""), fields.get("user-agent", ""), self.count - 1)

    @staticmethod
    def write(request, response):
        body = b"" if request.method == "HEAD" else b"page\n"
        lines = [f"HTTP/1.1 {response.status} Status".encode(), b"Content-Length: 5"]
        for name, value in response.fields:
            lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
        return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Names(threading.Thread):
    """A name server (RFC 1035) for `table`: name -> addresses. Others do not exist; servfail.test fails."""

    def __init__(self, table):
        super().__init__(daemon=True)
        self.table = table
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        self.start()

    def run(self):
        while True:
            query, client = self.socket.recvfrom(4096)
            self.socket.sendto(self.answer(query), client)

    def answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
            at += 1 + query[at]
        kind = struct.unpack(">H", query[at + 1 : at + 3])[0]
        name, question = ".".join(labels).lower(), query[12 : at + 5]
        known = self.table.get(name)
        code = 2 if name.endswith("servfail.test") else 0 if known is not None else 3
        records = b""
        wanted = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
        found = [a for a in known or () if wanted and (":" in a) == (kind == 28)]
        for address in found if code == 0 else ():
            data = socket.inet_pton(wanted, address)
            records += struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(data)) + data
        count = len(found) if code == 0 else 0
        return query[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, count, 0, 0) + question + records


# ---- inside: the namespace --------------------------------------------------------------------------


def set_up_namespace(folder):
    """Loopback is up, with IPv6 addresses; names are asked of our server."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for name, text in {"resolv.conf": "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n",
                       "hosts": "127.0.0.1 localhost\n"}.items():
        (folder / name).write_text(text)
        if os.path.exists(f"/etc/{name}"):  # what is not there says nothing of names either
            subprocess.run(["mount", "--bind", folder / name, f"/etc/{name}"], check=True)


def set_up_sites(folder):
    names = [name for name, _ in audit_sites.hosts()]
    certificates = audit_certs.Certificates(folder, names)
    for label, site in audit_sites.SITES.items():
        if site.named:
            certificates.issue(label, [f"{label}.test", *(f"{below}.{label}.test" for below in site.named)])
    table, v6 = {}, []
    for number, (name, host) in enumerate(audit_sites.hosts(), 1):
        table[name] = [f"127.77.{number // 250}.{number % 250 + 1}"]
        if host.v6:
            v6.append(f"fd77::{number:x}")
            table[name].append(v6[-1])
    batch = "".join(f"addr add {address}/128 dev lo nodad\n" for address in v6)
    subprocess.run(["ip", "-6", "-batch", "-"], input=batch, text=True, check=True)
    for name, host in audit_sites.hosts():
        for address in table[name]:
            here = host.v6 if ":" in address else host
            if here.http != "closed":
                Port(address, 80, here.http)
            if here.https != "closed":
                context = tls_context(certificates, here) if callable(here.https) else None
                Port(address, 443, here.https, context)
    Names(table)


def inside(folder):
    set_up_namespace(folder)
    set_up_sites(folder)
    print("ready", flush=True)
    sys.stdin.read()  # until whoever started it ends


def serve(folder, command):
    rig = Rig(folder)
    try:
        if command:
            return rig.run(command, env={**os.environ, "SSL_CERT_FILE": str(rig.cafile)}).returncode
        print(f"enter it by: {' '.join(rig.enter)} COMMAND\ntrust: {rig.cafile}", flush=True)
        rig.process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        rig.close()
    return 0


def main(arguments):
    if arguments[:1] == ["--list"]:
        for label, site in audit_sites.SITES.items():
            print(f"{label}.test".ljust(32), site.says or label.replace("-", " "))
    elif arguments[:1] == ["--inside"] and len(arguments) == 2:
        inside(pathlib.Path(arguments[1]))
    elif arguments[:1] == ["--serve"] and len(arguments) > 1:
        return serve(pathlib.Path(arguments[1]).resolve(), arguments[2:])
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
