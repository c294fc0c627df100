# SPDX-License-Identifier: MIT
"""yonder serve over TLS: which certificate who gets, protocols, sessions, and certificates that change."""
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest

import program
import tlsrig
from http1 import until
from tlsrig import Tls

RULES = """/old /new 301
[a.test www.a.test]
hsts max-age=600
[b.test]
hsts max-age=700
"""

TLS_1_2, TLS_1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return tlsrig.Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def pairs(authority):
    """Certificates by title."""
    return {title: authority.issue(title, names, kind) for title, names, kind in (
        ("a", ["a.test", "www.a.test", "IP:127.0.0.1"], "ec"),
        ("a-rsa", ["a.test", "www.a.test"], "rsa"),
        ("b", ["b.test", "*.b.test"], "ec"),
        ("deep", ["*.a.b.test"], "ec"),
        ("exact", ["exact.b.test"], "ec"),
        ("nameless", [], "ec"),
    )}


@pytest.fixture
def serve_tls(serve):
    def start(*certs, rules=RULES, more=()):
        return tlsrig.ready(serve(rules, "--tls-listen", "127.0.0.1:0", *tlsrig.arguments(*certs), *more))

    return start


def shown(server, authority, name, verify=True, **how):
    """Whose certificate the client is shown: its common name."""
    context = authority.context(**how)
    if not verify:
        context.check_hostname = False
    with Tls(server.tls_port, context, name) as client:
        return dict(pair[0] for pair in client.tls.getpeercert()["subject"])["commonName"]


def s_client(server, *args, name="a.test", stdin=b"Q"):
    """What openssl s_client prints."""
    named = ["-servername", name] if name else ["-noservername"]
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{server.tls_port}", *named, *map(str, args)],
                          input=stdin, capture_output=True, timeout=30)
    return (done.stdout + done.stderr).decode(errors="replace")


def curl(server, authority, url, *args):
    host = url.split("/")[2].partition(":")[0]
    done = subprocess.run(
        ["curl", "-q", "-sS", "-i", "-m", "20", "--cacert", str(authority.cafile), "--noproxy", "*",
         "--connect-to", f"::127.0.0.1:{server.tls_port if url.startswith('https') else server.port}",
         "--resolve", f"{host}:443:127.0.0.1", *args, url], capture_output=True, timeout=30)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# ---- names --------------------------------------------------------------------------------------


def test_the_certificate_is_the_one_for_the_name(serve_tls, authority, pairs):
    server = serve_tls(*(pairs[title] for title in ("a", "b", "deep", "exact")))
    for name, title in (("a.test", "a"), ("www.a.test", "a"), ("A.tEsT", "a"), ("b.test", "b"), ("x.b.test", "b"),
                        ("exact.b.test", "exact"), ("x.a.b.test", "deep"), ("a.b.test", "b")):
        assert shown(server, authority, name) == title, name
    assert shown(server, authority, None, verify=False) == "a"  # no name: the first


@pytest.mark.parametrize("version", [TLS_1_2, TLS_1_3])
def test_an_unknown_name_is_refused_with_an_alert(serve_tls, authority, pairs, version):
    server = serve_tls(pairs["a"], pairs["b"])
    for name in ("c.test", "x.a.test", "x.y.b.test", "test", "b.test.evil"):
        with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
            Tls(server.tls_port, authority.context(minimum_version=version, maximum_version=version), name)
    assert shown(server, authority, "a.test") == "a"


def test_names_that_are_none_do_not_fit_a_wildcard(serve_tls, authority, pairs):
    server = serve_tls(pairs["b"])
    for name in ("a/b.b.test", "a b.b.test", "a\r\nb.b.test", ".b.test", "*.b.test"):
        assert "unrecognized name" in s_client(server, name=name), name


def test_curl_is_redirected(serve_tls, authority, pairs):
    server = serve_tls(pairs["a"])
    code, said, _ = curl(server, authority, "https://a.test/old")
    assert code == 0 and said.startswith("HTTP/2 301 ") and "location: /new" in said.lower()
    assert "strict-transport-security: max-age=600" in said.lower()
    code, _, error = curl(server, authority, "https://c.test/old")
    assert code == 35 and "unrecognized name" in error
    code, said, _ = curl(server, authority, "http://a.test/old")
    assert code == 0 and said.startswith("HTTP/1.1 301 ") and "strict" not in said.lower()


