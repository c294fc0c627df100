# SPDX-License-Identifier: MIT
"""A scene is one connection to `yonder serve`, chosen at random: what is said, over what, and in which pieces. All of
it follows from the seed and the scene's number."""
import random
import socket
import ssl
import struct
import time

import random_asks
import random_h1
import random_h2
from random_h1 import Wrong

PATIENCE = 30  # seconds without a byte: it hangs
TLS_TLV = b"\x20\0\5\1\0\0\0\0"


class Scene:
    """`stage`: what all scenes share (random_day.py)."""

    def __init__(self, stage, number):
        self.stage, self.number = stage, number
        self.rand = random.Random(f"{stage.seed}/{number}")
        self.proxied, self.tls, self.told = (self.rand.random() < p for p in (0.25, 0.4, 0.3))
        self.asks = stage.asks[self.tls or (self.proxied and self.told)]
        self.play = self.rand.choices([play for play, _ in PLAYS], [weight for _, weight in PLAYS])[0]
        self.open = []

    def run(self):
        """Returns how many requests there were."""
        try:
            return self.play(self)
        except (socket.timeout, TimeoutError) as error:
            raise Wrong("it hangs") from error
        except (OSError, EOFError) as error:
            raise Wrong(f"the connection broke: {error!r}") from error
        finally:
            for connection in self.open:
                connection.close()

    def __str__(self):
        how = f"{'proxied ' if self.proxied else ''}{'TLS ' if self.tls else ''}"
        return f"scene {self.number}: {how}{self.play.__module__}.{self.play.__name__}"

    # ---- what is said

    def choose(self, count):
        return self.rand.choices(self.asks, k=count)

    def spelled(self, ask):
        return self.rand.choice(ask.spellings)

    # ---- how

    def proxy_header(self):
        client = self.rand.choice(["192.0.2.1", "198.51.100.77"])
        if not self.told and self.rand.random() < 0.5:
            return f"PROXY TCP4 {client} 198.51.100.1 5000 80\r\n".encode()
        body = socket.inet_aton(client) + bytes(4) + struct.pack(">HH", 5000, 80) + (TLS_TLV if self.told else b"")
        return b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack(">H", len(body)) + body

    def dial(self):
        connection = socket.create_connection(("127.0.0.1", self.stage.port(self.proxied, self.tls)), timeout=PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open.append(connection)
        return connection

    def connect(self, h2=False):
        connection = self.dial()
        if self.proxied:
            connection.sendall(self.proxy_header())
        if not self.tls:
            return connection
        context = self.rand.choice(self.stage.contexts[h2])
        session = context.remembered if self.rand.random() < 0.5 else None
        connection = context.wrap_socket(connection, server_hostname="a.test", session=session)
        self.open.append(connection)
        context.remembered = connection.session
        return connection

    def send(self, connection, data):
        """In pieces of any size."""
        cuts = sorted(self.rand.randrange(len(data) + 1) for _ in range(self.rand.choice([0, 0, 1, 5])))
        for begin, end in zip([0, *cuts], [*cuts, len(data)]):
            if begin < end:
                connection.sendall(data[begin:end])

    def push(self, connection, data):
        """As far as the server takes it soon."""
        connection.settimeout(0.2)
        try:
            connection.sendall(data)
        except OSError:
            pass
        connection.settimeout(PATIENCE)

    def shut(self, connection):
        """Nothing more will be sent; what comes is still read."""
        try:
            socket.socket.shutdown(connection, socket.SHUT_WR)
        except OSError:
            pass  # the server was first

    def reset(self, connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", self.rand.choice([0, 1]), 0))
        connection.close()

    def pause(self, seconds):
        time.sleep(seconds)


# ---- what is not even HTTP -----------------------------------------------------------------------


def hello(rand):
    """A ClientHello, or something like it."""
    context = ssl.create_default_context()
    inside, outside = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(inside, outside, server_hostname=rand.choice(["a.test", "unknown.example", "x" * 60 + ".test"]))
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outside.read()


def no_tls(scene):
    """To the TLS port: noise, plain HTTP, a handshake that is damaged or breaks off. It ends, and nobody is harmed."""
    scene.proxied, scene.tls = False, True
    connection, rand = scene.dial(), scene.rand
    data = rand.choice([hello(rand), hello(rand), random_h1.mutated(rand, hello(rand)), rand.randbytes(rand.choice([1, 5, 100, 3000])),
                        b"\x16\x03\x01" + rand.randbytes(300), b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"])
    scene.push(connection, data[: rand.choice([len(data), len(data), rand.randrange(len(data) + 1)])])
    if rand.random() < 0.3:
        scene.reset(connection)
        return 1
    scene.shut(connection)
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return 1


def no_proxy(scene):
    """Where a PROXY header has to come first: none, or a damaged one. Unless it is one all the same, nothing is said."""
    scene.proxied, scene.tls, rand = True, False, scene.rand
    connection, ask = scene.dial(), scene.choose(1)[0]
    header = random_h1.mutated(rand, scene.proxy_header()) if rand.random() < 0.7 else b""
    scene.push(connection, header + scene.spelled(ask))
    scene.shut(connection)
    data = b""
    try:
        while part := connection.recv(65536):
            data += part
    except ConnectionResetError:
        pass
    if not header and data:
        raise Wrong(f"an answer without a PROXY header: {data[:200]!r}")
    return 1


def idle(scene):
    """Connects, and says little or nothing."""
    connection = scene.dial()
    scene.push(connection, scene.rand.choice([b"", b"\r\n", b"G", b"PRI * HTTP/2.0\r\n\r\nSM", b"PROXY "]))
    scene.pause(0.01)
    scene.reset(connection)
    return 1


PLAYS = [(random_h1.good, 30), (random_h1.bad, 8), (random_h1.broken, 8), (random_h1.slow, 1), (random_h1.aborted, 3),
         (random_h2.good, 20), (random_h2.narrow, 4), (random_h2.bad, 8), (random_h2.broken, 6), (random_h2.aborted, 3),
         (no_tls, 4), (no_proxy, 3), (idle, 1)]


def prepare(asks, seed):
    """Spells each ask in some ways, once for all scenes."""
    rand = random.Random(f"{seed} spellings")
    for ask in asks:
        ask.spellings = [random_asks.spelled(rand, ask) for _ in range(3)]
