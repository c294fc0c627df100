# SPDX-License-Identifier: MIT
"""yonder serve over TLS: what clients do with their connections."""
import random
import signal
import socket
import ssl
import threading
import time

import pytest

import program
import tlsrig
from http1 import parse_all, request, until
from tlsrig import Tls

HSTS = "max-age=600; includeSubDomains"
PIECE = "x" * 7500
LONG = f"/{PIECE * 8}"
RULES = f"""/old /new 301
/l/:a /:a:a:a:a:a:a:a:a
/r/:a /:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a
[a.test]
hsts max-age=600 includeSubDomains
"""
LIMITS = ("-w", "1", "--head-timeout", "1", "--body-timeout", "1", "--idle-timeout", "4", "--write-timeout", "2",
          "--max-body", "100000")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return tlsrig.Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def pair(authority):
    return authority.issue("a", ["a.test", "*.a.test"])


@pytest.fixture
def server(serve, pair):
    return tlsrig.ready(serve(RULES, "--tls-listen", "127.0.0.1:0", *tlsrig.arguments(pair), *LIMITS))


@pytest.fixture
def connect(server, authority):
    clients = []

    def open_one(**how):
        clients.append(Tls(server.tls_port, authority.context(), **how))
        return clients[-1]

    yield open_one
    for client in clients:
        client.close()


def says_hsts(answer):
    assert answer.get("Strict-Transport-Security") == HSTS, answer
    return answer


# ---- HSTS ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("data, status", [pytest.param(data, status, id=f"{n}-{status}") for n, (data, status) in enumerate([
    (request("/old", fields="Host: a.test\r\n"), 301),
    (request("/old", "HEAD", fields="Host: a.test\r\n"), 301),
    (request("/none", fields="Host: a.test\r\n"), 404),
    (request("/", "POST", fields="Host: a.test\r\nContent-Length: 3\r\n", body=b"abc"), 404),
    (request("*", "OPTIONS", fields="Host: a.test\r\n"), 204),
    (request("/" + "a" * 9000, fields="Host: a.test\r\n"), 414),
    (request("/r/" + "a" * 8000, fields="Host: a.test\r\n"), 414),  # what would be its Location
    (request("/", fields="Host: a.test\r\nX: " + "a" * 20000 + "\r\n"), 431),
    (request("a.test:443", "CONNECT", fields="Host: a.test:443\r\n"), 501),
    (request("/", version="HTTP/2.5", fields="Host: a.test\r\n"), 505),
    (b"nonsense\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (request("/", "POST", fields="Host: a.test\r\nTransfer-Encoding: chunked\r\n", body=b"x\r\n"), 400),
    (request("/", "POST", fields="Host: a.test\r\nTransfer-Encoding: gzip, chunked\r\n"), 501),
    (b"GET / HTTP/1.1\r\nHost: a.test\r\n", 408),
])])
def test_hsts_is_said_with_every_answer_over_tls_and_none_without(server, connect, raw, data, status):
    client = connect()
    client.send(data)
    answer = says_hsts(client.receive(data.startswith(b"HEAD")))
    assert answer.status == status
    for name in ("Vary", "Retry-After", "Cache-Control"):
        assert answer.get(name) is None
    plain = raw(server.port, data, shutdown=False, timeout=3)
    assert plain.startswith(b"HTTP/1.1 %d " % status) and b"strict-transport" not in plain.lower()


# ---- records ------------------------------------------------------------------------------------


def test_a_part_of_a_record_costs_no_time(server, connect):
    client = connect()
    (record,) = client.records(request("/old", fields="Host: a.test\r\n"))
    for sent, rest in ((3, 17), (20, len(record) - 20)):  # its head cut, then its body
        client.socket.sendall(record[sent - 3 : sent])
        record_start, sent = record[sent:], sent
        before = tlsrig.cpu_ticks(server)
        time.sleep(0.7)
        assert tlsrig.cpu_ticks(server) - before < 20
        if rest == 17:
            client.socket.sendall(record[3:17])
    client.socket.sendall(record[20:])
    assert client.receive().status == 301


def test_a_part_of_a_record_is_not_waited_for_without_end(server, connect):
    client = connect()
    (record,) = client.records(request("/old", fields="Host: a.test\r\n"))
    started = time.monotonic()
    client.socket.sendall(record[:20])
    assert client.read_all() == b""
    assert 3 < time.monotonic() - started < 7


@pytest.mark.parametrize("size", [1, 7, 100, 16384])
def test_a_request_in_records_of_any_size(connect, size):
    client = connect()
    data = request("/old", fields="Host: a.test\r\nX-Long: " + "y" * 300 + "\r\n") * 3
    client.socket.sendall(b"".join(client.records(data, size)))
    for _ in range(3):
        assert says_hsts(client.receive()).status == 301


