# SPDX-License-Identifier: MIT
"""What the tests of HTTPS share: an authority of their own, `yonder serve` with its certificates, and
a client that decides which TLS records go out, and when."""
import re
import socket
import ssl
import subprocess

import http1
import program

KINDS = {
    "ec": ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
    "rsa": ["rsa:2048"],
    "weak": ["rsa:1024"],
}


def openssl(*command, **how):
    done = subprocess.run(["openssl", *map(str, command)], capture_output=True, timeout=60, **how)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Authority:
    """Certificates are FOLDER/TITLE.pem with FOLDER/TITLE.key; .cafile is what clients trust."""

    def __init__(self, folder):
        self.folder = folder
        self.cafile, self.key = folder / "ca.crt", folder / "ca.secret"
        self.number = 0
        openssl("req", "-x509", "-newkey", *KINDS["ec"], "-nodes", "-keyout", self.key, "-out", self.cafile,
                "-days", "2", "-subj", "/CN=yonder tests CA")

    def issue(self, title, names, kind="ec", days=2, cert=None, key=None):
        """`names` are DNS names, or "IP:…". @return (certificate, key)"""
        cert, key = cert or self.folder / f"{title}.pem", key or self.folder / f"{title}.key"
        request, extensions = self.folder / "request", self.folder / "extensions"
        self.number += 1
        names = ",".join(name if ":" in name else f"DNS:{name}" for name in names)
        extensions.write_text((f"subjectAltName={names}\n" if names else "") + "extendedKeyUsage=serverAuth\n")
        openssl("req", "-newkey", *KINDS[kind], "-nodes", "-keyout", key, "-out", request, "-subj", f"/CN={title}")
        openssl("x509", "-req", "-in", request, "-CA", self.cafile, "-CAkey", self.key, "-days", days,
                "-set_serial", self.number, "-extfile", extensions, "-out", cert)
        return cert, key

    def ocsp(self, cert, out, days=1, past=False):
        """A response that says the certificate is good, in DER."""
        lines = []
        for number in range(1, self.number + 1):
            lines.append(f"V\t350101000000Z\t\t{number:02X}\tunknown\t/CN=n{number}\n")
        index = self.folder / "index.txt"
        index.write_text("".join(lines))
        until = ["-nmin", "1"] if past else ["-ndays", days]
        openssl("ocsp", "-index", index, "-CA", self.cafile, "-rsigner", self.cafile, "-rkey", self.key,
                "-issuer", self.cafile, "-cert", cert, "-respout", out, *until)
        return out

    def context(self, **how):
        """A client's ssl.SSLContext that trusts it. `newest`, `oldest`: TLS versions."""
        context = ssl.create_default_context(cafile=str(self.cafile))
        for name, value in how.items():
            setattr(context, name, value)
        return context


def arguments(*pairs):
    """The options that name these pairs of files, or folders."""
    args = []
    for pair in pairs:
        args += ["--cert", pair[0], "--key", pair[1]] if isinstance(pair, tuple) else ["--cert", pair]
    return args


def ready(server):
    """Adds .tls_port to a program.Serve."""
    said = server.wait_stderr("listening on https://", 20)
    server.tls_port = int(re.search(r"listening on https://[^/\s]+:(\d+)/", said).group(1))
    return server


def cpu_ticks(server):
    with open(f"/proc/{server.pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def resident_kb(server):
    with open(f"/proc/{server.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


class Tls:
    """One TLS connection. What it writes goes out when send() is called, so that tests can cut it."""

    def __init__(self, port, context, name="a.test", session=None, timeout=10, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.inside, self.outside = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.inside, self.outside, server_hostname=name, session=session)
        self.received = b""
        self._step(self.tls.do_handshake)
        self.flush()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.socket.close()

    def _step(self, step):
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self.flush()
                part = self.socket.recv(65536)
                if part:
                    self.inside.write(part)
                else:
                    self.inside.write_eof()
            except ssl.SSLError:
                self.flush()  # an alert
                raise

    def records(self, data, size=16384):
        """`data` as TLS records of `size` bytes each; they have to go out in this order."""
        out = []
        for at in range(0, len(data), size):
            self.tls.write(data[at : at + size])
            out.append(self.outside.read())
        return out

    def end(self):
        """The record that says that nothing more comes."""
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            pass
        return self.outside.read()

    def flush(self):
        if self.outside.pending:
            self.socket.sendall(self.outside.read())

    def send(self, data):
        self.tls.write(data)
        self.flush()

    def read(self, size=65536):
        """Some bytes; empty once the server has said that nothing more comes."""
        try:
            return self._step(lambda: self.tls.read(size))
        except ssl.SSLZeroReturnError:
            return b""

    def read_all(self):
        data = self.received
        while part := self.read():
            data += part
        return data

    def receive(self, head_only=False):
        while True:
            response, self.received = http1.parse(self.received, head_only)
            if response:
                return response
            part = self.read()
            if not part:
                raise EOFError(f"closed after {self.received!r}")
            self.received += part

    def ask(self, target, method="GET", host="a.test", fields="", version="HTTP/1.1", body=b""):
        self.send(http1.request(target, method, (f"Host: {host}\r\n" if host else "X: y\r\n") + fields, version, body)
                  if host else f"{method} {target} {version}\r\n{fields}\r\n".encode() + body)
        return self.receive(method == "HEAD")

    def close(self):
        self.socket.close()
