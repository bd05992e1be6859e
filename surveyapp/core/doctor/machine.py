"""What the doctor looks at on the machine: the account it runs as, folders and files, room on the disk, and the clock."""

import os
import shutil
import stat
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from surveyapp.core import clock, secret_marks
from surveyapp.core.backups import kept_secrets
from surveyapp.core.database import is_sqlite, reading
from surveyapp.core.doctor.checks import Finding, ok, problem, warning
from surveyapp.core.models import AuditEntry
from surveyapp.settings import current_settings

_ENOUGH: Final = 1 << 30
_LITTLE: Final = 200 << 20
_MOST_APART: Final = timedelta(seconds=5)
_FIRST_BYTES: Final = 4096
_PRIVATE: Final = b"PRIVATE KEY-----"
_SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
_MIB: Final = 1 << 20


def account() -> Iterator[Finding]:
    """Look at the account that the program runs as."""
    if os.geteuid() == 0:
        yield warning(
            "account", "The program runs as root.", "Run it as an account of its own that owns the data folder alone."
        )
    else:
        yield ok("account", "The program runs as an account without special rights.")


def permissions() -> Iterator[Finding]:
    """Look at who may read the data folder and the files that matter in it."""
    folder = current_settings().data_dir
    database = make_url(current_settings().database)
    files = [folder, folder / "secrets", *(folder / "secrets").glob("*"), folder / "evidence", folder / "backups"]
    if database.get_backend_name() == "sqlite" and database.database:
        files += [Path(f"{database.database}{ending}") for ending in ("", "-wal", "-shm")]
    seen = [(path, path.stat()) for path in files if path.exists()]
    wide = [str(path) for path, found in seen if stat.S_IMODE(found.st_mode) & 0o077]
    foreign = [str(path) for path, found in seen if found.st_uid != os.geteuid()]
    if wide:
        yield problem("permissions", f"Others on this machine may open {', '.join(wide)}.", f"chmod -R go= {folder}")
    if foreign:
        yield problem(
            "permissions",
            f"{', '.join(foreign)} belongs to another account.",
            f"Run this as the account of the service, or chown -R it {folder}",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        yield problem(
            "permissions", f"{folder} cannot be written to.", "Mount it for writing, or give it to the service's account."
        )
    if not (wide or foreign):
        yield ok("permissions", f"{folder} is open to the account of the app alone.")


def disk() -> Iterator[Finding]:
    """Look at the room that is left: a backup needs the database once more."""
    folder = current_settings().data_dir
    free = shutil.disk_usage(folder).free
    taken = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    said = f"{free // _MIB} MiB are free where {taken // _MIB} MiB of data lie."
    mend = "Delete what is not needed, or move the data folder to a larger disk."
    if free < _LITTLE or free < taken:
        yield problem("disk", said, mend)
    elif free < _ENOUGH or free < 3 * taken:
        yield warning("disk", said, mend)
    else:
        yield ok("disk", said)
    if Path("/proc/swaps").exists() and len(Path("/proc/swaps").read_text(encoding="ascii").splitlines()) > 1:
        yield warning(
            "disk",
            "The machine swaps: what a program holds in memory, such as answers before they are sealed, may reach the disk.",
            "Switch swap off (MemorySwapMax=0 in the unit does it for this service), or encrypt it.",
        )


def time_of_day() -> Iterator[Finding]:
    """Look at the clock: windows of waves and days of deletion hang on it."""
    now = clock.now()
    mend = "Switch on time synchronisation: timedatectl set-ntp true"
    with reading() as session:
        last = session.scalar(select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1))
        server = None if is_sqlite() else session.scalar(text("SELECT extract(epoch FROM now())"))
    newest = last.replace(tzinfo=now.tzinfo) if last and last.tzinfo is None else last
    if newest and newest > now + _MOST_APART:
        yield problem("clock", f"The clock is behind what was recorded already ({newest:%Y-%m-%d %H:%M} UTC).", mend)
    elif server is not None and abs(float(server) - time.time()) > _MOST_APART.total_seconds():
        yield problem("clock", "The clocks of this machine and of PostgreSQL's differ by more than five seconds.", mend)
    elif Path("/run/systemd/system").exists() and not _SYNCHRONISED.exists():
        yield warning("clock", "Nothing says that the clock is kept right.", mend)
    else:
        yield ok("clock", f"It is {now:%Y-%m-%d %H:%M} UTC; today is {clock.today()} in Latvia.")
    if time.time() < _newest_file() - _MOST_APART.total_seconds():
        yield problem("clock", "Files in the data folder are from the future.", mend)


def _newest_file() -> float:
    return max((path.stat().st_mtime for path in current_settings().data_dir.iterdir()), default=0.0)


def secrets() -> Iterator[Finding]:
    """Look at the installation's secrets, and whether a copy of them was made to be kept elsewhere."""
    folder = current_settings().data_dir
    if others := secret_marks.differing():
        yield problem(
            "secrets",
            f"secrets/{', secrets/'.join(others)} is not the one of this database's installation: what another server gave "
            "out, such as a session or a code, is not known here.",
            "Copy the folder secrets/ from the server that is right, then restart this one.",
        )
    bad = [path.name for path in (folder / "secrets").glob("*") if path.stat().st_size not in {0, kept_secrets.SECRET_BYTES}]
    if bad:
        yield problem("secrets", f"secrets/{', secrets/'.join(bad)} is damaged.", "Put it back from the kept file of secrets.")
    elif (missing := kept_secrets.not_kept(folder)) is None:
        yield problem(
            "secrets",
            "No copy of the secrets was made: if this machine is lost, no code, receipt or ticket works on another.",
            "surveyapp backup secrets FILE --passphrase-file P; keep FILE apart from the backups.",
        )
    elif missing:
        yield problem(
            "secrets",
            f"The kept copy of the secrets is older than {', '.join(missing)}.",
            "Run 'surveyapp backup secrets FILE' again and keep the new file instead.",
        )
    else:
        yield ok("secrets", "The secrets are whole, and a copy of them was made to be kept elsewhere.")


def keys_lying_about() -> Iterator[Finding]:
    """Look for private keys in the data folder, where none may ever be."""
    folder = current_settings().data_dir
    found = [str(path) for path in folder.rglob("*") if _holds_key(path)]
    if found:
        yield problem(
            "key custody",
            f"A private key lies in the data folder: {', '.join(found)}.",
            "Move it to the data steward's own stick and overwrite it here (shred -u); a backup beside it opens all boxes.",
        )
    else:
        yield ok("key custody", "No private key lies in the data folder.")


def _holds_key(path: Path) -> bool:
    if not path.is_file() or path.suffix in {".sqlite3", ".backup"}:
        return False
    with path.open("rb") as file:
        return _PRIVATE in file.read(_FIRST_BYTES)
