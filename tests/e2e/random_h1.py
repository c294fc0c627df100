# SPDX-License-Identifier: MIT
"""Connections of HTTP/1 with random requests: well-formed ones, whose answers are known, and others, which get an
error or none. Each function is one connection; it takes a `scene` (random_scenes.py) and returns how many requests
it sent."""
import re

import random_asks

HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n((?:[!-9;-~]+: [^\r\n\0]*\r\n)*)\r\n")
ERRORS = frozenset((400, 408, 411, 413, 414, 417, 421, 431, 501, 505))  # what a request of bad form may get


class Wrong(Exception):
    """The server did what it must not."""


def taken(data, head_only=False):
    """(status, fields, whether the connection ends, the rest of `data`) of the first response; None if it is not whole."""
    head = HEAD.match(data)
    if not head:
        if b"\r\n\r\n" in data:
            raise Wrong(f"no response: {data[:300]!r}")
        return None
    fields = [(name.lower(), value) for name, value in (line.split(b": ", 1) for line in head[2].split(b"\r\n")[:-1])]
    length, ends = 0, False
    for name, value in fields:
        if name == b"content-length":
            length = int(value)
        elif name == b"connection":
            ends = value == b"close"
    end = head.end() + (0 if head_only else length)
    return (int(head[1]), fields, ends, data[end:]) if len(data) >= end else None


def answers(scene, connection, asked):
    """Reads an answer to each of the asks, which have to be right. What came after them is returned."""
    data = b""
    for ask in asked:
        while not (found := taken(data, ask.method == "HEAD")):
            part = connection.recv(65536)
            if not part:
                raise Wrong(f"closed instead of an answer to {random_asks.shown(ask)}, after {data!r}")
            data += part
        status, fields, _, data = found
        answer = random_asks.answer(status, fields)
        if answer not in ask.right[0]:
            raise Wrong(f"{random_asks.shown(ask)}: {answer} is not one of {ask.right[0]}")
    return data


def rest(connection, data=b""):
    """All that comes until the server closes, as answers: (status, fields, ends)."""
    while part := connection.recv(65536):
        data += part
    found = []
    while data:
        answer = taken(data, head_only=False)
        if not answer:
            raise Wrong(f"the last answer is cut off: {data[:300]!r}")
        *answer, data = answer
        found.append(answer)
    return found


def good(scene):
    """Requests one after the other or many at once; each gets its answer."""
    connection, left, count = scene.connect(), b"", 0
    for n in scene.rand.choice([[1] * 5, [4], [20, 1, 20], [100] * 4, [100] * 16]):
        asked = scene.choose(n)
        scene.send(connection, b"".join(scene.spelled(ask) for ask in asked))
        if left := answers(scene, connection, asked):
            raise Wrong(f"more answers than requests: {left[:300]!r}")
        count += n
    if scene.rand.random() < 0.5:
        scene.shut(connection)
        if rest(connection):
            raise Wrong("more answers than requests")
    return count


def bad_framing(n):
    """Fields that do not say in one way where the body ends."""
    return [f"Content-Length: {n}\r\nTransfer-Encoding: chunked\r\n", f"Transfer-Encoding: chunked\r\nContent-Length: {n}\r\n",
            f"Content-Length: {n}\r\nContent-Length: {n}\r\n", f"Content-Length: {n}\r\nContent-Length: {n + 1}\r\n",
            f"Content-Length: {n}, {n}\r\n", f"Content-Length: +{n}\r\n", f"Content-Length: -{n}\r\n", f"Content-Length: 0x{n}\r\n",
            f"Content-Length: {n}_0\r\n", f"Content-Length: {2 ** 64 + n}\r\n", "Content-Length: \r\n", f"Content-Length: {n} {n}\r\n",
            f"Content-Length:\x0b{n}\r\n", f"Content-Length : {n}\r\n", "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding:\r\n chunked\r\n",
            "Transfer-Encoding: \x0bchunked\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Transfer-Encoding\r\n"]


def bad_chunks(n):
    return [f"+{n}\r\n", f"-{n}\r\n", f"0x{n}\r\n", f"{'f' * 16}\r\n", "1\r\nab\r\n", "1\na\n0\n\n", ";\r\n", "\r\n", "g\r\n",
            "1 \r\na\r\n", "1;\rx\r\na\r\n", "0\r\nX : y\r\n\r\n", "0\r\n x\r\n\r\n", "1\r\na\n0\r\n\r\n"]


