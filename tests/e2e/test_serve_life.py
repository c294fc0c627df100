# SPDX-License-Identifier: MIT
"""yonder serve: starting, reloading, ending, and clients that take their time."""
import os
import pathlib
import resource
import signal
import socket
import threading
import time

import pytest

import program
from http1 import Client, request, until

RULES = "/old /new 301\n"
BAD = "/old /changed 302\n/x /y 999\n/a\n"


def open_descriptors(server):
    return len(list(pathlib.Path(f"/proc/{server.pid}/fd").iterdir()))


def elapsed(action):
    start = time.monotonic()
    action()
    return time.monotonic() - start


# ---- starting -----------------------------------------------------------------------------------


def test_bad_rules_are_shown_and_not_served(yonder, tmp_path):
    rules = tmp_path / "bad.rules"
    rules.write_text(BAD)
    done = yonder("serve", rules, "--listen", "127.0.0.1:0")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    # Each error: file, line, column and message; the line; a caret.
    places = [line for line in lines if line.startswith(f"{rules}:")]
    assert [place.split(":")[1] for place in places] == ["2", "3"]
    for place in places:
        _, row, column, message = place.split(":", 3)
        at = lines.index(place)
        assert message.strip()
        assert lines[at + 1].strip() == BAD.splitlines()[int(row) - 1]
        assert lines[at + 2] == " " * (4 + int(column) - 1) + "^"
    assert "listening" not in done.stderr


def test_a_missing_file_and_a_wrong_option_are_usage_errors(yonder, tmp_path):
    done = yonder("serve", tmp_path / "none.rules")
    assert done.returncode == 2 and "none.rules" in done.stderr
    rules = tmp_path / "good.rules"
    rules.write_text(RULES)
    for args in (["--listen", "nonsense"], ["--listen", "127.0.0.1:70000"], ["--workers", "x"]):
        done = yonder("serve", rules, *args)
        assert done.returncode == 2 and args[1] in done.stderr
    assert yonder("serve").returncode == 2


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_address_in_use_is_not_shared(serve, yonder, tmp_path, workers):
    server = serve(RULES, "--workers", workers)
    rules = tmp_path / "other.rules"
    rules.write_text(RULES)
    for mine in ("1", "2"):
        done = yonder("serve", rules, "--listen", f"127.0.0.1:{server.port}", "--workers", mine)
        assert done.returncode == 3
        assert f"cannot listen on 127.0.0.1:{server.port}" in done.stderr


# ---- time-outs ----------------------------------------------------------------------------------


def test_a_connection_that_asks_nothing_is_closed_in_silence(serve):
    server = serve(RULES, "--idle-timeout", "1")
    with Client(server.port) as fresh, Client(server.port) as used:
        assert used.ask("/old").status == 301
        assert 0.9 < elapsed(lambda: used.closed()) < 2
        assert fresh.closed()
    with Client(server.port) as client:  # each request gives it the whole time again
        for _ in range(4):
            time.sleep(0.5)
            assert client.ask("/old").status == 301


def test_a_head_that_does_not_end_in_time_gets_408(serve):
    server = serve(RULES, "--head-timeout", "1", "--idle-timeout", "5")
    with Client(server.port) as client:
        assert client.ask("/old").status == 301
        time.sleep(1.2)  # idle time does not count
        start = time.monotonic()
        for byte in request("/old")[:12]:
            client.send(bytes([byte]))
            time.sleep(0.05)  # nor is it given again for every byte
        response = client.receive()
        assert 0.9 < time.monotonic() - start < 2
        assert (response.status, response.get("Connection")) == (408, "close")
        assert client.closed()


def test_a_body_that_does_not_end_in_time_is_given_up(serve):
    server = serve(RULES, "--body-timeout", "1")
    with Client(server.port) as client:
        assert client.ask("/old", "PUT", "Content-Length: 10\r\n").status == 301
        assert 0.9 < elapsed(lambda: client.closed()) < 2


