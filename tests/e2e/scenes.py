# SPDX-License-Identifier: MIT
"""Scenes for differential.py: Locations written down and random ones, every status with every
method, chains with header fields, limits."""

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
STATUSES = [200, 204, *range(300, 310), 399, 404, 410]

# Each a Location, or a list of them, met at http://first.test/N/b/c?x=1.
LOCATIONS = [
    [], "", "  \t ", "/x", "x", " /x ", "/x\v", "./x", "../x", "../../../x", "..", ".", "?z=1", "#f", "?", "#",
    "/x#f", "/x?#f", "/a b?c d", "/a b?c d#e f", "#e f", "#b?c d", "?q#e f", "/☃?q=☃#☃", "/a%", "\\x\\y",
    "/%zz%2e%2E/x", "/a/./b/../c/.", "/a/..", "/a//../b", "//second.test/p", "//second.test?q r", "///second.test/p",
    "////second.test/p", "http:abs", "http:/second.test/os", "http:///second.test/ts", "http:////second.test/4s",
    "HTTP://second.test/x", "http://second.test", "http://second.test?q", "http://second.test#f", "http://second.test?z w/x y",
    "http://second.test/x y?z w", "http://second.test/x#e f", "http://second.test\\x", "http://second.test/..\\x",
    "/a\tb", "/a\x01b", "/a\x7fb", "/a[1]|{x}\"<>^`'", "http://2130706433/d", "http://0x7f.1/d", "http://0177.1/d",
    "http://127.1/d", "http://127.0.0.1./d", "http://0x7f.1./d", "http://127.1.:81/d", "http://second.test:99999/", "http://second.test:65536/", "http://second.test:x/",
    "http://second.test:-1/", "http://second.test:/zz", "http://second.test:0080/", "http://second.test:080:80/",
    "http://u:p@second.test/a", "http://u@second.test/a", "http://u:p@q@second.test/", "http://u v@second.test/",
    "http://@second.test/", "mailto:a@b", "gopher://second.test/", "file:///etc/passwd", "data:text/html,x",
    "javascript:1", "a:b", "1http://second.test/", "+x://second.test/", "http://", "http:///", "//", "///",
    "http://ex ample/", "http://a;b/", "http://a*b/", "http://a{b/", "http://a%20b/", "http://a%2fb/",
    "http://second%2Etest/x", "http://[::1/", "http://[::1]x/", "http://[::1]/", "http://münchen.test/ü ü?ü ü",
    "/?a/b", "y?a/../b", "/x/%2e./y", "/..//x", "../", "../?q", "./?q", "./#z", "..//x", ".//x", ".../z", ";p",
    "x y:z", "/a:b", "@x", ["/1", "/2"], ["/1", "/1"], ["", "/2"], ["/1", ""],
]

# And some that only other programs than curl 7.88 tell apart.
MORE_LOCATIONS = [
    "//?q", "//#f", "///?q", "http://?q", "https://second.test/x", "https:abs", "https:///x", "HTTPS:/x", "http:?q", "http:#f",
    "http:../x", "http:/a/../b", "http://second.test/a/../b", "http://second.test/./a/%2e%2e/b", "/%2e%2e/x", "%2e%2e/x",
    "/%41%7e%7E%5f", "/%e2%98%83?%e2#%e2", "/a%2fb c", "/a%2Fb", "/%", "/%4", "/%z", "/%-%20?%20", "/%zz?%41", "/?%zz",
    "/#%zz", "/x;", "/x;;", "/x;y", ";", "..;p", "x;/y", "/..;", "a//b", "a///b/", "/a//b/../c", "/a/..//x", "/../a/..//x",
    "/./..//x", "/.././/x", "..//..//x", "x/../../..//y", "*", "/*", ":x", "1x:y", "x:y", "a.b:c", "a.b:/c", "a+b:c", "a_b:c",
    "./x:y", "?x:y", "a b:c", "http.x:abs", "//second.test:80", "//second.test:", "//second.test:81/x", "//second.test:00081/x",
    "//second.test:000000081/x", "//SECOND.test/X", "//second.test./x", "http://second.test../x", "http://.second.test/",
    "http://u:@second.test/", "http://:p@second.test/", "http://u%20:p%3a@second.test/", "http://u;v@second.test/",
    "http://u\\v@second.test/", "http://u<v@second.test/", "http://%75:p@second.test/", "http://a\"b/", "http://a=b/",
    "http://a+b/", "http://a&b/", "http://a'b/", "http://a~b/", "http://a_b/", "http://a,b/", "http://a!b/", "http://a$b/",
    "http://(a)/", "http://%C3%BC.test/", "http://4294967295/", "http://0x100000000/", "http://1.2.3/", "http://1.2.3.4./",
    "http://256.1.1.1/", "http://[::ffff:1.2.3.4]/", "http://[::1]:81/", "http://[1::2::3]/", "http://[]/", "http://[v1.x]/",
    "/\u00a0x", "\u00a0/x", "/x\u3000", "/\u2028", "/\ufeff", "/\x00b", "/x\x1f", " \t/x", "/x\t ", "/x\ty?\t#\t", "ftp://second.test/x",
    "ws://second.test/", "tel:1", "about:blank", "blob:http://second.test/", "//second.test/x?y#z", "?#", "/?", "/?#", "?y?z",
    "??", "/x??", "/a|b", "/a'b", "/a!b(c)*", "/a!b(c)* d", "/$&+,/:;=@ x", "/[ ]", "?[ ]", "?a'b\"c", "?a|b^c`d{e}", "?☃ ☃",
    "http://second.test:0/x", "//second.test:00?q", "http://u:@second.test:0/x",
    ["", ""], ["", "", "/3"], [" ", "/2"], ["/1", "/1 "], ["/a, /b"], ["/a", "http://second.test/b"], ["http://second.test/b", "/a"],
]


