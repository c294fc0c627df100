# SPDX-License-Identifier: MIT
"""Every redirect status and method: `yonder trace --as curl` and the real `curl -L` make the same
requests, as the server saw them; `--as chrome` makes those of the Fetch standard."""
import json
import subprocess

import pytest

STATUSES = [301, 302, 303, 307, 308]
BODY = "k=v&x=1"

# What a user writes for the same thing: curl's options, ours.
CALLS = {
    "GET": ([], []),
    "HEAD": (["-I"], ["-X", "HEAD"]),
    "POST": (["-d", BODY], ["-d", BODY]),
    "PUT": (["-X", "PUT", "-d", BODY], ["-X", "PUT", "-d", BODY]),
    "DELETE": (["-X", "DELETE"], ["-X", "DELETE"]),
    "POST by -X": (["-X", "POST", "-d", BODY], ["-X", "POST", "-d", BODY]),
    "DELETE with a body": (["-X", "DELETE", "-d", BODY], ["-X", "DELETE", "-d", BODY]),
    "own type": (["-d", BODY, "-H", "Content-Type: text/x"], ["-d", BODY, "-H", "Content-Type: text/x"]),
    "own fields": (["-H", "User-Agent: me", "-H", "Accept:", "-H", "X;"],
                   ["-H", "User-Agent: me", "-H", "Accept:", "-H", "X;"]),
    "credentials": (["-H", "Authorization: s", "-H", "Cookie: k=v"],
                    ["-H", "Authorization: s", "-H", "Cookie: k=v"]),
}
# The servers that only log cannot tell more of these.
LOGGED = ["GET", "HEAD", "POST", "PUT", "DELETE"]

# Fetch standard, HTTP-redirect fetch: the method after a redirect; None where it is kept, with body.
CHROME = {
    ("POST", 301): "GET", ("POST", 302): "GET",
    ("POST", 303): "GET", ("PUT", 303): "GET", ("DELETE", 303): "GET",
}


