# SPDX-License-Identifier: MIT
"""yonder serve --handover: one process takes the place of another, and no client notices."""
import json
import os
import socket
import struct
import subprocess
import threading
import time

import pytest

import program
import tlsrig
from http1 import Client, request, until

RULES = "/old /new 301\n"


def rules(generation):
    return f"/a /{generation} 301\n"


@pytest.fixture
def place(tmp_path):
    return tmp_path / "next"


def serve_at(folder, name, text, *args):
    """A server that is told all of its addresses."""
    path = folder / f"{name}.rules"
    path.write_text(text)
    return subprocess.Popen([program.path(), "serve", str(path), *map(str, args)], stdin=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True, env=program.environment())


def said_until(process, what):
    """What it says up to a line with `what`."""
    said = ""
    for line in process.stderr:
        said += line
        if what in line:
            return said
    raise AssertionError(f"it ended without {what!r}: {said}")


def rest(process, timeout=15):
    """The rest of what it says, once it has ended well."""
    _, said = process.communicate(timeout=timeout)
    program.check_sound(process.args, process.returncode, said)
    return said


@pytest.fixture
def generations(tmp_path):
    """Starts one server after the other with the same --handover; ends what is left."""
    processes = []

    def start(text, *args):
        process = serve_at(tmp_path, f"g{len(processes)}", text, "--handover", tmp_path / "next", *args)
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.terminate()
            rest(process)
        process.stderr.close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def test_servers_take_each_other_s_place_under_load_and_lose_nothing(generations):
    """Clients with a connection for each request, with kept ones, and with many requests at a time."""
    port = free_port()
    listen = ("--listen", f"127.0.0.1:{port}")
    server = generations(rules(0), *listen, "--workers", "2")
    said_until(server, "listening on")
    stop, failures, counts = threading.Event(), [], []

    def load(depth, keep):
        n, client = 0, None
        try:
            while not stop.is_set():
                client = client or Client(port, timeout=10)
                client.send(request("/a", fields="" if keep else "Connection: close\r\n") * depth)
                for _ in range(depth):
                    response = client.receive()
                    assert response.status == 301
                    n += 1
                    if response.get("Connection") == "close":
                        break  # what was sent after it is not answered: RFC 9112 section 9.6
                if response.get("Connection") == "close":
                    client.socket.close()
                    client = None
        except Exception as error:
            failures.append(repr(error))
        counts.append(n)

    threads = [threading.Thread(target=load, args=how) for how in ((1, True), (1, True), (8, True), (1, False), (1, False))]
    for thread in threads:
        thread.start()
    for generation, workers in enumerate((1, 3, 2, 2, 4, 1), 1):
        time.sleep(0.2)
        old, server = server, generations(rules(generation), *listen, "--workers", workers)
        said = said_until(server, "taken over from")
        assert f"listening on http://127.0.0.1:{port}/" in said
        for _ in range(8):  # whichever of its workers it is
            with Client(port) as client:
                until(lambda: client.ask("/a").get("Location") is not None)
        said = rest(old)
        assert old.returncode == 0 and f"handed over to process {server.pid}" in said, said
        for _ in range(8):
            with Client(port) as client:
                assert client.ask("/a").get("Location") == f"/{generation}"
    stop.set()
    for thread in threads:
        thread.join(20)
    assert not failures
    assert min(counts) > 20, counts


def test_who_cannot_serve_leaves_the_old_server_alone(generations, tmp_path):
    port = free_port()
    listen = ("--listen", f"127.0.0.1:{port}")
    server = generations(RULES, *listen)
    said_until(server, "listening on")
    bad = generations("/old\n", *listen)
    assert bad.wait(10) == 2
    taken = generations(RULES, *listen, "--admin", "/nowhere/admin")
    said = rest(taken)
    assert taken.returncode == 3 and "/nowhere/admin" in said
    with Client(port) as client:
        assert client.ask("/old").status == 301
    new = generations(RULES, *listen)
    said_until(new, "taken over from")
    assert server.wait(10) == 0


def offers(path, count=None):
    """Asks as a next server does; the connection and the descriptors it got."""
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect(str(path))
    s.settimeout(5)
    got = []
    while True:
        data, ancillary, _, _ = s.recvmsg(4096, socket.CMSG_SPACE(4))
        if not ancillary:
            return s, got
        got += [struct.unpack("i", a[2])[0] for a in ancillary]


