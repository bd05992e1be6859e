"""The built-in server when one of its workers is killed, as the system does where memory runs out."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.browser.conftest import environment, free_port, wait_until_up

_PATIENCE_S = 60


def workers(server: int) -> set[int]:
    """The processes that the server started to answer requests."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # one that ended meanwhile
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server and b"serve" in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
    return found


def answers(address: str) -> bool:
    with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(f"{address}/health", timeout=5) as page:
        return bool(page.status == 200)
    return False


def test_another_worker_takes_the_place_of_one_that_was_killed(tmp_path: Path) -> None:
    port = free_port()
    surroundings = {**environment(tmp_path, port), "SURVEYAPP_WORKERS": "1"}
    with subprocess.Popen([sys.executable, "-m", "surveyapp.cli", "serve"], env=surroundings) as server:
        try:
            wait_until_up(f"http://127.0.0.1:{port}", server)
            (killed,) = workers(server.pid)
            os.kill(killed, signal.SIGKILL)
            until = time.monotonic() + _PATIENCE_S
            while not (workers(server.pid) - {killed} and answers(f"http://127.0.0.1:{port}")):
                assert server.poll() is None, "the server went down with its worker"
                assert time.monotonic() < until
                time.sleep(0.1)
        finally:
            server.terminate()
            server.wait(timeout=20)
