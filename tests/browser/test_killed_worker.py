"""The built-in server when one of its workers is killed, as the system does where memory runs out, and when it is stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest

from surveyapp.core.logs import FIELDS
from tests.browser.conftest import environment, free_port, wait_until_up
from tests.waiting import until


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

            def replaced() -> bool:
                assert server.poll() is None, "the server went down with its worker"
                return bool(workers(server.pid) - {killed}) and answers(f"http://127.0.0.1:{port}")

            until(replaced, "no other worker came")
        finally:
            server.terminate()
            server.wait(timeout=60)


def test_a_server_that_is_told_to_stop_does_not_wait_for_ever_for_a_worker_that_hangs(tmp_path: Path) -> None:
    port = free_port()
    surroundings = {**environment(tmp_path, port), "SURVEYAPP_WORKERS": "1"}
    with subprocess.Popen([sys.executable, "-m", "surveyapp.cli", "serve"], env=surroundings) as server:
        try:
            wait_until_up(f"http://127.0.0.1:{port}", server)
            (hanging,) = workers(server.pid)
            os.kill(hanging, signal.SIGSTOP)  # it hears nothing of being told to stop
            server.terminate()
            assert server.wait(timeout=60) == 0
            assert not Path(f"/proc/{hanging}").exists()
        finally:
            server.kill()


def test_a_server_that_is_told_to_stop_answers_what_has_begun_and_logs_nothing_but_what_it_may(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "surveyapp.cli", "serve"]
    with subprocess.Popen(command, env=environment(tmp_path, port), stderr=subprocess.PIPE) as server:
        try:
            wait_until_up(f"http://127.0.0.1:{port}", server)
            with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as client:
                head = "POST /s/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                client.sendall(f"{head}Content-Length: 20\r\n\r\ncode=ABCD-".encode())
                time.sleep(0.5)  # the server has the first half
                server.terminate()
                time.sleep(1)
                client.sendall(b"EFGH-JKMN-")
                assert client.recv(12).startswith(b"HTTP/1.1 ")
            with pytest.raises(OSError, match="refused"):
                socket.create_connection(("127.0.0.1", port))
            assert server.wait(timeout=60) == 0
        finally:
            server.kill()
        assert server.stderr is not None
        lines = [json.loads(line) for line in server.stderr.read().splitlines()]
    assert [line["event"] for line in lines if line["event"] != "fault"] == ["started", "stopped"]
    assert all(line.keys() <= FIELDS for line in lines)
