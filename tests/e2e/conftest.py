# SPDX-License-Identifier: MIT
"""The fixtures of the end-to-end tests: the real program, real peers, a recording server.

yonder(*args, input=None, timeout=30, env=None)   runs the program to its end
serve(rules_text, *args)                          yonder serve with these rules, on a free port
nginx(server_body, http_extra="", tls=False)      a real nginx; Peer in peers.py
apache(vhost_body, tls=False)                     a real Apache httpd; Peer in peers.py
recorder(routes, tls=False)                       a server that remembers; Recorder in recorder.py.
                                                  tls=True, or a Pki of its own
raw(port, data, ...)                              bytes to a socket, bytes back
chromium(cafile=None, hosts={}, features=[])      a real Chromium; chromium.py says what it can do
firefox(cafile=None, hosts={}, preferences={})    a real Firefox; firefox.py says what it can do
module_chromium, module_firefox, module_recorder  the same for all tests of a file

All listen on 127.0.0.1 only, on ports the system chooses, and end with the test.
"""
import os
import pathlib
import socket
import subprocess
import time

import pytest

import chromium as chromium_browser
import firefox as firefox_browser
import peers
import program
import recorder as recording


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    """A throw-away CA (.cafile) and a leaf (.cert, .key) good for peers.TLS_NAMES."""
    return peers.Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def ended():
    """What is appended is stopped after the test, last first."""
    yield from _ended()


@pytest.fixture(scope="module")
def module_ended():
    """The same, after the last test of the file."""
    yield from _ended()


def _ended():
    things = []
    yield things
    errors = []
    for thing in reversed(things):
        try:
            thing.close()
        except Exception as error:  # the others must be ended as well
            errors.append(error)
    if errors:
        raise errors[0]


@pytest.fixture
def yonder(tmp_path):
    """Runs the program; the answer is a subprocess.CompletedProcess in text mode."""

    def run(*args, input=None, timeout=30, env=None):
        return program.run(args, input=input, timeout=timeout, env=env, cwd=tmp_path)

    return run


@pytest.fixture
def serve(tmp_path, ended):
    """Starts `yonder serve` on rules; a program.Serve with .port, .url, .reload() and so on."""

    def start(rules_text, *args):
        path = tmp_path / f"site{len(ended) or ''}.rules"
        server = program.Serve(path, rules_text, args, cwd=tmp_path)
        ended.append(server)
        server.wait_ready()
        return server

    return start


@pytest.fixture
def nginx(ended, request):
    """Starts nginx with one server block."""

    def start(server_body, http_extra="", tls=False):
        peer = peers.Nginx(server_body, http_extra, request.getfixturevalue("pki") if tls else None)
        ended.append(peer)
        return peer

    return start


@pytest.fixture
def apache(ended, request):
    """Starts Apache httpd with one virtual host."""

    def start(vhost_body, tls=False):
        peer = peers.Apache(vhost_body, request.getfixturevalue("pki") if tls else None)
        ended.append(peer)
        return peer

    return start


@pytest.fixture
def haproxy(ended):
    """Starts HAProxy with this configuration."""

    def start(config):
        server = peers.Haproxy(config)
        ended.append(server)
        return server

    return start


@pytest.fixture
def caddy(ended):
    """Starts Caddy with this Caddyfile, without TLS."""

    def start(config):
        server = peers.Caddy(config)
        ended.append(server)
        return server

    return start


@pytest.fixture
def recorder(ended, request):
    """Starts a server with canned routes that records what it is asked."""
    return _recorders(ended, request)


@pytest.fixture(scope="module")
def module_recorder(module_ended, request):
    return _recorders(module_ended, request)


def _recorders(ended, request):
    def start(routes, tls=False):
        pki = request.getfixturevalue("pki") if tls is True else tls or None
        server = recording.Recorder(routes, pki)
        ended.append(server)
        return server

    return start


@pytest.fixture
def chromium(ended, tmp_path_factory):
    """Starts a Chromium with a profile of its own."""
    return _browsers(chromium_browser.Chromium, ended, tmp_path_factory)


@pytest.fixture(scope="module")
def module_chromium(module_ended, tmp_path_factory):
    return _browsers(chromium_browser.Chromium, module_ended, tmp_path_factory)


@pytest.fixture
def firefox(ended, tmp_path_factory):
    """Starts a Firefox with a profile of its own."""
    return _browsers(firefox_browser.Firefox, ended, tmp_path_factory)


@pytest.fixture(scope="module")
def module_firefox(module_ended, tmp_path_factory):
    return _browsers(firefox_browser.Firefox, module_ended, tmp_path_factory)


def _browsers(kind, ended, tmp_path_factory):
    def start(**how):
        browser = kind(tmp_path_factory.mktemp(kind.__name__.lower()), **how)
        ended.append(browser)
        return browser

    return start


@pytest.fixture
def raw():
    """Sends bytes to 127.0.0.1 and returns all that comes back until the peer closes."""

    def exchange(port, data=b"", *, shutdown=False, timeout=5, chunks=None, pause=0.02):
        """`chunks` are sent after `data`, each in a packet of its own; `shutdown` closes our half."""
        deadline = time.monotonic() + timeout
        received = b""
        with socket.create_connection(("127.0.0.1", port), timeout=timeout) as s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                if data:
                    s.sendall(data)
                for chunk in chunks or []:
                    time.sleep(pause)
                    s.sendall(chunk)
                if shutdown:
                    s.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the peer has said its last word; it may still be read
            while (left := deadline - time.monotonic()) > 0:
                s.settimeout(left)
                try:
                    part = s.recv(65536)
                except (socket.timeout, ConnectionResetError):
                    break
                if not part:
                    break
                received += part
        return received

    return exchange


def pytest_report_header(config):
    return f"program: {program.path()}"


def pytest_sessionstart(session):
    if not os.access(program.path(), os.X_OK):
        raise pytest.UsageError(f"{program.path()} is not there: run ./dev build, or set YONDER")
    pathlib.Path(program.path()).stat()
    subprocess.run([program.path(), "--version"], check=True, stdout=subprocess.DEVNULL, timeout=60)