def test_who_asks_and_goes_away_or_talks_nonsense_changes_nothing(generations, place):
    port = free_port()
    server = generations(RULES, "--listen", f"127.0.0.1:{port}", "--workers", "2")
    said_until(server, "listening on")
    until(place.exists)
    for word in (b"", b"x", b"\0" * 4096):
        s, fds = offers(place)
        assert len(fds) == 3  # of two workers, and the place itself
        for fd in fds:
            os.close(fd)
        if word:
            s.send(word)
        s.close()
    descriptors = f"/proc/{server.pid}/fd"
    before = len(os.listdir(descriptors))
    for _ in range(20):
        s, fds = offers(place)
        for fd in fds:
            os.close(fd)
        socket.send_fds(s, [b"x" * 600], [0, 1, 2])
        s.close()
    until(lambda: len(os.listdir(descriptors)) <= before)
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect(str(place))
    s.close()
    with Client(port) as client:
        assert client.ask("/old").status == 301
    assert server.poll() is None


def answers(port):
    try:
        with Client(port) as client:
            return client.ask("/old").status == 301
    except ConnectionError:
        return False


def test_a_newcomer_that_is_killed_leaves_the_old_server_or_the_place(generations, place, tmp_path):
    port = free_port()
    listen = ("--listen", f"127.0.0.1:{port}")
    server = generations(RULES, *listen)
    said_until(server, "listening on")
    for wait in (0, 0.005, 0.01, 0.02, 0.04):
        process = serve_at(tmp_path, "killed", RULES, *listen, "--handover", place)
        time.sleep(wait)
        process.kill()
        process.wait()
        process.stderr.close()
        until(lambda: server.poll() is not None or answers(port), 20)
        if server.poll() is not None:  # it was replaced before that
            assert server.returncode == 0
            server = generations(RULES, *listen)
            said_until(server, "listening on")


def test_a_socket_left_behind_is_no_server(generations, place):
    port = free_port()
    server = generations(RULES, "--listen", f"127.0.0.1:{port}")
    said_until(server, "listening on")
    until(place.exists)
    server.kill()
    server.wait()
    assert place.exists()
    new = generations(RULES, "--listen", f"127.0.0.1:{port}")
    said_until(new, "listening on")
    with Client(port) as client:
        assert client.ask("/old").status == 301
    new.terminate()
    assert "taken over" not in rest(new)
    assert not place.exists()


def test_addresses_that_are_not_wanted_any_more_are_closed_in_order(generations):
    kept, gone, fresh = free_port(), free_port(), free_port()
    server = generations(RULES, "--listen", f"127.0.0.1:{kept}", "--listen", f"127.0.0.1:{gone}")
    said_until(server, f":{gone}/")
    new = generations(RULES, "--listen", f"127.0.0.1:{fresh}", "--listen", f"127.0.0.1:{kept}")
    said_until(new, "taken over from")
    assert server.wait(10) == 0
    for port in (kept, fresh):
        with Client(port) as client:
            assert client.ask("/old").status == 301
    with pytest.raises(ConnectionRefusedError):
        Client(gone)


@pytest.mark.parametrize("kind", ["path", "address"])
def test_admin_goes_on_at_the_same_place(generations, tmp_path, kind, yonder):
    admin = str(tmp_path / "admin.sock") if kind == "path" else f"127.0.0.1:{free_port()}"
    port = free_port()
    args = ("--listen", f"127.0.0.1:{port}", "--admin", admin)
    server = generations(RULES, *args)
    said_until(server, "listening on")
    for _ in range(2):
        old, server = server, generations(RULES, *args)
        said_until(server, "taken over from")
        assert old.wait(10) == 0
        status = yonder("status", "--admin", admin, "--json")
        assert status.returncode == 0 and json.loads(status.stdout)["pid"] == server.pid, status.stdout
    server.terminate()
    rest(server)
    if kind == "path":
        assert not os.path.exists(admin)


