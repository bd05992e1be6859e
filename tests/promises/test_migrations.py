"""What is true of every migration: it goes up and down with data, and the tables are those of the code."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect

from surveyapp.core import municipalities, schema
from surveyapp.core.database import Base, engine, is_sqlite
from surveyapp.staff import store


def test_the_tables_are_those_of_the_code(app: Flask) -> None:
    with app.app_context(), engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_tables_that_must_not_remember_an_order_have_no_hidden_row_number(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), engine().connect() as connection:
        for table in ("invitation", "sealed_box", "response", "free_text", "mail_address"):
            made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).scalar_one()
            assert "WITHOUT ROWID" in made, table


def test_every_migration_goes_down_and_up_again(app: Flask) -> None:
    with app.app_context():
        script = ScriptDirectory.from_config(schema.config())
        for revision in list(script.walk_revisions())[:-1]:
            assert isinstance(revision.down_revision, str)
            schema.downgrade(revision.down_revision)
        assert {"municipality", "audit_entry"} <= set(inspect(engine()).get_table_names())
        schema.upgrade()
        tables = set(inspect(engine()).get_table_names())
        assert set(Base.metadata.tables) <= tables


def test_going_up_again_keeps_what_was_there(app: Flask) -> None:
    with app.app_context():
        store.add_account(municipalities.find("cesis").id, "anna@example.org", "group", None, by="test")
        schema.downgrade("0002_staff")
        schema.upgrade()
        assert store.emails_by_role(municipalities.find("cesis").id) == {"group": "anna@example.org"}


def test_sqlite_is_set_for_power_cuts_and_deletion(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), engine().connect() as connection:
        assert is_sqlite()
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        for pragma, value in wanted.items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value, pragma
