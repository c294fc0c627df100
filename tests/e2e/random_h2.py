# SPDX-License-Identifier: MIT
"""Connections of HTTP/2 with random requests, as random_h1.py has them of HTTP/1."""
import struct

import http2
import random_asks
from http2 import (CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PADDED, PING, PRIORITY, RST_STREAM, SETTINGS,
                   WINDOW_UPDATE, frame, number, text)
from random_h1 import ERRORS, Wrong, mutated

HAS_PRIORITY = 32
STATIC = {(":method", "GET"): 2, (":method", "POST"): 3, (":path", "/"): 4, (":scheme", "http"): 6, (":scheme", "https"): 7}
WIDE = frame(WINDOW_UPDATE, payload=struct.pack(">I", 2**30))


class Encoder:
    """Header blocks, each field in one of the ways of RFC 7541 section 6, but without Huffman's code."""

    def __init__(self, rand):
        self.rand, self.table = rand, []

    def _enter(self, field):
        self.table.insert(0, field)
        while sum(len(n) + len(v) + 32 for n, v in self.table) > 4096:
            self.table.pop()

    def block(self, fields):
        out = b""
        for field in fields:
            if field in self.table and self.rand.random() < 0.9:
                out += number(62 + self.table.index(field), 7, 0x80)
            elif field in STATIC and self.rand.random() < 0.9:
                out += number(STATIC[field], 7, 0x80)
            elif self.rand.random() < 0.3:
                out += b"\x40" + text(field[0]) + text(field[1])
                self._enter(field)
            else:
                out += self.rand.choice([b"\0", b"\x10"]) + text(field[0]) + text(field[1])
        return out


class Session(http2.Client):
    """What the client has said; its frames are gathered, and sent by `scene`."""

    def __init__(self, scene, settings=b""):
        super().__init__(None, start=False, connected=scene.connect(h2=True))
        self.rand, self.encoder, self.next, self.last = scene.rand, Encoder(scene.rand), 1, 0
        self.out = http2.PREFACE + frame(SETTINGS, payload=settings) + WIDE

    def head(self, ask, stream, end):
        fields = [(":method", ask.method), (":scheme", ask.scheme), (":path", ask.target)]
        extra = [(name.lower(), value) for name, value in ask.fields]
        fields.append((":authority", ask.host)) if self.rand.random() < 0.9 else extra.append(("host", ask.host))
        if self.rand.random() < 0.2:
            extra.append((f"x-{self.rand.randrange(50)}", "y" * self.rand.choice([0, 3, 700])))
        self.rand.shuffle(fields)
        data, flags, before, after = self.encoder.block(fields + extra), END_STREAM if end else 0, b"", b""
        cuts = sorted(self.rand.randrange(len(data) + 1) for _ in range(self.rand.choice([0, 0, 0, 0, 1, 3])))
        parts = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]
        if self.rand.random() < 0.1:
            flags, before, after = flags | PADDED, b"\7", bytes(7)
        if self.rand.random() < 0.1:
            flags, before = flags | HAS_PRIORITY, before + b"\0\0\0\0\xff"
        parts[0] = before + parts[0] + after
        last = len(parts) - 1
        return b"".join(frame(CONTINUATION if i else HEADERS, (0 if i else flags) | (END_HEADERS if i == last else 0), stream, part)
                        for i, part in enumerate(parts))

    def request(self, ask):
        """Its frames, which have to go out before those of the next."""
        stream = self.last = self.next
        self.next += self.rand.choice([2, 2, 2, 6])
        body = ask.method in ("POST", "PUT") and self.rand.random() < 0.7
        out = self.head(ask, stream, not body)
        if body:
            out += frame(DATA, PADDED, stream, b"\3" + b"x" * self.rand.choice([0, 40, 200]) + bytes(3))
            if self.rand.random() < 0.5:
                out += frame(DATA, END_STREAM, stream, b"y" * 40)
            else:
                out += frame(HEADERS, END_HEADERS | END_STREAM, stream, self.encoder.block([("x-trailer", "z")]))
        self.out += out
        return stream

    def noise(self):
        """What asks for nothing."""
        self.out += self.rand.choice([
            frame(PING, payload=b"12345678"), frame(PRIORITY, 0, self.next, b"\0\0\0\0\1"), frame(200, 255, 0, b"x" * 9),
            frame(SETTINGS, payload=struct.pack(">HI", 1, self.rand.choice([0, 100, 4096, 65536]))), frame(SETTINGS, 1),
            frame(WINDOW_UPDATE, payload=b"\0\0\0\1"), frame(WINDOW_UPDATE, 0, self.last, b"\0\0\0\1")])

    def judge(self, stream, ask):
        answer = self.answers[stream]
        found = random_asks.answer(answer.status, [(name.encode(), value.encode("latin-1")) for name, value in answer.fields])
        if found not in ask.right[1]:
            raise Wrong(f"{random_asks.shown(ask)}: {found} is not one of {ask.right[1]}")

    def done(self):
        """Waits for the end, and lets no error of the server's pass."""
        while not self.closed:
            self.take()
        for answer in self.answers.values():
            if answer.status >= 500 and answer.status not in ERRORS:
                raise Wrong(f"{answer.status}")


def asked_and_answered(scene, session, count):
    """So many requests at a time; each gets its answer."""
    streams = {}
    for ask in scene.choose(count):
        streams[session.request(ask)] = ask
        if scene.rand.random() < 0.1:
            session.noise()
    data, session.out = session.out, b""
    scene.send(session.socket, data)
    while not all(stream in session.answers for stream in streams):
        if not session.take():
            raise Wrong(f"closed instead of answers: {session.goaways} {session.resets}")
        if session.resets or session.goaways:
            raise Wrong(f"{session.goaways} {session.resets}")
    for stream, ask in streams.items():
        session.judge(stream, ask)
    return count