@pytest.mark.parametrize("host, status", [
    ("a.test", 301), ("a.test:443", 301), ("a.test:8443", 301), ("A.Test", 301), ("a.test.", 301), ("a.test.:443", 301),
    ("www.a.test", 301), ("127.0.0.1", 301), ("127.0.0.1:443", 301), ("[::1]", 421), ("b.test", 421), ("x.b.test", 421),
    ("c.test", 421), ("127.0.0.2", 421), ("xa.test", 421), ("test", 421), ("%61.test", 421), ("a.test..", 421)])
def test_a_host_that_the_certificate_is_not_for_is_misdirected(serve_tls, authority, pairs, host, status):
    server = serve_tls(pairs["a"], pairs["b"])
    with Tls(server.tls_port, authority.context()) as client:
        answer = client.ask("/old", host=host)
        assert answer.status == status
        if status == 421:
            assert answer.get("Strict-Transport-Security") is None and answer.get("Location") is None
        # The connection is still good for what it was opened for.
        assert client.ask("/old").get("Strict-Transport-Security") == "max-age=600"


def test_a_client_that_names_nobody_may_ask_for_what_the_first_certificate_covers(serve_tls, authority, pairs):
    server = serve_tls(pairs["a"], pairs["b"])
    context = authority.context(check_hostname=False)
    with Tls(server.tls_port, context, None) as client:
        assert client.ask("/old", host="www.a.test").get("Strict-Transport-Security") == "max-age=600"
        assert client.ask("/old", host="b.test").status == 421
        assert client.ask("http://a.test/old", host="a.test").status == 421
        assert client.ask("https://a.test/old", host="b.test").status == 301


def test_http_1_0_without_a_host_is_for_the_host_of_the_connection(serve_tls, authority, pairs):
    server = serve_tls(pairs["a"])
    with Tls(server.tls_port, authority.context()) as client:
        answer = client.ask("/old", host=None, version="HTTP/1.0")
        assert answer.status == 301
        assert answer.get("Location") == "https://a.test/new"
        assert answer.get("Strict-Transport-Security") == "max-age=600"


# ---- protocols ----------------------------------------------------------------------------------


def test_tls_1_2_and_1_3_are_spoken_and_nothing_older(serve_tls, authority, pairs):
    server = serve_tls(pairs["a"])
    for version, said in ((TLS_1_2, "TLSv1.2"), (TLS_1_3, "TLSv1.3")):
        with Tls(server.tls_port, authority.context(minimum_version=version, maximum_version=version)) as client:
            assert client.tls.version() == said
            assert client.ask("/old").status == 301
    for old in ("-tls1", "-tls1_1"):
        said = s_client(server, old, "-cipher", "ALL:@SECLEVEL=0")
        assert "alert protocol version" in said and "Cipher is (NONE)" in said, said


def test_ciphers_are_forward_secret(serve_tls, pairs):
    server = serve_tls(pairs["a-rsa"])
    for cipher in ("AES128-GCM-SHA256", "AES256-SHA", "ECDHE-RSA-AES256-SHA384", "DHE-RSA-AES256-GCM-SHA384"):
        assert "Cipher is (NONE)" in s_client(server, "-tls1_2", "-cipher", cipher), cipher
    for cipher in ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"):
        assert f"Cipher is {cipher}" in s_client(server, "-tls1_2", "-cipher", cipher), cipher


def test_renegotiation_is_refused_and_the_connection_goes_on(serve_tls, pairs):
    server = serve_tls(pairs["a"])
    said = s_client(server, "-tls1_2", stdin=b"R\n")
    assert "no renegotiation" in said


@pytest.mark.parametrize("offered, agreed", [
    (["http/1.1"], "http/1.1"), (["spdy/1", "http/1.1"], "http/1.1"), (["http/1.0", "x"], None), ([], None)])
def test_alpn(serve_tls, authority, pairs, offered, agreed):
    server = serve_tls(pairs["a"])
    context = authority.context()
    if offered:
        context.set_alpn_protocols(offered)
    with Tls(server.tls_port, context) as client:
        assert client.tls.selected_alpn_protocol() == agreed
        assert client.ask("/old").status == 301


@pytest.mark.parametrize("order", [("a", "a-rsa"), ("a-rsa", "a")])
def test_the_kind_of_key_is_the_clients_wish(serve_tls, pairs, order):
    server = serve_tls(*(pairs[title] for title in order))
    for name in ("a.test", None):
        for wish, kind in (("ECDSA+SHA256", "ECDSA"), ("RSA-PSS+SHA256", "RSA-PSS")):
            for version in ("-tls1_2", "-tls1_3"):
                said = s_client(server, version, "-sigalgs", wish, name=name)
                assert f"Peer signature type: {kind}" in said, (name, wish, version, said)
        assert "Peer signature type: ECDSA" in s_client(server, "-sigalgs", "ECDSA+SHA256:RSA-PSS+SHA256")


