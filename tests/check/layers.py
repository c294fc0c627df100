# SPDX-License-Identifier: MIT
"""Includes point one way, and an outside library is seen by one file or folder.

  layers.py              checks the sources; says what is wrong and exits 1
  layers.py --self-test  checks that each kind of bad include is found
"""
import pathlib
import re
import sys
import tempfile

# Who may include whom, besides itself. The public headers belong to the layer that implements them.
MAY_INCLUDE = {
    "base": (),
    "core": ("base",),
    "lists": ("base", "core"),
    "rules": ("base", "core"),
    "dialects": ("base", "core", "rules"),
    "proof": ("base", "core", "rules"),
    "http": ("base",),
    "net": ("base",),
    "server": ("base", "core", "rules", "dialects", "proof", "http", "net"),
    "trace": ("base", "core"),
    "audit": ("base", "core", "trace"),
    "lab": ("base", "core", "http", "net", "trace"),
    "report": ("base", "core", "rules", "proof", "trace", "audit"),
    "directory": ("base", "core", "lists", "trace", "audit", "report"),
    "front": ("base", "core", "lists", "http", "net", "trace", "audit", "report", "directory"),
    "cli": ("base", "core", "lists", "rules", "dialects", "proof", "http", "net", "server", "trace", "audit", "lab", "report", "directory", "front"),
}

PUBLIC = {"base.h": "base", "hsts.h": "core", "preload.h": "core", "redirect.h": "core", "refresh.h": "core",
          "rules.h": "rules", "url.h": "core"}

# The layers of libyonder do no I/O and read no clock: they get by with these.
LIBYONDER = ("base", "core", "rules", "dialects", "proof")
PURE = {"assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "math.h", "stdalign.h",
        "stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h",
        "string.h"}

# The C library and the kernel.
SYSTEM = PURE | {"arpa/inet.h", "dirent.h", "dlfcn.h", "fcntl.h", "getopt.h", "glob.h", "grp.h", "linux/audit.h", "linux/filter.h", "linux/landlock.h", "linux/seccomp.h",
                 "linux/sockios.h", "locale.h",
                 "netdb.h", "netinet/in.h", "netinet/tcp.h", "poll.h", "pthread.h", "pwd.h", "sched.h", "semaphore.h", "signal.h",
                 "strings.h", "sys/epoll.h", "sys/eventfd.h", "sys/file.h", "sys/mman.h", "sys/prctl.h", "sys/syscall.h", "sys/random.h",
                 "sys/resource.h", "sys/signalfd.h", "sys/socket.h", "sys/stat.h", "sys/time.h",
                 "sys/timerfd.h", "sys/types.h", "sys/uio.h", "sys/un.h", "sys/wait.h",
                 "sys/ioctl.h", "termios.h", "threads.h", "time.h", "unistd.h"}

