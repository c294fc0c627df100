# SPDX-License-Identifier: MIT
"""Which redirects Chromium answers from its cache: every case is asked for twice, and the server counts. `yonder decide`
has to say the same of each. doc/why/chromium.md has what was learnt."""
import collections
import email.utils
import os
import random
import time

import pytest

import dates
import program

pytestmark = pytest.mark.browser

STATUSES = [300, 301, 302, 303, 307, 308]
NOW = int(time.time())
HOUR = 3600


def at(seconds):
    return email.utils.formatdate(NOW + seconds, usegmt=True)


# Lifetimes are hours, so that it does not matter how long the test takes.
CACHE_CONTROL = [
    "max-age=6000", "max-age=\"6000\"", "max-age=0", "no-cache", "no-store", "must-revalidate", "private", "public",
    "s-maxage=6000", "immutable", "max-age", "max-age=", "max-age=x", "max-age=-1", "max-age=+6000", "max-age=6000.5",
    "max-age =6000", "max-age= 6000", "MAX-AGE=6000", "max-age=6000, no-cache", "max-age=6000,max-age=0",
    "max-age=0, max-age=6000", "no-cache=\"set-cookie\"", "No-Store", "no-cache=", "no-cachex", "no-cache;max-age=6000",
    "max-age=6000;public", "max-age=99999999999999999999", "max-age=6000s", "max-age='6000'", "",
    "stale-while-revalidate=6000", "x=\"no-store, max-age=5\"", "\"no-store\"", "no-store=1", "proxy-revalidate",
    "max-age=6000, must-revalidate", "max-age=006000", "max-age=0x6000",
]
EXPIRES = [at(2 * HOUR), at(-HOUR), "0", "-1", "garbage", "", "Sun Nov 22 07:00:00 2037", "Sunday, 22-Nov-37 07:00:00 GMT"]
DATE = [at(0), at(-HOUR), at(-400 * 24 * HOUR), at(HOUR), "garbage", "0"]
AGE = ["0", "5999", "6001", "x", "-1", "5, 6001", "6001, 5", "", "+5"]
PRAGMA = ["no-cache", "No-Cache", "x", "no-cache, x"]
VARY = ["*", "Accept", "User-Agent", "Cookie", "Accept, *", "Origin", ""]
MODIFIED = [at(-100 * 24 * HOUR), "garbage", at(HOUR)]
FRESH = ("Cache-Control", "max-age=6000")
MADE = ("Date", at(0))


def forms():
    """Fields of a response, one form after another."""
    yield []
    yield from ([("Cache-Control", value)] for value in CACHE_CONTROL)
    for name, values in (("Expires", EXPIRES), ("Date", DATE), ("Age", AGE), ("Pragma", PRAGMA), ("Vary", VARY)):
        for value in values:
            yield [(name, value)]
            yield [FRESH, (name, value)]
    yield from ([("Expires", value), MADE] for value in EXPIRES)
    yield from ([("Last-Modified", value), MADE, *more] for value in MODIFIED
                for more in ([], [("Cache-Control", "public")], [("Cache-Control", "private")]))
    yield [("Cache-Control", "max-age=0"), FRESH]
    yield [FRESH, ("Cache-Control", "no-store")]
    yield [("Expires", at(-9)), FRESH, MADE]
    yield [("Expires", at(HOUR)), ("Cache-Control", "max-age=0"), MADE]
    yield [("Expires", "0"), ("Expires", at(HOUR)), MADE]
    yield [("Expires", at(HOUR)), ("Expires", "0"), MADE]


def random_forms(count):
    rng = random.Random(os.environ.get("YONDER_SEED", "1"))
    for _ in range(count):
        fields = [("Cache-Control", ", ".join(rng.choices(CACHE_CONTROL, k=rng.choice([1, 1, 2, 3]))))
                  for _ in range(rng.choice([0, 1, 1, 2]))]
        for name, values, chance in (("Expires", EXPIRES, .3), ("Date", DATE, .5), ("Last-Modified", MODIFIED, .2),
                                     ("Age", AGE, .2), ("Pragma", PRAGMA, .1), ("Vary", VARY, .1)):
            if rng.random() < chance:
                fields.append((name, rng.choice(values)))
        rng.shuffle(fields)
        yield rng.choice(STATUSES), fields


@pytest.fixture(scope="module")
def rig(module_recorder, module_chromium, pki):
    """A browser, and servers that answer /N with the N-th case and count how often they have to. A case is a status and
    fields, or one of these for each method."""
    class Rig:
        cases = []
        hits = collections.Counter()

        @classmethod
        def start(cls, cases):
            cls.cases = cases
            cls.hits.clear()
            cls.browser.forget_cache()

    def answer(request):
        if not request.target[1:].isdigit():
            return 200, [("Content-Type", "text/html"), ("Cache-Control", "no-store")], b""
        n = int(request.target[1:])
        Rig.hits[n] += 1
        case = Rig.cases[n]
        status, fields = case[request.method] if isinstance(case, dict) else case
        there = any(name == "Location" for name, _ in fields)
        return status, [*([] if there else [("Location", "/end")]), *fields], b"x"

    routes = type("Everything", (dict,), {"get": lambda self, *_: answer})()
    plain, safe = module_recorder(routes), module_recorder(routes, tls=True)
    Rig.to_here = ["--connect-to", f"::127.0.0.1:{plain.port}"]
    Rig.browser = module_chromium(cafile=pki.cafile, hosts={"a.test:80": f"127.0.0.1:{plain.port}",
                                                            "a.test:443": f"127.0.0.1:{safe.port}"})
    return Rig


