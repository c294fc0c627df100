# SPDX-License-Identifier: MIT
"""`yonder decide`: questions in, answers out, and what is said where a question makes no sense."""
import json
import re

import pytest

from differential import COMPOSE_ANEW

CLIENTS = "chrome, firefox, safari, curl, curl-follow, wget, requests, go, googlebot, http10"
MEMBERS = ["action", "reason", "method", "url", "body", "dropped", "cacheable", "fresh_for"]


def batch(yonder, *lines):
    done = yonder("decide", "--batch",
                  input="".join((q if isinstance(q, str) else json.dumps(q)) + "\n" for q in lines))
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_all_but_url_and_status_have_defaults(yonder):
    code, (answer,) = batch(yonder, {"url": "http://a/", "status": 308, "headers": [["location", "/b"]]})
    assert code == 0
    assert list(answer) == MEMBERS
    assert answer == {"action": "follow", "reason": "method_kept", "method": "GET", "url": "http://a/b",
                      "body": False, "dropped": [], "cacheable": True, "fresh_for": None}


def test_every_member_counts(yonder):
    question = {"client": "curl", "method": "PUT", "url": "http://b/x", "status": 303, "body": True, "count": 49,
                "headers": [["Date", "x"], ["Location", "http://a/☃"]], "initial": "http://a/"}
    expected = {"action": "follow", "reason": "method_changed", "method": "GET", "url": "http://a/%e2%98%83",
                "body": False, "dropped": ["Content-Type", "Content-Length"], "cacheable": False, "fresh_for": 0}
    changes = [
        ({}, {}),
        ({"initial": None}, {"dropped": ["Content-Type", "Content-Length", "Authorization", "Cookie"]}),
        ({"custom_method": True}, {"method": "PUT", "reason": "method_kept"}),
        ({"count": 50}, {"action": "error", "reason": "too_many_redirects", "method": None, "dropped": []}),
        ({"status": 307}, {"method": "PUT", "reason": "method_kept", "body": True, "dropped": []}),
        ({"status": 307, "stream": True}, {"action": "error", "reason": "body_not_replayable", "method": None,
                                           "url": None, "dropped": []}),
        ({"status": 200}, {"action": "stop", "reason": "not_a_redirect", "method": None, "url": None, "dropped": []}),
        ({"client": "chrome", "count": 18, "headers": [["Location", "a\u0000\nb"]]},
         {"url": "http://b/a%00b", "dropped": ["Content-Encoding", "Content-Language", "Content-Location",
                                               "Content-Type", "Content-Length", "Origin"]}),
        ({"client": "chrome", "count": 0, "method": "GET", "received": 784123200,
          "headers": [["Location", "x"], ["Expires", "Sun, 06 Nov 1994 12:01:00 GMT"]]},
         {"url": "http://b/x", "reason": "method_kept", "body": True, "dropped": [], "cacheable": True,
          "fresh_for": 60}),
    ]
    code, answers = batch(yonder, *(question | change for change, _ in changes))
    assert code == 0
    for (change, difference), answer in zip(changes, answers):
        assert answer == expected | difference, change


@pytest.mark.parametrize("member, values", {
    "client": ["lynx", "", 7], "method": ["", 7, "G T", "GET / HTTP/1.1\r\nX: y", "GÉT"],
    "url": [None, "a", 7, "mailto:x", "ftp://a/"], "status": [None, 99, 1000, "302", 302.5],
    "headers": ["x", {"a": "b"}, [["a"]], [["a", 1]], ["ab"], [["a", "b", "c"]]], "body": [1, "yes"],
    "count": [-1, 1.5, "1", 1 << 40], "initial": ["a", 7], "stream": [0], "custom_method": ["no"],
    "received": ["now"]}.items())
def test_what_makes_no_sense_is_named_in_its_place(yonder, member, values):
    good = {"url": "http://a/", "status": 302}
    code, answers = batch(yonder, good, *({**good, member: value} for value in values), good)
    assert code == 2
    assert answers[0] == answers[-1] and answers[0]["action"] == "stop"
    for value, answer in zip(values, answers[1:-1]):
        assert list(answer) == ["error"] and member in answer["error"], (value, answer)


def test_a_number_that_is_too_large_is_told_how_large_it_may_be(yonder):
    code, answers = batch(yonder, *({"url": "http://a/", "status": 302, "count": n} for n in (2**32 - 1, 2**32)))
    assert code == 2 and answers[0]["action"] == "stop"
    assert answers[1] == {"error": '"count" must be a whole number from 0 to 4294967295'}


