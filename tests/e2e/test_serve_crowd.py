# SPDX-License-Identifier: MIT
"""yonder serve with more clients than it is to have."""
import socket
import time

import pytest

from http1 import Client, until
from test_serve_ops import RULES, Admin

ASK = b"GET /old HTTP/1.1\r\nHost: h\r\n\r\n"


@pytest.fixture
def limited(serve, tmp_path):
    def start(*args):
        return serve(RULES, "--admin", tmp_path / "admin.sock", *args), Admin(tmp_path / "admin.sock")

    return start


def answered(client):
    """Whether the server answers, or closes at once."""
    try:
        client.send(ASK)
        return client.receive().status == 301
    except (EOFError, ConnectionError):
        return False


def busy(port):
    """A client in the middle of a head: it cannot be sent away as idle."""
    client = Client(port, timeout=10)
    client.send(b"GET /old HTTP/1.1\r\n")
    return client


def test_beyond_the_limit_new_connections_are_closed_and_old_ones_are_served(limited):
    server, admin = limited("--max-connections", "16", "--workers", "2", "--head-timeout", "60")
    old = [busy(server.port) for _ in range(16)]
    admin.wait("/status", lambda s: s["connections"] == 16)
    for _ in range(5):
        with Client(server.port) as new:
            assert not answered(new)
    for client in old[:8]:
        client.send(b"Host: h\r\nConnection: close\r\n\r\n")
        assert client.receive().status == 301
        client.socket.close()
    admin.wait("/status", lambda s: s["connections"] == 8)
    with Client(server.port) as new:
        assert answered(new)
    assert admin.json("/status")["events"]["connections_shed"] == 5
    server.wait_stderr("5 connections were closed at once", timeout=15)
    for client in old[8:]:
        client.socket.close()


def test_who_is_idle_makes_room(limited):
    server, admin = limited("--max-connections", "32", "--workers", "1")
    idle = [Client(server.port) for _ in range(32)]
    for client in idle:
        assert answered(client)
    time.sleep(1.3)
    with Client(server.port) as new:
        answered(new)  # this one may still be one too many
    admin.wait("/status", lambda s: s["connections"] < 32)
    with Client(server.port) as new:
        assert answered(new)
    for client in idle:
        client.socket.close()


def test_one_address_has_so_many(limited):
    server, admin = limited("--max-per-address", "3", "--workers", "2")
    clients = [Client(server.port) for _ in range(3)]
    assert all(answered(client) for client in clients)
    with Client(server.port) as more:
        assert not answered(more)
    with socket.create_connection(("127.0.0.1", server.port), source_address=("127.0.0.2", 0), timeout=5) as other:
        other.sendall(ASK)
        assert b" 301 " in other.recv(4096)
    clients[0].socket.close()
    admin.wait("/status", lambda s: s["connections"] == 2)
    with Client(server.port) as again:
        assert answered(again)
    for client in clients[1:]:
        client.socket.close()


def test_proxies_count_by_their_clients(limited):
    server, _ = limited("--max-per-address", "1", "--proxy-protocol", "--trust", "127.0.0.1", "--workers", "1")
    held = []
    for client, expected in (("192.0.2.1", True), ("192.0.2.2", True), ("192.0.2.1", False)):
        c = Client(server.port)
        c.send(f"PROXY TCP4 {client} 198.51.100.1 1 2\r\n".encode())
        assert answered(c) == expected, client
        held.append(c)
    for c in held:
        c.socket.close()


def test_trusted_proxies_may_have_any_number(limited):
    server, _ = limited("--max-per-address", "1", "--trust", "127.0.0.1")
    clients = [Client(server.port) for _ in range(5)]
    assert all(answered(client) for client in clients)
    for client in clients:
        client.socket.close()


def test_a_storm_leaves_the_counts_right(limited):
    server, admin = limited("--max-connections", "50", "--max-per-address", "40", "--workers", "2")
    for _ in range(5):
        storm = []
        for _ in range(120):
            try:
                storm.append(busy(server.port))
            except ConnectionError:
                pass
        for client in storm:
            client.socket.close()
    status = admin.wait("/status", lambda s: s["connections"] == 0)
    assert status["events"]["connections_shed"] > 0
    clients = [Client(server.port) for _ in range(40)]
    assert all(answered(client) for client in clients)
    for client in clients:
        client.socket.close()