# ---- sessions -----------------------------------------------------------------------------------


def resumptions(server, context, count, session=None):
    """How many of `count` connections went on with the session of the first, each with a request."""
    resumed = 0
    for _ in range(count):
        with Tls(server.tls_port, context, session=session) as client:
            assert client.ask("/old").get("Strict-Transport-Security") == "max-age=600"
            resumed += client.tls.session_reused
            session = session or client.tls.session
    return resumed


@pytest.mark.parametrize("version", [TLS_1_2, TLS_1_3])
def test_sessions_go_on_with_any_worker_and_after_reloads(serve_tls, authority, pairs, version):
    server = serve_tls(pairs["a"], pairs["b"], more=("-w", "4"))
    context = authority.context(minimum_version=version, maximum_version=version)
    with Tls(server.tls_port, context) as client:
        assert client.ask("/old").status == 301
        session = client.tls.session
        assert not client.tls.session_reused
    assert resumptions(server, context, 40, session) == 40
    server.reload(RULES + "/x /y\n")
    server.wait_stderr("yonder: reloaded: ")
    assert resumptions(server, context, 10, session) == 10


@pytest.mark.parametrize("version", [TLS_1_2, TLS_1_3])
def test_a_session_of_one_site_is_no_way_into_another(serve_tls, authority, pairs, version):
    server = serve_tls(pairs["a"], pairs["b"])
    context = authority.context(minimum_version=version, maximum_version=version)
    with Tls(server.tls_port, context) as client:
        client.ask("/old")
        session = client.tls.session
    # Python's client verifies nothing when a session goes on, so the server must not mix them up.
    with Tls(server.tls_port, context, "b.test", session=session) as client:
        answer = client.ask("/old", host="b.test")
        assert (answer.status, answer.get("Strict-Transport-Security")) in ((301, "max-age=700"), (421, None))
        answer = client.ask("/old", host="a.test")
        assert (answer.status, answer.get("Strict-Transport-Security")) in ((301, "max-age=600"), (421, None))


# ---- certificates on disk -----------------------------------------------------------------------


def test_folders_of_both_layouts(serve_tls, authority, tmp_path):
    flat, tree = tmp_path / "flat", tmp_path / "tree"
    flat.mkdir()
    for title, ending in (("one", ".pem"), ("two", ".crt"), ("three", ".cert")):
        authority.issue(title, [f"{title}.test"], cert=flat / (title + ending), key=flat / f"{title}.key")
    (flat / "README").write_text("no certificate\n")
    (flat / "alone.pem").write_text("no key beside it\n")
    for title in ("four", "five"):  # as certbot has it: links to an archive
        (tree / title).mkdir(parents=True)
        (tmp_path / "archive").mkdir(exist_ok=True)
        cert, key = authority.issue(title, [f"{title}.test"], cert=tmp_path / "archive" / f"{title}.pem",
                                    key=tmp_path / "archive" / f"{title}.key")
        (tree / title / "fullchain.pem").symlink_to(cert)
        (tree / title / "privkey.pem").symlink_to(key)
    (tree / "README").write_text("no certificate\n")
    server = serve_tls(flat, tree)
    for title in ("one", "two", "three", "four", "five"):
        assert shown(server, authority, f"{title}.test") == title
    # A new one is found, and one that is gone is gone.
    authority.issue("six", ["six.test"], cert=flat / "six.pem", key=flat / "six.key")
    (flat / "one.pem").unlink()
    server.wait_stderr("yonder: reloaded: ", 10)
    assert shown(server, authority, "six.test") == "six"
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        shown(server, authority, "one.test")


def test_a_link_that_is_turned_is_a_change(serve_tls, authority, tmp_path):
    live = tmp_path / "live" / "a.test"
    live.mkdir(parents=True)
    for n in (1, 2):
        authority.issue(f"v{n}", ["a.test"], cert=tmp_path / f"v{n}.pem", key=tmp_path / f"v{n}.key")
    for name, ending in (("fullchain.pem", "pem"), ("privkey.pem", "key")):
        (live / name).symlink_to(tmp_path / f"v1.{ending}")
    server = serve_tls(tmp_path / "live")
    assert shown(server, authority, "a.test") == "v1"
    for name, ending in (("fullchain.pem", "pem"), ("privkey.pem", "key")):
        (live / "next").symlink_to(tmp_path / f"v2.{ending}")
        (live / "next").rename(live / name)
    server.wait_stderr("yonder: reloaded: ", 10)
    assert shown(server, authority, "a.test") == "v2"


