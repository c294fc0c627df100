# SPDX-License-Identifier: MIT
"""yonder serve: what is answered."""
import email.utils
import re
import socket
import time

import pytest

from http1 import Client, parse_all, request, until

RULES = """\
/old /new 301
/temp /new 307
/away https://b.example/x?y&z 308
/post /done see-other
/gone - 410
/blog/* /news/:splat 302
"""


@pytest.mark.parametrize(
    "target, status, location",
    [
        ("/old", 301, "/new"),
        ("/temp", 307, "/new"),
        ("/away", 308, "https://b.example/x?y&z"),
        ("/post", 303, "/done"),
        ("/gone", 410, None),
        ("/blog/2026/x?q=1", 302, "/news/2026/x?q=1"),
        ("/none", 404, None),
        ("http://other.example/old", 301, "/new"),
    ],
)
def test_every_method_gets_the_rules_answer(serve, target, status, location):
    server = serve(RULES)
    methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]
    methods += ["get", "BREW", "A!#$%&'*+-.^_`|~z"]
    with Client(server.port) as client:
        for method in methods:
            response = client.ask(target, method)
            assert (response.status, response.get("Location")) == (status, location), method
            assert response.get("Content-Type") == "text/html; charset=utf-8"
            assert response.get("Connection") is None
            assert abs(email.utils.parsedate_to_datetime(response.get("Date")).timestamp() - time.time()) < 5
            assert not client.received
            if method == "HEAD":
                length = response.get("Content-Length")
            elif method == "GET":
                body = response.body
        assert int(length) == len(body) > 0


def test_the_page_links_to_the_location(serve):
    server = serve(RULES)
    with Client(server.port) as client:
        page = client.ask("/away").body.decode()
        assert 'href="https://b.example/x?y&amp;z"' in page
        assert "308 Permanent Redirect" in page
        assert "href" not in client.ask("/gone").body.decode()


def test_pipelined_requests_are_answered_in_order(serve):
    server = serve("/p/* /q/:splat 301\n")
    with Client(server.port) as client:
        client.send(b"".join(request(f"/p/{i}") for i in range(100)))
        for i in range(100):
            assert client.receive().get("Location") == f"/q/{i}"


def test_how_requests_are_cut_into_packets_does_not_matter(serve, raw):
    server = serve(RULES)
    methods = ["GET", "HEAD", "POST", "GET"]
    stream = (
        request("/old")
        + b"\r\n"
        + request("/away", "HEAD")
        + request("/post", "POST", "Transfer-Encoding: chunked\r\n", body=b"3;x\r\nabc\r\n0\r\nT: u\r\n\r\n")
        + request("/none", fields="Connection: close\r\n")
    )
    whole = raw(server.port, stream)
    assert [r.status for r in parse_all(whole, methods)] == [301, 308, 303, 404]
    whole = re.sub(rb"Date: [^\r]*", b"", whole)
    for at in range(1, len(stream)):
        pieces = raw(server.port, stream[:at], chunks=[stream[at:]], pause=0.001)
        assert re.sub(rb"Date: [^\r]*", b"", pieces) == whole, at
    pieces = raw(server.port, chunks=[stream[i : i + 1] for i in range(len(stream))], pause=0.0005)
    assert re.sub(rb"Date: [^\r]*", b"", pieces) == whole


def test_a_client_that_is_slow_to_read_gets_every_answer(serve):
    """Tens of megabytes of answers, asked for at once, by one who reads only later."""
    target = "/" + "x" * 4000
    server = serve(f"{target} /{'y' * 4000} 301\n")
    count = 4000
    with Client(server.port, timeout=20) as client:
        data = request(target) * count
        client.socket.setblocking(False)
        sent = stuck = 0
        while stuck < 20:  # until the server takes no more: it does not hoard answers
            try:
                sent += client.socket.send(data[sent : sent + 65536])
                stuck = 0
            except BlockingIOError:
                stuck += 1
                time.sleep(0.01)
        assert sent < len(data)
        with Client(server.port) as other:  # and serves others meanwhile
            assert other.ask("/none").status == 404
        answered = 0
        while answered < count:
            try:
                if sent < len(data):
                    sent += client.socket.send(data[sent : sent + 65536])
            except BlockingIOError:
                pass
            client.socket.settimeout(10)
            assert client.receive().status == 301
            answered += 1
            client.socket.setblocking(False)
        assert client.received == b""