def test_tls_sessions_go_on(generations, tmp_path):
    authority = tlsrig.Authority(tmp_path)
    pair = authority.issue("a", ["a.example"])
    plain, tls = free_port(), free_port()
    args = ("--listen", f"127.0.0.1:{plain}", "--tls-listen", f"127.0.0.1:{tls}", "--cert", pair[0], "--key", pair[1])
    server = generations(RULES, *args)
    said_until(server, "listening on https")
    context = authority.context()

    def visit(session=None):
        with socket.create_connection(("127.0.0.1", tls), timeout=5) as raw:
            with context.wrap_socket(raw, server_hostname="a.example", session=session) as s:
                s.sendall(request("/old", fields="Host: a.example\r\nConnection: close\r\n"))
                assert s.recv(4096).startswith(b"HTTP/1.1 301")
                return s.session_reused, s.session

    reused, session = visit()
    assert not reused
    for _ in range(2):
        old, server = server, generations(RULES, *args)
        said_until(server, "taken over from")
        assert old.wait(10) == 0
        assert visit(session)[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_another_user_s_server_is_not_taken_over(generations, tmp_path, place):
    port = free_port()
    server = generations(RULES, "--listen", f"127.0.0.1:{port}")
    said_until(server, "listening on")
    os.chmod(place, 0o666)  # even where the file lets everybody in
    for folder in (tmp_path, *tmp_path.parents[:2]):
        os.chmod(folder, 0o755)
    path = tmp_path / "other.rules"
    path.write_text(RULES)
    done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program.path(), "serve", path,
                           "--listen", f"127.0.0.1:{port}", "--handover", place],
                          capture_output=True, text=True, timeout=20, env=program.environment())
    assert done.returncode == 3 and "cannot take over" in done.stderr, done.stderr
    with Client(port) as client:
        assert client.ask("/old").status == 301


def test_the_end_of_the_old_server_amidst_it_leaves_the_sockets_to_who_has_them(generations, place):
    port = free_port()
    server = generations(RULES, "--listen", f"127.0.0.1:{port}", "--workers", "1")
    said_until(server, "listening on")
    until(place.exists)
    s, fds = offers(place)
    server.terminate()
    rest(server)
    listener = next(x for x in (socket.socket(fileno=fd) for fd in fds) if x.family == socket.AF_INET)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:  # no filter keeps it out
        client.sendall(b"hello")
        listener.settimeout(5)
        with listener.accept()[0] as accepted:
            assert accepted.recv(5) == b"hello"
    s.close()


def test_who_fails_with_the_admin_socket_in_hand_leaves_it_where_it_was(generations, tmp_path, yonder):
    port, admin = free_port(), tmp_path / "admin.sock"
    args = ("--listen", f"127.0.0.1:{port}", "--admin", admin)
    server = generations(RULES, *args)
    said_until(server, "listening on")
    until(admin.exists)
    image = tmp_path / "damaged.image"
    assert yonder("compile", tmp_path / "g0.rules", "-o", image).returncode == 0
    content = bytearray(image.read_bytes())
    content[-1] ^= 1
    image.write_bytes(content)
    failed = subprocess.run([program.path(), "serve", image, *map(str, args), "--handover", tmp_path / "next"],
                            capture_output=True, text=True, timeout=20, env=program.environment())
    assert failed.returncode == 2 and "damaged" in failed.stderr, failed.stderr
    status = yonder("status", "--admin", admin, "--json")
    assert status.returncode == 0 and json.loads(status.stdout)["pid"] == server.pid, status.stderr


@pytest.mark.skipif(program.sanitized(), reason="sanitizers want descriptors of their own")
def test_a_newcomer_short_of_descriptors_serves_or_leaves_the_old_server_alone(generations, tmp_path, place):
    port = free_port()
    listen = ("--listen", f"127.0.0.1:{port}", "--workers", "2")
    server = generations(RULES, *listen)
    said_until(server, "listening on")
    until(place.exists)
    for descriptors in range(8, 64):
        process = subprocess.Popen(["prlimit", f"--nofile={descriptors}", program.path(), "serve",
                                    tmp_path / "g0.rules", *listen, "--handover", place],
                                   stderr=subprocess.PIPE, text=True, env=program.environment())
        try:
            process.wait(2)
            process.stderr.close()
        except subprocess.TimeoutExpired:
            break  # it serves
        assert process.returncode in (2, 3)
        with pytest.raises(subprocess.TimeoutExpired):
            server.wait(0.05)
    said = said_until(process, "taken over from")
    assert server.wait(10) == 0
    with Client(port) as client:
        assert client.ask("/old").status == 301, said
    process.terminate()
    rest(process)