def random_locations(rng, count):
    starts = ["", "", "", "/", "//", "///", "?", "#", "./", "../", "http://second.test", "http://second.test/",
              "HTTP:/second.test/", "http://u:p@second.test", "http://second.test:80", "//second.test", "mailto:"]
    pieces = ["/", "/", ".", "..", "../", "./", "?", "#", "a", "b", "%41", "%2e", "%", ":", ";", "=", "&", "+",
              " ", "\\", "|", "\"", "<", "{", "^", "'", "~", "[", "@", "é", "☃", "😀", "\t", "//", "x y"]
    return [rng.choice(starts) + "".join(rng.choices(pieces, k=rng.randrange(9))) for _ in range(count)]


def with_locations(locations):
    """A scene for each: a 302 with that Location, or those."""
    return [{"answers": [[302, [["Location", v] for v in (where if isinstance(where, list) else [where])]]]}
            for where in locations]


def every_status_and_method(customs=(False,), streams=(False,)):
    """With and without a body, with and without a Location."""
    return [{"method": method, "body": body, "custom": custom, "stream": stream,
             "answers": [[status, [["Location", "/next"]] if location else []]]}
            for status in STATUSES for method in METHODS for body in (None, "k=v") for custom in customs
            for stream in streams for location in (True, False)
            if not (stream and body is None) and not (body and method == "HEAD")]


FIELDS = [
    ["Authorization", "secret"], ["Cookie", "a=b"], ["Cookie2", "x"], ["Content-Type", "text/x"], ["Content-Encoding", "x"],
    ["Content-Language", "de"], ["Content-Location", "/c"], ["Origin", "http://o.test"], ["Proxy-Authorization", "p"],
    ["Proxy-Authenticate", "y"], ["Www-Authenticate", "w"], ["X-Other", "1"], ["Referer", "http://r.test/"],
    ["Accept", "text/z"], ["User-Agent", "me"], ["If-None-Match", "x"],
]
PLACES = [
    "/x", "y", "?q", "#f", "http://first.test/z", "http://second.test/z", "http://sub.first.test/z", "http://first.test:81/z",
    "//second.test/z", "http://u:p@first.test/z", "http://u:p@second.test/a", "http://first.test.second.test/",
    "http://127.0.0.1/x", "http://first.test:80/zz", "http://FIRST.test/", "http://xfirst.test/",
]


def random_chains(rng, count, fields=FIELDS, hops=4, customs=False, bodies=True):
    """Methods, bodies and fields that meet up to `hops` redirects between several hosts."""
    chains = []
    for _ in range(count):
        method = rng.choice(["GET", "GET", "HEAD", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        body = "k=v" if bodies and method not in ("GET", "HEAD") and rng.random() < .7 else None
        chains.append({
            "method": method, "body": body, "fields": rng.sample(fields, rng.choice([0, 0, 1, 2, 4])),
            "custom": customs and rng.random() < .3,
            "answers": [[rng.choice([300, 301, 302, 302, 303, 304, 305, 306, 307, 307, 308]),
                         [["Location", rng.choice(PLACES)]]] for _ in range(rng.randrange(hops) + 1)]})
    return chains


def at_the_limit(limit, ends=("/x", "mailto:x", "http://second.test:99999/", "http://[::1/")):
    """One redirect fewer than too many, and too many to several places."""
    go_on = [302, [["Location", "/again"]]]
    return [{"answers": [go_on] * count + [[302, [["Location", end]]]]}
            for count in (limit - 2, limit - 1, limit) for end in ends]


def walks(rng, count, fields=FIELDS, customs=False):
    """Chains to the end, no request of which is made twice, from URLs with and without a user."""
    chains = random_chains(rng, count, fields + [["Host", "h.test"]], customs=customs)
    for n, chain in enumerate(chains):
        chain["url"] = f"http://{rng.choice(['', '', 'u:p@', 'u@'])}first.test/{n}/b/c?x=1"
        chain["answers"] = [[rng.choice([301, 302, 303, 307, 308]), [["Location", (
            place.partition("#")[0] + ("&" if "?" in place else "?") + f"hop={k}")]]]
            for k, (_, [[_, place]]) in enumerate(chain["answers"])]
    return chains