def curl(*args):
    # -D: with -I curl writes the heads to stdout as well; what it writes is of no interest.
    done = subprocess.run(["curl", "-sS", "-L", "--noproxy", "*", "--max-time", "20", "-o", "/dev/null",
                           *args], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


def chain(status):
    """Relative, then absolute, then there."""
    return {"/start": (status, [("Location", "middle?q=1")], b"moved"),
            "/middle": (status, [("Location", "/end")], b"moved again"),
            "/end": (200, [], b"there")}


@pytest.fixture
def seen(recorder):
    """Runs something against a recorder and returns the requests that came, all of each."""

    def run(status, action):
        server = recorder(chain(status))
        action(f"{server.url}/start")
        return [(r.method, r.target, r.version, r.body,
                 sorted((n.lower(), v) for n, v in r.headers if n != "Host")) for r in server.requests]

    return run


@pytest.mark.parametrize("status", [300, 304, 305] + STATUSES)
@pytest.mark.parametrize("call", CALLS)
def test_curl_and_trace_send_the_same_requests(yonder, seen, status, call):
    theirs, ours = CALLS[call]
    expected = seen(status, lambda url: curl(*theirs, url))
    actual = seen(status, lambda url: yonder("trace", "--as", "curl", *ours, url))
    assert len(expected) == 3
    assert actual == expected


@pytest.mark.parametrize("user, hops", [
    ("u:p@", ["/next", "http://127.0.0.1:@A@/again", "there"]),
    ("u@", ["/next"]), (":p%41@", ["/next"]), ("", ["http://x:y@127.0.0.1:@A@/"]),
    ("u:p@", ["http://x:y@127.0.0.1:@A@/", "/on"]), ("u:p@", ["http://localhost:@A@/", "http://127.0.0.1:@A@/x"]),
    ("u:p@", ["http://x:y@localhost:@A@/", "http://127.0.0.1:@A@/x"]),
    ("", ["http://x:y@localhost:@A@/", "/x", "http://127.0.0.1:@A@/x"]),
    ("u:p@", ["http://localhost:@A@/", "http://localhost:@B@/", "http://127.0.0.1:@A@/x"]),
    ("u:p@", ["http://127.0.0.1:@B@/", "http://127.0.0.1:@A@/x"]), ("", ["http://x:y@127.0.0.1:@B@/"]),
    ("u:p@", ["http://x:y@127.0.0.1:@B@/", "http://z:w@127.0.0.1:@A@/x", "/y"]),
])
@pytest.mark.parametrize("more", [[], ["-H", "Authorization: own", "-H", "Cookie: k=v", "-H", "Host: h.test"]])
def test_credentials_go_where_curl_sends_them(yonder, recorder, user, hops, more):
    def run(action):
        seen = []

        def answer(request):
            seen.append(sorted((n.lower(), v) for n, v in request.headers) + [request.target])
            if len(seen) > len(hops):
                return (200, [], b"")
            location = hops[len(seen) - 1].replace("@A@", str(a.port)).replace("@B@", str(b.port))
            return (302, [("Location", location)], b"")

        a.routes = b.routes = type("Any", (dict,), {"get": lambda self, *_: answer})()
        action(f"http://{user}127.0.0.1:{a.port}/start")
        return seen

    a, b = recorder({}), recorder({})
    expected = run(lambda url: curl(*more, url))
    assert len(expected) == len(hops) + 1
    assert run(lambda url: yonder("trace", "--as", "curl", *more, url)) == expected


NGINX = """
location = /start  { return %d middle?q=1; }
location = /middle { return %d /end; }
location = /end    { return 200 there; }
"""
APACHE = """
RewriteEngine on
RewriteRule ^/start$ /middle?q=1 [R=%d,L]
RewriteRule ^/middle$ /end? [R=%d,L]
"""


@pytest.fixture(params=["nginx", "apache"])
def logging_peer(request):
    """A real server whose log says what it was asked."""

    def start(status):
        if request.param == "nginx":
            return request.getfixturevalue("nginx")(NGINX % (status, status))
        peer = request.getfixturevalue("apache")(APACHE % (status, status))
        (peer.root / "end").write_text("there\n")
        return peer

    return start


@pytest.mark.parametrize("status", STATUSES)
def test_nginx_and_apache_log_the_same_requests(yonder, logging_peer, status):
    peer = logging_peer(status)

    def log(action):
        peer.clear_log()
        action(f"{peer.url}/start")
        return [(r.method, r.target, r.version, r.body_length, r.content_type, r.user_agent, r.accept)
                for r in peer.access_log(at_least=3)]

    for call in LOGGED:
        theirs, ours = CALLS[call]
        expected = log(lambda url: curl(*theirs, url))
        assert len(expected) == 3, expected
        assert log(lambda url: yonder("trace", "--as", "curl", *ours, url)) == expected, call


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_chrome_changes_the_method_as_fetch_does(yonder, recorder, status, method):
    with_body = method in ("POST", "PUT", "PATCH", "DELETE")
    server = recorder(chain(status))
    done = yonder("trace", "--json", "-X", method, *(["-d", BODY] if with_body else []),
                  f"{server.url}/start")
    after = CHROME.get((method, status)) or ("GET" if status == 303 and method != "HEAD" else method)
    body = BODY.encode() if with_body else b""
    kept = body if after == method else b""
    assert [(r.method, r.target, r.body) for r in server.requests] == [
        (method, "/start", body), (after, "/middle?q=1", kept), (after, "/end", kept)]
    types = ["application/x-www-form-urlencoded" if b else None for b in (body, kept, kept)]
    assert [r.header("Content-Type") for r in server.requests] == types
    trace = json.loads(done.stdout)
    assert [h["method"] for h in trace["hops"]] == [method, after, after]
    assert [h["method_changed"] for h in trace["hops"]] == [False, after != method, False]
    assert [h["body_sent"] for h in trace["hops"]] == [bool(body), bool(kept), bool(kept)]
    assert [h["reason"] for h in trace["hops"]] == [
        "method_changed" if after != method else "method_kept", "method_kept", "not_a_redirect"]


def test_chrome_sends_what_a_navigation_sends_and_asks_for_no_encoding_of_its_own(yonder, recorder):
    server = recorder({"/": (200, [], b"")})
    yonder("trace", server.url)
    (request,) = server.requests
    assert "Chrome/" in request.header("User-Agent")
    assert request.header("Accept").startswith("text/html,")
    assert request.header("Host") == f"127.0.0.1:{server.port}"
