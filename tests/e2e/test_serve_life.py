# SPDX-License-Identifier: MIT
"""yonder serve: starting, reloading, ending, and clients that take their time."""
import os
import pathlib
import resource
import signal
import socket
import subprocess
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


def test_errors_are_shown_in_all_files_even_where_one_cannot_be_read(yonder, tmp_path):
    rules = tmp_path / "bad.rules"
    rules.write_text(BAD)
    done = yonder("serve", rules, tmp_path / "none.rules", tmp_path)
    assert done.returncode == 2
    for said in (f"{rules}:2:", f"{rules}:3:", "none.rules: No such file", "Is a directory"):
        assert said in done.stderr


def test_a_pipe_is_read_and_one_that_says_nothing_does_not_hang_it(yonder, serve, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = yonder("serve", pipe, timeout=10)
    assert done.returncode == 2
    assert f"cannot read {pipe}: it is a pipe in which nobody writes" in done.stderr
    writer = threading.Timer(0.3, lambda: pipe.write_text("/b /c 302\n"))
    writer.start()
    server = serve(RULES, pipe)
    writer.join()
    with Client(server.port) as client:
        assert [client.ask(target).status for target in ("/old", "/b")] == [301, 302]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_while_it_reads(tmp_path, number):
    os.mkfifo(tmp_path / "pipe")
    process = subprocess.Popen([program.path(), "serve", "pipe", "pipe", "pipe"], cwd=tmp_path)
    time.sleep(0.5)
    process.send_signal(number)
    assert process.wait(1) == -number


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
    for client in first:  # in the middle of a request nobody is closed to make room
        client.send(request("/old")[:10])
    # It does not spin over those it cannot accept.
    ticks = lambda: sum(map(int, pathlib.Path(f"/proc/{server.pid}/stat").read_text().split()[13:15]))
    before = ticks()
    time.sleep(1)
    assert (ticks() - before) / os.sysconf("SC_CLK_TCK") < 0.2
    for client in first:  # those it has are served, and when they go the next come in
        client.send(request("/old")[10:])
        assert client.receive().status == 301
        client.socket.close()
    for client in crowd[spare : 2 * spare]:
        assert client.receive().status == 301
        client.socket.close()
    for client in crowd[2 * spare :]:
        assert client.receive().status == 301
        client.socket.close()


def test_idle_connections_make_room_when_descriptors_run_out(serve):
    server = serve(RULES, "--workers", "1")
    spare = 20
    limit = open_descriptors(server) + spare
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (limit, limit))
    crowd = [Client(server.port) for _ in range(spare * 2)]
    for client in crowd:
        client.send(request("/old"))
    for client in crowd:  # though nobody leaves unasked
        assert client.receive().status == 301
    for client in crowd[:spare]:
        assert client.closed()
    for client in crowd[spare:]:
        assert client.ask("/old").status == 301
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
        if not program.sanitized():
            assert (memory() - before) / count < 1024
    finally:
        for client in clients:
            client.socket.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


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


def test_a_file_that_was_emptied_is_warned_of(serve):
    server = serve(RULES)
    server.reload("")
    assert "warning: there are no rules" in server.wait_stderr("every request gets 404")
    with Client(server.port) as client:
        assert client.ask("/old").status == 404


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


LOOP = "/a /b 301\n/b /a 301\n"


def test_a_loop_is_told_before_it_goes_live(serve):
    server = serve(RULES)
    assert "warning" not in server.stderr()
    server.reload(LOOP)
    said = server.wait_stderr("reloaded: ")
    assert f"warning: {server.rules_path}:1: loop: " in said and said.index(": loop: ") < said.index("reloaded: ")
    with Client(server.port) as client:
        assert client.ask("/a").status == 301


