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
    """A request and its response, as the browser reports them."""

    url: str
    method: str
    status: int = 0  # 0: there was no response
    phrase: str = ""
    headers: list = dataclasses.field(default_factory=list)  # of (name, value), of the response
    internal: bool = False  # the browser answered by itself, and no server was asked
    cached: bool = False
    sent: list = dataclasses.field(default_factory=list)  # of (name, value), of the request

    def header(self, name, default=None):
        return next((v for n, v in self.headers if n.lower() == name.lower()), default)


@dataclasses.dataclass
class Visit:
    """A navigation from its first request to the page that is shown."""

    url: str  # of the page shown, or of the request that failed
    status: int = 0  # of its response
    error: str = None  # the browser's own name of what went wrong
    chain: list = dataclasses.field(default_factory=list)  # of Hops
    text: str = ""  # what the page says


class Failed(Exception):
    """The driver could not do its work: the browser did not start, ended, or did not answer."""


class Process:
    """A browser as the leader of a process group of its own, which ends with it."""

    def __init__(self, command, log, **popen):
        self.log = pathlib.Path(log)
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
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