def test_a_file_of_the_same_age_put_in_its_place_is_a_change(serve_tls, authority, tmp_path):
    files = {}
    for n in (1, 2):
        files[n] = authority.issue(f"v{n}", ["a.test"], cert=tmp_path / f"v{n}.pem", key=tmp_path / f"v{n}.key")
        for path in files[n]:
            os.utime(path, (1700000000, 1700000000))
    server = serve_tls(files[1])
    for new, old in zip(files[2], files[1]):
        new.rename(old)
    server.wait_stderr("yonder: reloaded: ", 10)
    assert shown(server, authority, "a.test") == "v2"


def test_bad_certificates_are_refused_with_a_sentence(yonder, authority, pairs, tmp_path):
    rules = tmp_path / "site.rules"
    rules.write_text(RULES)
    nothing, locked = tmp_path / "nothing.pem", tmp_path / "locked.key"
    nothing.write_text("nothing\n")
    tlsrig.openssl("ec", "-aes256", "-passout", "pass:x", "-in", pairs["a"][1], "-out", locked)
    weak = authority.issue("weak", ["a.test"], kind="weak")
    empty = tmp_path / "empty"
    empty.mkdir()
    for certs, words in (
        ([(nothing, pairs["a"][1])], [nothing, "there is no certificate, or one that cannot be read"]),
        ([(pairs["a"][0], nothing)], [pairs["a"][0], "the key cannot be read"]),
        ([(pairs["a"][0], locked)], [pairs["a"][0], "the key cannot be read"]),
        ([(pairs["a"][0], pairs["b"][1])], [pairs["a"][0], "the key is not that of the first certificate"]),
        ([(tmp_path / "none.pem", pairs["a"][1])], ["none.pem: No such file"]),
        ([(pairs["a"][0], tmp_path / "none.key")], ["none.key: No such file"]),
        ([weak], [weak[0], "no client would be shown it (ee key too small)"]),
        ([empty], ["there is no certificate in", empty]),
    ):
        done = yonder("serve", rules, "--tls-listen", "127.0.0.1:0", *tlsrig.arguments(*certs))
        assert done.returncode == 2 and "listening" not in done.stderr
        for word in words:
            assert str(word) in done.stderr, done.stderr
    for args in (["--tls-listen", "127.0.0.1:0"], ["--cert", pairs["a"][0], "--key", pairs["a"][1]],
                 ["--tls-listen", "127.0.0.1:0", "--cert", pairs["a"][0]],
                 ["--tls-listen", "127.0.0.1:0", *tlsrig.arguments(pairs["a"]), "--key", pairs["a"][1]]):
        done = yonder("serve", rules, *args)
        assert done.returncode == 2 and ("--cert" in done.stderr or "--key" in done.stderr), (args, done.stderr)


def test_a_broken_new_certificate_leaves_the_old_one(serve_tls, authority, tmp_path):
    cert, key = authority.issue("v1", ["a.test"], cert=tmp_path / "a.pem", key=tmp_path / "a.key")
    good = cert.read_bytes()
    server = serve_tls((cert, key))
    cert.write_bytes(good[:200])
    server.wait_stderr("not reloaded", 10)
    assert shown(server, authority, "a.test") == "v1"
    other = authority.issue("v2", ["a.test"], cert=tmp_path / "b.pem", key=tmp_path / "b.key")
    shutil.copy(other[0], cert)  # the key has not come yet
    server.process.send_signal(signal.SIGHUP)
    server.wait_stderr("not reloaded", count=2)
    assert "the key is not that of the first certificate" in server.stderr()
    assert shown(server, authority, "a.test") == "v1"
    shutil.copy(other[1], key)
    server.wait_stderr("yonder: reloaded: ", 10)
    assert shown(server, authority, "a.test") == "v2"


def test_the_one_that_is_good_longest_is_shown(serve_tls, authority, tmp_path):
    pairs = [authority.issue(f"days{days}", ["a.test"], days=days, cert=tmp_path / f"{days}.pem",
                             key=tmp_path / f"{days}.key") for days in (2, 9, 4)]
    assert shown(serve_tls(*pairs), authority, "a.test") == "days9"


