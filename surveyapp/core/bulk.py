"""Many rows at once: PostgreSQL takes them as a stream (COPY), SQLite with one statement that is repeated."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Boolean, Connection, Date, DateTime, Double, Integer, LargeBinary, String, Text, func, select
from sqlalchemy.orm import Session

from surveyapp.core.database import Base, is_sqlite

_TYPES: Final = (
    (LargeBinary, "bytea"), (Text, "text"), (String, "varchar"), (Boolean, "bool"), (Integer, "int4"), (Double, "float8"),
    (DateTime, "timestamptz"), (Date, "date"),
)  # fmt: skip
"""Kinds of columns and their PostgreSQL types, each before those that it is one of; moments have a zone."""


def insert(session: Session, table: type[Base], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Put *rows* into *table* in their order, in the open transaction; each gives a value to the columns *names*.

    Nothing is filled in or checked here; the database refuses what does not fit, and no value stands in its error.
    """
    if not rows:
        return
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    target = f"{table.__tablename__} ({', '.join(map(quote, names))})"
    if is_sqlite():
        marks = ", ".join("?" * len(names))
        written = _written(connection, table, names, rows)
        connection.exec_driver_sql(f"INSERT INTO {target} VALUES ({marks})", written)  # noqa: S608 - our own names
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([_type(table, name) for name in names])
        for row in rows:
            copy.write_row(row)


def next_ids(session: Session, table: type[Base], many: int) -> list[int]:
    """Return the ids of the next *many* rows of *table*, ascending; the open transaction writes, and nobody else gets them.

    Asking a database for the ids of rows that it has put in takes SQLite a statement for each row.
    """
    number: Any = table.__table__.columns["id"]
    if is_sqlite():  # where one transaction writes at a time, and a row gets the number after the highest
        highest = session.scalar(select(func.max(number))) or 0
        return list(range(highest + 1, highest + many + 1))
    numbers = func.nextval(func.pg_get_serial_sequence(table.__tablename__, "id"))
    return sorted(session.scalars(select(numbers).select_from(func.generate_series(1, many))))


def _written(connection: Connection, table: type[Base], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:  # noqa: ANN401
    """Return *rows* with days and moments as text, which is what SQLite has for them."""
    kinds = [table.__table__.columns[name].type for name in names]
    writers = {
        at: kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for at, kind in enumerate(kinds)
        if isinstance(kind, Date | DateTime)
    }
    if not writers:
        return rows
    return [tuple(write(value) if (write := writers.get(at)) else value for at, value in enumerate(row)) for row in rows]


def _type(table: type[Base], name: str) -> str:
    kind = table.__table__.columns[name].type
    return next(known for each, known in _TYPES if isinstance(kind, each))
