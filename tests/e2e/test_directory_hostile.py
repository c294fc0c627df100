# SPDX-License-Identifier: MIT
"""`yonder directory serve` under attack: what was found by attacking it, and what is not to come back."""
import socket
import time

import pytest

from directory_rig import Directory, Sites


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
