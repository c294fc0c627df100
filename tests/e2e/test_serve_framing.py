# SPDX-License-Identifier: MIT
"""yonder serve: where a request ends, what is refused, and what becomes of its body."""
import socket
import threading
import time

import pytest

from http1 import Client, parse_all, request

RULES = "/old /new 301\n/put /stored 307\n"
SMUGGLED = b"GET /old HTTP/1.1\r\nHost: a.example\r\n\r\n"
HOST = b"Host: a.example\r\n"


@pytest.fixture
def server(serve):
    return serve(RULES, "--workers", "1")


@pytest.mark.parametrize(
    "status, data",
    [
        (400, b"GET /old HTTP/1.1\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\nHost:\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + HOST + b"\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"Host: b.example\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\nHost: a b\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        (400, b"GET /old\r\n"),
        (400, b"GET  /old HTTP/1.1\r\n" + HOST + b"\r\n"),
        (400, b"GET /old HTTP/1.1\n" + HOST + b"\r\n"),
        (400, b"GET /old HTTP/1.1\r\nHost: a.example\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\nHost: a.example\r\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n Host: a.example\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"X : a\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b": a\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n"),
        (400, b"GET /o\0ld HTTP/1.1\r\n" + HOST + b"\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"Content-Length: +1\r\n\r\na"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"Content-Length: 1, 1\r\n\r\na"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n"),
        (400, b"GET /old HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n"),
        (501, b"GET /old HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        (505, b"GET /old HTTP/2.0\r\n" + HOST + b"\r\n"),
        (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r"),
        (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200)),
    ],
    ids=lambda value: value if isinstance(value, int) else "",
)
def test_what_could_be_read_in_two_ways_is_refused_and_nothing_after_it_answered(server, raw, status, data):
    (response,) = parse_all(raw(server.port, data + SMUGGLED, shutdown=True))
    assert (response.status, response.get("Connection")) == (status, "close")
    assert response.get("Location") is None
    with Client(server.port) as client:  # after good requests it is the same
        client.send(SMUGGLED * 2 + data + SMUGGLED)
        assert [client.receive().status for _ in range(3)] == [301, 301, status]
        assert client.closed()


@pytest.mark.parametrize(
    "status, data",
    [
        (301, b"GET /old?" + b"x" * (8192 - 5) + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
        (414, b"GET /old?" + b"x" * (8192 - 4) + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
        (414, b"GET /old?" + b"x" * 100000),
        (301, b"GET /old HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 99 + b"\r\n"),
        (431, b"GET /old HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 100 + b"\r\n"),
        (431, b"GET /old HTTP/1.1\r\n" + HOST + b"A: " + b"b" * 16384 + b"\r\n\r\n"),
        (431, b"GET /old HTTP/1.1\r\n" + HOST + b"A: " + b"b" * 1000000),
        (431, b"A" * 100000),
    ],
    ids=lambda value: value if isinstance(value, int) else "",
)
def test_limits(server, raw, status, data):
    (response,) = parse_all(raw(server.port, data, shutdown=True))
    assert response.status == status


@pytest.mark.parametrize(
    "status, data",
    [
        (400, b"HEAD /old HTTP/1.1\r\n\r\n"),
        (400, b"HEAD /old HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        (400, b"HEAD /old HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n"),
        (414, b"HEAD /" + b"x" * 10000),
        (431, b"HEAD /old HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 100 + b"\r\n"),
        (501, b"HEAD /old HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
        (505, b"HEAD /old HTTP/2.0\r\n"),
        (408, b"HEAD /old HTT"),
    ],
    ids=lambda value: value if isinstance(value, int) else "",
)
def test_head_gets_no_content_with_an_error_either(serve, raw, status, data):
    server = serve(RULES, "--head-timeout", "1")
    (response,) = parse_all(raw(server.port, data), ["HEAD"])
    assert response.status == status
    assert int(response.get("Content-Length")) > 0


def test_empty_lines_between_requests_begin_none(serve):
    server = serve(RULES, "--head-timeout", "1")
    with Client(server.port) as client:
        for end in (b"\r\n", b"\r\n\r\n", b""):
            client.send(request("/old", "POST", "Content-Length: 3\r\n", body=b"abc" + end))
            assert client.receive().status == 301
            client.send(b"\r\n")
            time.sleep(1.3)  # no head is waited for
        assert client.ask("/old").status == 301


def test_limits_can_be_set(serve, raw):
    server = serve(RULES, "--max-head", "512", "--max-target", "64", "--max-fields", "3", "--max-body", "10")
    for status, data in (
        (301, request("/old?" + "x" * 59)),
        (414, request("/old?" + "x" * 60)),
        (431, request("/old", fields="A: b\r\n" * 3)),
        (431, request("/old", fields=f"A: {'b' * 500}\r\n")),
    ):
        (response,) = parse_all(raw(server.port, data, shutdown=True))
        assert response.status == status
    with Client(server.port) as client:
        assert client.ask("/old", "PUT", "Content-Length: 10\r\n").get("Connection") is None
        client.send(b"x" * 10)
        assert client.ask("/old", "PUT", "Content-Length: 11\r\n").get("Connection") == "close"


@pytest.mark.parametrize(
    "fields, body",
    [
        ("Content-Length: 5\r\n", b"GET /"),
        ("Content-Length: 1048576\r\n", SMUGGLED + b"x" * (1048576 - len(SMUGGLED))),
        ("Transfer-Encoding: chunked\r\n", b"5\r\nGET /\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", b"2000;e\r\n" + b"y" * 8192 + b"\r\n0\r\nTrailer: x\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", b"1000\r\n" + b"y" * 4096 + b"\r\n" + b"a\r\n0123456789\r\n" * 10000 + b"0\r\n\r\n"),
    ],
    ids=["short", "longest", "chunked", "extension and trailer", "many chunks"],
)
def test_bodies_are_read_past_and_the_next_request_is_answered(server, fields, body):
    with Client(server.port) as client:
        for _ in range(2):
            # With the head, after it, or byte by byte around its start: no difference.
            client.send(request("/put", "PUT", fields) + body + SMUGGLED)
            assert [client.receive().status for _ in range(2)] == [307, 301]
            client.send(request("/put", "PUT", fields))
            assert client.receive().status == 307  # at once, before the body
            for i in range(5):
                client.send(body[i : i + 1])
                time.sleep(0.002)
            client.send(body[5:] + SMUGGLED)
            assert client.receive().status == 301


def upload(client, size):
    """Sends `size` bytes, and reads nothing until all are sent."""
    block = b"x" * (1 << 20)
    for _ in range(size >> 20):
        client.send(block)


def test_a_body_too_large_is_not_read_to_its_end_and_the_answer_arrives(server):
    with Client(server.port, timeout=30) as client:
        client.send(request("/put", "PUT", f"Content-Length: {50 << 20}\r\n"))
        upload(client, 50 << 20)
        response = client.receive()
        assert (response.status, response.get("Connection")) == (307, "close")
        client.socket.shutdown(socket.SHUT_WR)
        assert client.closed()


def test_a_chunked_body_too_large_ends_the_connection_after_the_answer(server):
    with Client(server.port, timeout=30) as client:
        client.send(request("/put", "PUT", "Transfer-Encoding: chunked\r\n"))
        for _ in range(20):
            client.send(b"100000\r\n" + b"x" * (1 << 20) + b"\r\n")
        assert client.receive().status == 307
        client.socket.shutdown(socket.SHUT_WR)
        assert client.closed()


def test_a_chunked_body_that_turns_bad_ends_the_connection_after_the_answer(server):
    with Client(server.port) as client:
        assert client.ask("/put", "PUT", "Transfer-Encoding: chunked\r\n").status == 307
        client.send(b"3\r\nabcd\r\n0\r\n\r\n" + SMUGGLED)
        assert client.closed()


def test_expect_continue_gets_the_final_answer_and_no_100(server):
    fields = "Content-Length: 5\r\nExpect: 100-continue\r\n"
    with Client(server.port) as client:
        response = client.ask("/put", "PUT", fields)
        assert (response.status, response.get("Connection")) == (307, "close")
        assert client.closed()
    with Client(server.port) as client:  # one who sends the body all the same
        client.send(request("/put", "PUT", fields))
        time.sleep(0.1)
        client.send(b"12345")
        assert client.receive().status == 307
        assert client.closed()
    with Client(server.port) as client:  # one who did not wait: all is there, so all is clear
        response = client.ask("/put", "PUT", fields, body=b"12345")
        assert response.get("Connection") is None
        assert client.ask("/old").status == 301


def test_a_client_that_shuts_its_half_gets_its_answers(server, raw):
    assert len(parse_all(raw(server.port, SMUGGLED * 3, shutdown=True))) == 3
    assert raw(server.port, SMUGGLED[:-1], shutdown=True) == b""
    assert raw(server.port, b"", shutdown=True) == b""
    responses = parse_all(raw(server.port, request("/put", "PUT", "Content-Length: 5\r\n", body=b"12"), shutdown=True))
    assert [r.status for r in responses] == [307]


def test_clients_that_vanish_do_no_harm(server):
    """Resets at every stage, many at once, while another client is served."""
    reset = b"\1\0\0\0\0\0\0\0"  # struct linger: on, no time
    stages = [b"", b"GET /o", SMUGGLED, request("/put", "PUT", "Content-Length: 9\r\n"), SMUGGLED * 2000, b"\0"]

    def vanish(data):
        for _ in range(50):
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                s.sendall(data)

    threads = [threading.Thread(target=vanish, args=(data,)) for data in stages]
    for thread in threads:
        thread.start()
    with Client(server.port) as client:
        while any(thread.is_alive() for thread in threads):
            assert client.ask("/old").status == 301
    for thread in threads:
        thread.join()
    assert server.stop() == 0