def test_rules_that_cannot_be_proved_are_refused_where_that_is_wanted(serve, yonder, tmp_path):
    server = serve(RULES, "--proof", "refuse")
    server.reload(LOOP)
    said = server.wait_stderr("not reloaded: the old rules stay live")
    assert f"error: {server.rules_path}:1: loop: " in said
    with Client(server.port) as client:
        assert [client.ask(target).status for target in ("/a", "/old")] == [404, 301]
    server.reload(RULES + "/x /y\n")
    server.wait_stderr("reloaded: ")
    rules = tmp_path / "loop.rules"
    rules.write_text(LOOP)
    done = yonder("serve", rules, "--listen", "127.0.0.1:0", "--proof", "refuse")
    assert done.returncode == 2 and ": loop: " in done.stderr
    rules.write_text("".join(f"/a{i} /b{i}\n/b{i} /a{i}\n" for i in range(20)))
    done = yonder("serve", rules, "--listen", "127.0.0.1:0", "--proof", "refuse")
    assert done.stderr.count(": loop: ") == 10 and "more; 'yonder lint' shows all" in done.stderr
    assert yonder("serve", rules, "--proof", "x").returncode == 2


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
    try:  # while it drains nobody answers the first attempt; the system's second is a second later
        socket.create_connection(("127.0.0.1", port), timeout=4).close()
        return False
    except ConnectionRefusedError:
        return True


def keep_asking(port, pause, counts):
    """Asks until told `Connection: close`; counts what is answered, and what was sent in vain."""
    with Client(port) as client:
        while True:
            try:
                response = client.ask("/old")
            except (OSError, EOFError):
                counts["lost"] += 1
                return
            counts["answered"] += 1
            if response.get("Connection") == "close":
                counts["told"] += 1
                return
            time.sleep(pause)


def keep_connecting(port, pause, counts):
    """A connection for each request until there are no more; what is connected is to be answered."""
    while True:
        try:
            client = Client(port, timeout=4)
        except OSError:
            counts["told"] += 1
            return
        with client:
            time.sleep(pause)  # connected, and nothing said: the kernel has not delivered it
            try:
                client.ask("/old", fields="Connection: close\r\n")
                counts["answered"] += 1
            except (OSError, EOFError):
                counts["lost"] += 1


@pytest.mark.parametrize("ask", [keep_asking, keep_connecting])
@pytest.mark.parametrize("pause", [0, 0.05])
def test_no_request_of_a_busy_client_is_lost_at_the_end(serve, ask, pause):
    for _ in range(3):
        server = serve(RULES, "--workers", "2")
        counts = [dict(answered=0, told=0, lost=0) for _ in range(40)]
        threads = [threading.Thread(target=ask, args=(server.port, pause, c)) for c in counts]
        for thread in threads:
            thread.start()
        until(lambda: all(c["answered"] for c in counts), timeout=20)
        assert server.stop() == 0
        for thread in threads:
            thread.join(10)
        assert sum(c["lost"] for c in counts) == 0
        assert [c["told"] for c in counts] == [1] * len(counts)


def test_a_crowd_that_keeps_coming_does_not_delay_the_end(serve):
    server = serve(RULES, "--workers", "1", "--drain-timeout", "2")
    stop = threading.Event()

    def crowd():
        while not stop.is_set():
            try:
                with Client(server.port, timeout=0.5) as client:
                    client.send(request("/old", fields="Connection: close\r\n"))
            except OSError:
                pass

    threads = [threading.Thread(target=crowd) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    try:
        assert elapsed(lambda: server.stop()) < 1.5
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)


def test_who_has_an_answer_and_does_not_close_delays_the_end_little_and_is_not_called_cut(serve):
    server = serve(RULES, "--drain-timeout", "8")
    with Client(server.port) as lazy:
        assert lazy.ask("/old").status == 301
        os.kill(server.pid, signal.SIGTERM)
        server.wait_stderr("draining")
        time.sleep(0.1)
        assert lazy.ask("/old").get("Connection") == "close"
        assert elapsed(lambda: server.process.wait(8)) < 3
    assert "cut" not in server.stderr()


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
