# SPDX-License-Identifier: MIT
"""yonder match: which rule answers and why; yonder compile: the same from an image."""
import json
import random

import pytest

import mmdb
import program

RULES = """\
/blog/*        https://blog.example.com/:splat  permanent
~^/p/(\\d+)-(?<name>[a-z]+)$  /post/$1/:name  permanent
/promo         /xmas  temporary  from=2026-12-01T00:00Z until=2026-12-26T00:00Z
/promo         /none  302
/              /de/   302  language=de
/              /fr/   302  language=fr
/              /en/   302
/old id=:id    /new/:id  permanent
/gone          -  410
/a/*/b/:c      /x/:splat/:c
/where         /eu/   302  country=DE,FR
/where         /us/   302
/half          /a     302  share=50%
/half          /b     302

[shop.test *.shop.test]
https      permanent
hsts       max-age=31536000 includeSubDomains
canonical  www.shop.test
case       ignore
slash      ignore
query      ignore=utm_*
cache      max-age=600
/Old/Page  /page  permanent
"""


@pytest.fixture(params=["text", "image"])
def rules(request, tmp_path, yonder):
    path = tmp_path / "site.rules"
    path.write_text(RULES)
    if request.param == "text":
        return path
    image = tmp_path / "site.image"
    done = yonder("compile", path, "-o", image)
    assert done.returncode == 0, done.stderr
    return image


@pytest.mark.parametrize("question, status, location, line", [
    ({"url": "/blog/x?y=1"}, 308, "https://blog.example.com/x?y=1", 1),
    ({"url": "/blog"}, 308, "https://blog.example.com/", 1),
    ({"url": "/p/42-abc"}, 308, "/post/42/abc", 2),
    ({"url": "/promo", "now": "2026-11-30"}, 302, "/none", 4),
    ({"url": "/promo", "now": "2026-12-01"}, 307, "/xmas", 3),
    ({"url": "/promo", "now": "2026-12-26"}, 302, "/none", 4),
    ({"url": "/", "headers": [["Accept-Language", "da, fr;q=0.5, de;q=0.8"]]}, 302, "/de/", 5),
    ({"url": "/", "headers": [["accept-language", "de;q=0.5, fr"]]}, 302, "/fr/", 6),
    ({"url": "/"}, 302, "/en/", 7),
    ({"url": "/old?x=1&id=7"}, 308, "/new/7?x=1", 8),
    ({"url": "/old"}, 404, None, None),
    ({"url": "/gone"}, 410, None, 9),
    ({"url": "/a/b/c"}, 301, "/x//c", 10),
    ({"url": "/a/1/2/b/c"}, 301, "/x/1/2/c", 10),
    ({"url": "/where", "country": "FR"}, 302, "/eu/", 11),
    ({"url": "/where", "country": "US"}, 302, "/us/", 12),
    ({"url": "http://shop.test/x?utm_a=1"}, 308, "https://shop.test/x?utm_a=1", 17),
    ({"url": "https://www.shop.test/OLD/page/?utm_a=1&b=2"}, 308, "/page?b=2", 24),
    ({"url": "https://shop.test/old/page"}, 308, "https://www.shop.test/page", 24),
    ({"url": "https://a.shop.test/none?q"}, 308, "https://www.shop.test/none?q", 19),
    ({"url": "/blog/x", "http10": True}, 301, "https://blog.example.com/x", 1),
    ({"url": "/promo", "now": "2026-12-01", "http10": True}, 302, "/xmas", 3),
])
def test_a_rule_answers(rules, question, status, location, line):
    answer, = program.batch("match", rules, questions=[question])
    assert (answer["status"], answer["location"]) == (status, location)
    assert (answer["rule"] or {}).get("line") == line


def test_what_goes_with_an_answer(rules):
    asked = [{"url": "/", "headers": []}, {"url": "https://www.shop.test/old/page"},
             {"url": "https://www.shop.test/none"}, {"url": "/blog/x"}]
    first, page, none, blog = program.batch("match", rules, questions=asked)
    assert (first["vary"], first["cache_control"]) == ("Accept-Language", "no-store")
    assert page["cache_control"] == "max-age=600"
    assert page["hsts"] == none["hsts"] == "max-age=31536000; includeSubDomains"
    assert not {"vary", "cache_control", "hsts"} & blog.keys()


def test_a_share_of_clients_is_sticky_and_of_its_size(rules):
    asked = [{"url": "/half", "client": f"192.0.2.{n % 256}:{n}"} for n in range(2000)]
    answers = program.batch("match", rules, questions=asked)
    assert answers == program.batch("match", rules, questions=asked)
    a = sum(answer["location"] == "/a" for answer in answers)
    assert 850 < a < 1150
    unknown, = program.batch("match", rules, questions=[{"url": "/half"}])
    assert unknown["location"] == "/b"


def test_the_country_comes_from_a_file(rules, yonder, tmp_path):
    db = mmdb.write(tmp_path / "c.mmdb", {"192.0.2.0/25": "DE", "192.0.2.128/25": "US",
                                          "127.0.0.0/8": "FR"})
    asked = [{"url": "/where", "client": c} for c in ("192.0.2.7", "192.0.2.200", "8.8.8.8", "x")]
    answers = program.batch("match", "--country-db", db, rules, questions=asked)
    assert [a["location"] for a in answers] == ["/eu/", "/us/", "/us/", "/us/"]
    done = yonder("match", "--country-db", tmp_path / "none", rules, "/where")
    assert done.returncode == 2 and "none" in done.stderr


