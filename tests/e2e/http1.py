# SPDX-License-Identifier: MIT
"""HTTP/1.1 responses read from bytes, strictly: what does not frame itself is an error."""
import socket
import time


class Response:
    def __init__(self, status, phrase, fields, body):
        self.status = status
        self.phrase = phrase
        self.fields = fields
        self.body = body

    def get(self, name):
        values = [v for n, v in self.fields if n.lower() == name.lower()]
        assert len(values) < 2, f"{name} occurs more than once: {self.fields}"
        return values[0] if values else None

    def __repr__(self):
        return f"<{self.status} {self.fields} {self.body!r}>"


def parse(data, head_only=False):
    """The first response in `data` and the rest; None and `data` where it is not whole."""
    head, blank, rest = data.partition(b"\r\n\r\n")
    if not blank:
        return None, data
    lines = head.decode("latin-1").split("\r\n")
    version, status, phrase = lines[0].split(" ", 2)
    assert version == "HTTP/1.1", lines[0]
    fields = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        assert colon and name and name == name.strip() and not set("\r\n\0") & set(line), line
        fields.append((name, value.strip()))
    response = Response(int(status), phrase, fields, b"")
    length = response.get("Content-Length")
    if response.status == 204:
        assert length is None
    if head_only or response.status == 204:
        return response, rest
    assert length is not None, fields
    if len(rest) < int(length):
        return None, data
    response.body = rest[: int(length)]
    return response, rest[int(length) :]


def parse_all(data, methods=None):
    """All responses in `data`, which must be whole; `methods` tells which are for HEAD."""
    responses = []
    while data:
        method = methods[len(responses)] if methods else "GET"
        response, data = parse(data, method == "HEAD")
        assert response, f"cut off after {len(responses)} responses: {data[:200]!r}"
        responses.append(response)
    return responses


class Client:
    """One connection, kept open."""

    def __init__(self, port, timeout=5, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive(self, head_only=False):
        while True:
            response, self.received = parse(self.received, head_only)
            if response:
                return response
            part = self.socket.recv(65536)
            if not part:
                raise EOFError(f"closed after {self.received!r}")
            self.received += part

    def ask(self, target, method="GET", fields="", version="HTTP/1.1", body=b""):
        self.send(request(target, method, fields, version, body))
        return self.receive(method == "HEAD")

    def closed(self, timeout=5):
        """Whether the server closes in order, saying nothing more, within `timeout`."""
        assert not self.received, self.received
        self.socket.settimeout(timeout)
        try:
            return self.socket.recv(1) == b""
        except socket.timeout:
            return False


def request(target, method="GET", fields="", version="HTTP/1.1", body=b""):
    host = "Host: a.example\r\n" if "host:" not in fields.lower() else ""
    return f"{method} {target} {version}\r\n{host}{fields}\r\n".encode("latin-1") + body


def until(condition, timeout=5):
    """Waits for it to come true."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.01)