def test_http10_is_closed_unless_it_asks_and_gets_absolute_locations(serve, raw):
    server = serve(RULES)
    (response,) = parse_all(raw(server.port, b"GET /old HTTP/1.0\r\n\r\n"))
    assert response.get("Location") == f"http://127.0.0.1:{server.port}/new"
    assert response.get("Connection") == "close"
    (response,) = parse_all(raw(server.port, b"GET /old HTTP/1.0\r\nHost: b.example:81\r\n\r\n"))
    assert response.get("Location") == "http://b.example:81/new"
    with Client(server.port) as client:
        for _ in range(2):
            response = client.ask("/away", version="HTTP/1.0", fields="Connection: keep-alive\r\n")
            assert response.get("Connection") == "keep-alive"
            assert response.get("Location") == "https://b.example/x?y&z"


@pytest.mark.parametrize("line, statuses", [
    ("", {"/old": 301, "/temp": 302, "/away": 301, "/post": 302, "/blog/x": 302, "/gone": 410}),
    ("http10 301\n", {"/old": 301, "/temp": 301, "/away": 301, "/post": 301, "/blog/x": 302, "/gone": 410}),
    ("http10 off\n", {"/old": 301, "/temp": 307, "/away": 308, "/post": 303, "/blog/x": 302, "/gone": 410}),
])
def test_http10_gets_statuses_it_knows(serve, line, statuses):
    server = serve(line + RULES)
    with Client(server.port) as client:
        for target, status in statuses.items():
            response = client.ask(target, version="HTTP/1.0", fields="Connection: keep-alive\r\n")
            assert response.status == status, target


def test_conditions_decide_and_no_cache_keeps_what_they_decided(serve):
    server = serve("/ /de/ 302 language=de\n/ /app 302 header:User-Agent=*App/* cookie=beta\n/ /en/ 302\n/x /y")
    with Client(server.port) as client:
        for fields, location, vary in [
            ("Accept-Language: en;q=0.3, de-CH\r\n", "/de/", "Accept-Language, user-agent"),
            ("User-Agent: An App/2\r\nCookie: a=b; beta=1\r\n", "/app", "Accept-Language, Cookie, user-agent"),
            ("User-Agent: x\r\n", "/en/", "Accept-Language, user-agent"),
        ]:
            response = client.ask("/", fields=fields)
            assert response.get("Location") == location
            assert response.get("Vary") == vary
            assert response.get("Cache-Control") == "no-store"
        response = client.ask("/x")
        assert (response.get("Vary"), response.get("Cache-Control")) == (None, None)


def test_dates_of_rules_are_local_and_until_ends(serve):
    server = serve("/ /past 302 until=2020-01-01\n/ /future 302 from=2999-01-01\n"
                   "/ /now 302 from=2020-01-01T00:00 until=2999-01-01T00:00Z")
    with Client(server.port) as client:
        assert client.ask("/").get("Location") == "/now"


def test_a_share_is_sticky(serve):
    server = serve("/ /half 302 share=50%\n/ /rest 302\n/all /x share=100%\n/none /x share=0%")
    with Client(server.port) as client:
        places = {client.ask("/").get("Location") for _ in range(20)}
        assert len(places) == 1
        assert client.ask("/all").status == 301
        assert client.ask("/none").status == 404
    with Client(server.port) as client:  # nor does the next connection matter
        assert {client.ask("/").get("Location")} == places


def test_the_lines_of_a_site_act_in_their_order(serve):
    server = serve("""\
[example.com www.example.com]
canonical www.example.com
cache max-age=600
/old /new permanent
[down.test]
https temporary
maintenance on retry-after=600
[secure.test]
https permanent
/old /new
[sorry.test]
maintenance /sorry.html retry-after=60
/sorry.html /x
""")
    asked = {
        ("example.com", "/old?a"): (308, "http://www.example.com/new?a", "max-age=600", None),
        ("example.com", "/none?a"): (308, "http://www.example.com/none?a", "max-age=600", None),
        ("www.example.com", "/old"): (308, "/new", "max-age=600", None),
        ("www.example.com", "/none"): (404, None, None, None),
        ("down.test", "/a"): (307, "https://down.test/a", None, None),
        ("secure.test", "/old?a"): (308, "https://secure.test/old?a", None, None),
        ("sorry.test", "/a"): (307, "/sorry.html", "no-store", "60"),
        ("sorry.test", "/sorry.html"): (301, "/x", None, None),
    }
    with Client(server.port) as client:
        for (host, target), answer in asked.items():
            response = client.ask(target, fields=f"Host: {host}\r\n")
            assert (response.status, response.get("Location"), response.get("Cache-Control"),
                    response.get("Retry-After")) == answer, (host, target)
            assert response.get("Strict-Transport-Security") is None  # this connection is not secure


