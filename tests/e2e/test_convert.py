# SPDX-License-Identifier: MIT
"""`yonder convert`: files in, files and notes out; and what is served from them answers as the original would."""
import json

import pytest

from http1 import Client


def write(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_all_carried_over_is_0_and_lost_is_1(yonder, tmp_path):
    good = write(tmp_path, "good.csv", "/a,/b,301\n")
    done = yonder("convert", "--from", "csv", "--to", "csv", good)
    assert (done.returncode, done.stdout) == (0, "from,to,status\n/a,/b,301\n")
    assert done.stderr == "yonder convert: from csv to csv: 1 rules, 0 lost, 0 in error, 0 changed\n"
    bad = write(tmp_path, "bad.csv", "/a,/b,301\n/c#d,/e\n/f,/g,x\n")
    done = yonder("convert", "--from", "csv", "--to", "csv", bad)
    assert (done.returncode, done.stdout) == (1, "from,to,status\n/a,/b,301\n")
    notes = done.stderr.splitlines()
    assert notes[0].startswith(f"{bad}:2: lost: ") and notes[1].startswith(f"{bad}:3: error: ")
    assert notes[2] == "yonder convert: from csv to csv: 1 rules, 1 lost, 1 in error, 0 changed"


def test_wrong_usage_and_unreadable_input_are_2(yonder, tmp_path):
    file = write(tmp_path, "x.csv", "/a,/b\n")
    assert yonder("convert").returncode == 2
    assert yonder("convert", "--from", "nothing", file).returncode == 2
    assert yonder("convert", "--to", "vercel", file).returncode == 2
    done = yonder("convert", "--from", "csv", tmp_path / "none.csv")
    assert done.returncode == 2 and "none.csv" in done.stderr
    odd = write(tmp_path, "odd.xyz", "/a /b\n")
    done = yonder("convert", odd)
    assert done.returncode == 2 and "--from" in done.stderr


def test_output_replaces_a_file_and_failing_to_is_3(yonder, tmp_path):
    file = write(tmp_path, "x.csv", "/a,/b\n")
    out = write(tmp_path, "out", "old")
    done = yonder("convert", "--from", "csv", "-o", out, file)
    assert (done.returncode, done.stdout, out.read_text()) == (0, "", "/a /b 301\n")
    assert yonder("convert", "--from", "csv", "-o", tmp_path / "no" / "out", file).returncode == 3


def test_json_is_one_document(yonder, tmp_path):
    file = write(tmp_path, "x.csv", "/a,/b\n/c#d,/e\n")
    done = yonder("convert", "--from", "csv", "--to", "tsv", "--json", "-o", tmp_path / "o", file)
    document = json.loads(done.stdout)
    assert (document["from"], document["to"], document["rules"]) == ("csv", "tsv", 1)
    assert (document["lost"], document["errors"], document["changed"]) == (1, 0, 0)
    (note,) = document["notes"]
    assert (note["kind"], note["file"], note["line"]) == ("lost", str(file), 2) and note["message"]
    done = yonder("convert", "--from", "csv", "--to", "csv", "--json", file)
    assert done.stdout == "from,to,status\n/a,/b,301\n" and json.loads(done.stderr) == document | {"to": "csv"}


@pytest.mark.parametrize(
    "name, text, format",
    [
        ("_redirects", "/a /b\n", "netlify"),
        ("vercel.json", '{"redirects": []}', "vercel"),
        ("a.json", '{"redirections": []}', "microsoft"),
        ("a.json", '{"redirects": [{"url": "/a", "match_type": "url"}]}', "wordpress-json"),
        ("a.csv", "source,target,regex\n", "wordpress"),
        ("a.csv", "source,destination\n", "vercel-csv"),
        ("a.csv", "old;new\n", "csv"),
        ("a.tsv", "", "tsv"),
    ],
)
def test_the_format_is_guessed_and_said(yonder, tmp_path, name, text, format):
    done = yonder("convert", write(tmp_path, name, text))
    assert f"is taken for '{format}'" in done.stderr and done.returncode in (0, 1)


def test_columns_stdin_and_several_files(yonder, tmp_path):
    one = write(tmp_path, "one.csv", "Was;Is\n/a;/b\n")
    done = yonder("convert", "--from", "csv", "--columns", "from=Was,to=Is", one, "-", input="Is,Was\n/d,/c\n")
    assert (done.returncode, done.stdout) == (0, "/a /b 301\n/c /d 301\n")


def test_the_list_names_what_from_and_to_take(yonder):
    rows = [line.split() for line in yonder("convert", "--list").stdout.splitlines()]
    assert len({name for name, *_ in rows}) == len(rows)
    for name, first, *_ in rows:
        if first.startswith("write"):
            continue
        assert yonder("convert", "--from", name, "-", input="").returncode in (0, 1), name


# What the original answers, by its documentation, to a request for the path.
ANSWERS = [
    ("netlify", "/blog/* /news/:splat\n", "/blog/x/y?z=1", 301, "/news/x/y?z=1"),
    ("netlify", "/blog/* /news/:splat\n", "/blog", 301, "/news/"),
    ("netlify", "/a /b\n", "/a/", 301, "/b"),
    ("netlify", "/p/:id/:id_2 /q/:id_2/:id\n", "/p/1/2", 301, "/q/2/1"),
    ("netlify", "/store id=:id /blog/:id 301\n", "/store?id=5", 301, "/blog/5"),
    ("netlify", "/a /b 200\n", "/a", 404, None),
    ("cloudflare", "/a /b\n", "/a", 302, "/b"),
    ("cloudflare", "/a /b\n", "/a/", 404, None),
    ("cloudflare", "/blog/* /news/:splat?a=1\n", "/blog/x/y?z=1", 302, "/news/x/y?a=1"),
    ("cloudflare", "/blog/* /news/:splat\n", "/blog", 404, None),
    ("cloudflare", "/blog/* /news/:splat\n", "/blog/", 302, "/news/"),
    ("cloudflare", "/b/* /n/:splat\n", "/b/a%20b/%2F", 302, "/n/a%20b/%2F"),
    ("cloudflare", "/a/*/c /d/:splat\n", "/a/x/y/c", 302, "/d/x/y"),
    ("cloudflare", "/a /b\n/a /c\n", "/a", 302, "/b"),
    ("cloudflare", "/a /b/:c\n", "/a", 302, "/b/%3Ac"),
    ("gitlab", "/a /b\n", "/a?x=1", 301, "/b"),
    ("ipfs", "/a/* /b 404\n", "/a/x", 404, None),
    ("ipfs", "/a /b 410\n", "/a", 410, None),
    ("vercel", '{"redirects":[{"source":"/blog/:p*","destination":"/n/:p*"}]}', "/blog/x/y", 308, "/n/x/y"),
    ("vercel", '{"redirects":[{"source":"/blog/:p*","destination":"/n/:p*"}]}', "/blog", 308, "/n/"),
    ("vercel", '{"redirects":[{"source":"/blog/:p*","destination":"/n/:p*"}]}', "/blog/", 404, None),
    ("vercel", '[{"source":"/Blog","destination":"/n"}]', "/bLOG?x=1", 307, "/n"),
    ("wordpress", "/a,/b\n", "/a?x=1", 301, "/b"),
    ("csv", "/p.php?id=17,/lamp,308\n", "/p.php?utm=1&id=17", 308, "/lamp?utm=1"),
    ("csv", "caf\u00e9,/tea\n", "/caf%c3%a9", 301, "/tea"),
]


@pytest.mark.parametrize("format, text, target, status, location", ANSWERS)
def test_what_is_converted_answers_as_the_original(yonder, serve, format, text, target, status, location):
    done = yonder("convert", "--from", format, "-", input=text)
    server = serve(done.stdout)
    with Client(server.port) as client:
        answer = client.ask(target)
        assert (answer.status, answer.get("Location")) == (status, location)


HOSTS = "a.test/f,https://x.test/1,,,TRUE,TRUE,TRUE\na.test/f/g,https://x.test/2\nhttps://b.test,https://x.test/3\n"


@pytest.mark.parametrize(
    "host, target, location",
    [
        ("a.test", "/f", "https://x.test/1"),
        ("a.test", "/f/h", "https://x.test/1/h"),
        ("w.a.test", "/f/h?q", "https://x.test/1/h"),
        ("a.test", "/f/g", "https://x.test/2"),
        ("w.a.test", "/f/g", "https://x.test/1/g"),
        ("b.test", "/", None),
        ("c.test", "/f", None),
    ],
)
def test_bulk_redirects_are_for_hosts(yonder, serve, host, target, location):
    done = yonder("convert", "--from", "cloudflare-bulk", "-", input=HOSTS)
    assert done.returncode == 0, done.stderr
    server = serve(done.stdout)
    with Client(server.port) as client:
        assert client.ask(target, fields=f"Host: {host}\r\n").get("Location") == location


def test_what_http_and_https_have_in_common_is_one_rule(yonder):
    text = ("RewriteEngine On\nRewriteCond %{HTTPS} off\nRewriteRule ^/pay/ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]\n"
            "RewriteRule ^/a$ /b [R=301,L]\nRedirect 301 /old /new\n")
    done = yonder("convert", "--from", "apache", "-", input=text)
    assert done.stdout.split() == "/a /b 301 /old /new 301 /old/* /new/:splat 301".split()
    assert "only there" not in done.stderr


def test_lines_with_errors_are_not_written(yonder):
    text = "/a foo /b\n/c /d nonsense\n/e x=1\n/f /g\n[h.test\n/i /j\n[k.test]\n/l /m\n"
    done = yonder("convert", "--from", "yonder", "-", input=text)
    assert (done.returncode, done.stdout.split()) == (1, "/f /g 301 [k.test] /l /m 301".split())
    assert "stdin:6: lost: the section it stands in has an error" in done.stderr


def test_a_name_of_path_and_query_is_lost(yonder):
    done = yonder("convert", "--from", "netlify", "-", input="/t/:id id=:id /s 302\n/u id=:id /t/:id 302\n")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].split() == "/u id=:id /t/:id 302".split()
    assert "/s" not in done.stdout
    assert "stdin:1: lost: ':id' is a part of the path and a query parameter" in done.stderr


@pytest.mark.parametrize("format", ["nginx", "apache", "htaccess", "caddy", "haproxy"])
def test_what_canonical_does_to_paths_is_told(yonder, format):
    text = "/a /b\n[h.test www.h.test]\ncanonical www.h.test\n"
    done = yonder("convert", "--from", "yonder", "--to", format, "-", input=text)
    assert done.returncode == 0
    assert "stdin:3: changed:" in done.stderr and "another redirect" in done.stderr
