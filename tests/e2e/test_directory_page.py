# SPDX-License-Identifier: MIT
"""The directory's pages in browsers: a newcomer submits, fails, mends, enters the list and leaves, with scripts and
without; what the pages promise about their policy, their markup, their colours and their width."""
import html.parser
import http.client
import json
import re
import subprocess
import time
import urllib.parse

import pytest

import peers
import program
import recorder as recording

READY = "max-age=63072000; includeSubDomains; preload"
HOSTILE = '"><img src=x onerror=alert(1)><script>document.title="owned"</script>'
NAMES = ["shop.test", "odd.test", "slow.test", *(f"{who}.test" for who in ("cs", "cn", "fs", "fn"))]
TOKEN = "a-token-of-the-tests"
POLICY = {"default-src": "'none'", "style-src": "'self'", "script-src": "'self'", "connect-src": "'self'",
          "img-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'"}


class ByHost:
    """Routes that are all one: here the host matters."""

    def __init__(self, answer):
        self.answer = answer

    def get(self, *_):
        return self.answer


class Sites:
    """http and https of any host of NAMES; `headers` may be changed."""

    def __init__(self, folder):
        folder.mkdir()
        self.pki = peers.Pki(folder, [f"{www}{name}" for name in NAMES for www in ("", "www.")])
        self.headers = {"odd.test": HOSTILE}
        self.http = recording.Recorder(ByHost(self._plain))
        self.https = recording.Recorder(ByHost(self._secure), self.pki)
        self.options = ["--cacert", self.pki.cafile, "--connect-to", f":80:127.0.0.1:{self.http.port}",
                        "--connect-to", f":443:127.0.0.1:{self.https.port}"]

    def _plain(self, request):
        host = request.header("Host").partition(":")[0]
        time.sleep(0.7 if host == "slow.test" else 0)
        return 301, [("Location", f"https://{host}/")], b""

    def _secure(self, request):
        header = self.headers.get(request.header("Host").partition(":")[0].removeprefix("www."))
        return 200, [("Strict-Transport-Security", header)] if header else [], b"page"

    def close(self):
        self.http.close()
        self.https.close()