def bad_lines(line, host, target):
    """Heads with something in them that no head may have."""
    versions = [line.replace("HTTP/1.1", version) for version in ("HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.10", "HTTP/01.1", "HTTP/1", "")]
    targets = [line.replace(f" {target} ", f" {bad} ") for bad in ("*", "x", "ftp://a/", "http:/a", "http://u@a/", "/a#b", "/a\x01", "/a\x7f",
                                                                   "/" + "x" * 9000)]
    spaces = [line.replace("\r", ""), line.replace(" HTTP", "  HTTP"), line.replace(" ", "\t", 1), " " + line]
    hosts = ["", host * 2, host + "Host: other.test\r\n", "Host: a b\r\n", "Host: a/b\r\n", "Host: u@a.test\r\n", "Host: a.test:99999\r\n",
             "Host:\r\n", " " + host]
    fields = ["X: a\r\n b\r\n", "X: a\0b\r\n", "X: a\rb\r\n", "X: a\n", "X : a\r\n", ": a\r\n", "X\r\n", f"X: {'y' * 17000}\r\n",
              "A: b\r\n" * 101]
    return ([first + host + "\r\n" for first in versions + targets + spaces] + [line + some + "\r\n" for some in hosts]
            + [line + host + field + "\r\n" for field in fields] + [f"CONNECT {target} HTTP/1.1\r\n{host}\r\n"]
            + [line.replace("HTTP/1.1", "HTTP/1.0") + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"])


def bad(scene):
    """Good requests, then one of bad form: it gets an error and the connection ends, whatever comes after it."""
    asked, rand = scene.choose(scene.rand.choice([0, 1, 10])), scene.rand
    connection = scene.connect()
    target, host = scene.choose(1)[0].target, f"Host: {scene.choose(1)[0].host}\r\n"
    line = f"{rand.choice(['GET', 'POST'])} {target} HTTP/1.1\r\n"
    kind = rand.randrange(3)
    if kind == 0:
        data = line + host + rand.choice(bad_framing(rand.randrange(1, 100))) + "\r\n"
    elif kind == 1:
        data = line + host + "Transfer-Encoding: chunked\r\n\r\n" + rand.choice(bad_chunks(rand.randrange(1, 100)))
    else:
        data = rand.choice(bad_lines(line, host, target))
    data = (data + f"GET /smuggled HTTP/1.1\r\n{host}\r\n" * rand.choice([1, 1, 3])).encode("latin-1")
    scene.send(connection, b"".join(scene.spelled(ask) for ask in asked) + data)
    scene.shut(connection)
    last = rest(connection, answers(scene, connection, asked))
    # What is wrong with a chunk may be found after the head was answered.
    refused = len(last) == 1 and last[0][0] in ERRORS and last[0][2]
    if not refused and not (kind == 1 and len(last) == 1):
        raise Wrong(f"{last} for {data!r}")
    return len(asked) + 1


SPLICES = [b"\r\n", b"\r\n\r\n", b" ", b"\0", b":", b"\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: x\r\n", b"%",
           b"\xff", b"HTTP/1.1", b"Connection: close\r\n", b"Expect: 100-continue\r\n", b"0\r\n\r\n", b"http://a.test/", b"//", b"PRI * "]


def mutated(rand, data):
    """With some bytes changed, lost, doubled, moved or put in."""
    data = bytearray(data)
    for _ in range(rand.choice([1, 1, 2, 5, 20])):
        at = rand.randrange(len(data) + 1)
        kind = rand.randrange(5)
        if kind == 0 and at < len(data):
            data[at] = rand.randrange(256)
        elif kind == 1:
            del data[at : at + rand.choice([1, 1, 4, 50])]
        elif kind == 2:
            data[at:at] = data[at : at + rand.choice([1, 10, 200])]
        elif kind == 3:
            data[at:at] = rand.choice(SPLICES)
        elif at < len(data):
            data[at] ^= 1 << rand.randrange(8)
    return bytes(data)


def broken(scene):
    """Good requests, then some that were damaged: each answer is whole, none is an error of the server's, and it ends."""
    asked = scene.choose(scene.rand.choice([0, 1, 10]))
    damaged = [ask for ask in scene.choose(scene.rand.choice([1, 3, 10])) if ask.method != "HEAD"]
    connection = scene.connect()
    before = b"".join(scene.spelled(ask) for ask in asked)
    scene.send(connection, before + mutated(scene.rand, b"".join(scene.spelled(ask) for ask in damaged)))
    scene.shut(connection)
    left = answers(scene, connection, asked)
    for status, _, _ in rest(connection, left):
        if status >= 500 and status not in ERRORS:
            raise Wrong(f"{status}")
    return len(asked) + len(damaged)


def slow(scene):
    """A request that comes byte by byte, here and there, with pauses."""
    asked = scene.choose(2)
    connection = scene.connect()
    data = b"".join(scene.spelled(ask) for ask in asked)
    while data:
        n = scene.rand.choice([1, 2, 30, 300])
        connection.sendall(data[:n])
        data = data[n:]
        if scene.rand.random() < 0.02:
            scene.pause(0.02)
    answers(scene, connection, asked)
    return len(asked)


def aborted(scene):
    """A client that goes in the middle, of its requests or of the answers."""
    asked = scene.choose(scene.rand.choice([1, 30, 300]))
    connection = scene.connect()
    data = b"".join(scene.spelled(ask) for ask in asked)
    scene.push(connection, data[: scene.rand.randrange(len(data) + 1)])
    scene.pause(scene.rand.choice([0, 0, 0.005]))
    if scene.rand.random() < 0.3:
        connection.recv(1000) if scene.rand.random() < 0.2 else None
    scene.reset(connection)
    return len(asked)
