"""The commands around backups: `surveyapp backup FILE`, its check, keys and secrets, and `surveyapp restore FILE`."""

from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from analysis import steps
from surveyapp.core import schema
from surveyapp.core.backups import backup_files, backup_keys, kept_secrets, restoring
from surveyapp.core.backups.restoring import MakeApp, Restored
from surveyapp.core.backups.sealed_stream import Lock, Unlock
from surveyapp.core.command import Group, RefusedError, format_option, in_app, print_json
from surveyapp.core.passphrases import read_passphrase
from surveyapp.settings import current_settings, load

_WRITE: Final = "write"
_file = click.Path(path_type=Path, dir_okay=False)
_existing = click.Path(path_type=Path, dir_okay=False, exists=True)
_passphrase = click.option(
    "--passphrase-file", type=_existing, default=None, help="File whose first line is the passphrase that seals or opens."
)
_for = click.option("--for", "recipients", type=_existing, multiple=True, help="Public key to seal for (a .pub file).")
_key = click.option("--key", "key_file", type=_existing, default=None, help="Private key that opens a sealed file.")


class _BackupGroup(Group):
    """A group whose first word may also be the name of a file: ``backup FILE`` writes one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a first word that is no command for the file to write."""
        if args and args[0] not in self.commands:
            return super().resolve_command(ctx, [_WRITE, *args])
        return super().resolve_command(ctx, args)


@click.group(cls=_BackupGroup, context_settings={"ignore_unknown_options": True})
def backup() -> None:
    """Write a backup: `backup FILE` copies the database and evidence files into one FILE (mode 0600), while the app runs.

    It holds neither the installation's secrets (see `backup secrets`) nor any wave's key. The file is sealed if a passphrase or
    a public key is named, or SURVEYAPP_BACKUP_KEY_FILE. A file whose name is one of the commands below is written as ./NAME.
    """


@backup.command(_WRITE)
@click.argument("file", type=_file)
@_for
@_passphrase
@in_app
def write(file: Path, recipients: tuple[Path, ...], passphrase_file: Path | None) -> None:
    """Write a backup to FILE; `backup FILE` is short for it."""
    steps.at("copy")
    lock = _lock(recipients, passphrase_file)
    contents = backup_files.write(file, lock)
    how = "sealed" if lock else "not sealed: whoever has it can read what the app's administrator could"
    click.echo(f"Backup written to {file} ({len(contents.rows)} tables, {sum(contents.rows.values())} rows; {how}).")


@backup.command("check")
@click.argument("file", type=_existing)
@_key
@_passphrase
@format_option
def check(file: Path, key_file: Path | None, passphrase_file: Path | None, output: str) -> None:
    """Prove that the backup FILE can be opened: restore it in a temporary place, count, compare, bring it up to date.

    A backup made on PostgreSQL is tried in a database of its own on the server of SURVEYAPP_DATABASE_URL, by a role that may
    make one (CREATEDB).
    """
    steps.at("try_backup")
    settings = load()
    done = restoring.check(file, _unlock(key_file, passphrase_file), settings, _make_app())
    backup_files.note_check(settings.data_dir)
    if output == "json":
        print_json(_as_json(done))
        return
    click.echo(f"The backup opens. {_told(done)}")


@backup.command("key")
@click.argument("file", type=_file)
@_passphrase
def key(file: Path, passphrase_file: Path | None) -> None:
    """Make a key pair for backups: the private key in FILE, to be kept away from the server, the public one in FILE.pub."""
    public = backup_keys.make(file, read_passphrase(passphrase_file))
    click.echo(f"Keep {file} away from the server, in two places: without it no sealed backup opens.")
    click.echo(f"Put {public} on the server and name it in SURVEYAPP_BACKUP_KEY_FILE.")


@backup.command("secrets")
@click.argument("file", type=_file)
@_for
@_passphrase
@in_app
def secrets(file: Path, recipients: tuple[Path, ...], passphrase_file: Path | None) -> None:
    """Write the installation's secrets, sealed, to FILE: once, to be kept apart from the backups; restoring asks for it."""
    lock = _lock(recipients, passphrase_file)
    if not lock:
        raise RefusedError("Secrets are written sealed only: name --passphrase-file or --for.")
    names = kept_secrets.write(file, current_settings().data_dir, lock)
    click.echo(f"Secrets written to {file}: {', '.join(names)}. Keep it apart from the backups.")


@click.command()
@click.argument("file", type=_existing)
@click.option(
    "--secrets",
    "kept",
    type=click.Path(path_type=Path, exists=True),
    default=None,
    help="What 'backup secrets' wrote, or a kept copy of the folder secrets/.",
)
@click.option("--without-secrets", is_flag=True, help="Go on without them: codes, receipts and links handed out work no more.")
@_key
@_passphrase
@format_option
def restore(
    file: Path, kept: Path | None, key_file: Path | None, passphrase_file: Path | None, output: str, *, without_secrets: bool
) -> None:
    """Restore the backup FILE into the empty data folder (and empty PostgreSQL database) of the settings, all or nothing.

    A backup of an older version is brought up to date. What was due for deletion meanwhile is deleted at once.
    """
    if (kept is None) != without_secrets:
        raise RefusedError(
            "Name the installation's secrets (--secrets), or say --without-secrets: then no code, receipt or link that was "
            "handed out works any more, and boxes of waves that are not opened yet are marked anew as they are."
        )
    unlock = _unlock(key_file, passphrase_file)
    steps.at("restore")
    found = kept_secrets.read(kept, unlock) if kept else None
    done = restoring.restore(file, unlock, found, load(), _make_app())
    if output == "json":
        print_json(_as_json(done))
        return
    click.echo(f"The backup is restored. {_told(done)}")
    click.echo("Everybody signs in anew. Run 'surveyapp doctor', then 'surveyapp serve'.")


def before_upgrade() -> None:
    """Write a backup of an older database before it is brought up to date; the one before is deleted.

    Raises:
        RefusedError: it could not be written.
    """
    revision = schema.current()
    if not revision or revision == schema.newest():
        return
    schema.check_known(revision)
    file = backup_files.before_upgrade(_lock((), None))
    click.echo(f"The database as it was is kept in {file}.")


def _make_app() -> MakeApp:
    made: MakeApp = click.get_current_context().find_root().obj
    return made


def _lock(recipients: tuple[Path, ...], passphrase_file: Path | None) -> Lock:
    files = list(recipients)
    own = current_settings().backup_key_file
    if own and own not in files:
        files.append(own)
    return Lock(read_passphrase(passphrase_file), [backup_keys.read_public(one) for one in files])


def _unlock(key_file: Path | None, passphrase_file: Path | None) -> Unlock:
    passphrase = read_passphrase(passphrase_file)
    return Unlock(passphrase, backup_keys.read_private(key_file, passphrase) if key_file else None)


def _told(done: Restored) -> str:
    counted = f"{len(done.rows)} tables with {sum(done.rows.values())} rows and {done.files} files"
    if done.contents is None:
        return f"It holds {counted}; it is of the older form, which says nothing of what it should hold."
    newer = (
        "" if done.revision == schema.newest() else f" It was of the older version {done.revision} and is brought up to date."
    )
    return f"It was made on {done.contents.made_on} and holds {counted}, as its list of contents says.{newer}"


def _as_json(done: Restored) -> dict[str, object]:
    contents = asdict(done.contents) if done.contents else None
    if contents:
        del contents["files"], contents["secrets"]
    return {
        "database": done.kind,
        "revision": done.revision,
        "newest_revision": schema.newest(),
        "rows": dict(done.rows),
        "files": done.files,
        "written_down": contents,
    }