def test_a_record_in_packets_of_a_byte(connect):
    client = connect()
    for byte in b"".join(client.records(request("/old", fields="Host: a.test\r\n"), 20)):
        client.socket.sendall(bytes([byte]))
    assert client.receive().status == 301


def chunked(body, size):
    parts = [b"%x\r\n%s\r\n" % (len(body[at : at + size]), body[at : at + size]) for at in range(0, len(body), size)]
    return b"".join(parts) + b"0\r\n\r\n"


@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("size", [61, 1000, 4099, 16384])
@pytest.mark.parametrize("at_once", [True, False])
def test_an_upload_then_a_request_in_odd_records(server, connect, framing, size, at_once):
    rng = random.Random(size)
    client = connect()
    for length in (1, 16383, 16384, 60000):
        body = rng.randbytes(length)
        fields = "Host: a.test\r\n"
        fields += f"Content-Length: {length}\r\n" if framing == "length" else "Transfer-Encoding: chunked\r\n"
        sent = body if framing == "length" else chunked(body, 1 + length // 3)
        data = request("/old", "POST", fields, body=sent) + request("/none", fields="Host: a.test\r\n")
        records = client.records(data, size)
        if at_once:
            client.socket.sendall(b"".join(records))
        else:
            for n, record in enumerate(records):
                client.socket.sendall(record)
                if n in (0, 1, 2, len(records) - 2):
                    time.sleep(0.01)
        assert says_hsts(client.receive()).status == 301
        assert says_hsts(client.receive()).status == 404


def test_a_body_that_is_too_large_is_answered_and_the_connection_ends(connect):
    for fields, body in (("Content-Length: 5000000\r\n", b"z" * 300000),
                         ("Transfer-Encoding: chunked\r\n", chunked(b"z" * 300000, 50000))):
        client = connect()
        client.send(request("/old", "POST", "Host: a.test\r\n" + fields))
        for record in client.records(body):
            client.socket.sendall(record)
        data = client.read_all()
        assert data.startswith(b"HTTP/1.1 301 ") and data.count(b"HTTP/1.1") == 1


def test_expect_100_continue_gets_the_final_answer_at_once(connect):
    client = connect()
    answer = client.ask("/old", "POST", fields="Content-Length: 5\r\nExpect: 100-continue\r\n")
    assert says_hsts(answer).status == 301 and answer.get("Connection") == "close"
    assert client.read() == b""


# ---- slow readers -------------------------------------------------------------------------------


def test_large_locations_to_a_slow_reader(connect):
    client = connect(receive_buffer=4096)
    count = 40
    client.send(request(f"/l/{PIECE}", fields="Host: a.test\r\n") * count)
    received = b""
    for n in range(1 << 20):
        part = client.read(1000)
        received += part
        if n % 200 == 0:
            time.sleep(0.005)
        if received.count(b"\r\n\r\n") == count and received.endswith(b"</p>\n"):
            break
        assert part, f"closed after {received.count(b'Location')} answers"
    answers = parse_all(received)
    assert len(answers) == count
    for answer in answers:
        assert says_hsts(answer).get("Location") == LONG


def test_a_big_pipeline_is_answered_in_order(connect):
    client = connect()
    count = 4000
    data = b"".join(request(f"/old?{n}", fields="Host: a.test\r\n") for n in range(count))
    client.socket.setblocking(True)
    sender = threading.Thread(target=lambda: client.socket.sendall(records), daemon=True)
    records = b"".join(client.records(data, 5000))
    sender.start()
    for n in range(count):
        assert says_hsts(client.receive()).get("Location") == f"/new?{n}"
    sender.join(5)


def test_who_takes_nothing_is_cut(server, connect):
    client = connect(receive_buffer=4096)
    client.socket.settimeout(0.5)
    try:
        while True:
            client.send(request(f"/l/{PIECE}", fields="Host: a.test\r\n") * 20)
    except (socket.timeout, ssl.SSLError):
        pass
    except (BrokenPipeError, ConnectionResetError):
        return
    time.sleep(4)
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        for _ in range(1000):
            client.socket.sendall(b"x" * 65536)


# ---- ends ---------------------------------------------------------------------------------------


def test_a_client_that_says_that_nothing_more_comes_gets_its_answers_and_the_end(connect):
    for count in (1, 3, 200):
        client = connect()
        data = b"".join(client.records(request("/old", fields="Host: a.test\r\n") * count))
        client.socket.sendall(data + client.end())
        started = time.monotonic()
        raw = b""
        while part := client.socket.recv(65536):
            raw += part
        assert time.monotonic() - started < 2
        client.inside.write(raw)
        assert len(parse_all(read_rest(client))) == count


def read_rest(client):
    data = b""
    try:
        while part := client.tls.read(65536):
            data += part
    except (ssl.SSLZeroReturnError, ssl.SSLWantReadError):
        pass
    return data


def test_a_client_that_closes_its_half_of_tcp_gets_its_answer(connect):
    client = connect()
    client.send(request("/old", fields="Host: a.test\r\n"))
    client.socket.shutdown(socket.SHUT_WR)
    assert client.read_all().startswith(b"HTTP/1.1 301 ")


def test_the_end_is_said(connect):
    """Not cut off, which would look like an attack (RFC 8446 section 6.1)."""
    for fields in ("Connection: close\r\n", ""):
        client = connect()
        assert client.ask("/old", fields=fields).status == 301
        assert client.read() == b""  # and not an unexpected end; or when the idle time is over


def test_slow_handshakes_are_cut(server):
    hello = b"\x16\x03\x01\x00\xf0\x01\x00\x00\xec\x03\x03" + bytes(20)
    for data, first in ((hello, 1), (hello[:3], 1)):
        with socket.create_connection(("127.0.0.1", server.tls_port), timeout=10) as s:
            started = time.monotonic()
            s.sendall(data[:first])
            for byte in data[first:]:
                time.sleep(0.1)
                try:
                    s.sendall(bytes([byte]))
                except (BrokenPipeError, ConnectionResetError):
                    break
                if time.monotonic() - started > 4:
                    break
            try:
                assert s.recv(100) == b""
            except ConnectionResetError:
                pass
            assert time.monotonic() - started < 4


def test_what_is_not_tls_is_closed_and_costs_nothing(server, connect, raw):
    for data in (b"GET /old HTTP/1.1\r\nHost: a.test\r\n\r\n", b"\0" * 100, b"\x16\x03\x01\xff\xff" + b"z" * 70000,
                 b"\x80\x2e\x01\x00\x02" + bytes(50), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
        said = raw(server.tls_port, data, timeout=3)
        assert b"HTTP/1.1 3" not in said
    assert connect().ask("/old").status == 301


def test_rubbish_within_the_connection_ends_it(server, connect):
    client = connect()
    assert client.ask("/old").status == 301
    client.socket.sendall(b"\x17\x03\x03\x00\x20" + b"r" * 32)
    with pytest.raises(ssl.SSLError):
        client.read()
    client = connect()
    (record,) = client.records(request("/old", fields="Host: a.test\r\n"))
    client.socket.sendall(record + b"\x17\x03\x03\x00\x20" + b"r" * 32)  # behind a good request
    started = time.monotonic()
    with pytest.raises((ssl.SSLError, EOFError, ConnectionResetError)):
        while True:
            client.receive()
    assert time.monotonic() - started < 2


# ---- draining -----------------------------------------------------------------------------------


def test_draining_answers_what_is_under_way_and_says_the_end(server, connect, authority):
    idle, begun, slow = connect(), connect(), connect()
    for client in (idle, begun, slow):
        assert client.ask("/old").status == 301
    whole = begun.records(request("/old", fields="Host: a.test\r\n"), 20)
    begun.socket.sendall(b"".join(whole[:1]) + whole[1][:10])  # a head, and a record of it, cut
    handshaking = socket.create_connection(("127.0.0.1", server.tls_port))
    handshaking.sendall(b"\x16\x03\x01")
    body = slow.records(request("/old", "POST", "Host: a.test\r\nContent-Length: 10\r\n", body=b"12345"))
    slow.socket.sendall(b"".join(body))
    assert slow.receive().status == 301
    server.process.send_signal(signal.SIGTERM)
    server.wait_stderr("draining")
    time.sleep(0.1)
    slow.send(b"67890" + request("/old", fields="Host: a.test\r\n"))
    answer = slow.receive()
    assert says_hsts(answer).status == 301 and answer.get("Connection") == "close"
    assert slow.read() == b""
    begun.socket.sendall(whole[1][10:] + b"".join(whole[2:]))
    assert says_hsts(begun.receive()).get("Connection") == "close"
    assert idle.read() == b""
    handshaking.close()
    assert server.process.wait(10) == 0


def test_draining_under_load_fails_no_request(server, authority):
    failures, answers = [], []

    def ask():
        try:
            client = Tls(server.tls_port, authority.context())
        except (ConnectionRefusedError, ConnectionResetError):
            return False
        with client:
            for _ in range(20):
                answer = client.ask("/old")
                answers.append(answer.status)
                if answer.get("Connection") == "close":
                    break
        return True

    def run():
        try:
            while ask():
                pass
        except Exception as error:
            failures.append(repr(error))

    threads = [threading.Thread(target=run, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    until(lambda: len(answers) > 200, 20)
    server.process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join(15)
    assert server.process.wait(10) == 0
    assert not failures and set(answers) == {301}