def stays_fresh(cases, origin, method="GET"):
    answers = program.batch("decide", "--batch", questions=[
        {"client": "chrome", "url": f"{origin}/{n}", "status": status, "method": method, "received": int(time.time()),
         "headers": [["Location", "/end"], *map(list, fields)]} for n, (status, fields) in enumerate(cases)])
    return [a["cacheable"] and (a["fresh_for"] is None or a["fresh_for"] > 600) for a in answers]


def check(rig, cases, origin, twice):
    rig.start(cases)
    twice()
    differences = [(case, rig.hits[n]) for n, (case, fresh) in enumerate(zip(cases, stays_fresh(cases, origin)))
                   if rig.hits[n] != (1 if fresh else 2)]
    assert not differences, "\n".join(map(str, differences[:20]))


@pytest.mark.parametrize("origin", ["http://a.test", "https://a.test"])
def test_every_form_of_freshness(rig, origin):
    cases = [(status, fields) for status in STATUSES for fields in forms()]
    asked = [{"url": f"{origin}/{n}"} for n in range(len(cases))]
    check(rig, cases, origin, lambda: [rig.browser.fetch_all(asked, page=f"{origin}/page") for _ in "12"])


def test_random_fields(rig):
    cases = list(random_forms(int(os.environ.get("YONDER_COUNT", 600))))
    asked = [{"url": f"http://a.test/{n}"} for n in range(len(cases))]
    check(rig, cases, "http://a.test",
          lambda: [rig.browser.fetch_all(asked, page="http://a.test/page") for _ in "12"])


def test_dates_in_all_forms(rig):
    rng = random.Random(os.environ.get("YONDER_SEED", "1"))
    values = dates.FIXED + [dates.one(rng) for _ in range(int(os.environ.get("YONDER_COUNT", 300)))]
    cases = [(status, [("Expires", value), MADE]) for value in values for status in (301, 302)]
    cases += [(302, [("Date", value), *more]) for value in dates.FIXED for more in ([FRESH], [("Expires", "22 Nov 2037")])]
    asked = [{"url": f"http://a.test/{n}"} for n in range(len(cases))]
    check(rig, cases, "http://a.test",
          lambda: [rig.browser.fetch_all(asked, page="http://a.test/page") for _ in "12"])


def test_a_navigation_is_no_different(rig):
    cases = [(status, fields) for status in STATUSES
             for fields in ([], [FRESH], [("Cache-Control", "max-age=0")], [("Cache-Control", "no-store")],
                            [("Expires", at(HOUR)), MADE])]

    def visit_twice():
        for n in list(range(len(cases))) * 2:
            assert rig.browser.visit(f"http://a.test/{n}").error is None

    check(rig, cases, "http://a.test", visit_twice)


def test_a_cached_redirect_is_a_hop_that_no_server_sees(rig):
    rig.start([(301, [])])
    first, second = (rig.browser.visit("http://a.test/0").chain for _ in "12")
    assert [(h.status, h.cached) for h in first] == [(301, False), (200, False)]
    assert [(h.status, h.phrase, h.cached) for h in second] == [(301, "Moved Permanently", True), (200, "OK", False)]
    assert rig.hits[0] == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "DELETE"])
def test_only_what_get_got_is_kept(rig, method):
    cases = [(status, [FRESH]) for status in STATUSES]
    rig.start(cases)
    assert not any(stays_fresh(cases, "http://a.test", method))
    for again in (method, "GET"):
        rig.browser.fetch_all([{"url": f"http://a.test/{n}", "method": again} for n in range(len(cases))],
                              page="http://a.test/page")
    assert set(rig.hits.values()) == {2}


def test_a_form_takes_nothing_from_it_on_no_hop(rig, yonder):
    to = [[("Location", f"/{n}"), FRESH] for n in (1, 2)]
    for redirect in (302, 307):
        rig.start([(redirect, to[0]), (301, to[1]), (200, [FRESH])])
        for _ in "12":
            assert rig.browser.submit("http://a.test/0", page="http://a.test/page").error is None
        hits = dict(rig.hits)
        rig.hits.clear()
        yonder("trace", "--as", "chrome", "--visits", "2", "-d", "a=1", *rig.to_here, "http://a.test/0")
        assert hits == dict(rig.hits) == {0: 2, 1: 2, 2: 2}
    assert rig.browser.visit("http://a.test/1").error is None  # what the form got is kept
    assert rig.hits[2] == 2


def test_what_makes_it_forget(rig):
    kept = (301, [FRESH])
    asked = [(method, status) for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "FOO", "HEAD")
             for status in (200, 303, 404, 500)]
    targets = [kept] * len(asked)
    own = [{"GET": kept, method: (status, [("Location", f"/{n}"), ("Content-Location", f"/{n}")])}
           for n, (method, status) in enumerate(asked)]
    rig.start(targets + own)
    urls = [f"http://a.test/{n}" for n in range(len(rig.cases))]

    def get_all():
        rig.hits.clear()
        rig.browser.fetch_all([{"url": url} for url in urls], page="http://a.test/page")
        return dict(rig.hits)

    assert len(get_all()) == len(urls) and not get_all()
    rig.browser.fetch_all([{"url": url, "method": method, "redirect": "manual", "body": None if method == "HEAD" else "a=1"}
                           for url, (method, _) in zip(urls[len(asked):], asked)], page="http://a.test/page")
    assert get_all().keys() == {n for n, (method, status) in enumerate(asked, len(asked))
                                if method in ("POST", "PUT", "DELETE", "PATCH") and status < 400}
