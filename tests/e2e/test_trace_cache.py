# SPDX-License-Identifier: MIT
"""yonder trace --visits: what the client answers itself the next time, by the server's count."""
import json
import re

import pytest


@pytest.fixture
def visits(yonder):
    def run(*args):
        done = yonder("trace", "--json", *args)
        return done.returncode, json.loads(done.stdout)

    return run


def asked(server):
    return [f"{r.method} {r.target}" for r in server.requests]


def test_the_301_comes_from_cache_and_the_307_goes_to_the_network_again(visits, yonder, recorder):
    server = recorder({"/old": (301, [("Location", "/new")], b""), "/new": (307, [("Location", "/end")], b""),
                       "/end": (404, [], b"")})
    code, document = visits("--visits", "3", f"{server.url}/old#f")
    assert code == 0
    assert asked(server) == ["GET /old", "GET /new", "GET /end"] + 2 * ["GET /new", "GET /end"]
    assert [hop["kind"] for hop in document["hops"]] == 3 * ["network"]  # the first visit
    assert len(document["visits"]) == 3
    assert all(document["visits"][0][member] == document[member] for member in ("hops", "result"))
    for visit in document["visits"][1:]:
        assert [hop["kind"] for hop in visit["hops"]] == ["cache", "network", "network"]
        kept = visit["hops"][0]
        assert (kept["url"], kept["status"], kept["location"]) == (f"{server.url}/old#f", 301, "/new")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", kept["stored"])
        assert (visit["result"]["hops"], visit["result"]["requests"]) == (3, 2)
    text = yonder("trace", "--visits", "2", f"{server.url}/old#f").stdout
    assert text.startswith("Visit 1 of 2\n#  status") and "\n\nVisit 2 of 2\n#  status" in text
    assert re.search(rf"^1  301 from cache +GET( +-)+  {server.url}/old#f$", text, re.MULTILINE)
    assert text.count("\n2  307 for now, method kept") == 2


# client, status, fields, whether the second visit asks again
CASES = [
    ("chrome", 301, [], False), ("chrome", 308, [], False), ("chrome", 302, [], True), ("chrome", 303, [], True),
    ("chrome", 307, [], True),
    ("chrome", 301, [("Cache-Control", "no-store")], True), ("chrome", 301, [("Cache-Control", "max-age=0")], True),
    ("chrome", 301, [("Pragma", "no-cache")], True), ("chrome", 301, [("Vary", "*")], True),
    ("chrome", 301, [("Vary", "Accept, User-Agent")], False), ("chrome", 301, [("Cache-Control", "must-revalidate")], False),
    ("chrome", 302, [("Cache-Control", "max-age=60")], False), ("chrome", 307, [("Cache-Control", "max-age=60")], False),
    ("chrome", 302, [("Cache-Control", "max-age=60"), ("Age", "60")], True),
    ("chrome", 302, [("Expires", "Fri, 01 Jan 2100 00:00:00 GMT")], False),
    ("firefox", 301, [], True), ("firefox", 307, [], True), ("firefox", 302, [("Cache-Control", "max-age=60")], False),
    ("curl", 301, [], True), ("wget", 308, [("Cache-Control", "max-age=60")], True),
]


@pytest.mark.parametrize("client, status, fields, again", CASES)
def test_a_redirect_is_kept_as_the_client_keeps_it(visits, recorder, client, status, fields, again):
    server = recorder({"/": (status, [("Location", "/end"), *fields], b""), "/end": (404, [], b"")})
    code, document = visits("--as", client, "--visits", "2", f"{server.url}/")
    assert asked(server).count("GET /") == (2 if again else 1)
    assert document["hops"][0]["cacheable"] is not again


def test_a_post_is_never_answered_from_cache(visits, recorder):
    server = recorder({"/": (301, [("Location", "/end"), ("Cache-Control", "max-age=60")], b""), "/end": (404, [], b"")})
    visits("--visits", "2", "-d", "x", f"{server.url}/")
    assert asked(server).count("POST /") == 2


def test_the_worst_visit_is_the_exit_code(visits, recorder):
    # A request that dies on a connection used before is made again, on a new one.
    answers = iter([(200, [], b""), None, None])
    server = recorder({"/": lambda request: next(answers, (200, [], b""))})
    code, document = visits("--visits", "3", f"{server.url}/")
    assert code == 3
    assert [v["result"]["outcome"] for v in document["visits"]] == ["final", "error", "final"]


@pytest.mark.parametrize("count", ["0", "-1", "x", "1001"])
def test_how_many_visits_there_can_be(yonder, count):
    done = yonder("trace", "--visits", count, "http://127.0.0.1:1/")
    assert (done.returncode, done.stdout) == (2, "")
