# SPDX-License-Identifier: MIT
"""yonder preload: lists in, images out, answers for hosts; exact on a real list."""
import json
import os
import pathlib
import random
import stat

import pytest

import program

LIST = """// A comment
{
  "pinsets": [],
  "entries": [
    // another
    { "name": "example.com", "mode": "force-https", "include_subdomains": true },
    {
      "name": "Exact.example.org",
      "mode": "force-https"
    },
    { "name": "pins.example.com", "include_subdomains": true },
    { "name": "xn--bcher-kva.example", "mode": "force-https", "include_subdomains": true }
  ]
}
"""


@pytest.fixture
def image(yonder, tmp_path):
    (tmp_path / "list.json").write_text(LIST)
    path = tmp_path / "preload.img"
    done = yonder("preload", "build", str(tmp_path / "list.json"), "-o", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return path


def ask(yonder, image, hosts):
    done = yonder("preload", "query", "--preload", str(image), "--batch", timeout=120,
                  input="".join(json.dumps({"host": host}) + "\n" for host in hosts))
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def answer(matched=None, include=False):
    return {"preloaded": matched is not None, "matched": matched, "include_subdomains": include}


@pytest.mark.parametrize("host, expected", [
    ("example.com", answer("example.com", True)),
    ("A.Example.COM.", answer("example.com", True)),
    ("exact.example.org", answer("exact.example.org")),
    ("a.exact.example.org", answer()),
    ("pins.example.com", answer()),
    ("a.pins.example.com", answer()),
    ("xample.com", answer()),
    ("bücher.example", answer("xn--bcher-kva.example", True)),
    ("www.BÜCHER.example", answer("xn--bcher-kva.example", True)),
    ("bücher.example:443", answer()),
    ("", answer()),
    ("\u0000.example.com", answer()),
])
def test_a_host_is_answered_for(yonder, image, host, expected):
    assert ask(yonder, image, [host]) == [expected]


def test_the_exit_code_tells_whether_all_are_preloaded(yonder, image):
    query = ("preload", "query", "--preload", str(image))
    done = yonder(*query, "www.example.com")
    assert (done.returncode, done.stdout) == (
        0, "www.example.com: preloaded, by the entry example.com, subdomains included\n")
    done = yonder(*query, "--json", "example.com", "example.net")
    assert done.returncode == 1
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"host": "example.com", **answer("example.com", True)},
        {"host": "example.net", **answer()}]


def test_stats_and_dump_show_what_is_in_the_image(yonder, image):
    stats = json.loads(yonder("preload", "stats", str(image), "--json").stdout)
    assert stats == {"names": 3, "with_subdomains": 2, "without_subdomains": 1, "shields": 1,
                     "tlds": 3, "bytes": image.stat().st_size,
                     "bits_per_name": round(image.stat().st_size * 8 / 3, 2), "entries": None,
                     "labels": {"2": 2, "3": 1}, "policies": None, "expires": None,
                     "top_tlds": [{"tld": "com", "names": 2}, {"tld": "example", "names": 1},
                                  {"tld": "org", "names": 1}]}
    done = yonder("preload", "dump", "--preload", str(image), "--json")
    assert {e["name"]: (e["force_https"], e["include_subdomains"])
            for e in map(json.loads, done.stdout.splitlines())} == {
        "example.com": (True, True), "exact.example.org": (True, False),
        "pins.example.com": (False, False), "xn--bcher-kva.example": (True, True)}
    assert "exact.example.org force-https\n" in yonder("preload", "dump", str(image)).stdout


def test_firefoxes_list_is_read_also_from_stdin(yonder, tmp_path):
    path = tmp_path / "f.img"
    done = yonder("preload", "build", "-", "-o", str(path), input="/* C */\n%%\na.com, 1\nb.com, 0\n%%\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert ask(yonder, path, ["x.a.com", "b.com", "x.b.com"]) == [
        answer("a.com", True), answer("b.com"), answer()]


@pytest.mark.parametrize("text, message", [
    ("%%\nb\u00fccher.de, 1\n%%\n", "entry 'b\u00fccher.de': not the name of a host in ASCII"),
    ("%%\na..de, 1\n%%\n", "entry 'a..de': not the name"),
    ("%%\na.de, 1\nb.de\n%%\n", ":3: entry 'b.de'"),
    ("{\n\"entries\": [\n}", ":3: not JSON"),
    ("names", "neither Chromium's list"),
])
def test_a_bad_list_is_refused_and_the_old_image_stays(yonder, image, tmp_path, text, message):
    (tmp_path / "bad").write_text(text)
    before = image.read_bytes()
    done = yonder("preload", "build", str(tmp_path / "bad"), "-o", str(image))
    assert done.returncode == 2 and message in done.stderr and "bad:" in done.stderr
    assert image.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad", "list.json", "preload.img"]


