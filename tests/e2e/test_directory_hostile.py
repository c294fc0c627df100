# SPDX-License-Identifier: MIT
"""`yonder directory serve` under attack: what was found by attacking it, and what is not to come back."""
import socket
import threading
import time

import pytest

from directory_rig import GOOD, Directory, Sites


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    sites = Sites(tmp_path_factory.mktemp("sites"), ["one.test", "two.test"])
    yield sites
    sites.close()


@pytest.fixture
def directory(sites, tmp_path):
    """Makes one with more options."""
    made = []

    def make(*options):
        made.append(Directory(tmp_path, *sites.options(), *options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def send(directory, request):
    """All that comes back."""
    answer = b""
    with socket.create_connection(("127.0.0.1", directory.port), timeout=10) as client:
        client.sendall(request)
        try:
            while more := client.recv(1 << 16):
                answer += more
        except ConnectionResetError:
            pass
    return answer


def test_requests_that_the_library_drops_are_forgotten(directory):
    """It does not tell of the end of one with more cookies than its memory holds."""
    server = directory()
    for _ in range(20):
        assert send(server, b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"a=b;" * 2000 + b"\r\n\r\n") == b""
    begin = time.monotonic()
    server.close()  # finishes what is under way; under ASan leaks are told here
    assert time.monotonic() - begin < 10


def test_a_site_with_thousands_of_findings_stops_no_round(directory, sites):
    """A directive of no meaning is worth a warning; what came to 256 KB had all scans and versions fail."""
    sites.hsts["one.test"] = GOOD + "; x" * 8000
    server = directory()
    _, warnings = server.post("/api/v2/submit", query={"domain": "one.test"}).codes()
    assert 0 < len(warnings) < 100
    assert server.update()["added"] == 1
    scanned = server.post("/api/v2/remove-ineligible-domains", query={"everyone": 1}, operator=True).json()
    assert (scanned["scanned"], scanned["failed"]) == (1, 0)
    assert len(server.get("/api/v2/history", query={"domain": "one.test"}).body) < 40000
    sites.hsts["one.test"] = GOOD


def test_who_has_all_connections_and_says_nothing_keeps_nobody_out(directory):
    server = directory("--max-connections", "8", "--max-per-address", "100")
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(30)]
    for connection in idle[::2]:
        try:
            connection.sendall(b"GET / HTTP/1.1\r\nHost:")
        except OSError:
            pass  # it was one of the first
    assert [server.get("/healthz").status for _ in range(5)] == [200] * 5
    for connection in idle:
        connection.close()


# ---- a directory that means ill to those who fetch from it --------------------------------------------


def answer_once(answer):
    """The port of a server that answers one request so, whatever it is."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run():
        with listener, listener.accept()[0] as client:
            client.recv(1 << 16)
            client.sendall(answer)

    threading.Thread(target=run, daemon=True).start()
    return listener.getsockname()[1]


ZEROS = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 44\r\n\r\n" + b"A" * 43 + b"="


@pytest.mark.parametrize("answer, code, message", [
    (b"HTTP/1.1 200 OK\r\nContent-Encoding: \x1b]0;pwn\x07\r\nContent-Length: 0\r\n\r\n", 3, "is coded"),
    (ZEROS, 2, "no public key"),  # anybody can sign for it
], ids=["terminal", "weak-key"])
def test_what_a_directory_sends_is_looked_at(yonder, tmp_path, answer, code, message):
    done = yonder("preload", "fetch", "--from", f"http://127.0.0.1:{answer_once(answer)}/", "-o", tmp_path / "image")
    assert (done.returncode, list(tmp_path.iterdir())) == (code, [])
    assert message in done.stderr and done.stderr.strip().isprintable()