class Directory:
    """A running `yonder directory serve`."""

    def __init__(self, folder, options):
        token = folder / "token"
        token.write_text(TOKEN + "\n")
        token.chmod(0o600)
        self.process = subprocess.Popen(
            [program.path(), "directory", "serve", "--db", folder / "list.db", "--listen", "127.0.0.1:0", "--token-file",
             token, "--no-scan", "--no-publish", "--rate-check", "0", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=program.environment())
        said = b""
        while b"listening on" not in said:
            line = self.process.stderr.readline()
            assert line, said.decode()
            said += line
        self.url = re.search(rb"listening on (http://[^/\s]+)/", said).group(1).decode()
        self.port = int(self.url.rpartition(":")[2])

    def ask(self, path, method="GET", body=None, fields=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, dict(fields))
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        return answer

    def form(self, path, **values):
        return self.ask(path, "POST", urllib.parse.urlencode(values), {"Content-Type": "application/x-www-form-urlencoded"})

    def publish(self):
        answer = self.ask("/api/v2/update", "POST", "", {"Authorization": f"Bearer {TOKEN}"})
        assert answer.status == 200, answer.text

    def close(self):
        self.process.terminate()
        assert self.process.wait(20) == 0
        self.process.stderr.close()


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    running = Sites(tmp_path_factory.mktemp("sites") / "pki")
    yield running
    running.close()


@pytest.fixture(scope="module")
def directory(sites, tmp_path_factory):
    running = Directory(tmp_path_factory.mktemp("directory"), sites.options)
    yield running
    running.close()


# ---- browsers, driven alike --------------------------------------------------------------------------

# Notes what the policy forbids, on every page from its beginning.
WATCH = "window.violations = []; addEventListener('securitypolicyviolation', e => violations.push(e.violatedDirective));"


class ByChromium:
    def __init__(self, start, scripts):
        self.browser = start()
        self.browser._ask("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        if not scripts:
            self.browser._ask("Emulation.setScriptExecutionDisabled", value=True)

    def go(self, url):
        visit = self.browser.visit(url)
        assert not visit.error, visit

    def run(self, expression):
        return self.browser.evaluate(expression)


class ByFirefox:
    def __init__(self, start, scripts):
        self.browser = start(preferences={} if scripts else {"javascript.enabled": False})
        self.browser._call("script.addPreloadScript", {"functionDeclaration": f"() => {{ {WATCH} }}"})

    def go(self, url):
        visit = self.browser.visit(url)
        assert not visit.error, visit

    def run(self, expression):
        return json.loads(self.browser._run(f"() => JSON.stringify({expression}) ?? 'null'"))


class Person:
    """What somebody does at a page, and sees."""

    def __init__(self, driver):
        self.driver = driver
        self.run = driver.run

    def go(self, url):
        self.driver.go(url)
        return self.text()

    def text(self):
        return self.run("document.querySelector('main').innerText")

    def here(self):
        return self.run("location.pathname + location.search")

    def leaves_by(self, action, timeout=20):
        """Does what leads to another page, and waits until that is there."""
        self.run("void (document.documentElement.dataset.old = 'yes')")
        self.run(f"void ({action})")
        deadline = time.monotonic() + timeout
        while True:
            try:
                if self.run("document.readyState === 'complete' && !document.documentElement.dataset.old"):
                    break
            except Exception:  # in between there is no page
                pass
            assert time.monotonic() < deadline, self.here()
            time.sleep(0.05)
        self.content()
        return self.text()

    def check(self, name):
        return self.leaves_by(f"document.querySelector('#domain').value = {json.dumps(name)}, "
                              "document.querySelector('.ask button').click()")

    def content(self):
        assert self.run("window.violations ?? []") == []


BROWSERS = {"cs": (ByChromium, True), "cn": (ByChromium, False), "fs": (ByFirefox, True), "fn": (ByFirefox, False)}


@pytest.fixture(scope="module")
def people(module_chromium, module_firefox):
    """Of each kind one, who comes when first asked for: Chromium or Firefox, with scripts or not."""
    here = {}

    def find(who):
        if who not in here:
            kind, scripts = BROWSERS[who]
            here[who] = Person(kind(module_chromium if kind is ByChromium else module_firefox, scripts))
        return here[who]

    return find


# ---- the way in, and out -----------------------------------------------------------------------------

@pytest.mark.parametrize("who", BROWSERS)
def test_a_newcomer_fails_mends_enters_the_list_and_leaves(people, sites, directory, who):
    person, name = people(who), f"{who}.test"
    person.go(directory.url + "/")
    assert person.run("document.querySelector('.ask').noValidate") is BROWSERS[who][1]  # the script ran, or did not
    seen = person.check(name)
    assert "It may not be submitted yet" in seen and "The header that the list asks for" in seen
    assert person.here() == f"/check?domain={name}"
    assert person.run("document.querySelector('form[action=\"/submit\"]') === null")
    assert "add_header Strict-Transport-Security" in person.run("document.querySelector('main').textContent")

    sites.headers[name] = READY
    assert "It may be submitted" in person.check(name)
    assert person.run("document.querySelector('#submit form').checkValidity()") is False  # the box is not ticked
    seen = person.leaves_by("document.querySelector('#confirm').checked = true, "
                            "document.querySelector('#submit button').click()")
    assert person.here() == f"/domain?name={name}&done=submitted"
    assert "Submitted." in seen and "Waiting for the next version" in seen
    rows = "document.querySelectorAll('.history tbody tr').length"
    assert person.run(rows) == 1
    person.leaves_by("location.reload()" if BROWSERS[who][1] else "document.querySelector('nav a').click()")
    person.go(f"{directory.url}/domain?name={name}")
    assert person.run(rows) == 1  # nothing was submitted twice

    directory.publish()
    seen = person.go(f"{directory.url}/domain?name={name}")
    assert "On the list" in seen and "Entered the list (version" in seen
    seen = person.leaves_by("document.querySelector('main a.button').click()")
    assert "Leave the list" in seen and "without the word preload" in seen
    assert person.run("document.querySelector('form[action=\"/remove\"]') === null")

    sites.headers[name] = "max-age=63072000"
    assert "Its header does not say preload any more" in person.check(name)
    seen = person.leaves_by("document.querySelector('#leave button').click()")
    assert person.here() == f"/domain?name={name}&done=removed" and "Asked to leave." in seen
    directory.publish()
    assert "Off the list since" in person.go(f"{directory.url}/domain?name={name}")
    assert person.run(rows) == 4

    asked = len(sites.https.requests)
    person.go(directory.url + "/")
    seen = person.leaves_by(f"document.querySelector('#domain').value = '{name}', document.querySelector('.second').click()")
    assert "Off the list since" in seen and len(sites.https.requests) == asked  # a look, and no check


@pytest.mark.parametrize("who", ["cs", "fs"])
def test_the_script_says_what_is_under_way_and_what_was_mistyped(people, directory, who):
    person = people(who)
    person.go(directory.url + "/")
    state = ("[document.querySelector('#domain-error').textContent, "
             "document.querySelector('#domain').getAttribute('aria-invalid'), document.activeElement.id]")
    person.run("document.querySelector('#domain').value = 'shop .test', document.querySelector('.ask button').click()")
    words, invalid, active = person.run(state)
    assert "a blank in it" in words and invalid == "true" and active == "domain"
    assert person.here() == "/"

    # At once, for the page may be gone as soon as the answer is there.
    sent, busy, disabled, (words, invalid, _) = person.run(f"""(() => {{
        const sent = [], button = document.querySelector('.ask button');
        addEventListener('submit', e => sent.push(!e.defaultPrevented));
        document.querySelector('#domain').value = 'https://slow.test/';
        button.click();
        button.click();
        return [sent, document.querySelector('.ask .busy').textContent, button.getAttribute('aria-disabled'), {state}];
    }})()""")
    assert sent == [True, False] and busy.startswith("Asking slow.test.") and disabled == "true"
    assert (words, invalid) == ("", None)
    deadline = time.monotonic() + 20
    while not person.here().startswith("/check") or person.run("document.activeElement.id") != "title":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert person.run("document.querySelector('h1 .name').innerText") == "slow.test"


def test_a_violation_would_be_seen(people, directory):
    """Of the tests themselves: what content() looks for is noted where it happens."""
    for who in ("cs", "fs"):
        person = people(who)
        person.go(directory.url + "/")
        person.content()
        person.run("void document.body.setAttribute('style', 'color: red')")
        deadline = time.monotonic() + 5
        while not person.run("window.violations.length") and time.monotonic() < deadline:
            time.sleep(0.05)
        assert person.run("window.violations")[0].startswith("style-src")


def test_an_address_and_a_sub_domain_lead_on(people, directory):
    person = people("cn")
    person.go(directory.url + "/")
    seen = person.check("https://www.Shop.test/cart?x")
    assert "A sub-domain" in seen and "www.shop.test" in seen
    person.leaves_by("document.querySelector('.ways .button').click()")
    assert person.here() == "/check?domain=shop.test"
    person.go(directory.url + "/")
    assert "no dot in it" in person.check("http://intranet/start")
    assert person.run("document.querySelector('#domain').value") == "intranet"


# ---- what comes from elsewhere -----------------------------------------------------------------------

def test_what_a_site_or_a_visitor_says_is_text(people, directory):
    person = people("cs")
    person.go(f"{directory.url}/check?domain=odd.test")
    assert "<script>" in person.text()
    person.content()
    for path, field in (("/check", "domain"), ("/domain", "name")):
        person.go(f"{directory.url}{path}?{field}={urllib.parse.quote(HOSTILE)}")
        assert person.run("document.querySelector('#domain').value") == HOSTILE
        assert "owned" not in person.run("document.title")
        assert person.run("document.querySelectorAll('main script, main img[src=x]').length") == 0
        person.content()


# ---- all pages ---------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def pages(sites, directory):
    """Path and answer of a page of each kind."""
    sites.headers["shop.test"] = READY
    got = {path: directory.ask(path) for path in (
        "/", "/lists.html", "/check?domain=shop.test", "/check?domain=odd.test", "/check?domain=nobody.test",
        "/check?domain=", "/domain?name=shop.test", "/domain?name=b%C3%BCcher.test", "/domain?name=%3Cb%3E")}
    got["/submit"] = directory.form("/submit", domain="shop.test")
    got["/remove"] = directory.form("/remove", domain="shop.test")
    assert "Not submitted." in got["/submit"].text and "Not taken off." in got["/remove"].text
    return got


def test_every_page_has_the_policy_and_is_not_kept(pages):
    for path, answer in pages.items():
        policy = dict(part.strip().split(" ", 1) for part in answer.getheader("Content-Security-Policy").split(";"))
        assert policy == POLICY, path
        assert answer.getheader("Cache-Control") == "no-store", path
        assert answer.getheader("Content-Type") == "text/html; charset=utf-8", path
    assert pages["/submit"].status == pages["/remove"].status == 422
    assert pages["/check?domain="].status == pages["/domain?name=%3Cb%3E"].status == 400


class Markup(html.parser.HTMLParser):
    """A reader that minds what browsers mend."""

    VOID = {"meta", "link", "img", "input", "br"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.tags, self.refers, self.title = [], [], [], [], ""
        self.feed(text)
        self.close()
        assert self.open == [] and len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        assert len(given) == len(attrs)
        assert not any(name.startswith("on") or name == "style" for name in given), attrs
        if "p" in self.open:
            assert tag not in ("p", "ul", "ol", "dl", "div", "table", "pre", "form", "section", "h2"), attrs
        self.tags.append((tag, given))
        self.ids += [given["id"]] if "id" in given else []
        self.refers += given.get("aria-describedby", "").split() + ([given["for"]] if "for" in given else [])
        self.refers += [given["href"][1:]] if given.get("href", "").startswith("#") else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "title":
            self.title += data

    def all(self, tag):
        return [given for name, given in self.tags if name == tag]


def test_every_page_is_well_formed_and_has_what_readers_need(pages):
    titles = set()
    for path, answer in pages.items():
        page = Markup(answer.text)
        assert page.all("html")[0]["lang"] == "en" and len(page.all("h1")) == len(page.all("main")) == 1, path
        assert set(page.refers) <= set(page.ids), path
        assert page.tags.index(("a", {"class": "skip", "href": "#main"})) < page.tags.index(("header", {})), path
        assert all("scope" in th for th in page.all("th")) and all("alt" in img for img in page.all("img")), path
        labelled = {label["for"] for label in page.all("label")}
        assert all(i["id"] in labelled for i in page.all("input") if i["type"] != "hidden"), path
        assert all("src" in script for script in page.all("script")) and not page.all("style"), path
        titles.add(page.title)
    assert len(titles) >= 6
    assert "bücher.test</bdi> (<code>xn--bcher-kva.test</code>)" in pages["/domain?name=b%C3%BCcher.test"].text


def test_files_are_kept_by_their_tag(directory):
    for path in ("/style.css", "/page.js", "/favicon.svg", "/way.svg", "/robots.txt"):
        answer = directory.ask(path)
        assert answer.status == 200 and "max-age" in answer.getheader("Cache-Control")
        again = directory.ask(path, fields={"If-None-Match": answer.getheader("ETag")})
        assert again.status == 304 and not again.text


# ---- how it looks ------------------------------------------------------------------------------------

def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_stands_out_in_light_and_dark(directory):
    css = directory.ask("/style.css").text
    blocks = re.findall(r"(@media \(prefers-color-scheme:dark\)\{)?:root\{([^}]*)\}", css)
    schemes = {dark: dict(re.findall(r"--(\w+):(#\w+)", "".join(b for d, b in blocks if bool(d) == dark)))
               for dark in (False, True)}
    assert set(schemes[False]) == set(schemes[True])  # none was forgotten in the dark
    for dark, colours in schemes.items():
        for ground in ("bg", "box"):
            for ink in ("fg", "dim", "good", "notice", "bad", "link"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (dark, ink, ground)
            assert contrast(colours["edge"], colours[ground]) >= 3, (dark, ground)
        assert contrast(colours["on"], colours["link"]) >= 4.5 and contrast(colours["bg"], colours["fg"]) >= 4.5


def test_pages_fit_a_narrow_screen(people, pages, directory):
    """320 CSS pixels: a small telephone, or 640 of them at 200 %."""
    person = people("cs")
    ask = person.driver.browser._ask
    ask("Emulation.setDeviceMetricsOverride", width=320, height=640, deviceScaleFactor=1, mobile=True)
    try:
        for path in pages:
            if path not in ("/submit", "/remove"):
                person.go(directory.url + path)
                assert person.run("document.documentElement.scrollWidth") <= 320, path
    finally:
        ask("Emulation.clearDeviceMetricsOverride")
