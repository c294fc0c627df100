# SPDX-License-Identifier: MIT
"""yonder serve with what it gives up: other files, system calls, another user's rights."""
import os
import pathlib
import shutil
import tempfile

import pytest

from http1 import until
from test_serve_ops import RULES, Admin, ask


@pytest.fixture
def confined(serve, tmp_path):
    """A server and its admin; skips where the kernel does not confine, or a sanitizer looks on."""

    def start(*args, part="landlock"):
        server = serve(RULES, "--admin", tmp_path / "admin.sock", *args)
        admin = Admin(tmp_path / "admin.sock")
        if part and part not in admin.json("/status")["sandbox"]:
            pytest.skip(f"without {part}")
        return server, admin

    return start


def status_of(pid):
    return dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)


def test_every_thread_is_confined(confined):
    server, _ = confined("--access-log", "-", "--workers", "2", part="seccomp")
    threads = list(pathlib.Path(f"/proc/{server.pid}/task").iterdir())
    assert len(threads) >= 5  # two workers, the log's writer, the admin's, the first
    for thread in threads:
        status = status_of(f"{server.pid}/task/{thread.name}")
        assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", thread


def test_without_a_sandbox_nothing_is_given_up(confined):
    server, admin = confined("--no-sandbox", part=None)
    assert admin.json("/status")["sandbox"] == []
    assert status_of(server.pid)["Seccomp"] == "0"


def test_rules_are_read_anew_and_files_elsewhere_are_not(confined, tmp_path_factory):
    server, _ = confined()
    server.reload("/old /changed 302\n")
    server.wait_stderr("reloaded")
    assert b"/changed" in ask(server, "/old")
    other = tmp_path_factory.mktemp("elsewhere") / "secret"
    other.write_text("/old /secret 302\n")
    server.rules_path.unlink()
    server.rules_path.symlink_to(other)
    server.process.send_signal(1)
    server.wait_stderr("not reloaded")
    assert "Permission denied" in server.stderr()
    assert b"/changed" in ask(server, "/old")


def test_a_link_that_comes_to_lead_elsewhere_is_followed(serve, confined, tmp_path):
    """Releases in folders side by side, and a link to the live one."""
    confined()
    for n in (1, 2):
        (tmp_path / "releases" / str(n)).mkdir(parents=True)
        (tmp_path / "releases" / str(n) / "site.rules").write_text(f"/release /{n} 302\n")
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "current"
    link.symlink_to(tmp_path / "releases" / "1")
    server = serve(RULES, link / "site.rules")
    assert b"Location: /1" in ask(server, "/release")
    (tmp_path / "new").symlink_to(tmp_path / "releases" / "2")
    (tmp_path / "new").rename(link)
    server.process.send_signal(1)
    server.wait_stderr("reloaded")
    assert b"Location: /2" in ask(server, "/release")


def test_a_log_is_opened_anew(confined, tmp_path):
    log = tmp_path / "log"
    server, _ = confined("--access-log", log)
    ask(server, "/old")
    log.rename(tmp_path / "log.1")
    server.process.send_signal(1)
    server.wait_stderr("reloaded")
    until(log.exists)
    ask(server, "/none")
    until(lambda: "/none" in log.read_text())


# ---- the user -----------------------------------------------------------------------------------

root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")


@pytest.fixture
def open_folder():
    """A folder that others can read."""
    folder = pathlib.Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@root
def test_the_server_goes_on_as_another_user(open_folder, ended):
    import program

    server = program.Serve(open_folder / "r", RULES, ["--user", "nobody", "--workers", "2"])
    ended.append(server)
    server.wait_ready()
    for thread in pathlib.Path(f"/proc/{server.pid}/task").iterdir():
        status = status_of(f"{server.pid}/task/{thread.name}")
        assert set(status["Uid"].split()) == {str(open_user())} and status["CapEff"].strip("0\n") == ""
    server.reload("/old /changed 302\n")
    server.wait_stderr("reloaded")
    assert b"/changed" in ask(server, "/old")


def open_user():
    import pwd

    return pwd.getpwnam("nobody").pw_uid


@root
def test_what_the_user_could_not_read_again_is_told_at_once(yonder, tmp_path):
    rules = tmp_path / "r"
    rules.write_text(RULES)
    rules.chmod(0o600)
    done = yonder("serve", rules, "--listen", "127.0.0.1:0", "--user", "nobody")
    assert done.returncode == 3 and f"could not read {rules} anew" in done.stderr


def test_an_unknown_user_is_an_error(yonder, tmp_path):
    (tmp_path / "r").write_text(RULES)
    done = yonder("serve", tmp_path / "r", "--listen", "127.0.0.1:0", "--user", "no-such-user")
    assert done.returncode == 3 and "no user no-such-user" in done.stderr