def good(scene):
    with Session(scene) as session:
        return sum(asked_and_answered(scene, session, n) for n in scene.rand.choice([[1], [10, 10], [100] * 8]))


def narrow(scene):
    """A client with little room, which makes more by and by."""
    with Session(scene, struct.pack(">HI", 4, scene.rand.choice([0, 1, 50]))) as session:
        count = asked_and_answered(scene, session, 20)
        scene.send(session.socket, frame(SETTINGS, payload=struct.pack(">HI", 4, scene.rand.choice([60, 1000, 2**31 - 1])))
                   + b"".join(frame(WINDOW_UPDATE, 0, i, b"\0\0\1\0") for i in range(1, session.last + 1, 2)))
        session.out = frame(PING, payload=b"abcdefgh")
        scene.send(session.socket, session.out)
        while b"abcdefgh" not in session.pongs and session.take():
            pass
        return count


def bad_frames(session, ask):
    """One thing that no client may say; it ends the stream or the connection."""
    rand, stream = session.rand, session.next
    whole = session.head(ask, stream, True)
    extra = rand.choice([("connection", "close"), ("Upper", "x"), ("te", "gzip"), ("transfer-encoding", "chunked"), (":path", "/"),
                         (":status", "200"), ("x", "a\0b"), ("x", " a"), ("x", "a\r\nb: c"), ("content-length", "1"), ("", "x"), ("a b", "c")])
    fields = http2.block([(":method", "GET"), (":scheme", ask.scheme), (":authority", ask.host), (":path", "/"), extra])
    return rand.choice([
        frame(HEADERS, END_HEADERS | END_STREAM, stream, fields), frame(HEADERS, END_HEADERS | END_STREAM, stream, fields[:-1]),
        frame(HEADERS, END_HEADERS | END_STREAM, 0, fields), frame(HEADERS, END_HEADERS, stream + 1, fields), whole + whole,
        frame(DATA, 0, 0, b"x"), frame(DATA, 0, stream, b"x"), frame(DATA, PADDED, stream, b""), frame(CONTINUATION, 4, stream, b""),
        frame(HEADERS, 0, stream, b"\x82") + frame(PING, payload=b"12345678"), frame(HEADERS, PADDED | 5, stream, b"\xff\x82"),
        frame(HEADERS, END_HEADERS | END_STREAM, stream, b"\x80"), frame(HEADERS, END_HEADERS | END_STREAM, stream, b"\x82\x3f\xe1\xff\x03"),
        frame(HEADERS, END_HEADERS | END_STREAM, stream, b"\x3f\xe2\x1f\x82"), frame(RST_STREAM, 0, 0, bytes(4)),
        frame(RST_STREAM, 0, stream, bytes(4)), frame(RST_STREAM, 0, 1, bytes(3)), frame(SETTINGS, payload=bytes(5)),
        frame(SETTINGS, 0, 1), frame(SETTINGS, 1, 0, bytes(6)), frame(SETTINGS, payload=struct.pack(">HI", 2, 2)),
        frame(SETTINGS, payload=struct.pack(">HI", 4, 2**31)), frame(SETTINGS, payload=struct.pack(">HI", 5, 16383)),
        frame(PING, 0, 1, bytes(8)), frame(PING, payload=bytes(7)), frame(GOAWAY, 0, 1, bytes(8)), frame(WINDOW_UPDATE, payload=bytes(4)),
        frame(WINDOW_UPDATE, payload=b"\x7f\xff\xff\xff"), frame(WINDOW_UPDATE, 0, stream, b"\0\0\0\1"), frame(PRIORITY, 0, 0, bytes(5)),
        frame(PRIORITY, 0, stream, struct.pack(">IB", stream, 1)), frame(http2.PUSH_PROMISE, 4, 1, bytes(4)),
        frame(DATA, 0, 1, bytes(16385)), http2.PREFACE])


def bad(scene):
    """Good requests, then one thing that no client may say: there is an answer to it that tells so."""
    with Session(scene) as session:
        count = asked_and_answered(scene, session, scene.rand.choice([1, 10]))
        data = bad_frames(session, scene.choose(1)[0])
        scene.send(session.socket, data)
        scene.shut(session.socket)
        session.done()
        if not session.resets and not [code for _, code in session.goaways if code]:
            raise Wrong(f"nothing was said about {data[:100]!r}")
        return count + 1


def broken(scene):
    """Good requests, then frames that were damaged."""
    with Session(scene) as session:
        count = asked_and_answered(scene, session, scene.rand.choice([1, 10]))
        damaged = scene.choose(scene.rand.choice([1, 10]))
        for ask in damaged:
            session.request(ask)
        scene.send(session.socket, mutated(scene.rand, session.out))
        scene.shut(session.socket)
        session.done()
        return count + len(damaged)


def aborted(scene):
    """A client that resets its requests, or goes in the middle."""
    with Session(scene) as session:
        asked = scene.choose(scene.rand.choice([1, 30, 100]))
        for ask in asked:
            stream = session.request(ask)
            if scene.rand.random() < 0.3:
                session.out += frame(RST_STREAM, 0, stream, b"\0\0\0\x08")
        scene.push(session.socket, session.out[: scene.rand.randrange(len(session.out) + 1)])
        scene.pause(scene.rand.choice([0, 0, 0.005]))
        scene.reset(session.socket)
        return len(asked)
