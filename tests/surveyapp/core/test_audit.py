"""The audit trail: whatever is changed or removed in it is found, and the first broken entry named."""

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, update

from surveyapp import cli
from surveyapp.core import audit
from surveyapp.core.database import reading, writing
from surveyapp.core.models import AuditEntry
from tests.surveyapp.signing_in import sign_in


def record(app: Flask, number: int) -> None:
    with app.app_context():
        for place in range(number):
            audit.record(
                "anna@example.org", "thing.done", f"thing {place}", municipality_id=None, before={}, after={"n": place}
            )


def verify(app: Flask) -> tuple[int, str]:
    done = CliRunner().invoke(cli.commands, ["audit", "verify"], obj=lambda: app)
    return done.exit_code, done.output + str(done.exception or "")


def test_an_untouched_trail_is_sound(app: Flask) -> None:
    record(app, 5)
    assert verify(app) == (0, "The audit trail is sound.\n")


@pytest.mark.parametrize("field", ["who", "what", "about", "before", "after", "at"])
def test_a_changed_entry_is_named(app: Flask, field: str) -> None:
    record(app, 5)
    with app.app_context():
        with reading() as session:
            third = session.query(AuditEntry).order_by(AuditEntry.id).all()[2]
        value = third.at.replace(year=2001) if field == "at" else "x"
        with writing() as session:
            session.execute(update(AuditEntry).where(AuditEntry.id == third.id).values({field: value}))
    code, said = verify(app)
    assert code == 1
    assert f"Entry {third.id} " in said


def test_a_removed_entry_is_found(app: Flask) -> None:
    record(app, 5)
    with app.app_context():
        with reading() as session:
            ids = [entry.id for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
        with writing() as session:
            session.execute(delete(AuditEntry).where(AuditEntry.id == ids[1]))
    code, said = verify(app)
    assert code == 1
    assert f"Entry {ids[2]} " in said


def test_the_auditor_reads_what_was_done(app: Flask) -> None:
    client = app.test_client()
    email = sign_in(client, app, "auditor")
    page = client.get("/staff/audit?lang=en").get_data(as_text=True)
    assert "Account added" in page
    assert email in page
    assert "sound" in page
