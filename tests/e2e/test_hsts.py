# SPDX-License-Identifier: MIT
"""yonder hsts from the command line: answers, codes, files."""
import json
import os
import threading

import pytest

NOW = ["--now", "2026-11-22T05:30:00Z"]
VALID = {"valid": True, "max_age": 100, "include_subdomains": True, "preload": True, "reason": "valid"}
NOTHING = {"upgrade": False, "source": None, "matched": None, "include_subdomains": False, "expires": None,
           "learnt": None, "against": None}


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_value_is_parsed_and_the_exit_code_tells(yonder):
    done = yonder("hsts", "parse", "--json", "max-age=100; includeSubDomains; preload")
    assert (done.returncode, lines(done)) == (0, [VALID])
    done = yonder("hsts", "parse", "--json", "--as", "firefox", "max-age=x")
    assert (done.returncode, lines(done)) == (1, [{"valid": False, "max_age": None, "include_subdomains": False,
                                                   "preload": False, "reason": "invalid_max_age"}])
    assert yonder("hsts", "parse", "--as", "requests", "max-age=1").returncode == 1
    assert "max-age     1 s\n" in yonder("hsts", "parse", "max-age=1").stdout


def test_a_batch_is_answered_line_by_line(yonder):
    asked = [{"value": "max-age=100;includesubdomains;preload"}, {"client": "nobody", "value": ""}, {"client": "curl"},
             {"client": "curl", "value": "max-age=99999999999999999999"}, {"client": "go", "value": "max-age=1"}]
    done = yonder("hsts", "parse", "--batch", input="".join(json.dumps(a) + "\n" for a in asked))
    first, unknown, missing, ever, no_hsts = lines(done)
    assert done.returncode == 2 and first == VALID
    assert unknown["error"].startswith('there is no client "nobody"; there are: chrome,')
    assert missing == {"error": '"value" must be a string'}
    assert (ever["valid"], ever["max_age"]) == (True, 2**63 - 1)
    assert (no_hsts["valid"], no_hsts["reason"]) == (False, "no_hsts")


def test_a_host_is_learnt_queried_listed_and_forgotten(yonder, tmp_path):
    state = ["--state", tmp_path / "known"]
    done = yonder("hsts", "learn", *state, *NOW, "--json", "Bücher.example", "max-age=60; includeSubDomains")
    assert (done.returncode, lines(done)[0]["effect"]) == (0, "learnt")
    host = "xn--bcher-kva.example"
    known = {"upgrade": True, "source": "dynamic", "matched": host, "include_subdomains": True,
             "expires": 1795325460, "learnt": 1795325400, "against": None}
    done = yonder("hsts", "query", *state, "--batch", input="".join(json.dumps(a) + "\n" for a in [
        {"host": "www.bücher.example", "now": 1795325460}, {"host": host + ".", "now": "2026-11-22T05:30:59Z"},
        {"host": host, "now": 1795325461}, {"host": host, "now": 1795325460, "client": "curl"}, {"host": "10.0.0.1"},
        {"host": ""}, {"host": "a..b"}, {"host": "a b"}, {"host": "bücher.example:8080", "now": 1795325400}]))
    assert (done.returncode, lines(done)) == (0, [known, known, *[NOTHING] * 6, known])
    done = yonder("hsts", "list", *state, *NOW, "--json")
    assert lines(done) == [{"host": host, "port": None, "include_subdomains": True, "knocked_out": False,
                            "expires": 1795325460, "expired": False, "learnt": 1795325400}]
    assert yonder("hsts", "query", *state, *NOW, host).returncode == 0
    assert yonder("hsts", "query", *state, *NOW, host, "other.example").returncode == 1
    assert yonder("hsts", "learn", *state, *NOW, "localhost", "max-age=60").returncode == 1
    assert yonder("hsts", "forget", *state, "bücher.example").returncode == 0
    done = yonder("hsts", "forget", *state, host)
    assert done.returncode == 1 and "is not known" in done.stderr
    assert yonder("hsts", "list", *state).stdout == ""


def test_wgets_hosts_are_imported_and_counted(yonder, tmp_path):
    (tmp_path / "wget").write_text("a.test\t443\t0\t1795325400\t60\n")
    state = ["--state", tmp_path / "known"]
    done = yonder("hsts", "learn", *state, "--import-wget", tmp_path / "wget")
    assert (done.returncode, done.stdout) == (0, "1 host more, 1 in all\n")
    (tmp_path / "wget").write_text("b.test\t0\t0\t1795325400\t60\na.test.\t0\t0\t1795325400\t60\n")
    done = yonder("hsts", "learn", *state, "--import-wget", tmp_path / "wget")
    assert (done.returncode, done.stdout) == (0, "2 hosts more, 3 in all\n")
    listed = lines(yonder("hsts", "list", *state, "--json"))
    assert [(e["host"], e["port"]) for e in listed] == [("a.test", None), ("b.test", None), ("a.test.", None)]
    assert yonder("hsts", "query", *state, *NOW, "--as", "wget", "a.test.").returncode == 0
    assert yonder("hsts", "query", *state, *NOW, "--as", "wget", "b.test.").returncode == 1
    assert yonder("hsts", "query", *state, *NOW, "b.test.").returncode == 0


