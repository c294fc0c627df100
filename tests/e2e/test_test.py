# SPDX-License-Identifier: MIT
"""yonder test: expectations held against rules, and against servers."""
import json
import re
import socket
import time

import pytest

RULES = """\
/old /new 301
/a /b 302
/b /c 302
/loop /back 302
/back /loop 302
/gone - 410
/blog/* https://blog.example/:splat permanent
/de /at 302 language=de-AT
/promo /xmas 307 from=2026-12-01 until=2026-12-26
/upload /in 308 method=POST
/old-client /simple 302 http=1.0
[example.test www.example.test]
https permanent
/x /y 301
"""

MET = """\
# every form
/old → 301 /new
/old -> 301 http://example.test/new     # resolved
/old => /new
/old -> 301
/gone -> gone
/none -> none
/none -> 404
/blog/2026/x -> permanent https://blog.example/2026/x
/blog/2026/x -> ~^https://blog\\.example/\\d+/
/de -> 302 /at header:Accept-Language=de-AT
/de -> none
/upload -> 308 /in method=POST
/upload -> none
/old-client -> 302 ~/simple$ http=1.0
http://example.test/old?q=1 -> permanent https://example.test/old?q=1
"""


@pytest.fixture
def files(tmp_path):
    def write(**texts):
        for name, text in texts.items():
            path = tmp_path / name.replace("_", ".")
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    write(site_rules=RULES)
    return write


def test_what_is_met_is_only_counted(yonder, files):
    files(e_txt=MET + "/promo -> /xmas now=2026-12-24\n/promo -> none now=2026-12-26T12:00:00Z\n")
    done = yonder("test", "--host", "example.test", "site.rules", "e.txt")
    # The host's own lines: http goes to https before anything else.
    assert done.returncode == 1
    files(site_rules=RULES.replace("[example.test www", "[www"),
          e_txt=MET.rsplit("\n", 2)[0] + "\n/promo -> /xmas now=2026-12-24\n"
          "/promo -> none now=2026-12-27\n")
    done = yonder("test", "--host", "example.test", "site.rules", "e.txt")
    assert (done.stdout, done.stderr, done.returncode) == ("16 expectations: 16 met, 0 failed\n", "", 0)


def test_what_is_not_met_is_shown_with_its_place_and_the_rule(yonder, files):
    files(e_txt="/old -> 302 /new\n\n/a -> 302 /c\n/none -> 301 /x\nhttps://example.test/x -> 301 /z\n"
                "/gone -> none\n/a -> none\n")
    done = yonder("test", "site.rules", "e.txt")
    assert done.returncode == 1
    assert done.stdout == """\
e.txt:1: /old
  expected 302 /new
  got      301 /new   (site.rules:1)
e.txt:3: /a
  expected 302 /c
  got      302 /b   (site.rules:2)
e.txt:4: /none
  expected 301 /x
  got      no rule answers
e.txt:5: https://example.test/x
  expected 301 /z
  got      301 /y   (site.rules:14)
e.txt:7: /a
  expected no redirect
  got      302 /b   (site.rules:2)
6 expectations: 1 met, 5 failed
"""


def test_chains_are_followed_where_asked(yonder, files):
    files(e_txt="/a -> 302 /c\n/old -> /new\n/loop -> /x\n/blog/x -> https://blog.example/x\n"
                "http://example.test/x -> permanent https://example.test/y\n/a -> 302 /b\n/gone -> gone\n")
    done = yonder("test", "--follow", "site.rules", "e.txt")
    assert done.returncode == 1
    assert done.stdout == """\
e.txt:3: /loop
  expected /x
  got      302 /back   (site.rules:4)
  after 2 hops /loop
  the chain is a loop
e.txt:6: /a
  expected 302 /b
  got      302 /b   (site.rules:2)
  after 2 hops /c
7 expectations: 5 met, 2 failed; 2 in one hop, 2 in more
"""
    done = yonder("test", "--follow", "--max-hops", "1", "site.rules", "e.txt")
    assert "the chain goes on beyond --max-hops" in done.stdout
    # Another host is not followed, unless it is named.
    files(site_rules="[a.test]\n/x https://b.test/x\n[b.test]\n/x /y 301\n", e_txt="http://a.test/x -> https://b.test/y\n")
    assert "1 failed" in yonder("test", "-f", "site.rules", "e.txt").stdout
    assert "1 met" in yonder("test", "-f", "--host", "a.test", "--host", "b.test", "site.rules", "e.txt").stdout


