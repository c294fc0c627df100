# SPDX-License-Identifier: MIT
"""The sites of the rig, by name: SITES[NAME] is what answers at NAME.test and around it.

A Host says what a TCP connection to its ports 80 and 443 meets:
    a function    takes a Request and gives a Response, or None: the connection ends without an answer
    "closed"      nobody listens
    "silent"      it is accepted, and nothing comes
    "drop"        it is accepted and closed
    "plain"       of 443: it speaks HTTP without TLS
"""
import dataclasses
import typing

GOOD = "max-age=63072000; includeSubDomains; preload"


@dataclasses.dataclass
class Request:
    method: str
    path: str
    host: str
    agent: str
    count: int  # of requests to this host and port before it


@dataclasses.dataclass
class Response:
    status: int = 200
    fields: tuple = ()  # (name, value); values may be bytes


@dataclasses.dataclass
class Host:
    http: typing.Any
    https: typing.Any
    cert: str = "good"  # audit_certs.Certificates
    tls: str = ""  # "cbc": TLS 1.2 with CBC; "rsa": TLS 1.2 with RSA key exchange; "1.1": TLS 1.1
    v6: typing.Any = None  # the host at an IPv6 address, if there is one


@dataclasses.dataclass
class Site:
    says: str
    apex: Host
    www: typing.Any = None
    below: dict = dataclasses.field(default_factory=dict)  # label: Host
    # Names on its certificate beside its own.
    named: tuple = ()


def page(*values, status=200):
    """A page with these Strict-Transport-Security fields."""
    return lambda request: Response(status, tuple(("Strict-Transport-Security", v) for v in values))


def to(target, *values, status=301):
    """A redirect. {host} and {path} in it are those of the request."""

    def answer(request):
        location = target.format(host=request.host, path=request.path)
        fields = [("Location", location), *(("Strict-Transport-Security", v) for v in values)]
        return Response(status, tuple(fields))

    return answer


def at(paths, otherwise):
    """By path."""
    return lambda request: paths.get(request.path, otherwise)(request)


UPGRADE = to("https://{host}{path}")


def value(*values):
    """A site that is right but for the field."""
    return Host(UPGRADE, page(*values))


def cert(kind, tls=""):
    return Host(UPGRADE, page(GOOD), cert=kind, tls=tls)


def steps(count, end):
    """/, /1, /2 … each leads to the next on the same host; the last, and what is none, is `end`."""

    def answer(request):
        here = request.path.strip("/") or "0"
        onward = here.isdigit() and int(here) < count
        return to(f"/{int(here) + 1}", GOOD)(request) if onward else end(request)

    return answer


def by_agent(request):
    return page(GOOD)(request) if "Mozilla" in request.agent else page()(request)


def by_method(request):
    return page()(request) if request.method == "HEAD" else page(GOOD)(request)


def by_turn(request):
    return page()(request) if request.count % 2 else page(GOOD)(request)


def by_status(request):
    return page(GOOD)(request) if request.path == "/" else page(status=404)(request)


def blocks_checkers(request):
    return page(GOOD)(request) if "Mozilla" in request.agent else None


OK = Host(UPGRADE, page(GOOD))
CLOSED = Host("closed", "closed")