def test_a_client_that_takes_nothing_is_given_up(serve):
    server = serve(f"/a /{'b' * 8000} 301\n", "--write-timeout", "1", "--workers", "1")
    before = open_descriptors(server)
    with Client(server.port) as client:
        until(lambda: open_descriptors(server) > before)
        client.socket.settimeout(0.5)
        with pytest.raises(OSError):  # the server stops reading, or has given up already
            while True:
                client.send(request("/a") * 100)
        until(lambda: open_descriptors(server) == before, timeout=5)


# ---- many ---------------------------------------------------------------------------------------


def test_it_goes_on_when_descriptors_run_out(serve):
    server = serve(RULES, "--workers", "1")
    spare = 20
    limit = open_descriptors(server) + spare
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (limit, limit))
    crowd = [Client(server.port) for _ in range(spare * 3)]
    for client in crowd:
        client.send(request("/old"))
    server.wait_stderr("cannot accept connections")
    first = [client for client in crowd[:spare] if client.receive().status == 301]
    assert len(first) == spare
    # It does not spin over those it cannot accept.
    ticks = lambda: sum(map(int, pathlib.Path(f"/proc/{server.pid}/stat").read_text().split()[13:15]))
    before = ticks()
    time.sleep(1)
    assert (ticks() - before) / os.sysconf("SC_CLK_TCK") < 0.2
    for client in first:  # those it has are served, and when they go the next come in
        assert client.ask("/old").status == 301
        client.socket.close()
    for client in crowd[spare : 2 * spare]:
        assert client.receive().status == 301
        client.socket.close()
    for client in crowd[2 * spare :]:
        assert client.receive().status == 301
        client.socket.close()


def test_thousands_of_connections_cost_little_while_idle(serve):
    server = serve(RULES, "--workers", "2")
    count = 4000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 500), hard))

    def memory():
        status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
        return int(status.split("RssAnon:")[1].split()[0]) * 1024

    with Client(server.port) as client:
        client.ask("/old")
    before = memory()
    clients = []
    try:
        for _ in range(count):
            clients.append(Client(server.port))
            assert clients[-1].ask("/old").status == 301
        for client in clients[::97]:
            assert client.ask("/old").status == 301
        if not sanitized():
            assert (memory() - before) / count < 1024
    finally:
        for client in clients:
            client.socket.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def sanitized():
    code = pathlib.Path(program.path()).read_bytes()
    return b"__asan_init" in code or b"__tsan_init" in code


# ---- reloading ----------------------------------------------------------------------------------


def test_reload_makes_new_rules_live_on_connections_that_are_open(serve):
    server = serve(RULES)
    with Client(server.port) as client:
        assert client.ask("/old").get("Location") == "/new"
        server.reload("/old /newer 302\n/x /y 301\n")
        server.wait_stderr("reloaded: 2 rules from")
        response = client.ask("/old")
        assert (response.status, response.get("Location")) == (302, "/newer")
        assert client.ask("/x").status == 301


def test_rules_with_errors_are_refused_whole_and_the_old_ones_stay(serve):
    server = serve(RULES)
    with Client(server.port) as client:
        server.reload(BAD)
        said = server.wait_stderr("the old rules stay live")
        assert f"{server.rules_path}:2:" in said and f"{server.rules_path}:3:" in said
        assert "/x /y 999" in said
        assert client.ask("/old").get("Location") == "/new"
        server.rules_path.unlink()
        os.kill(server.pid, signal.SIGHUP)
        server.wait_stderr("cannot read")
        assert client.ask("/old").get("Location") == "/new"
        server.reload("/old /newest 301\n")
        server.wait_stderr("reloaded: 1 rule from")
        assert client.ask("/old").get("Location") == "/newest"


