# SPDX-License-Identifier: MIT
"""What a driven browser says of a navigation: the same for every browser.

A driver has
  visit(url, timeout=15)                     a navigation, as by a link; Visit
  submit(url, method="POST", body="a=1")     a navigation by a form; Visit
  fetch(url, method="GET", headers={}, body=None, page=None)
      fetch() from a page, which is one of the URL's origin unless `page` is given; a dict with
      "ok", "status", "url", "redirected" and "text", or with "error" alone
  close()
"""
import contextlib
import dataclasses
import os
import pathlib
import signal
import subprocess


@dataclasses.dataclass
class Hop:
    """A request and the response to it, as the network panel shows them."""

    url: str
    method: str
    status: int = None  # None: no response came
    phrase: str = None
    headers: dict = None  # of the response, in its order; fields of one name joined by a newline
    internal: bool = False  # the browser answered itself: a synthetic 307
    cached: bool = False  # answered from the cache
    sent: dict = None  # header fields of the request, likewise, where the browser tells

    def header(self, name, default=None):
        return next((v for n, v in (self.headers or {}).items() if n.lower() == name.lower()), default)


@dataclasses.dataclass
class Visit:
    """What became of a navigation. `chain` ends with the last request that was made."""

    url: str  # of the last hop, its fragment included
    status: int = None
    error: str = None  # "net::ERR_..."
    chain: list = dataclasses.field(default_factory=list)
    text: str = ""

    @property
    def network(self):
        """The hops that went to a server."""
        return [hop for hop in self.chain if not hop.internal and not hop.cached]


class Failure(Exception):
    """The browser said no, or nothing in time."""


# In front of a command: it is killed when we end, be it by SIGKILL.
TIED_TO_US = ["setpriv", "--pdeathsig", "KILL"]


class Process:
    """A browser as the leader of a process group of its own, which ends with it, and with us."""

    def __init__(self, command, log, **popen):
        self.log = pathlib.Path(log)
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen([*TIED_TO_US, *command], stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=subprocess.STDOUT, start_new_session=True, **popen)
        self.pid = self.process.pid

    def alive(self):
        return self.process.poll() is None

    def said(self):
        return self.log.read_text("utf-8", "replace")

    def end(self, patience=5):
        """Waits for it to end by itself, then sees to it that all of the group has ended."""
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait(10)
