# SPDX-License-Identifier: MIT
"""yonder hsts, held against the real Chromium and the real Firefox: which values they accept, for how
long and for which hosts, read from where their next requests go and from what they keep on disk."""
import json
import os
import re
import time

import pytest

import chromium
import firefox
import hsts_values
import peers

pytestmark = pytest.mark.browser

COUNT = int(os.environ.get("YONDER_HSTS_VALUES", 250))
CLIENT = {"chromium": "chrome", "firefox": "firefox"}
PREFERENCES = {"test.datastorage.write_timer_ms": 1000}
# A browser's list of preloaded hosts counts for so long; of Chromium since the first Sunday of the
# month it was built in, of Firefox since the list was made. Both are a few weeks before the file was.
DAY = 24 * 3600
LIST_COUNTS = {"chromium": 70 * DAY, "firefox": 18 * 7 * DAY}
BUILT = {"chromium": chromium.built, "firefox": firefox.built}


class Answers(dict):
    """Routes of both servers: over TLS /N/set answers with the N-th value or values."""

    values_ = ()

    def get(self, target, default=None):
        number, _, what = target.strip("/").partition("/")
        fields = [("Access-Control-Allow-Origin", "*"), ("Cache-Control", "no-store")]
        if what == "set":
            value = self.values_[int(number)]
            fields += [("Strict-Transport-Security", v) for v in ([value] if isinstance(value, str) else value)]
        return 200, [*fields, ("Content-Type", "text/html")], b"<p>x"


class Rig:
    """A browser that believes it is the day it was built, so that its list counts, and goes on counting."""

    def __init__(self, name, recorder, start, folder):
        self.name, self.client = name, CLIENT[name]
        self.built = BUILT[name]()
        self.ahead = self.built - time.time()
        self.pki = peers.Pki(folder, clock=self.built - DAY)
        self.answers = Answers()
        self.plain = recorder({})
        self.safe = recorder({}, tls=self.pki)
        self.plain.routes = self.safe.routes = self.answers
        self.start = start
        self.browser = self.start_at(self.built)

    def start_at(self, moment):
        names = [form for name in ("lab.test", "dropbox.com", "github.com", "dev", "app", "page")
                 for form in (name, f"*.{name}")]
        hosts = {f"{n}:{p}": f"127.0.0.1:{s.port}" for n in names for p, s in ((80, self.plain), (443, self.safe))}
        more = {"preferences": PREFERENCES} if self.name == "firefox" else {}
        return self.start(cafile=self.pki.cafile, hosts=hosts, clock=moment, **more)

    def fetch_all(self, urls, timeout=150):
        """fetch() of each, whatever comes of it, from a page that is in clear text."""
        self.browser.visit("http://lab.test/page")
        script = """(async () => { const urls = %s; let next = 0;
            const go = async () => { while (next < urls.length) {
                try { await fetch(urls[next++], {mode: 'no-cors', cache: 'no-store', credentials: 'omit'}); }
                catch (e) {} } };
            await Promise.all(Array.from({length: 12}, go)); return 1; })()""" % json.dumps(urls)
        if self.name == "chromium":
            self.browser.evaluate(script, timeout=timeout)
        else:
            self.browser._run(f"async () => {script}", timeout=timeout)

    def in_clear(self, urls):
        """Those of the http URLs that went out in clear text. Their targets differ."""
        self.fetch_all(urls)
        seen = {r.target for r in self.plain.requests}
        return [url for url in urls if url[url.index("/", 8):] in seen]


def firefoxes_hosts(browser):
    """What Firefox keeps on disk: host → (its end, subdomains, whether set: 1, or knocked out: 2)."""
    path, found = browser.profile / "SiteSecurityServiceState.bin", {}
    data = path.read_bytes().decode("latin-1") if path.exists() else ""
    for host, end, state, subdomains in re.findall(r"([a-z0-9.-]+)[^\0]*\0+(\d+),(\d),(\d)", data):
        found[host] = (int(end) / 1000, subdomains == "1", int(state))
    return found


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def rig(request, module_recorder, tmp_path_factory):
    start = request.getfixturevalue(f"module_{request.param}")
    return Rig(request.param, module_recorder, start, tmp_path_factory.mktemp("pki"))