def test_every_bad_line_is_told_and_nothing_is_asked(yonder, files):
    files(e_txt="/old -> 301 /new\n/old 301\n/old -> 999\n")
    done = yonder("test", "site.rules", "e.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.findall(r"^e\.txt:\d+:\d+: ", done.stderr, re.M) == ["e.txt:2:9: ", "e.txt:3:9: "]
    files(e_csv="/old,/new\n/x,\n")
    assert "e.csv:2:3: nothing is expected" in yonder("test", "site.rules", "e.csv").stderr
    files(empty_txt="# nothing\n", bad_rules="/x\n")
    for words in (["site.rules", "empty.txt"], ["bad.rules", "e.csv"], ["none.rules", "e.csv"],
                  ["site.rules", "none.txt"], ["e.csv"], [], ["--live", "ftp://x", "e.csv"],
                  ["--live", "http://x/y", "e.csv"], ["--live", "http://x", "site.rules", "e.csv"],
                  ["--json", "--jsonl", "site.rules", "e.csv"], ["-H", "x", "site.rules", "e.csv"],
                  ["--now", "never", "site.rules", "e.csv"], ["--host", "a b", "site.rules", "e.csv"]):
        done = yonder("test", *words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert done.stderr, words


@pytest.mark.parametrize("text", [
    "\ufeffOld URL;New URL;Status\r\nhttp://h.test/old;http://h.test/new;301\r\n/gone;;410\r\n",
    "status\tto\tfrom\n301\t/new\t\"/old\"\n410\t-\t/gone\n",
    "/old,/new,301\n/gone,,410\n",
    "sep=;\r\n/old;301;/new\r\n/gone;gone\r\n",
])
def test_tables_as_spreadsheets_write_them(yonder, files, text):
    files(e_csv=text)
    done = yonder("test", "site.rules", "e.csv")
    assert (done.stdout, done.stderr, done.returncode) == ("2 expectations: 2 met, 0 failed\n", "", 0)


def test_stdin_an_image_and_several_files(yonder, files):
    files(more_rules="/more /else 301\n")
    text = "/old -> 301 /new\n/more -> 301 /else\n"
    assert yonder("test", "site.rules", "more.rules", "-", input=text).returncode == 0
    assert yonder("compile", "site.rules", "more.rules", "-o", "site.img").returncode == 0
    assert yonder("test", "site.img", "-", input=text).returncode == 0


def test_machine_output(yonder, files):
    files(e_txt="/old -> 301 /new\n/a -> /c\n/none -> ~x\n")
    done = yonder("test", "--json", "site.rules", "e.txt")
    document = json.loads(done.stdout)
    assert done.returncode == 1 and not done.stderr
    assert {k: v for k, v in document.items() if k != "failures"} == {
        "version": 1, "file": "e.txt", "total": 3, "unasked": 0, "met": 1, "failed": 2, "unknown": 0,
        "skipped": 0}
    first, second = document["failures"]
    assert first == {
        "file": "e.txt", "line": 2, "url": "/a", "verdict": "failed", "faults": ["location"],
        "expected": {"status": None, "location": "/c", "pattern": None, "no_redirect": False},
        "got": {"status": 302, "location": "/b"}, "rule": {"file": "site.rules", "line": 2}, "error": None}
    assert second["got"] == {"status": None, "location": None} and second["rule"] is None
    assert second["expected"]["pattern"] == "~x"
    done = yonder("test", "--jsonl", "--follow", "site.rules", "e.txt")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["verdict"] for line in lines] == ["met", "met", "failed"]
    assert lines[1]["got"] == {"status": 302, "location": "/b", "final": "/c", "hops": 2}
    assert "2 met, 1 failed" in done.stderr


def test_a_hundred_thousand_pairs_take_well_below_a_second(yonder, files):
    n = 100_000
    files(site_rules="".join(f"/old/page-{i}.html /new/{i}/ 301\n" for i in range(n)),
          e_csv="url,location,status\n" + "".join(
              f"https://www.example.com/old/page-{i}.html,https://www.example.com/new/{i}/,301\n"
              for i in range(n)))
    start = time.monotonic()
    done = yonder("test", "site.rules", "e.csv")
    assert done.stdout == f"{n} expectations: {n} met, 0 failed\n"
    assert time.monotonic() - start < 20  # sanitizers, and others at work; 0.2 s by itself


# ---- live ---------------------------------------------------------------------------------------

LIVE = """\
/old -> 301 /new
/gone -> gone
/none -> none
/blog/x -> permanent https://blog.example/x
/de -> 302 /at header:Accept-Language=de-AT
/upload -> 308 /in method=POST
/old -> 301 /new method=HEAD
/old-client -> 302 ~/simple$ http=1.0
http://www.example.test/old?q -> permanent https://www.example.test/old?q
/promo -> none now=2026-11-01
"""


def test_a_server_of_ours_answers_as_its_rules_do(yonder, serve, files):
    server = serve(RULES)
    files(e_txt=LIVE)
    done = yonder("test", "--live", server.url, "e.txt")
    assert (done.stdout, done.stderr, done.returncode) == (
        "10 expectations: 9 met, 0 failed, 1 skipped\n", "", 0)
    files(e_txt="/old -> 302 /other\n/none -> 301 /x\n/old -> 301 /new\n")
    done = yonder("test", "--live", server.url, "e.txt")
    assert done.returncode == 1
    assert done.stdout == """\
e.txt:1: /old
  expected 302 /other
  got      301 /new
e.txt:2: /none
  expected 301 /x
  got      404
3 expectations: 1 met, 2 failed
"""


def test_thousands_of_pairs_over_kept_connections(yonder, serve, files):
    n = 3000
    server = serve("".join(f"/old/{i} /new/{i} 301\n" for i in range(n)))
    files(e_csv="".join(f"http://shop.test/old/{i},http://shop.test/new/{i if i % 1000 else 'x'}\n"
                        for i in range(n)))
    done = yonder("test", "--jsonl", "--live", server.url, "--concurrency", "8", "e.csv")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["line"] for line in lines] == list(range(1, n + 1))
    assert [line["line"] for line in lines if line["verdict"] != "met"] == [1, 1001, 2001]
    assert done.returncode == 1


