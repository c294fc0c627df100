# SPDX-License-Identifier: MIT
"""HTTP/2 in frames, spoken by hand: what a client of good will says, and what none would.

Answers are read strictly; the server does not use Huffman's code."""
import socket
import ssl
import struct
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED = 1, 1, 4, 8
NO_ERROR, PROTOCOL_ERROR, _, FLOW_CONTROL_ERROR = range(4)
STREAM_CLOSED, FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL, COMPRESSION_ERROR = 5, 6, 7, 8, 9
ENHANCE_YOUR_CALM = 11
LAST = 2**31 - 1

STATIC = {8: ":status", 22: "allow", 24: "cache-control", 28: "content-length", 31: "content-type", 33: "date",
          46: "location", 53: "retry-after", 56: "strict-transport-security", 59: "vary"}
STATUS = {8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500}


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def number(n, bits, pattern=0):
    most = (1 << bits) - 1
    if n < most:
        return bytes([pattern | n])
    out = [pattern | most]
    n -= most
    while n >= 128:
        out.append(n % 128 + 128)
        n //= 128
    return bytes(out + [n])


def text(value):
    raw = value.encode("latin-1") if isinstance(value, str) else value
    return number(len(raw), 7) + raw


def block(fields):
    """Literals without indexing."""
    return b"".join(b"\0" + text(name) + text(value) for name, value in fields)


def fields(path="/old", method="GET", authority="a.example", scheme="http", extra=()):
    return [(":method", method), (":scheme", scheme), (":authority", authority), (":path", path), *extra]


def request(stream, path="/old", end=True, **how):
    data = block(fields(path, **how))
    parts = [data[at : at + 16384] for at in range(0, len(data), 16384)]
    flags = [0] * (len(parts) - 1) + [END_HEADERS]
    flags[0] |= END_STREAM if end else 0
    kinds = [HEADERS] + [CONTINUATION] * (len(parts) - 1)
    return b"".join(frame(k, f, stream, part) for k, f, part in zip(kinds, flags, parts))


def _number(data, at, bits):
    most = (1 << bits) - 1
    n = data[at] & most
    at += 1
    if n < most:
        return n, at
    shift = 0
    while True:
        byte = data[at]
        at += 1
        n += (byte & 127) << shift
        shift += 7
        if byte < 128:
            return n, at


def _text(data, at):
    assert not data[at] & 128, "Huffman's code"
    n, at = _number(data, at, 7)
    assert at + n <= len(data)
    return data[at : at + n].decode("latin-1"), at + n


class Decoder:
    """Of header blocks; keeps the dynamic table (RFC 7541)."""

    def __init__(self):
        self.table, self.size = [], 4096

    def _enter(self, name, value):
        self.table.insert(0, (name, value))
        self._evict()

    def _evict(self):
        while sum(len(n) + len(v) + 32 for n, v in self.table) > self.size:
            self.table.pop()

    def _indexed(self, index):
        return self.table[index - 62] if index >= 62 else (":status", str(STATUS[index]))

    def decode(self, data):
        out, at = [], 0
        while at < len(data):
            first = data[at]
            if first & 128:
                index, at = _number(data, at, 7)
                out.append(self._indexed(index))
                continue
            if first & 0xE0 == 32:
                assert not out  # at the start, if at all
                self.size, at = _number(data, at, 5)
                self._evict()
                continue
            index, at = _number(data, at, 6 if first & 64 else 4)
            name, at = (STATIC[index], at) if index else _text(data, at)
            value, at = _text(data, at)
            assert name == name.lower() and not set("\r\n\0") & set(value)
            out.append((name, value))
            if first & 64:
                self._enter(name, value)
        return out


class Answer:
    def __init__(self, block_fields):
        self.fields = block_fields[1:]
        assert block_fields[0][0] == ":status"
        self.status = int(block_fields[0][1])
        self.body = b""
        self.over = False

    def get(self, name):
        values = [v for n, v in self.fields if n == name]
        assert len(values) < 2, self.fields
        return values[0] if values else None


class Client:
    """One connection. Frames are taken in as they come: see `answers`, `resets`, `goaways`."""

    def __init__(self, port, tls=None, settings=b"", start=True, timeout=5, source=None, connected=None):
        raw = connected or socket.create_connection(("127.0.0.1", port), timeout=timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = tls.wrap_socket(raw, server_hostname="localhost") if tls else raw
        self.received = b""
        self.answers, self.resets, self.goaways, self.acks, self.pongs = {}, {}, [], 0, []
        self.settings, self.updates = {}, []
        self.closed = False
        self._head, self._decoder = b"", Decoder()
        if start:
            self.send(PREFACE + frame(SETTINGS, payload=settings))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def take(self):
        """Whatever comes next: True, or False where the server has closed."""
        try:
            part = self.socket.recv(65536)
        except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
            part = b""
        if not part:
            self.closed = True
            return False
        self.received += part
        while len(self.received) >= 9:
            size = int.from_bytes(self.received[:3], "big")
            assert size <= 16384
            if len(self.received) < 9 + size:
                break
            kind, flags = self.received[3], self.received[4]
            stream = int.from_bytes(self.received[5:9], "big")
            payload, self.received = self.received[9 : 9 + size], self.received[9 + size :]
            self._frame(kind, flags, stream, payload)
        return True

    def _frame(self, kind, flags, stream, payload):
        if kind in (HEADERS, CONTINUATION):
            self._head += payload
            if kind == HEADERS:
                self._ends = bool(flags & END_STREAM)
            if flags & END_HEADERS:
                answer = self.answers[stream] = Answer(self._decoder.decode(self._head))
                answer.over = self._ends
                self._head = b""
        elif kind == DATA:
            assert not self.answers[stream].over
            self.answers[stream].body += payload
            self.answers[stream].over = bool(flags & END_STREAM)
        elif kind == RST_STREAM:
            self.resets[stream] = int.from_bytes(payload, "big")
        elif kind == SETTINGS:
            self.acks += flags & ACK
            for i in range(0, len(payload), 6):
                self.settings[int.from_bytes(payload[i : i + 2], "big")] = int.from_bytes(payload[i + 2 : i + 6], "big")
        elif kind == PING:
            assert flags & ACK
            self.pongs.append(payload)
        elif kind == GOAWAY:
            self.goaways.append(struct.unpack(">II", payload[:8]))
        elif kind == WINDOW_UPDATE:
            self.updates.append((stream, int.from_bytes(payload, "big")))
        else:
            raise AssertionError(f"a frame of type {kind}")

    def until(self, condition, timeout=5):
        deadline = time.monotonic() + timeout
        while not condition():
            left = deadline - time.monotonic()
            assert left > 0, f"it did not come: {self.__dict__}"
            self.socket.settimeout(left)
            assert self.take() or condition(), f"closed: {self.__dict__}"

    def answer(self, stream, timeout=5):
        self.until(lambda: stream in self.answers and self.answers[stream].over, timeout)
        return self.answers[stream]

    def ask(self, stream, path="/old", **how):
        self.send(request(stream, path, **how))
        return self.answer(stream)

    def end(self, timeout=5):
        """Reads until the server closes; the error of its last GOAWAY, or None."""
        deadline = time.monotonic() + timeout
        while not self.closed:
            self.socket.settimeout(max(0.01, deadline - time.monotonic()))
            self.take()
        return self.goaways[-1][1] if self.goaways else None


def flood(client, data, most):
    """Sends `data` over and over, at most so often, until the server has had enough."""
    try:
        for _ in range(most):
            client.send(data)
    except (BrokenPipeError, ConnectionResetError):
        pass