def test_a_damaged_line_cannot_steer_the_terminal(yonder, tmp_path):
    (tmp_path / "bad").write_bytes(b"a\x1b]0;x\x07\\ \xff\n" + b"x" * 1000)
    for more in (["list", "--state", tmp_path / "bad"],
                 ["learn", "--state", tmp_path / "new", "--import-wget", tmp_path / "bad"]):
        done = yonder("hsts", *more)
        assert done.returncode == 0
        assert done.stderr == (f"yonder: {tmp_path}/bad:1: not an entry: a\\x1B]0;x\\x07\\x5C \\xFF\n"
                               f"yonder: {tmp_path}/bad:2: not an entry: {'x' * 200}\n")


def test_a_state_that_is_no_regular_file_stays_what_it_is(yonder, tmp_path):
    fifo, got = tmp_path / "fifo", []
    os.mkfifo(fifo)

    def other_end():
        fifo.write_text('old.test "20991231 00:00:00"\n')
        got.append(fifo.read_text())

    thread = threading.Thread(target=other_end, daemon=True)
    thread.start()
    done = yonder("hsts", "learn", "--state", fifo, *NOW, "a.test", "max-age=60")
    thread.join(20)
    assert (done.returncode, fifo.is_fifo(), os.listdir(tmp_path)) == (0, True, ["fifo"])
    assert 'old.test "20991231 00:00:00"\na.test "20261122 05:31:00"\n' in got[0]


def test_what_others_heard_meanwhile_is_not_forgotten(yonder, recorder, tmp_path):
    state = tmp_path / "known"
    for host in ("a.test", "b.test"):
        assert yonder("hsts", "learn", "--state", state, *NOW, host, "max-age=99999999").returncode == 0

    def again(request):
        yonder("hsts", "learn", "--state", state, "--now", "2026-11-22T05:30:01Z", "a.test", "max-age=88888888")
        return 200, [("Strict-Transport-Security", "max-age=0")], b""

    zero = ("Strict-Transport-Security", "max-age=0")
    site = recorder({"/": (302, [("Location", "https://b.test/again"), zero], b""), "/again": again}, tls=True)
    done = yonder("trace", "--state", state, "--cacert", site.cafile, "--connect-to", f":443:127.0.0.1:{site.port}",
                  "https://a.test/")
    assert done.returncode == 0, done.stdout + done.stderr
    known = lines(yonder("hsts", "list", "--state", state, "--json"))
    assert [(e["host"], e["learnt"]) for e in known] == [("a.test", 1795325401)]


def test_answers_are_those_of_the_client_that_reads_the_file(yonder, tmp_path):
    state = tmp_path / "known"
    state.write_text('a.test "20991231 00:00:00"\n.a.test "20991231 00:00:00"\n')
    done = yonder("hsts", "query", "--state", state, "--batch", input="".join(
        json.dumps({"host": "x.a.test", "client": client, "now": now}) + "\n"
        for client in ("curl", "chrome", "curl") for now in (0, 1795325400, 5000000000)))
    assert [a["upgrade"] for a in lines(done)] == [False] * 3 + [True, True, False] + [False] * 3
    assert yonder("hsts", "query", "--state", state, "--as", "curl", "x.a.test").returncode == 1
    assert yonder("hsts", "query", "--state", state, "--as", "curl-follow", "x.a.test").returncode == 0


def test_what_is_no_domain_is_said_to_be_none(yonder, tmp_path):
    (tmp_path / "known").write_text("")
    done = yonder("hsts", "query", "--state", tmp_path / "known", "a..b", "127.0.0.1", "a.test")
    assert (done.returncode, done.stdout.splitlines()) == (1, [
        "a..b: not upgraded, for it is an address or no domain",
        "127.0.0.1: not upgraded, for it is an address or no domain", "a.test: not upgraded"])
    for host in ("", "http://x", "a b", "x/y", "a:99999"):
        done = yonder("hsts", "query", "--state", tmp_path / "known", "a.test", host)
        assert (done.returncode, done.stdout) == (2, "") and f"'{host}' is not a host" in done.stderr


def test_what_speaks_against_an_upgrade_is_told(yonder, tmp_path):
    (tmp_path / "list").write_text("%%\nlisted.example, 1\n%%\n")
    assert yonder("preload", "build", tmp_path / "list", "-o", tmp_path / "image").returncode == 0
    more = ["--state", tmp_path / "known", "--preload", tmp_path / "image", "--as", "firefox"]
    assert yonder("hsts", "learn", *more, "listed.example", "max-age=0").returncode == 0
    done = yonder("hsts", "query", *more, "--json", "www.listed.example")
    assert (done.returncode, lines(done)[0]["against"]) == (1, "listed.example")
    done = yonder("hsts", "query", "--preload", tmp_path / "image", "--json", "www.listed.example")
    assert (done.returncode, lines(done)[0]["source"]) == (0, "preload")


@pytest.mark.parametrize("args", [
    ["parse", "a", "b"], ["parse", "--state", "x", "a"], ["query", "a"], ["query", "--state", "absent", "a"], ["list"],
    ["list", "--state", "absent"], ["learn", "a", "max-age=1"], ["learn", "--state", "s", "a"], ["frob"],
    ["learn", "--state", "s", "a b", "max-age=1"], ["forget", "--state", "absent", "a"], ["parse", "--as", "nobody", "x"],
    ["query", "--state", "absent", "--now", "noon", "a"], ["learn", "--state", "s", "--import-wget", "absent"],
])
def test_wrong_usage_is_said(yonder, tmp_path, args):
    done = yonder("hsts", *args)
    assert (done.returncode, done.stdout) == (2, "") and "yonder" in done.stderr
    assert not (tmp_path / "s").exists()