def test_connection_close_is_obeyed(serve):
    server = serve(RULES)
    with Client(server.port) as client:
        assert client.ask("/old", fields="Connection: close\r\n").get("Connection") == "close"
        assert client.closed()
    with Client(server.port) as client:  # and what is asked after it is not answered
        client.send(request("/old", fields="Connection: close\r\n") + request("/old"))
        assert client.receive().get("Connection") == "close"
        client.socket.shutdown(socket.SHUT_WR)
        assert client.closed()


def small_window(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    s.settimeout(5)
    s.connect(("127.0.0.1", port))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


@pytest.mark.parametrize("tail", [b"", b"\r\n"])
def test_connection_close_takes_no_answer_from_a_slow_client(serve, tail):
    server = serve(RULES, "--workers", "1")
    count = 1000
    with small_window(server.port) as s:
        last = request("/old", fields="Connection: close\r\n")
        s.sendall(request("/old") * (count - 1) + last)
        time.sleep(0.1)
        s.sendall(tail)  # unread bytes would make closing a reset
        time.sleep(0.2)
        received = b""
        while part := s.recv(65536):
            received += part
    assert [r.status for r in parse_all(received)] == [301] * count


def test_a_body_http10_did_not_announce_does_not_take_the_answer(serve):
    server = serve(RULES)
    for _ in range(50):
        with Client(server.port) as client:
            client.send(b"POST /old HTTP/1.0\r\n\r\n")
            client.send(b"name=Ada")
            assert client.receive().status == 301
            assert client.closed()


def test_special_targets(serve, raw):
    server = serve(RULES)
    with Client(server.port) as client:
        response = client.ask("*", "OPTIONS")
        assert response.status == 204 and "GET" in response.get("Allow")
        assert client.ask("https://a.example/old").status == 421
        assert client.ask("/old").status == 301
    (response,) = parse_all(raw(server.port, request("b.example:443", "CONNECT"), shutdown=True))
    assert (response.status, response.get("Connection")) == (501, "close")


def test_sections_go_by_the_host_of_the_request(serve):
    server = serve("/x /any 301\n[b.example]\n/x /b 301\n")
    with Client(server.port) as client:
        assert client.ask("/x").get("Location") == "/any"
        for host in ("b.example", "B.EXAMPLE", f"b.example:{server.port}"):
            assert client.ask("/x", fields=f"Host: {host}\r\n").get("Location") == "/b"
        assert client.ask("http://b.example/x").get("Location") == "/b"


def test_several_files_are_one_set_in_order(serve, tmp_path):
    second = tmp_path / "second.rules"
    second.write_text("/old /second 301\n/more /second 302\n")
    server = serve(RULES, second)
    assert f"8 rules from {server.rules_path}, {second}" in server.stderr()
    with Client(server.port) as client:
        assert client.ask("/old").get("Location") == "/new"
        assert client.ask("/more").get("Location") == "/second"


def test_it_listens_wherever_it_is_told_to(serve):
    server = serve(RULES, "--listen", "[::1]:0", "--listen", "*:0", "--workers", "3")
    until(lambda: server.stderr().count("listening on") == 3)
    ports = re.findall(r"listening on http://([^/]+):(\d+)/", server.stderr())
    assert [host for host, _ in ports] == ["127.0.0.1", "[::1]", "[::]"]
    asked = [("127.0.0.1", ports[0]), ("::1", ports[1]), ("::1", ports[2]), ("127.0.0.1", ports[2])]
    for host, (_, port) in asked:
        for _ in range(20):  # whichever worker it comes to
            with Client(int(port), host=host) as client:
                assert client.ask("/old").status == 301
    with Client(int(ports[1][1]), host="::1") as client:
        client.send(b"GET /old HTTP/1.0\r\n\r\n")
        assert client.receive().get("Location") == f"http://[::1]:{ports[1][1]}/new"