def test_values_are_read_as_we_say(rig, yonder):
    values = hsts_values.values(COUNT)
    rig.answers.values_ = values
    before = time.time()
    rig.fetch_all([f"https://h{i}.lab.test/{i}/set" for i in range(COUNT)])
    assert sum(r.target.endswith("/set") for r in rig.safe.requests) == COUNT
    clear = set(rig.in_clear([f"http://h{i}.lab.test/{i}/get" for i in range(COUNT)]))
    below = set(rig.in_clear([f"http://sub.h{i}.lab.test/{i}/sub" for i in range(COUNT)]))
    took = time.time() - before
    wrong = []
    for i, (value, said) in enumerate(zip(values, hsts_values.readings(yonder, rig.client, values))):
        known = said["valid"] and said["max_age"] > 0
        if known and said["max_age"] <= took:
            continue
        got = (f"http://h{i}.lab.test/{i}/get" not in clear, f"http://sub.h{i}.lab.test/{i}/sub" not in below)
        if got != (known, known and said["include_subdomains"]):
            wrong.append((value, said, got))
    assert not wrong, f"{len(wrong)}: {wrong[:20]}"
    assert 20 < COUNT - len(clear) < COUNT - 20


def test_of_several_fields_the_first_counts(rig):
    rig.answers.values_ = [["", "max-age=1000"], ["max-age=x", "max-age=1000"], ["max-age=1000", "max-age=0"],
                           ["max-age=0", "max-age=1000"], ["max-age=1000", "max-age=x"]]
    # Our rows say the same: tests/core/test_hsts_store.c.
    rig.fetch_all([f"https://s{i}.lab.test/{i}/set" for i in range(5)])
    urls = [f"http://s{i}.lab.test/{i}/several" for i in range(5)]
    assert rig.in_clear(urls) == [urls[0], urls[1], urls[3]]


def chromium_says(browser, host):
    """What chrome://net-internals knows of a host: seconds to the end, subdomains."""
    said = browser.evaluate("new Promise((done, failed) => {"
                            "window.cr = {webUIResponse: (id, good, answer) => done(answer)};"
                            f"chrome.send('hstsQuery', ['1', '{host}']); setTimeout(failed, 5000)}})")
    return (round(said["dynamic_sts_expiry"] - said["dynamic_sts_observed"]), said["dynamic_sts_include_subdomains"])


def test_ages_are_cut_as_we_say(rig, yonder):
    values = ["max-age=1000", "max-age=31536000", "max-age=31536001; includeSubDomains", "max-age=3153600000",
              "max-age=3153600001", "max-age=18446744073709551615; includeSubDomains"]
    rig.answers.values_ = values
    rig.fetch_all([f"https://a{i}.lab.test/{i}/set" for i in range(len(values))])
    if rig.name == "chromium":
        rig.browser.visit("chrome://net-internals/#hsts")
        kept = [chromium_says(rig.browser, f"a{i}.lab.test") for i in range(len(values))]
    else:
        deadline = time.monotonic() + 20
        while len(found := {h: e for h, e in firefoxes_hosts(rig.browser).items() if h[0] == "a"}) < len(values):
            assert time.monotonic() < deadline, found
            time.sleep(0.2)
        now = time.time() + rig.ahead  # what is far is exact enough to a minute
        kept = [(round((found[f"a{i}.lab.test"][0] - now) / 120) * 120, found[f"a{i}.lab.test"][1])
                for i in range(len(values))]
    said = [(r["max_age"], r["include_subdomains"]) for r in hsts_values.readings(yonder, rig.client, values)]
    for (there, subdomains), (here, included) in zip(kept, said):
        assert abs(there - here) <= (1 if rig.name == "chromium" else 180) and subdomains == included, (kept, said)