def test_nginx_gets_the_host_of_the_url_and_nothing_else(yonder, nginx, files):
    peer = nginx("""
        absolute_redirect off;
        location = /host { return 302 /$host; }
        location = /agent { return 302 /$http_x_key; }
        location /old/ { rewrite ^/old/(.*)$ /new/$1 permanent; }
        location = /page { return 200 ok; }
        location = /dead { return 301 /missing; }
        location = /alive { return 301 /page; }
        location = /loop { return 302 /loop; }
    """)
    files(e_txt="http://shop.test/host -> 302 /shop.test\n/host -> 302 /127.0.0.1\n"
                "/agent -> 302 /v header:X-Key=v\n/agent -> 302 /all\n/old/a%2Fb?c -> 301 /new/a/b?c\n"
                "/page -> 200\n/page -> none\n/größe -> 404\n/old/../page -> 200\n")
    done = yonder("test", "--live", peer.url, "-H", "X-Key: all", "e.txt")
    assert (done.stdout, done.returncode) == ("9 expectations: 9 met, 0 failed\n", 0)
    asked = {line.target: line for line in peer.access_log(at_least=9)}
    assert "/gr%C3%B6%C3%9Fe" in asked and "/old/../page" in asked
    assert asked["/page"].accept == "" and re.match(r"yonder/\d", asked["/page"].user_agent)
    files(e_txt="/alive -> 301 /page\n/dead -> 301 /missing\n/loop -> /x\n")
    done = yonder("test", "--follow", "--json", "--live", peer.url, "e.txt")
    failures = json.loads(done.stdout)["failures"]
    assert [f["faults"] for f in failures] == [["dead_end"], ["location", "loop"]]


def test_https_is_asked_by_the_name_in_the_url(yonder, nginx, files, pki):
    plain = nginx("return 301 https://$host$request_uri;")
    secure = nginx("server_name old.test; location = /a { return 308 https://new.test/b; } "
                   "location = /b { return 200; }", tls=True)
    files(e_txt="http://old.test/a -> 301 https://old.test/a\nhttps://old.test/a -> 308 https://new.test/b\n")
    both = ["--live", plain.url, "--live", secure.url]
    done = yonder("test", *both, "--cacert", pki.cafile, "e.txt")
    assert (done.stdout, done.stderr) == ("2 expectations: 2 met, 0 failed\n", "")
    files(e_txt="http://old.test/a -> https://new.test/b\n")
    done = yonder("test", *both, "--follow", "--host", "new.test", "--cacert", pki.cafile, "e.txt")
    assert done.stdout == "1 expectation: 1 met, 0 failed; 0 in one hop, 1 in more\n"
    files(e_txt="https://unknown.test/a -> none\n")
    done = yonder("test", "--live", secure.url, "--cacert", pki.cafile, "--json", "e.txt")
    assert json.loads(done.stdout)["failures"][0]["error"] == "tls_certificate"
    assert done.returncode == 3
    port = secure.port
    files(e_txt="/b -> 200\n")
    done = yonder("test", "--live", f"https://old.test:{port}", "--resolve", f"old.test:{port}:127.0.0.1",
                  "--cacert", pki.cafile, "e.txt")
    assert done.stdout == "1 expectation: 1 met, 0 failed\n"
    done = yonder("test", "--live", secure.url, "--cacert", "nothing.pem", "e.txt")
    assert done.returncode == 2 and "nothing.pem" in done.stderr


def test_a_server_that_does_not_answer_is_no_failure_and_is_given_up(yonder, files):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{s.getsockname()[1]}"
        files(e_txt="/x -> none\n" * 1000)
        done = yonder("test", "--live", base, "--json", "e.txt")
    document = json.loads(done.stdout)
    assert done.returncode == 3
    assert document["failed"] == document["met"] == 0
    assert 100 <= document["unknown"] == 1000 - document["unasked"] < 200
    assert document["failures"][0]["error"] == "connection_refused"


def test_an_answer_that_does_not_come_in_time(yonder, files):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen(8)
        files(e_txt="/x -> none\n")
        done = yonder("test", "--live", f"http://127.0.0.1:{s.getsockname()[1]}", "--timeout", "1", "e.txt")
    assert done.returncode == 3
    assert "got      no answer: no answer in time" in done.stdout
    assert "1 could not be told" in done.stdout
