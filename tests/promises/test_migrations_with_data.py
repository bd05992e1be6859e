"""Migrations with an opened and an open wave in the tables: from every past version, back and forth, and killed midway."""

import os
import random
import signal
from typing import Final

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import event, inspect, text

from surveyapp.core import schema
from surveyapp.core.backups import backup_contents
from surveyapp.core.database import engine, is_sqlite, reading
from surveyapp.survey import opening, packing, store, wave_store
from tests.conftest import Furnish, MakeApp
from tests.surveyapp.survey import small
from tests.surveyapp.survey.rounds import WHO, answered, running
from tests.surveyapp.survey.test_anonymity import NO_ORDER, kendall_deviations

PEOPLE: Final = 40
ROUNDS: Final = 6
SUBMITTED: Final[list[bytes]] = []
"""What the opened rows hold, in the order in which people sent it; the same on either database."""


def begin(app: Flask) -> None:
    """A wave that was opened and one that takes answers."""
    this, other = running(app, PEOPLE), small.running(app)
    sheets = answered(app, this)
    with app.app_context():
        asked = this.facts().questionnaire
        kept = [{key: value for key, value in one.items() if key not in {"role", "experience"}} for one in sheets]
        SUBMITTED[:] = [packing.pack(asked, one) for one in kept]
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        for number, code in enumerate(other.codes):
            store.submit(code.link, store.new_receipt(), small.sheet(number))


@pytest.fixture(scope="module")
def furnish() -> Furnish:
    """Every database begins with these two waves."""
    return begin


def rows() -> dict[str, int]:
    """The rows of every table but alembic's own."""
    with engine().connect() as connection:
        return {name: number for name, number in backup_contents.rows(connection).items() if name != "alembic_version"}


def past() -> list[str]:
    """Every version before the newest, from new to old."""
    return [one.revision for one in ScriptDirectory.from_config(schema.config()).walk_revisions()][1:]


def order() -> float:
    """How far the opened rows lie in the order in which they were sent, in standard deviations."""
    kept = "SELECT packed FROM response" if is_sqlite() else "SELECT packed FROM response ORDER BY ctid"
    with reading() as session:
        stored = [bytes(packed) for packed in session.scalars(text(kept))]
    assert sorted(stored) == sorted(SUBMITTED)
    return kendall_deviations([SUBMITTED.index(one) for one in stored])


def test_every_past_version_with_data_goes_to_the_newest_one_down_and_up_again_and_keeps_no_order(app: Flask) -> None:
    with app.app_context():
        assert abs(order()) < NO_ORDER
        full = rows()
        assert full["response"] == PEOPLE
        for revision in past():
            schema.downgrade(revision)
            then = rows()
            assert then == {name: full[name] for name in then}, f"what {revision} knows is kept on the way down"
            schema.upgrade()
            now = rows()
            assert {name: now[name] for name in then} == then, f"what {revision} knew is kept on the way up"
            schema.downgrade("-1")
            schema.upgrade()
            assert rows() == now
            assert set(now) == set(full)
            full = now  # tables that this version did not know are empty from here on
            if "response" in then:
                assert abs(order()) < NO_ORDER


def test_a_migration_that_is_killed_leaves_all_or_nothing(make_app: MakeApp) -> None:
    app, chance = make_app(), random.Random(6)  # noqa: S311 - moments of killing, no secret
    with app.app_context():
        oldest = next(one for one in past() if one.endswith("_survey"))
        schema.downgrade(oldest)
        then, tables = rows(), sorted(inspect(engine()).get_table_names())
        statements = _upgraded_elsewhere(make_app, killed_at=0)
        assert statements > 30
        schema.downgrade(oldest)
        for _ in range(ROUNDS):
            assert _upgraded_elsewhere(make_app, killed_at=chance.randint(3, statements)) == -signal.SIGKILL
            assert (schema.current(), rows()) == (oldest, then)
            assert sorted(inspect(engine()).get_table_names()) == tables
        schema.upgrade()
        assert schema.current() == schema.newest()
        assert {name: number for name, number in rows().items() if name in then} == then


def _upgraded_elsewhere(make_app: MakeApp, killed_at: int) -> int:
    """Bring the database up to date in another process, which ends as by kill -9 before the statement of that number.

    Returns how many statements it needed, or minus the signal that ended it.
    """
    engine().dispose()
    child = os.fork()
    if not child:
        app, seen = make_app(), 0

        def count(*_: object) -> None:
            nonlocal seen
            seen += 1
            if seen == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(app.extensions["engine"], "before_cursor_execute", count)
        with app.app_context():
            schema.upgrade()
        os._exit(min(seen, 255))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