SITES = {
    # ---- as it should be
    "good": Site("all is well", OK),
    "good-www": Site("all is well, www too", OK, www=OK),
    "good-to-www": Site("apex leads to www, over its own https", Host(UPGRADE, to("https://www.{host}/", GOOD)), www=OK),
    "good-chain": Site("a certificate with an intermediate", cert("chain")),
    "good-both": Site("IPv4 and IPv6", Host(UPGRADE, page(GOOD), v6=OK)),
    # ---- certificates and TLS
    "expired": Site("", cert("expired")),
    "early": Site("not yet valid", cert("early")),
    "self-signed": Site("", cert("self-signed")),
    "wrong-name": Site("", cert("wrong-name")),
    "unknown-issuer": Site("", cert("unknown-issuer")),
    "incomplete": Site("the intermediate is not sent", cert("incomplete")),
    "sha1": Site("the signature is by SHA-1", cert("sha1")),
    "cbc": Site("TLS 1.2 with CBC only", cert("good", "cbc")),
    "rsa-kx": Site("TLS 1.2 with RSA key exchange only", cert("rsa", "rsa")),
    "tls11": Site("TLS 1.1 only", cert("good", "1.1")),
    "expired-drop": Site("a bad certificate, and no answer behind it", Host(UPGRADE, lambda request: None, cert="expired")),
    # ---- no https
    "https-closed": Site("port 443 is closed", Host(page(), "closed")),
    "https-drop": Site("443 closes at once", Host(UPGRADE, "drop")),
    "https-plain": Site("443 speaks no TLS", Host(UPGRADE, "plain")),
    "https-silent": Site("443 never answers", Host(UPGRADE, "silent")),
    "https-empty": Site("TLS, and no answer", Host(UPGRADE, lambda request: None)),
    "all-closed": Site("both ports are closed", CLOSED),
    "all-silent": Site("neither port answers", Host("silent", "silent")),
    # ---- http
    "http-closed": Site("port 80 is closed", Host("closed", page(GOOD))),
    "http-drop": Site("80 closes at once", Host("drop", page(GOOD))),
    "http-silent": Site("80 never answers", Host("silent", page(GOOD))),
    "http-no-redirect": Site("a page over http", Host(page(), page(GOOD))),
    "http-header": Site("the field over http, too", Host(to("https://{host}/", GOOD), page(GOOD))),
    "http-to-http": Site("a redirect, and a page over http", Host(at({"/": to("/home")}, page()), page(GOOD))),
    # ---- chains
    "first-insecure": Site("http, to http, to https", Host(at({"/": to("/home")}, to("https://{host}/")), page(GOOD))),
    "www-first": Site("http to www before https", Host(to("https://www.{host}/"), page(GOOD)), www=OK),
    "www-first-http": Site("http to http://www", Host(to("http://www.{host}/"), page(GOOD)), www=OK),
    "other-host": Site("http to another domain", Host(to("https://good.test/"), page(GOOD))),
    "temporary": Site("302 to https", Host(to("https://{host}/", status=302), page(GOOD))),
    "script-upgrade": Site("307 to https", Host(to("https://{host}/", status=307), page(GOOD))),
    "too-many": Site("five redirects over https", Host(UPGRADE, steps(5, page(GOOD)))),
    "three": Site("http, and two redirects more", Host(UPGRADE, steps(2, page(GOOD)))),
    "http-too-many": Site("four over http, then https", Host(steps(4, to("https://{host}/")), page(GOOD))),
    "endless": Site("each page leads to one more", Host(UPGRADE, steps(1000, page(GOOD, status=404)))),
    "loop": Site("https leads to itself", Host(UPGRADE, to("https://{host}/", GOOD))),
    "ping-pong": Site("https back to http", Host(UPGRADE, to("http://{host}/", GOOD))),
    "insecure-initial": Site("https leads to http elsewhere", Host(UPGRADE, to("http://good.test/", GOOD))),
    "insecure-subsequent": Site("https, https, http",
                                Host(UPGRADE, at({"/": to("/home", GOOD)}, to("http://good.test/", GOOD)))),
    "follow-error": Site("https leads to who does not listen", Host(UPGRADE, to("https://all-closed.test/", GOOD))),
    "first-redirect-invalid": Site("http leads to https that breaks off",
                                   Host(to("https://{host}/in"), at({"/in": lambda request: None}, page(GOOD)))),
    "first-redirect-no-hsts": Site("http leads to https without the field",
                                   Host(to("https://{host}/in"), at({"/in": page()}, page(GOOD)))),
    "target-no-hsts": Site("https leads to a host without", Host(UPGRADE, to("https://no-header.test/", GOOD))),
    "bad-location": Site("a Location that is no URL", Host(UPGRADE, to("https://[", GOOD))),
    "mail-location": Site("a Location of mailto:", Host(UPGRADE, to("mailto:a@b.test", GOOD))),
    "no-location": Site("301 and no Location", Host(UPGRADE, page(GOOD, status=301))),
    "fragment": Site("a Location with a fragment", Host(to("https://{host}/#top"), page(GOOD))),
    "upper-case": Site("a Location in upper case", Host(to("HTTPS://Upper-Case.TEST/"), page(GOOD))),
    # ---- the field
    "no-header": Site("", value()),
    "two-headers": Site("the field twice", value(GOOD, GOOD)),
    "comma": Site("two in one field", value(f"{GOOD}, {GOOD}")),
    "empty-header": Site("", value("")),
    "repeated-preload": Site("", value(GOOD + "; preload")),
    "invalid-preload": Site("", value("max-age=63072000; includeSubDomains; preload; preload=1")),
    "repeated-subdomains": Site("", value(GOOD + "; includeSubDomains")),
    "invalid-subdomains": Site("", value(GOOD + "; includeSubDomains=1")),
    "leading-zero": Site("", value("max-age=063072000; includeSubDomains; preload")),
    "quoted": Site("max-age in quotes", value('max-age="63072000"; includeSubDomains; preload')),
    "max-age-letters": Site("", value("max-age=never; includeSubDomains; preload")),
    "max-age-huge": Site("more than 64 bits", value("max-age=99999999999999999999; includeSubDomains; preload")),
    "repeated-max-age": Site("", value("max-age=63072000; max-age=1; includeSubDomains; preload")),
    "max-age-no-value": Site("", value("max-age; includeSubDomains; preload")),
    "empty-directive": Site("", value("max-age=63072000;; includeSubDomains; preload")),
    "unknown-directive": Site("", value(GOOD + "; report=1")),
    "no-subdomains": Site("", value("max-age=63072000; preload")),
    "no-preload": Site("", value("max-age=63072000; includeSubDomains")),
    "no-max-age": Site("", value("includeSubDomains; preload")),
    "max-age-zero": Site("", value("max-age=0; includeSubDomains; preload")),
    "short": Site("five months", value("max-age=13000000; includeSubDomains; preload")),
    "eighteen-weeks": Site("", value("max-age=10886400; includeSubDomains; preload")),
    "below-eighteen-weeks": Site("", value("max-age=10886399; includeSubDomains; preload")),
    "one-year": Site("", value("max-age=31536000; includeSubDomains; preload")),
    "over-ten-years": Site("", value("max-age=315360001; includeSubDomains; preload")),
    "bytes": Site("bytes beyond ASCII", value(b"max-age=63072000; \xff\x80\xc3\xa9; includeSubDomains; preload")),
    "upper-header": Site("", value("MAX-AGE=63072000; INCLUDESUBDOMAINS; PRELOAD")),
    # ---- what does not hold still
    "by-agent": Site("the field for browsers only", Host(UPGRADE, by_agent)),
    "blocks-checkers": Site("no answer but to browsers", Host(UPGRADE, blocks_checkers)),
    "by-method": Site("no field for HEAD", Host(UPGRADE, by_method)),
    "by-turn": Site("the field every second time", Host(UPGRADE, by_turn)),
    "by-status": Site("no field on a 404", Host(UPGRADE, by_status)),
    "by-family": Site("no field over IPv6", Host(UPGRADE, page(GOOD), v6=value())),
    "no-v6": Site("IPv6 is announced and closed", Host(UPGRADE, page(GOOD), v6=CLOSED)),
    "v6-no-redirect": Site("no redirect over IPv6", Host(UPGRADE, page(GOOD), v6=Host(page(), page(GOOD)))),
    # ---- www and below
    "www-no-tls": Site("www has another's certificate", OK, www=cert("wrong-name")),
    "www-plain": Site("www speaks no TLS", OK, www=Host(UPGRADE, "plain")),
    "www-closed": Site("www is closed", OK, www=CLOSED),
    "www-no-header": Site("www without the field", OK, www=value()),
    "only-www-header": Site("the field on www only", Host(UPGRADE, to("https://www.{host}/")), www=OK),
    "below": Site("sub-domains, named by the certificate", cert("below"),
                  below={"shop": OK, "old": Host(page(), "closed")}, named=("shop", "old", "gone")),
    # ---- DNS
    "servfail": Site("its name server fails", CLOSED),
}
NO_ADDRESS = ("nowhere.test",)  # a name that is not in DNS, as all that are not told of here


def hosts():
    """(name, Host) of all."""
    for label, site in SITES.items():
        yield f"{label}.test", site.apex
        if site.www:
            yield f"www.{label}.test", site.www
        for below, host in site.below.items():
            yield f"{below}.{label}.test", host