def test_an_image_is_replaced_whole_with_the_permissions_of_a_new_file(yonder, image, tmp_path):
    with image.open("rb") as old:
        (tmp_path / "two").write_text("%%\na.com, 1\n%%\n")
        assert yonder("preload", "build", str(tmp_path / "two"), "-o", str(image)).returncode == 0
        assert len(old.read()) == os.fstat(old.fileno()).st_size
        assert os.fstat(old.fileno()).st_ino != image.stat().st_ino
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(image.stat().st_mode) == 0o666 & ~mask


def test_where_it_cannot_write_it_says_so(yonder, tmp_path):
    (tmp_path / "list").write_text("%%\n%%\n")
    done = yonder("preload", "build", str(tmp_path / "list"), "-o", str(tmp_path / "no" / "image"))
    assert done.returncode == 3 and "cannot write" in done.stderr


def test_damaged_and_absent_images_are_refused(yonder, image, tmp_path):
    whole = image.read_bytes()
    flipped = bytes([whole[len(whole) // 2] ^ 1])
    for damaged in (b"", whole[:-1], whole + b"x", whole[:8],
                    whole[:len(whole) // 2] + flipped + whole[len(whole) // 2 + 1:]):
        image.write_bytes(damaged)
        done = yonder("preload", "query", "--preload", str(image), "example.com")
        assert (done.returncode, done.stdout) == (2, "")
        assert "not an image of this version" in done.stderr
    for path in (tmp_path / "none", tmp_path):
        done = yonder("preload", "stats", str(path))
        assert (done.returncode, done.stdout) == (2, "") and str(path) in done.stderr


@pytest.mark.parametrize("args", [
    ["build"], ["build", "x"], ["build", "x", "y", "-o", "z"], ["query", "a"], ["frob"],
    ["build", "x", "-o", "y", "--json"], ["query", "a", "--preload", "x", "-o", "y"],
    ["stats"], ["stats", "a", "b"], ["stats", "a", "--preload", "b"], ["dump", "a", "--batch"],
    ["query", "a", "--preload", "x", "--batch"],
])
def test_wrong_usage_is_said(yonder, args):
    done = yonder("preload", *args)
    assert (done.returncode, done.stdout) == (2, "") and "yonder preload" in done.stderr


# ---- a real list ---------------------------------------------------------------------------------


def real_list():
    folder = os.environ.get("YONDER_SHARED", program.ROOT.parent / "shared")
    return pathlib.Path(folder) / "data" / "transport_security_state_static.json"


def plain_answer(entries, host):
    labels = host.lower().split(".")
    for i in range(len(labels)):
        name = ".".join(labels[i:])
        if name in entries:
            force, include = entries[name]
            return answer(name, include) if force and (include or i == 0) else answer()
    return answer()


def hosts_around(names):
    rng = random.Random(20261122)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
    for name in names:
        at = rng.randrange(len(name))
        yield name
        yield name.upper()
        yield "".join(rng.choices(letters, k=rng.randint(1, 12))) + "." + name
        yield "a.b." + name
        yield rng.choice(letters) + name
        yield name + rng.choice(letters)
        yield name.partition(".")[2]
        yield name[:at] + rng.choice(letters) + name[at + 1:]
        yield name[:at] + name[at + 1:]


def test_every_name_of_a_real_list_and_what_lies_around_it(yonder, tmp_path):
    if not real_list().exists():
        pytest.skip(f"{real_list()} is not there; YONDER_SHARED names its folder")
    lines = real_list().read_text().split("\n")
    text = "\n".join(line for line in lines if not line.lstrip().startswith("//"))
    entries = {}
    for e in json.loads(text)["entries"]:
        flags = e.get("mode") == "force-https", e.get("include_subdomains", False)
        entries.setdefault(e["name"].lower(), flags)
    path = tmp_path / "real.img"
    assert yonder("preload", "build", str(real_list()), "-o", str(path)).returncode == 0
    hosts = [h for h in hosts_around(entries) if all(h.split("."))]
    answers = ask(yonder, path, hosts)
    assert len(answers) == len(hosts) > 100000
    wrong = [(host, got) for host, got in zip(hosts, answers) if got != plain_answer(entries, host)]
    assert not wrong
    stats = json.loads(yonder("preload", "stats", str(path), "--json").stdout)
    assert stats["names"] == sum(force for force, _ in entries.values())
    assert stats["bits_per_name"] <= 43.5
