"""The audit trail: nothing in it can be changed; what is changed behind its back is found, the first broken entry named."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveyapp import cli
from surveyapp.core import audit, schema
from surveyapp.core.database import engine, is_sqlite, writing
from surveyapp.core.models import AuditEntry
from tests.databases import unguarded
from tests.surveyapp.signing_in import sign_in


def record(app: Flask, number: int) -> None:
    with app.app_context():
        for place in range(number):
            audit.record(
                "anna@example.org", "thing.done", f"thing {place}", municipality_id=None, before={}, after={"n": place}
            )


def verify(app: Flask, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.commands, ["audit", "verify", *words], obj=lambda: app)
    return done.exit_code, done.output + str(done.exception or "")


def tamper(app: Flask, deed: Callable[[Session, list[AuditEntry]], object]) -> list[AuditEntry]:
    """Do *deed* to the entries as somebody who owns the database and took its guards away."""
    with app.app_context(), writing() as session:
        unguarded(session, "audit_entry")
        entries = session.query(AuditEntry).order_by(AuditEntry.id).all()
        session.expunge_all()
        deed(session, entries)
        return entries


def test_an_untouched_trail_is_sound_and_tells_its_newest_checksum(app: Flask) -> None:
    record(app, 5)
    code, said = verify(app)
    assert code == 0
    assert said.startswith("The audit trail is sound: 5 entries.")
    noted = said.split()[-1]
    record(app, 2)
    assert verify(app, "--noted", noted)[0] == 0
    assert '"entries": 7' in verify(app, "--format", "json")[1]


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET who = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"])
def test_the_database_itself_refuses_to_change_the_trail(app: Flask, statement: str) -> None:
    record(app, 2)
    with app.app_context():
        if is_sqlite() and statement.startswith("TRUNCATE"):
            statement = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry"
        with pytest.raises(DBAPIError, match="never changes"), engine().begin() as connection:
            connection.execute(text(statement))
    assert verify(app)[0] == 0


def test_the_guards_come_and_go_with_their_migration_and_the_entries_stay(app: Flask) -> None:
    record(app, 3)
    with app.app_context():
        schema.downgrade("0020_publications")
        schema.upgrade()
        assert audit.examine().entries == 3
        with pytest.raises(DBAPIError, match="never changes"), writing() as session:
            session.execute(delete(AuditEntry))


@pytest.mark.parametrize("field", ["who", "what", "about", "before", "after", "at"])
def test_a_changed_entry_is_named(app: Flask, field: str) -> None:
    record(app, 5)

    def change(session: Session, entries: list[AuditEntry]) -> None:
        value = entries[2].at.replace(year=2001) if field == "at" else "x"
        session.execute(update(AuditEntry).where(AuditEntry.id == entries[2].id).values({field: value}))

    third = tamper(app, change)[2]
    code, said = verify(app)
    assert code == 1
    assert f"Entry {third.id} " in said
    assert "2001" in said if field == "at" else " x" in said or "thing 2" in said


def test_a_removed_entry_is_found(app: Flask) -> None:
    record(app, 5)
    entries = tamper(app, lambda session, all_: session.execute(delete(AuditEntry).where(AuditEntry.id == all_[1].id)))
    code, said = verify(app)
    assert code == 1
    assert f"Entry {entries[2].id} " in said
    client = app.test_client()
    sign_in(client, app, "auditor")
    assert f"Entry {entries[2].id} does not fit" in client.get("/staff/audit?lang=en").get_data(as_text=True)


def test_a_trail_whose_newest_entries_were_cut_off_no_longer_holds_the_checksum_that_was_noted(app: Flask) -> None:
    record(app, 5)
    noted = verify(app)[1].split()[-1]
    tamper(app, lambda session, entries: session.execute(delete(AuditEntry).where(AuditEntry.id == entries[-1].id)))
    assert verify(app)[0] == 0
    code, said = verify(app, "--noted", noted)
    assert code == 1
    assert "newer ones were removed" in said


def test_the_auditor_reads_what_was_done(app: Flask) -> None:
    client = app.test_client()
    email = sign_in(client, app, "auditor")
    page = client.get("/staff/audit?lang=en").get_data(as_text=True)
    assert "Account added" in page
    assert email in page
    assert "sound" in page
