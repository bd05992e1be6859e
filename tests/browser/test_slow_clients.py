"""The built-in server under clients that never finish what they began to send."""

import socket
import urllib.parse
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from tests.browser.conftest import StartServer

HALF_A_FORM = (
    b"POST /s/answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 5000\r\n\r\ncode=AB"
)


def test_sixty_clients_that_never_finish_a_form_keep_nobody_out(start_server: StartServer, tmp_path: Path) -> None:
    address = start_server(tmp_path)
    port = urllib.parse.urlsplit(address).port or 0
    with ExitStack() as slow:
        for _ in range(60):
            slow.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(HALF_A_FORM)
        for _ in range(10):  # whichever worker takes it
            with urllib.request.urlopen(f"{address}/s/", timeout=30) as page:
                assert page.status == 200
