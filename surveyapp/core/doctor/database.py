"""What the doctor looks at in the database: its version, its settings, whether it is sound, and what waits for a clean-up."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from surveyapp.core import audit, municipalities, purging, schema
from surveyapp.core.database import engine, is_sqlite
from surveyapp.core.doctor.checks import Finding, ok, problem, warning
from surveyapp.settings import Settings, current_settings

_MOST_LOG: Final = 64 << 20
_NETWORK: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"})
_OLDEST_POSTGRESQL: Final = 14
_SAFE: Final = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_QUIET: Final = {
    "log_parameter_max_length_on_error": "0",
    "log_parameter_max_length": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "wal_recycle": "off",
}
"""What PostgreSQL writes into its own log or keeps in its own files would otherwise hold what the app leaves out."""


def version() -> Iterator[Finding]:
    """Look at whether the tables are those of this version."""
    found, newest = schema.current(), schema.newest()
    if found == newest:
        yield ok("version", f"The tables are those of this version ({newest}).")
    else:
        yield problem("version", f"The tables are of {found or 'no version'}, the program is of {newest}.", "surveyapp init")


def database() -> Iterator[Finding]:
    """Look at the database's settings and whether it is sound."""
    with engine().connect().execution_options(outside_transaction=True) as connection:
        yield from _sqlite(connection) if is_sqlite() else _postgresql(connection)


def _sqlite(connection: Connection) -> Iterator[Finding]:
    file = Path(str(connection.engine.url.database))
    damage = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if damage != "ok":
        yield problem(
            "database", "The SQLite file is damaged (PRAGMA quick_check).", "Restore the newest backup into a new folder."
        )
    log = Path(f"{file}-wal")
    if log.exists() and log.stat().st_size > _MOST_LOG:
        yield warning(
            "database", "SQLite's log does not get emptied.", "Stop whatever else keeps reading the file, then: surveyapp purge"
        )
    if (kind := _mounted(file)) in _NETWORK:
        yield problem(
            "database", f"The SQLite file lies on a network drive ({kind}), where its locks fail.", "Move it to a local disk."
        )
    if damage == "ok" and kind not in _NETWORK:
        yield ok("database", "SQLite is sound; it writes through to the disk and overwrites what is deleted.")


def _mounted(file: Path) -> str:
    mounts = Path("/proc/mounts")
    lines = mounts.read_text(encoding="utf-8").splitlines() if mounts.exists() else []
    under = [(where, kind) for _, where, kind, *_ in (line.split() for line in lines) if file.absolute().is_relative_to(where)]
    return max(under, key=lambda one: len(one[0]), default=("", ""))[1]


def _postgresql(connection: Connection) -> Iterator[Finding]:
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    if number < _OLDEST_POSTGRESQL:
        yield problem("database", f"PostgreSQL {number} is too old.", f"Upgrade to {_OLDEST_POSTGRESQL} or newer.")
    unsafe, loud = (_differing(connection, wanted) for wanted in (_SAFE, _QUIET))
    if unsafe:
        yield problem("database", f"An answer could be lost in a power cut: {_listed(unsafe)}.", _alter(unsafe))
    if loud:
        yield warning("database", f"PostgreSQL may keep what the app leaves out: {_listed(loud)}.", _alter(loud))
    if connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar_one():
        yield warning("database", "The app's role is a superuser.", "Give it a role of its own that owns its database alone.")
    if connection.execute(text("SHOW archive_mode")).scalar_one() != "off":
        yield warning(
            "database",
            "PostgreSQL archives its log, which tells the order in which boxes came.",
            "Switch archive_mode off while a wave takes answers, or delete the archive with the opening.",
        )
    if len(_hosts(connection)) > 1 and not connection.execute(text("SHOW synchronous_standby_names")).scalar_one():
        yield warning(
            "database",
            "SURVEYAPP_DATABASE_URL names a standby, yet PostgreSQL does not wait for it: what was acknowledged last would be "
            "lost with the first server.",
            "Set synchronous_standby_names once a standby follows (docs/operate.md).",
        )
    yield from _client(number)
    if not (unsafe or loud):
        yield ok("database", f"PostgreSQL {number} writes through to the disk and keeps no statements.")


def _hosts(connection: Connection) -> list[str]:
    url = connection.engine.url
    told = url.query.get("host", url.host or "")
    return ",".join([told] if isinstance(told, str) else told).split(",")


def _differing(connection: Connection, wanted: dict[str, str]) -> dict[str, tuple[str, str]]:
    names = ", ".join(f"'{name}'" for name in wanted)
    rows = connection.execute(text(f"SELECT name, setting FROM pg_settings WHERE name IN ({names})"))  # noqa: S608 - our own words
    return {name: (found, wanted[name]) for name, found in rows if found != wanted[name]}


def _listed(found: dict[str, tuple[str, str]]) -> str:
    return ", ".join(f"{name} = {is_}" for name, (is_, _) in sorted(found.items()))


def _alter(found: dict[str, tuple[str, str]]) -> str:
    told = "; ".join(f"ALTER SYSTEM SET {name} = {wanted}" for name, (_, wanted) in sorted(found.items()))
    return f"{told}; SELECT pg_reload_conf()"


def _client(server: int) -> Iterator[Finding]:
    for program in ("pg_dump", "pg_restore"):
        path = shutil.which(program)
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout if path else ""  # noqa: S603 - its own version
        found = re.search(r"(\d+)(\.\d+)?", said)
        if found is None or int(found[1]) < server:
            yield problem(
                "database",
                f"{program} {f'is of version {found[1]}' if found else 'is missing'}; backups need {server} or newer.",
                f"Install postgresql-client-{server}.",
            )


def trail() -> Iterator[Finding]:
    """Look at the audit trail."""
    state = audit.examine()
    if state.broken:
        yield problem(
            "audit trail",
            f"Entry {state.broken.id} does not fit the one before it.",
            "See 'surveyapp audit verify'; call the auditor.",
        )
    else:
        yield ok("audit trail", f"{state.entries} entries fit each other.")


def deletion() -> Iterator[Finding]:
    """Look at whether what was deleted has left no trace."""
    if any(not receipt.clean for receipt in purging.every()):
        yield warning("deletion", "Something was deleted whose trace is still in the database's files.", "surveyapp purge")
    else:
        yield ok("deletion", "Every deletion has its receipt and left no trace.")


def demonstration() -> Iterator[Finding]:
    """Look at whether invented data stand where people come."""
    demo = municipalities.any_demo()
    if demo and current_settings().https:
        yield problem(
            "demonstration",
            "Demonstration data, with accounts that need no second factor, are served to all.",
            "Use a data folder without them.",
        )
    elif demo:
        yield warning("demonstration", "Demonstration data are loaded here.", "Use a data folder of its own for real data.")


def is_file_missing(of: Settings) -> bool:
    """Say whether the SQLite file of the settings is not there, so that nothing would be looked at."""
    url = make_url(of.database)
    return url.get_backend_name() == "sqlite" and bool(url.database) and not Path(str(url.database)).exists()