def test_lines_with_nothing_but_blanks_are_passed_over_as_empty_ones_are(yonder):
    code, answers = batch(yonder, "", {"url": "http://a/", "status": 302}, " ", "\t \r", " {}", "")
    assert code == 2 and len(answers) == 2
    assert answers[0]["action"] == "stop" and answers[1] == {"error": '"url" must be a string'}


def test_http10_says_what_it_misses_in_a_relative_location(yonder):
    done = yonder("decide", "--as", "http10", "-H", "Location: /x", "http://a/")
    assert done.returncode == 1 and "error    the Location is not an absolute URL\n" in done.stdout
    done = yonder("decide", "--as", "http10", "-H", "Location: http://[x/", "http://a/")
    assert done.returncode == 1 and "error    the Location is not a valid URL\n" in done.stdout


def test_the_help_says_which_clients_compose_requests_anew(yonder):
    text = " ".join(yonder("decide", "--help").stdout.split())
    assert set(re.search(r"\. ([\w, -]+) compose each request anew", text)[1].replace(" and ", ", ").split(", ")) == COMPOSE_ANEW
    assert CLIENTS.rpartition(",")[0] in text.replace("chrome (the default)", "chrome")


def test_members_it_does_not_know_are_passed_over(yonder):
    question = {"url": "http://a/", "status": 302}
    code, answers = batch(yonder, question, question | {"clent": "curl", "id": 7})
    assert code == 0 and answers[0] == answers[1]


def test_an_answer_for_curl_is_a_question_for_curl(yonder):
    question = {"client": "curl", "url": "http://a/", "status": 302, "headers": [["Location", "/x\\y\"?z w"]]}
    _, (there,) = batch(yonder, question)
    _, (again,) = batch(yonder, question | {"url": there["url"], "headers": [["Location", "?q"]]})
    assert (there["url"], again["url"]) == ("http://a/x\\y\"?z+w", "http://a/x\\y\"?q")


def test_an_unknown_client_is_told_the_known_ones(yonder):
    _, (answer,) = batch(yonder, {"client": "lynx", "url": "http://a/", "status": 302})
    assert answer["error"] == 'there is no client "lynx"; there are: ' + CLIENTS
    done = yonder("decide", "--as", "lynx", "http://a/")
    assert done.returncode == 2 and CLIENTS in done.stderr and not done.stdout


def test_one_question_from_options(yonder):
    done = yonder("decide", "--body", "-s", "302", "-H", "Location:  //b/x", "-H", "Cache-Control: max-age=60",
                  "https://a/y#f")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "status   302 Found: for now, POST may become GET",
        "client   chrome (Chrome 156 on Linux, navigation)",
        "follow   followed, the method changed",
        "next     GET https://b/x#f",
        "body     not sent again",
        "dropped  Content-Encoding, Content-Language, Content-Location, Content-Type, Content-Length, Origin, "
        "Authorization",
        "cache    not to be reused without asking again",
    ]
    done = yonder("decide", "--as", "curl", "-X", "POST", "--body", "-H", "Location: /x", "--json", "http://a/")
    assert json.loads(done.stdout)["method"] == "POST" and not json.loads(done.stdout)["body"]


@pytest.mark.parametrize("arguments, code", [
    (["-H", "Location: /x", "http://a/"], 0),
    (["http://a/"], 0),
    (["-H", "Location: mailto:x", "http://a/"], 1),
    (["-n", "18", "-H", "Location: /x", "http://a/"], 0),
    (["-n", "19", "-H", "Location: /x", "http://a/"], 1),
    (["not a URL"], 2),
    (["-H", "no colon", "http://a/"], 2),
    (["-H", ": x", "http://a/"], 2),
    (["-X", "", "http://a/"], 2),
    (["-X", "G T", "-H", "Location: /x", "http://a/"], 2),
    (["-X", "G-T", "-H", "Location: /x", "http://a/"], 0),
    (["-H", "Location: http://b/", "mailto:x"], 2),
    (["-H", "Location: http://b:6000/", "http://a/"], 1),
    (["--as", "curl", "-H", "Location: http://b:6000/", "http://a/"], 0),
    (["a.test"], 2),
    (["--as", "curl", "a.test"], 0),
    (["--as", "curl", "http://a/b c"], 2),
    (["--as", "curl", "ftp.a.test"], 2),
    (["-s", "99", "http://a/"], 2),
    (["--batch", "http://a/"], 2),
    (["--initial", "x", "http://a/"], 2),
    (["http://a/", "http://b/"], 2),
])
def test_exit_codes(yonder, arguments, code):
    done = yonder("decide", *arguments)
    assert done.returncode == code, done
    assert bool(done.stderr) == (code == 2)