def test_the_server_knows_the_country(serve, raw, tmp_path):
    db = mmdb.write(tmp_path / "c.mmdb", {"127.0.0.0/8": "FR"})
    server = serve(RULES, "--country-db", str(db))
    answer = raw(server.port, b"GET /where HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert b"Location: /eu/\r\n" in answer and b"Cache-Control: no-store\r\n" in answer


def test_a_person_sees_why(rules, yonder):
    done = yonder("match", rules, "/promo", "--now", "2026-11-30")
    assert done.returncode == 0
    assert done.stdout.startswith("302 Found\nLocation: /none\n")
    assert "site.rules:4  /promo /none 302" in done.stdout
    assert "from=2026-12-01T00:00:00Z  does not hold" in done.stdout
    assert "until=2026-12-26T00:00:00Z  not asked" in done.stdout
    done = yonder("match", rules, "/p/42-abc")
    assert "group 1 = 42" in done.stdout and "group 2 = abc" in done.stdout
    done = yonder("match", rules, "/gone/")
    assert done.returncode == 1
    assert "without the slash at the end: /gone is answered by" in done.stdout
    done = yonder("match", "--json", rules, "-H", "Accept-Language: fr", "/")
    answer = json.loads(done.stdout)
    assert answer["location"] == "/fr/"
    assert [c["verdict"] for c in answer["candidates"]] == ["condition", "fires", "later"]


@pytest.mark.parametrize("arguments, says", [
    (["match", "RULES", "ftp://x/"], "a URL is absolute"),
    (["match", "RULES", "https://"], "no host"),
    (["match", "RULES", "/x", "-H", "nothing"], "-H takes"),
    (["match", "RULES", "/x", "--now", "soon"], "--now takes"),
    (["match", "none.rules", "/x"], "none.rules"),
    (["compile", "RULES"], "--output IMAGE is missing"),
])
def test_wrong_use_is_told(rules, yonder, arguments, says):
    done = yonder(*[rules if a == "RULES" else a for a in arguments])
    assert done.returncode == 2 and says in done.stderr


def test_bad_lines_are_told_in_their_place(rules):
    done = program.run(["match", rules], input='{"url": 7}\n{"url": "/gone"}\n{"url": "x"}\n')
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert "error" in lines[0] and lines[1]["status"] == 410 and "error" in lines[2]


def test_a_damaged_image_is_refused(yonder, tmp_path):
    text, image = tmp_path / "s.rules", tmp_path / "s.image"
    text.write_text(RULES)
    assert yonder("compile", text, "-o", image).returncode == 0
    whole = image.read_bytes()
    random.seed(7)
    bad = tmp_path / "bad.image"
    for n in range(60):
        at = random.randrange(len(whole))
        content = whole[:at] if n % 3 == 0 else whole[:at] + bytes([whole[at] ^ 1 << n % 8]) + whole[at + 1:]
        bad.write_bytes(content)
        done = yonder("match", bad, "/blog/x")
        assert done.returncode == 2 and done.stderr, at
    done = yonder("match", image, text, "/")
    assert done.returncode == 2 and "alone" in done.stderr


def test_a_server_starts_from_an_image_and_takes_another_one(serve, raw, tmp_path, yonder):
    def image_of(rules):
        (tmp_path / "s.rules").write_text(rules)
        assert yonder("compile", tmp_path / "s.rules", "-o", tmp_path / "s.image").returncode == 0
        return (tmp_path / "s.image").read_bytes()

    ask = b"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    server = serve(image_of("/a /one\n"))
    assert b"Location: /one\r\n" in raw(server.port, ask)
    second = image_of("/a /two\n")
    server.reload(second)
    server.wait_stderr("reloaded: 1 rule")
    assert b"Location: /two\r\n" in raw(server.port, ask)
    server.reload(second[:-9] + bytes([second[-9] ^ 1]) + second[-8:])
    server.wait_stderr("not reloaded")
    assert b"Location: /two\r\n" in raw(server.port, ask)


def test_a_site_that_answers_first_answers_what_serve_would(yonder, tmp_path):
    rules = tmp_path / "site.rules"
    rules.write_text("https permanent\n/a /b 302 language=de\n/a /c 302\n")
    for path, known in [("/a", 2), ("/none", 0)]:
        done = yonder("match", "--json", rules, f"http://h.test{path}")
        answer = json.loads(done.stdout)
        assert (answer["status"], answer["location"]) == (308, f"https://h.test{path}")
        assert answer["cause"] == "https" and answer["rule"]["line"] == 1
        assert "vary" not in answer and "cache_control" not in answer
        assert len(answer["candidates"]) == known


def test_what_a_rule_gives_way_to_is_told(yonder, tmp_path):
    rules = tmp_path / "site.rules"
    rules.write_text("/a /en 302 language=en\n/a /de 302 language=de\n/a /other\n[h.test]\n/a /own\n")
    done = yonder("match", rules, "-H", "Accept-Language: en;q=0.5, de", "http://other.test/a")
    assert "302 Found\nLocation: /de\n" in done.stdout
    assert f"{rules}:1  /a /en 302 language=en\n    the client likes another language better\n" in done.stdout
    assert f"{rules}:3  /a /other 301\n    comes later\n" in done.stdout
    done = yonder("match", rules, "http://h.test/a")
    assert f"{rules}:3  /a /other 301\n    a section of the request's host goes first\n" in done.stdout
