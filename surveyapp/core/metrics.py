"""Figures for a monitor (Prometheus text format): how the installation is, and nothing that moves when somebody answers.

No requests are counted and no time that the processor worked, because either would show to the second when an answer came;
free room is told in steps that one answer does not fill. What moves is about the machine and its keeper.
"""

import http.client
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from typing import ClassVar, Final

import click
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from surveyapp.core import clock
from surveyapp.core.backups import backup_files
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading
from surveyapp.core.doctor import checks
from surveyapp.settings import current_settings

STEP: Final = 256 << 20
_LOOPBACK: Final = "127.0.0.1"
_WAIT_S: Final = 5
_DOCTOR_EVERY_S: Final = 3600
_OK: Final = 200
MEANING: Final = {
    "surveyapp_info": "The installed version.",
    "surveyapp_healthy": "1 if /health answers 200.",
    "surveyapp_database_answers": "1 if the database answers.",
    "surveyapp_disk_free_bytes": "Room left beside the data, in steps of 256 MiB.",
    "surveyapp_backup_age_days": "Days since the last backup; missing if there was none.",
    "surveyapp_backup_check_age_days": "Days since it was last proved that a backup opens; missing if it never was.",
    "surveyapp_findings": "Findings of 'surveyapp doctor' within the last hour, by check and state.",
}


class Gauge:
    """The figures of one installation; what the doctor says is kept for an hour."""

    def __init__(self, app: Flask, port: int) -> None:
        self._app, self._port = app, port
        self._looked: float | None = None
        self._findings: Counter[tuple[str, str]] = Counter()

    def text(self) -> str:
        """Return all figures as Prometheus reads them."""
        with self._app.app_context():
            lines = list(self._lines())
        told: list[str] = []
        for name, meaning in MEANING.items():
            mine = [line for line in lines if line.startswith((f"{name} ", f"{name}{{"))]
            told += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", *mine] if mine else []
        return "\n".join([*told, ""])

    def _lines(self) -> Iterator[str]:
        folder, today = current_settings().data_dir, clock.today()
        yield f'surveyapp_info{{version="{version("surveyapp")}"}} 1'
        yield f"surveyapp_healthy {int(_healthy(self._port))}"
        yield f"surveyapp_database_answers {int(_answers())}"
        yield f"surveyapp_disk_free_bytes {shutil.disk_usage(folder).free // STEP * STEP}"
        if made := backup_files.last(folder):
            yield f"surveyapp_backup_age_days {(today - made[0]).days}"
        if tried := backup_files.last_check(folder):
            yield f"surveyapp_backup_check_age_days {(today - tried).days}"
        if self._looked is None or time.monotonic() - self._looked > _DOCTOR_EVERY_S:
            self._looked, self._findings = time.monotonic(), Counter((one.check, one.state) for one in checks.findings())
        for (check, state), number in sorted(self._findings.items()):
            yield f'surveyapp_findings{{check="{check}",state="{state}"}} {number}'


def _healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(_LOOPBACK, port, timeout=_WAIT_S)
    try:
        connection.request("GET", "/health", headers={"Host": current_settings().hosts[-1]})
        return connection.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _answers() -> bool:
    try:
        with reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


class _Handler(BaseHTTPRequestHandler):
    gauge: ClassVar[Gauge]
    server_version, sys_version = "", ""
    timeout = _WAIT_S

    def do_GET(self) -> None:
        """Answer with the figures, whatever was asked for."""
        content = self.gauge.text().encode()
        self.send_response(_OK)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@click.command("metrics")
@click.option("--port", default=None, type=click.IntRange(1, 65535), help="Serve them on this port of this machine alone.")
@click.option("--app-port", envvar="PORT", default=8000, show_default=True, help="Port of this machine where the app serves.")
def command(port: int | None, app_port: int) -> None:
    """Print figures for a monitor (Prometheus text format), or serve them; nothing in them moves when somebody answers."""
    gauge = Gauge(click.get_current_context().find_root().obj(), app_port)
    if port is None:
        click.echo(gauge.text(), nl=False)
        return
    try:
        server = HTTPServer((_LOOPBACK, port), type("Handler", (_Handler,), {"gauge": gauge}))
    except OSError as error:
        raise RefusedError(f"{_LOOPBACK}:{port} cannot be used ({error.strerror}). Choose another port.") from error
    with server:
        server.serve_forever()