def in_clear_text(rig, browser, hosts):
    """Those of the hosts that a visit asks over http."""
    for host in hosts:
        browser.visit(f"http://{host}/0/{host}")
    seen = {r.target for r in rig.plain.requests}
    return [host for host in hosts if f"/0/{host}" in seen]


def test_preloaded_names_are_upgraded_while_the_list_counts(rig):
    names = ["dev", "www.dev", "a.b.app", "example.page"]
    assert in_clear_text(rig, rig.browser, names) == []
    later = rig.start_at(rig.built + LIST_COUNTS[rig.name] + DAY)
    assert in_clear_text(rig, later, names) == names
    later.close()


DOTTED = [("dotless.lab.test", ["dotless.lab.test", "dotless.lab.test."], [True, False]),
          ("lab.test.", ["lab.test.", "x.lab.test.", "x.lab.test"], [True, True, False])]


def test_a_dot_at_the_end_makes_another_host(rig, yonder, tmp_path):
    if rig.name == "chromium":
        pytest.skip("--host-resolver-rules leads a name with a dot at its end nowhere")
    more = ["--as", "firefox", "--state", tmp_path / "state"]
    rig.answers.values_ = ["max-age=1000; includeSubDomains"]
    for at, hosts, expected in DOTTED:
        rig.browser.visit(f"https://{at}/0/set")
        assert yonder("hsts", "learn", *more, at, rig.answers.values_[0]).returncode == 0
        said = yonder("hsts", "query", *more, "--json", *hosts).stdout.splitlines()
        seen = []
        for host in hosts:
            target = f"/0/dot/{host}"
            rig.browser.visit(f"http://{host}{target}")
            plain, safe = ([r.target for r in server.requests].count(target) for server in (rig.plain, rig.safe))
            assert (plain, safe) in ((0, 1), (1, 0)), host
            seen.append(safe == 1)
        assert seen == [json.loads(line)["upgrade"] for line in said] == expected


HOSTS = ["dropbox.com", "x.dropbox.com", "github.com"]  # the middle one is not on the list itself
STEPS = [("github.com", "max-age=2"), ("dropbox.com", "max-age=0"), ("x.dropbox.com", "max-age=0"),
         ("dropbox.com", "max-age=1000"), ("dropbox.com", "max-age=1000; includeSubDomains")]


def test_what_a_host_says_and_what_the_list_says(rig, yonder, tmp_path):
    (tmp_path / "list").write_text("%%\ndropbox.com, 1\ngithub.com, 1\n%%\n")
    yonder("preload", "build", tmp_path / "list", "-o", tmp_path / "image")
    state = tmp_path / "state"
    state.write_text("")
    more = ["--as", rig.client, "--state", state, "--preload", tmp_path / "image"]
    visits = 0

    def upgraded(host):
        nonlocal visits
        visits += 1
        rig.browser.visit(f"http://{host}/0/visit{visits}")
        return not any(r.target == f"/0/visit{visits}" for r in rig.plain.requests)

    assert all(map(upgraded, HOSTS)), f"the list of this {rig.name} is other than it was"
    if rig.name == "firefox":  # the list has no dots at the end of names, and is asked without
        assert upgraded("github.com.") and yonder("hsts", "query", *more, "github.com.").returncode == 0
    for host, value in STEPS:
        rig.answers.values_ = [value]
        rig.browser.visit(f"https://{host}/0/set")
        yonder("hsts", "learn", *more, host, value)
        if value == "max-age=2":
            time.sleep(3.1)
        done = yonder("hsts", "query", *more, "--json", *HOSTS)
        said = [json.loads(line)["upgrade"] for line in done.stdout.splitlines()]
        assert said == list(map(upgraded, HOSTS)), (host, value)
