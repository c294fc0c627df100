# SPDX-License-Identifier: MIT
"""yonder serve under systemd: sockets that were passed, and notices."""
import os
import re
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest

import program
from http1 import Client, until
from test_serve_ops import RULES, ask


class Supervised:
    """A server that was given `sockets` as systemd gives them, and tells systemd how it is."""

    def __init__(self, folder, sockets, names, *args):
        self.rules = folder / "site.rules"
        if not self.rules.exists():
            self.rules.write_text(RULES)
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind("\0yonder-test-%d-%d" % (os.getpid(), time.monotonic_ns()))
        self.notices.settimeout(10)
        environment = program.environment({"LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": ":".join(names),
                                           "NOTIFY_SOCKET": "@" + self.notices.getsockname()[1:].decode()})

        def place():
            copies = [os.dup(s.fileno()) for s in sockets]
            high = [os.dup2(c, 60 + i) for i, c in enumerate(copies)]
            for i, fd in enumerate(high):
                os.dup2(fd, 3 + i)

        self.process = subprocess.Popen(
            ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", program.path(), "serve", str(self.rules), *map(str, args)],
            preexec_fn=place, pass_fds=range(3, 3 + len(sockets)), env=environment, stderr=subprocess.PIPE, text=True)
        self.said = ""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.said += line

    def notice(self):
        return self.notices.recv(4096).decode()

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        assert self.process.wait(15) == 0, self.said
        self.reader.join(5)
        program.check_sound(["serve"], 0, self.said)
        self.notices.close()


def listening(backlog=100):
    s = socket.create_server(("127.0.0.1", 0), backlog=backlog)
    return s


class Port:
    def __init__(self, s):
        self.port = s.getsockname()[1]


def test_passed_sockets_are_served_and_nothing_else(tmp_path, ended):
    with listening() as s, listening() as t:
        server = Supervised(tmp_path, [s, t], ["http", "x"], "--workers", "3")
        ended.append(server)
        assert server.notice() == "READY=1"
        for one in (s, t):
            for _ in range(20):
                assert b" 301 " in ask(Port(one), "/old")
        assert server.said.count("listening on") == server.said.count("which was passed") == 2


def test_who_waits_is_for_the_next_server(tmp_path, ended):
    """The socket outlives the server: connections made between two servers are answered."""
    with listening() as s:
        first = Supervised(tmp_path, [s], ["http"], "--workers", "2")
        assert first.notice() == "READY=1"
        assert b" 301 " in ask(Port(s), "/old")
        first.process.terminate()
        assert first.notice() == "STOPPING=1"
        first.process.wait(15)
        first.close()
        waiting = [Client(Port(s).port, timeout=15) for _ in range(10)]
        for c in waiting:
            c.send(b"GET /old HTTP/1.1\r\nHost: h\r\n\r\n")
        second = Supervised(tmp_path, [s], ["http"])
        ended.append(second)
        for c in waiting:
            assert c.receive().status == 301
            c.socket.close()


def test_a_busy_socket_loses_nobody_in_the_hand_over(tmp_path, ended):
    with listening(4096) as s:
        servers = [Supervised(tmp_path, [s], ["http"], "--workers", "2")]
        ended.append(servers[0])
        assert servers[0].notice() == "READY=1"
        stop, errors, answers = threading.Event(), [], []

        def load():
            while not stop.is_set():
                try:
                    assert b" 301 " in ask(Port(s), "/old")
                    answers.append(1)
                except Exception as error:
                    errors.append(error)

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            following = Supervised(tmp_path, [s], ["http"], "--workers", "2")
            ended.append(following)
            assert following.notice() == "READY=1"
            servers[-1].process.terminate()
            assert servers[-1].process.wait(15) == 0
            servers.append(following)
        stop.set()
        for thread in threads:
            thread.join(20)
        assert not errors and len(answers) > 20, errors[:3]


def test_reloads_are_told(tmp_path, ended):
    with listening() as s:
        server = Supervised(tmp_path, [s], ["http"])
        ended.append(server)
        assert server.notice() == "READY=1"
        server.process.send_signal(signal.SIGHUP)
        assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", server.notice())
        assert server.notice() == "READY=1"


def test_a_socket_named_https_speaks_tls(tmp_path, ended, pki):
    with listening() as s:
        server = Supervised(tmp_path, [s], ["https"], "--cert", pki.cert, "--key", pki.key)
        ended.append(server)
        assert server.notice() == "READY=1"
        context = ssl.create_default_context(cafile=str(pki.cafile))
        with socket.create_connection(s.getsockname(), timeout=10) as c:
            with context.wrap_socket(c, server_hostname="localhost") as t:
                t.sendall(b"GET /old HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                assert b" 301 " in t.recv(4096)


def test_what_is_no_listening_socket_is_refused(tmp_path):
    with socket.socket() as s:
        server = Supervised(tmp_path, [s], ["http"])
        assert server.process.wait(10) == 3
        server.reader.join(5)
        assert "no listening TCP socket" in server.said
    with listening() as s:
        server = Supervised(tmp_path, [s], ["https"])
        assert server.process.wait(10) == 3
        server.reader.join(5)
        assert "--cert is missing" in server.said


def test_the_successor_of_a_server_with_passed_sockets_has_them_too(tmp_path):
    """It is the same command, which names no address, and systemd passes it nothing."""
    with listening() as s:
        first = Supervised(tmp_path, [s], ["http"], "--handover", tmp_path / "next")
        assert first.notice() == "READY=1"
        second = Supervised(tmp_path, [], [], "--handover", tmp_path / "next")
        assert second.notice() == f"MAINPID={second.process.pid}\nREADY=1", second.said
        assert first.process.wait(15) == 0
        port = s.getsockname()[1]
        until(lambda: "which was passed" in second.said)
        assert f"127.0.0.1:{port}/" in second.said and ":8080" not in second.said
    with Client(port) as client:
        assert client.ask("/old").status == 301
    second.close()
    first.close()