# Outside libraries: the beginning of their headers' names, and who sees them.
LIBRARIES = {
    "unicode/": ("src/core/idna.c",),
    "curl/": ("src/trace/libcurl.h",),
    "gumbo.h": ("src/trace/html.c",),
    "maxminddb.h": ("src/server/country.c",),
    "microhttpd.h": ("src/net/mhd.h",),
    "pcre2.h": ("src/rules/regex.c",),
    "libpsl.h": ("src/trace/psl.c",),
    "nghttp2/": ("src/http/hpack.c",),
    "openssl/": ("src/net/tls.c", "src/net/cert.c", "src/audit/tls_look.c", "src/lists/seal.c"),
    "sqlite3.h": ("src/directory/store_db.h",),
    "jansson.h": ("src/cli/ask.c", "src/cli/ask.h", "src/cli/batch.c", "src/cli/batch.h", "src/cli/check_earlier.c", "src/dialects/tree.c", "src/front/page_issues.c", "src/lists/json_elements.c", "src/lists/json_elements.h", "src/lists/preload_list.c", "src/lists/preload_version.c", "src/audit/saved_read.c"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def layer_of_include(quoted, angled):
    """The layer an include leads to; None if it leads out of the project."""
    if quoted:
        return quoted.partition("/")[0]
    if angled.startswith("yonder/"):
        return PUBLIC.get(angled.partition("/")[2], "?")
    return None


def violation(path, layer, quoted, angled):
    """What is wrong with one include in the file `path` of `layer`; None if nothing is."""
    name = quoted or angled
    target = layer_of_include(quoted, angled)
    if target is not None:
        if target == layer or target in MAY_INCLUDE[layer]:
            return None
        if quoted and target not in MAY_INCLUDE:
            return f'"{name}": name it from src/, as "layer/file.h"'
        return f"{layer} may not include {name}, which is of {target}"
    for prefix, seen_by in LIBRARIES.items():
        if name.startswith(prefix):
            return None if path in seen_by else f"<{name}> is seen by {' and '.join(seen_by)} only"
    if name not in SYSTEM:
        return f"<{name}> is not in the table: which file may see it?"
    # The log is the program's, although it lies in base.
    if layer in LIBYONDER and name not in PURE and not path.startswith("src/base/log."):
        return f"<{name}> is for I/O, time or threads, which libyonder does without"
    return None


def files(root):
    """Every source with its layer. A public header may include what its own layer may."""
    for path in sorted((root / "src").rglob("*.[ch]")):
        yield path, path.relative_to(root / "src").parts[0]
    for path in sorted((root / "include/yonder").glob("*.h")):
        yield path, PUBLIC.get(path.name, "?")


def violations(root):
    for path, layer in files(root):
        relative = path.relative_to(root).as_posix()
        if layer not in MAY_INCLUDE:
            yield f"{relative}: no layer of the table"
            continue
        for number, line in enumerate(path.read_text().split("\n"), 1):
            if match := INCLUDE.match(line):
                if wrong := violation(relative, layer, *match.groups()):
                    yield f"{relative}:{number}: {wrong}"


SELF_TEST = [  # file, include, part of the complaint or None
    ("src/base/a.c", '"base/b.h"', None),
    ("src/base/a.c", "<yonder/base.h>", None),
    ("src/base/a.c", "<stdio.h>", None),
    ("src/base/a.c", '"core/url.h"', "base may not include"),
    ("src/base/a.c", "<yonder/url.h>", "base may not include"),
    ("src/base/a.c", '"b.h"', "name it from src/"),
    ("src/core/a.c", "<time.h>", "libyonder does without"),
    ("src/core/a.c", "<unistd.h>", "libyonder does without"),
    ("src/core/a.c", "<yonder/rules.h>", "core may not include"),
    ("src/core/url.c", "<unicode/uidna.h>", "is seen by"),
    ("src/core/idna.c", "<unicode/uidna.h>", None),
    ("src/lists/preload_list.c", "<jansson.h>", None),
    ("src/audit/saved_read.c", "<jansson.h>", None),
    ("src/audit/saved_write.c", "<jansson.h>", "is seen by"),
    ("src/audit/a.c", '"trace/fetch.h"', None),
    ("src/trace/a.c", '"audit/evidence.h"', "trace may not include"),
    ("src/dialects/tree.c", "<jansson.h>", None),
    ("src/dialects/vercel.c", "<jansson.h>", "is seen by"),
    ("src/lists/preload_list.c", "<yonder/preload.h>", None),
    ("src/core/a.c", '"lists/preload_list.h"', "core may not include"),
    ("src/rules/a.c", '"dialects/native.h"', "rules may not include"),
    ("src/http/a.c", '"core/url.h"', "http may not include"),
    ("src/net/a.c", '"http/h1.h"', "net may not include"),
    ("src/server/a.c", '"trace/chain.h"', "server may not include"),
    ("src/server/a.c", "<sys/epoll.h>", None),
    ("src/trace/a.c", '"rules/index.h"', "trace may not include"),
    ("src/trace/chain.c", "<curl/curl.h>", "is seen by"),
    ("src/net/cert.c", "<openssl/x509.h>", None),
    ("src/audit/tls_look.c", "<openssl/ssl.h>", None),
    ("src/audit/visit.c", "<openssl/ssl.h>", "is seen by"),
    ("src/lab/a.c", "<openssl/ssl.h>", "is seen by"),
    ("src/lab/a.c", '"server/conn.h"', "lab may not include"),
    ("src/report/a.c", '"cli/cli.h"', "report may not include"),
    ("src/cli/cmd_a.c", "<jansson.h>", "is seen by"),
    ("src/cli/cmd_a.c", '"server/server.h"', None),
    ("src/cli/cmd_a.c", "<zlib.h>", "not in the table"),
    ("src/new/a.c", "<stdio.h>", "no layer"),
    ("include/yonder/base.h", "<yonder/url.h>", "base may not include"),
    ("include/yonder/other.h", "<stddef.h>", "no layer"),
]


def self_test():
    failed = 0
    for file, include, expected in SELF_TEST:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / file
            path.parent.mkdir(parents=True)
            path.write_text(f"// a comment\n  # include {include}\n")
            found = list(violations(pathlib.Path(folder)))
        if (expected is None) != (not found) or (expected and expected not in found[0]):
            print(f"{file} with {include}: {found}, not {expected}")
            failed += 1
    print(f"{len(SELF_TEST)} includes tried, {failed} judged wrongly")
    return failed


def undescribed(root):
    """Layers without a row in the table of folders that a newcomer reads."""
    table = (root / "CONTRIBUTING.md").read_text()
    for layer in MAY_INCLUDE:
        if f"| `src/{layer}/` |" not in table:
            yield f"CONTRIBUTING.md: there is no src/{layer}/ in the table of folders"


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = pathlib.Path(__file__).resolve().parents[2]
    found = [*violations(root), *undescribed(root)]
    print("\n".join(found) or "includes point one way")
    return len(found)


sys.exit(1 if main() else 0)