def test_reloads_under_load_lose_nothing(serve):
    """Every answer is by the old rules or the new, whole; and never again by older ones."""
    generations = 20
    server = serve("/a /0 301\n/b /0 301\n", "--workers", "2")
    stop = threading.Event()
    failures, counts = [], []

    def load(depth):
        last = n = 0
        try:
            with Client(server.port) as client:
                while not stop.is_set():
                    client.send(request("/a") * depth + request("/b") * depth)
                    for _ in range(2 * depth):
                        response = client.receive()
                        generation = int(response.get("Location")[1:])
                        assert response.status == 301 and last <= generation <= generations
                        last = generation
                        n += 1
        except Exception as error:
            failures.append(repr(error))
        counts.append(n)

    threads = [threading.Thread(target=load, args=(depth,)) for depth in (1, 1, 1, 2, 8, 50)]
    for thread in threads:
        thread.start()
    for generation in range(1, generations + 1):
        server.reload(f"/a /{generation} 301\n/b /{generation} 301\n")
        until(lambda: server.stderr().count("reloaded:") == generation)
        time.sleep(0.05)
        with Client(server.port) as client:
            assert client.ask("/a").get("Location") == f"/{generation}"
    stop.set()
    for thread in threads:
        thread.join(20)
    assert not failures
    assert sum(counts) > 2000 and min(counts) > 0


# ---- ending -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_under_way_is_finished_and_idle_connections_are_closed(serve, number):
    server = serve(RULES, "--workers", "2")
    with Client(server.port) as idle, Client(server.port) as slow, Client(server.port) as body:
        assert idle.ask("/old").status == 301
        slow.send(request("/old")[:-2])
        assert body.ask("/old", "PUT", "Content-Length: 3\r\n").status == 301
        body.send(b"a")
        time.sleep(0.2)
        os.kill(server.pid, number)
        server.wait_stderr("draining")
        assert idle.closed()
        until(lambda: refused(server.port))
        time.sleep(0.2)
        slow.send(b"\r\n")
        response = slow.receive()
        assert (response.status, response.get("Connection")) == (301, "close")
        slow.socket.close()
        body.send(b"bc")
        assert body.closed()
        assert server.process.wait(5) == 0


def refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return False
    except ConnectionRefusedError:
        return True


def test_requests_that_were_sent_before_the_end_are_answered(serve):
    """Each request that is in a socket when the signal comes gets its answer."""
    server = serve("/p/* /q/:splat 301\n", "--workers", "1")
    clients = [Client(server.port) for _ in range(50)]
    for client in clients[:25]:
        assert client.ask("/p/0").status == 301
    os.kill(server.pid, signal.SIGSTOP)
    for client in clients:  # 25 open connections, and 25 that wait to be accepted
        client.send(b"".join(request(f"/p/{i}") for i in range(5)))
    os.kill(server.pid, signal.SIGTERM)
    os.kill(server.pid, signal.SIGCONT)
    for client in clients:
        responses = [client.receive() for _ in range(5)]
        assert [r.get("Location") for r in responses] == [f"/q/{i}" for i in range(5)]
        assert [r.get("Connection") for r in responses[:4]] == [None] * 4  # none ends it too soon
        assert client.closed()
        client.socket.close()
    assert server.process.wait(5) == 0


def test_everybody_who_has_connected_before_the_end_is_served(serve):
    """A queue longer than one turn's accepting, of connections that end with their answer."""
    server = serve(RULES, "--workers", "1")
    os.kill(server.pid, signal.SIGSTOP)
    clients = [Client(server.port) for _ in range(300)]
    for client in clients:
        client.send(request("/old", fields="Connection: close\r\n"))
    os.kill(server.pid, signal.SIGTERM)
    os.kill(server.pid, signal.SIGCONT)
    for client in clients:
        assert client.receive().status == 301
        client.socket.close()
    assert server.process.wait(5) == 0


def test_ending_takes_no_longer_than_it_may(serve):
    server = serve(RULES, "--drain-timeout", "1")
    with Client(server.port) as slow:
        slow.send(b"GET /old HTT")
        time.sleep(0.2)
        assert 0.8 < elapsed(lambda: server.stop()) < 3
        assert server.process.returncode == 0
        assert "1 connection cut" in server.stderr()


def test_a_second_signal_ends_it_at_once(serve):
    server = serve(RULES)
    with Client(server.port) as slow:
        slow.send(b"GET /old HTT")
        time.sleep(0.2)
        os.kill(server.pid, signal.SIGTERM)
        server.wait_stderr("draining")
        until(lambda: refused(server.port))
        os.kill(server.pid, signal.SIGINT)
        assert server.process.wait(2) == -signal.SIGINT
        server.process.returncode = 0  # as it should be
