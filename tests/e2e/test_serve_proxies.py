# SPDX-License-Identifier: MIT
"""yonder serve behind proxies: the PROXY protocol, and what Forwarded fields may say."""
import json
import re
import socket
import ssl
import struct
import time

import pytest

from http1 import parse_all

RULES = """/old /new 301
[safe.test]
https permanent
hsts max-age=600
/old /new 301
"""


def talk(port, *parts, pause=0.0, context=None, name=None):
    """Sends the parts, the first of them always in the clear, and reads to the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            s.sendall(parts[0])
            parts = parts[1:]
            s = context.wrap_socket(s, server_hostname=name)
        data = b""
        try:
            for part in parts:
                s.sendall(part)
                time.sleep(pause)
            while piece := s.recv(65536):
                data += piece
        except ConnectionError:
            pass
        return data


def get(target="/old", host="safe.test", fields=""):
    return f"GET {target} HTTP/1.1\r\nHost: {host}\r\n{fields}Connection: close\r\n\r\n".encode("latin-1")


def one(data):
    responses = parse_all(data)
    assert len(responses) == 1, data
    return responses[0]


def v2(client, extras=b"", command=0x21):
    body = socket.inet_aton(client) + socket.inet_aton("198.51.100.1") + struct.pack(">HH", 5000, 80) + extras
    return b"\r\n\r\n\0\r\nQUIT\n" + bytes([command, 0x11]) + struct.pack(">H", len(body)) + body


V1 = b"PROXY TCP4 192.0.2.1 198.51.100.1 5000 80\r\n"
TLS = b"\x20\0\5\1\0\0\0\0"


@pytest.fixture
def logged(serve, tmp_path):
    """A server, and a function that returns the clients its log names, of so many answers."""

    def start(*args):
        log = tmp_path / "log"
        server = serve(RULES, "--access-log", log, "--log-format", "json", "--workers", "1", *args)

        def clients(count):
            deadline = time.monotonic() + 5
            while len(lines := log.read_text().splitlines()) < count:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            return [json.loads(line)["client"] for line in lines]

        return server, clients

    return start


def test_both_versions_name_the_client(logged):
    server, clients = logged("--proxy-protocol")
    for header in (V1, v2("192.0.2.2"), b"PROXY TCP6 2001:db8::3 ::1 1 2\r\n", b"PROXY UNKNOWN\r\n", v2("192.0.2.4", command=0x20)):
        assert one(talk(server.port, header + get(host="h"))).status == 301
    assert clients(5) == ["192.0.2.1", "192.0.2.2", "2001:db8::3", "127.0.0.1", "127.0.0.1"]


def test_a_header_may_come_byte_by_byte(logged):
    server, clients = logged("--proxy-protocol")
    for header in (V1, v2("192.0.2.2")):
        data = header + get(host="h")
        parts = [data[i:i + 1] for i in range(len(header) + 3)] + [data[len(header) + 3:]]
        assert one(talk(server.port, *parts, pause=0.003)).status == 301
    assert clients(2) == ["192.0.2.1", "192.0.2.2"]


def test_who_sends_no_header_is_not_answered(logged, serve):
    server, _ = logged("--proxy-protocol", "--head-timeout", "1")
    for data in (get(), b"PROXY TCP4 1.2.3.4\r\n" + get(), b"\x16\x03\x01" + b"x" * 100, b"PROXY UNKNOWN" + b"x" * 200):
        assert talk(server.port, data) == b""
    start = time.monotonic()
    assert talk(server.port, b"PROXY TC") == b""
    assert 0.9 < time.monotonic() - start < 5


def test_a_header_stands_before_tls(serve, pki):
    server = serve(RULES, "--tls-listen", "127.0.0.1:0", "--cert", pki.cert, "--key", pki.key, "--proxy-protocol")
    server.wait_stderr("listening on https://")
    port = int(re.search(r"listening on https://[^:]+:(\d+)", server.stderr()).group(1))
    context = ssl.create_default_context(cafile=str(pki.cafile))
    for header in (V1, v2("192.0.2.2")):
        assert one(talk(port, header, get(host="localhost"), context=context, name="localhost")).status == 301
    with pytest.raises(OSError):
        talk(port, b"", get(host="localhost"), context=context, name="localhost")


def test_tls_with_the_proxy_is_https(logged):
    server, _ = logged("--proxy-protocol")
    plain = one(talk(server.port, v2("192.0.2.1") + get()))
    assert plain.get("Location") == "https://safe.test/old" and not plain.get("Strict-Transport-Security")
    safe = one(talk(server.port, v2("192.0.2.1", TLS) + get()))
    assert safe.get("Location") == "/new" and safe.get("Strict-Transport-Security") == "max-age=600"


def test_only_trusted_proxies_may_send_a_header(logged):
    server, clients = logged("--proxy-protocol", "--trust", "192.0.2.0/24")
    assert talk(server.port, V1 + get()) == b""


def test_trusted_proxies_say_the_scheme(logged):
    server, clients = logged("--trust", "127.0.0.0/8")
    for fields in ("X-Forwarded-Proto: https\r\n", "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n",
                   "Forwarded: for=192.0.2.1;proto=https\r\n"):
        r = one(talk(server.port, get(fields=fields)))
        assert (r.get("Location"), r.get("Strict-Transport-Security")) == ("/new", "max-age=600")
    for fields in ("", "X-Forwarded-Proto: http\r\n", "Forwarded: proto=http\r\n", "Forwarded: proto=https;proto=https\r\n",
                   "Forwarded: proto=https\r\nX-Forwarded-Proto: https\r\n", "X-Forwarded-Proto: https, http\r\n"):
        r = one(talk(server.port, get(fields=fields)))
        assert (r.status, r.get("Location"), r.get("Strict-Transport-Security")) == (308, "https://safe.test/old", None)
    assert clients(9)[:3] == ["127.0.0.1", "192.0.2.1", "192.0.2.1"]


def test_others_say_nothing(logged):
    server, clients = logged("--trust", "192.0.2.0/24")
    fields = "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: other.test\r\n"
    assert one(talk(server.port, get(fields=fields))).get("Location") == "https://safe.test/old"
    server, _ = logged()
    assert one(talk(server.port, get(fields=fields))).get("Location") == "https://safe.test/old"


def test_the_client_is_the_first_who_is_not_trusted(logged):
    server, clients = logged("--trust", "127.0.0.1", "--trust", "10.0.0.0/8")
    rows = [("1.1.1.1, 192.0.2.9, 10.0.0.1", "192.0.2.9"), ("10.0.0.2, 10.0.0.1", "10.0.0.2"), ("unknown, 10.0.0.1", "10.0.0.1"),
            ("evil\"<>, 192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::1")]
    for said, _ in rows:
        talk(server.port, get(fields=f"X-Forwarded-For: {said}\r\n"))
    assert clients(len(rows)) == [client for _, client in rows]


def test_the_host_a_proxy_was_asked_for_is_the_host(logged):
    server, _ = logged("--trust", "127.0.0.1")
    r = one(talk(server.port, get(host="inside", fields="X-Forwarded-Host: safe.test\r\nX-Forwarded-Proto: http\r\n")))
    assert r.get("Location") == "https://safe.test/old"
    for evil in ("a b", "a/b", "a\x80", "user@h", "a\"b"):
        r = one(talk(server.port, get(host="safe.test", fields=f"X-Forwarded-Host: {evil}\r\n")))
        assert r.get("Location") == "https://safe.test/old", evil


def test_a_wrong_range_is_told(yonder, tmp_path):
    (tmp_path / "r").write_text(RULES)
    done = yonder("serve", tmp_path / "r", "--trust", "10.0.0.1/8")
    assert done.returncode == 2 and "10.0.0.1/8" in done.stderr