class Load(threading.Thread):
    """Asks until it is stopped: `fresh` opens a connection for each request. Everything is counted."""

    def __init__(self, server, context, fresh):
        super().__init__(daemon=True)
        self.server, self.context, self.fresh = server, context, fresh
        self.answers, self.titles, self.failures, self.over = 0, set(), [], False
        self.start()

    def run(self):
        client = None
        while not self.over:
            try:
                client = client or Tls(self.server.tls_port, self.context)
                self.titles.add(dict(p[0] for p in client.tls.getpeercert()["subject"])["commonName"])
                answer = client.ask("/old")
                assert answer.status == 301 and answer.get("Strict-Transport-Security") == "max-age=600", answer
                self.answers += 1
                if self.fresh:
                    client.close()
                    client = None
            except Exception as error:  # each counts
                self.failures.append(repr(error))
                client = None
        if client:
            client.close()

    def stop(self):
        self.over = True
        self.join(20)
        assert not self.failures, f"{len(self.failures)} of {self.answers}: {self.failures[:3]}"
        return self.answers


@pytest.mark.parametrize("how", ["file", "SIGHUP"])
def test_certificates_are_swapped_under_load_and_no_request_fails(serve_tls, authority, tmp_path, how):
    files = [authority.issue(f"v{n}", ["a.test"], cert=tmp_path / f"v{n}.pem", key=tmp_path / f"v{n}.key")
             for n in range(4)]
    cert, key = tmp_path / "live.pem", tmp_path / "live.key"
    shutil.copy(files[0][0], cert)
    shutil.copy(files[0][1], key)
    server = serve_tls((cert, key), more=("-w", "2", *(() if how == "file" else ("--no-watch",))))
    loads = [Load(server, authority.context(), fresh) for fresh in (True, True, False)]
    until(lambda: all(load.answers for load in loads), 20)
    if how == "file":
        for n in (1, 2):
            shutil.copy(files[n][0], cert)
            shutil.copy(files[n][1], key)
            server.wait_stderr("yonder: reloaded: ", 10, count=n)
    else:
        for n in range(1, 40):
            shutil.copy(files[n % 4][0], cert)
            shutil.copy(files[n % 4][1], key)
            server.process.send_signal(signal.SIGHUP)
            server.wait_stderr("yonder: reloaded: ", 10, count=n)
    seen = [load.answers for load in loads]
    until(lambda: all(load.answers > n for load, n in zip(loads, seen)), 20)
    assert sum(load.stop() for load in loads) > 20
    assert len(loads[0].titles | loads[1].titles) > 1
    assert "not reloaded" not in server.stderr()


# ---- OCSP ---------------------------------------------------------------------------------------


def test_ocsp_responses_are_stapled_while_they_are_good(serve_tls, authority, tmp_path):
    cert, key = authority.issue("a", ["a.test"], cert=tmp_path / "a.pem", key=tmp_path / "a.key")
    other = authority.issue("b", ["b.test"], cert=tmp_path / "b.pem", key=tmp_path / "b.key")
    file = tmp_path / "a.pem.ocsp"
    server = serve_tls((cert, key))
    assert "OCSP response: no response sent" in s_client(server, "-status")
    authority.ocsp(cert, file)
    server.wait_stderr("yonder: reloaded: ", 10)
    for version in ("-tls1_2", "-tls1_3"):
        said = s_client(server, "-status", version)
        assert "OCSP Response Status: successful" in said and "Cert Status: good" in said
    assert "OCSP" not in s_client(server)  # who does not ask
    authority.ocsp(other[0], file)
    server.wait_stderr("yonder: reloaded: ", 10, count=2)
    assert "a.pem.ocsp is not stapled" in server.stderr()
    assert "OCSP response: no response sent" in s_client(server, "-status")
    file.write_bytes(b"nonsense")
    server.wait_stderr("yonder: reloaded: ", 10, count=3)
    assert "OCSP response: no response sent" in s_client(server, "-status")
    assert shown(server, authority, "a.test") == "a"


# ---- many ---------------------------------------------------------------------------------------


def test_memory_stays_what_it_was_after_thousands_of_handshakes(serve_tls, authority, pairs):
    server = serve_tls(pairs["a"], more=("-w", "1"))
    context = authority.context()

    def handshakes(count):
        for n in range(count):
            with Tls(server.tls_port, context) as client:
                if n % 3:  # others leave at once
                    client.ask("/old")
            with socket.create_connection(("127.0.0.1", server.tls_port)) as s:
                s.sendall(b"\x16\x03\x01\x02\x00" if n % 2 else b"GET / HTTP/1.1\r\n\r\n")

    handshakes(300)
    before = tlsrig.resident_kb(server)
    handshakes(2000)
    for _ in range(20):
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.05)
    grown = tlsrig.resident_kb(server) - before
    if not program.sanitized():
        assert grown < 1500, f"{grown} KiB more"
