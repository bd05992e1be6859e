"""By what the secrets of an installation are recognised, in the database: servers that share it must have the same ones.

A second server with secrets of its own would find no code, let nobody in whom another one let in, and could mark boxes anew. It
is refused at its start, before it changes anything.
"""

from collections.abc import Mapping

from sqlalchemy import delete, select

from surveyapp.core.backups.backup_contents import STAYS, fingerprint, is_secret
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.core.models import SecretMark
from surveyapp.settings import current_settings


def differing() -> list[str]:
    """Return the names of secrets that are missing here, or are others than those of this database's installation."""
    with reading() as session:
        known = {row.name: row.fingerprint for row in session.scalars(select(SecretMark))}
    here = _here()
    return sorted(name for name, mark in known.items() if here.get(name) != mark)


def check() -> None:
    """Refuse a start beside a database whose secrets are others.

    The secret of sessions is not asked for: whoever deletes it makes a new one, and everybody signs in anew.

    Raises:
        RefusedError: secrets are missing here or are others; nothing was changed.
    """
    wrong = [name for name in differing() if name not in STAYS]
    if wrong:
        folder = current_settings().data_dir / "secrets"
        raise RefusedError(
            f"This database belongs to an installation with other secrets than those in {folder} ({', '.join(wrong)}). Copy "
            "the folder secrets/ from a server of that installation, or from its backup, in the place of this one (mode 0700, "
            "its files 0600). If they are lost for good: surveyapp init --new-secrets; codes that are out then open nothing "
            "any more, and boxes are marked anew."
        )


def record() -> list[str]:
    """Note by what the secrets that are here now are recognised; returns the names of those that took another one's place.

    Raises:
        RefusedError: another server noted others meanwhile, as two first starts at once do.
    """
    replaced = differing()
    with writing() as session:
        known = set(session.scalars(select(SecretMark.name).with_for_update()))
        for name, mark in _here().items():
            if name not in known:
                session.add(SecretMark(name=name, fingerprint=mark))
            elif name in STAYS:
                session.get_one(SecretMark, name).fingerprint = mark
    check()
    return replaced


def record_anew() -> None:
    """Note the secrets that are here as those of the installation, whatever was noted before."""
    with writing() as session:
        session.execute(delete(SecretMark))
    record()


def begin_anew() -> None:
    """Take the secrets here, made anew where they are missing, for those of the installation: the others are lost for good."""
    folder = current_settings().data_dir / "secrets"
    for path in folder.iterdir() if folder.is_dir() else ():
        if not path.stat().st_size:  # a note that something was done under the secrets that are lost
            path.unlink()
    with writing() as session:
        session.execute(delete(SecretMark))


def _here() -> Mapping[str, str]:
    folder = current_settings().data_dir / "secrets"
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return {path.name: fingerprint(path.read_bytes()) for path in found if path.is_file() and is_secret(path)}
