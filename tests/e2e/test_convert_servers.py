# SPDX-License-Identifier: MIT
"""The configuration of another server, converted, answers as it does in that server; and what
`yonder convert` writes for another server answers there as the rules do here."""
import pytest

import agreement
import program

COUNT = 2500


@pytest.fixture
def convert(tmp_path):
    """Converts a text; the path of what comes out."""

    def run(text, source, target="yonder"):
        path = tmp_path / f"in.{source}"
        path.write_text(text)
        out = tmp_path / f"out.{target}"
        done = program.run(["convert", "--from", source, "--to", target, "-o", out, path])
        assert done.returncode in (0, 1), done.stderr
        return out

    return run


def agree(asked, expected, rules, *options):
    asked, expected = zip(*((q, a) for q, a in zip(asked, expected) if not agreement.is_told(q)))
    assert len(asked) >= 2000
    given = agreement.answers_of(rules, asked, *options)
    wrong = agreement.differences(asked, expected, given)
    assert not wrong, "\n".join([*wrong, rules.read_text()])
    assert sum(a.status in agreement.REDIRECTS for a in expected) >= len(asked) // 5


# ---- nginx ---------------------------------------------------------------------------------------

NGINX = {
    "return": ("""
        location = /exact { return 301 /there; }
        location = /query { return 302 /there?x=1; }
        location = /gone { return 410; }
        location /prefix { return 307 https://p.test$request_uri; }
        location /prefix/deeper/ { return 308 https://d.test$uri$is_args$args; }
        location ^~ /static/ { return 404; }
        location ~* \\.php$ { return 301 https://php.test$request_uri; }
        location ~ ^/user/(\\d+)/(?<name>[a-z]+) { return 303 /u/$name/$1; }
        location /plain/ { }
        location /app/ { proxy_pass http://127.0.0.1:1; }
        location / { return 301 https://new.test$request_uri; }
    """, ["/exact", "/query", "/gone", "/prefix", "/prefix/a", "/prefix/deeper/x", "/prefixed", "/static/a.php", "/a.php",
          "/user/12/bob", "/user/x/bob", "/plain/x.php", "/plain/x", "/app", "/app/x", "/other"]),
    "rewrite": ("""
        rewrite ^/old/(.*)$ /new/$1 permanent;
        rewrite ^/moved/(.*)$ http://m.test/$1 redirect;
        rewrite ^/dropped/(.*)$ /d/$1? permanent;
        rewrite ^/own/(.*)$ /o/$1?c=d? permanent;
        rewrite ^/all/ https://all.test$request_uri? permanent;
        rewrite ^(/slash/.*)/$ $1 permanent;
        rewrite ^(.*)/index\\.html$ https://i.test$1/ permanent;
        rewrite ^/two/([^/]+)/([^/]+)$ /2/$2/$1 permanent;
        rewrite ^/opt(/.*)?$ https://opt.test$1 permanent;
        rewrite /inner/ /outer/ redirect;
        rewrite ^/fixed$ /old-fixed last;
        location = /old-fixed { return 302 /from-fixed; }
        location / { }
    """, ["/old/a", "/old/a/b", "/old", "/moved/x", "/dropped/x", "/own/y", "/all/z", "/slash/a/", "/slash/a/b/", "/index.html",
          "/a/index.html", "/two/a/b", "/opt", "/opt/x", "/optx", "/x/inner/y", "/fixed", "/old-fixed"]),
    "if": ("""
        if ($host = www.a.test) { return 301 $scheme://a.test$request_uri; }
        if ($request_method = POST) { return 303 /posted; }
        if ($arg_id = 17) { return 302 /seventeen; }
        if ($arg_id) { return 302 /item/$arg_id; }
        if ($uri ~ ^/up/(.*)) { return 302 /down/$1; }
        if ($http_x_kind = "old") { return 302 /kind; }
        if ($cookie_lang = de) { return 302 /de; }
        location / { }
    """, ["/", "/x", "/up/a", "/up/", "/up"]),
}


@pytest.mark.parametrize("name", NGINX)
def test_nginx(name, nginx, convert):
    body, paths = NGINX[name]
    server = nginx("port_in_redirect off;\n" + body, "keepalive_requests 100000;")
    fields = [(), (("X-Kind", "old"),), (("Cookie", "lang=de"),)] if name == "if" else [()]
    asked = agreement.requests(1, COUNT, paths, hosts=["a.test", "www.a.test", "b.test"],
                               methods=["GET", "GET", "HEAD", "POST"] if name == "if" else ["GET"], fields=fields)
    agree(asked, agreement.ask(server.port, asked), convert("server { listen 80 default_server;\n" + body + "}", "nginx"))


NGINX_MAPS = """
map $uri $new {
    default "";
    /old-page /new-page;
    /Case /case;
    /quoted "/a b";
    "/with space" /without;
    ~^/blog/(\\d+)$ /posts/$1;
    ~*^/any(case)?/(?<rest>.*)$ https://any.test/$rest;
    /kept "";
    ~^/ke /not-kept;
}
map $host $other { hostnames; default ""; old.test new.test; .wild.test w.test; }
map $host$uri $both { a.test/one /1; b.test/one /2; b.test/two https://two.test/; }
"""
NGINX_MAPS_BODY = """
    if ($other) { return 301 http://$other$request_uri; }
    if ($both) { return 302 $both; }
    if ($new) { return 301 $new$is_args$args; }
    location / { }
"""


def test_nginx_maps(nginx, convert):
    server = nginx("port_in_redirect off;\n" + NGINX_MAPS_BODY, "keepalive_requests 100000;" + NGINX_MAPS)
    asked = agreement.requests(2, COUNT, ["/old-page", "/OLD-page", "/case", "/quoted", "/with%20space", "/blog/12",
                                          "/blog/x", "/AnyCase/x/y", "/any/z", "/kept", "/keen", "/one", "/two"],
                               hosts=["a.test", "b.test", "old.test", "wild.test", "x.wild.test", "c.test"])
    agree(asked, agreement.ask(server.port, asked),
          convert(NGINX_MAPS + "server { listen 80 default_server;\n" + NGINX_MAPS_BODY + "}", "nginx"))
