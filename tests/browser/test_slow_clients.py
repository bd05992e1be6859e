"""The built-in server under clients that never finish what they began to send, and what it tells of itself."""

import http.client
import signal
import socket
import subprocess
import sys
import urllib.parse
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.browser.conftest import environment, free_port, wait_until_up
from tests.browser.respondent_pages import Door, prepare
from tests.surveyapp.survey.pages import Data, Page, everything

pytestmark = pytest.mark.xdist_group("respondent")
CLIENTS = 500
HALF_A_FORM = (
    b"POST /s/answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 5000\r\n\r\ncode=AB"
)
HALF_A_HEADER = b"GET /s/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


class Respondent:
    """Somebody without a browser who answers by one connection a page, as phones do."""

    def __init__(self, address: str) -> None:
        self._host = urllib.parse.urlsplit(address).netloc

    def send(self, path: str, data: Data) -> Page:
        """Send a form and read the page that comes back within ten seconds."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        with closing(http.client.HTTPConnection(self._host, timeout=10)) as connection:
            connection.request("POST", path, urllib.parse.urlencode(data, doseq=True), kind)
            answer = connection.getresponse()
            assert answer.status == 200, answer.status
            return Page(answer.read().decode())


def answer(door: Door) -> Page:
    """Answer the questionnaire with a fresh code."""
    somebody = Respondent(door.address)
    form = somebody.send("/s/?lang=en", {"code": [door.next_code().typed]})
    return somebody.send("/s/answer?lang=en", {**everything(form), "send": ["1"]})


@pytest.mark.parametrize("half", [HALF_A_FORM, HALF_A_HEADER], ids=["form", "header"])
def test_five_hundred_clients_that_never_finish_keep_no_respondent_out(door: Door, half: bytes) -> None:
    port = urllib.parse.urlsplit(door.address).port or 0
    before = door.boxes()
    with ExitStack() as slow:
        for _ in range(CLIENTS):
            slow.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)).sendall(half)
        assert answer(door).receipt
    assert door.boxes() == before + 1


def test_the_server_does_not_say_what_it_is(door: Door) -> None:
    for path in ("/", "/nothing", "/assets/nothing"):
        with closing(http.client.HTTPConnection(urllib.parse.urlsplit(door.address).netloc, timeout=10)) as connection:
            connection.request("GET", path)
            headers = connection.getresponse().getheaders()
        told = " ".join(f"{name}: {value}" for name, value in headers).lower()
        assert not any(word in told for word in ("granian", "python", "werkzeug", "flask", "powered")), told


def test_a_form_of_which_half_arrived_is_answered_in_words_and_stores_nothing(door: Door) -> None:
    port = urllib.parse.urlsplit(door.address).port or 0
    before = door.boxes()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(HALF_A_FORM)
        client.shutdown(socket.SHUT_WR)
        client.recv(1000)
    assert door.boxes() == before


def test_a_server_that_is_told_to_stop_finishes_what_it_has_begun(tmp_path: Path) -> None:
    door = prepare(tmp_path, codes=10)
    port = free_port()
    door.address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "surveyapp.cli", "serve"]
    with subprocess.Popen(command, env=environment(door.folder, port)) as server:
        wait_until_up(door.address, server)
        somebody = Respondent(door.address)
        form = {**everything(somebody.send("/s/?lang=en", {"code": [door.next_code().typed]})), "send": ["1"]}
        body = urllib.parse.urlencode(form, doseq=True).encode()
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.putrequest("POST", "/s/answer?lang=en")
            connection.putheader("Content-Type", "application/x-www-form-urlencoded")
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body[:100])
            somebody.send("/s/?lang=en", {"code": [door.next_code().typed]})  # by then the server has seen the first part, too
            server.send_signal(signal.SIGTERM)
            connection.send(body[100:])
            page = Page(connection.getresponse().read().decode())
        assert server.wait(timeout=60) == 0
    assert page.receipt
    assert door.boxes() == 1
