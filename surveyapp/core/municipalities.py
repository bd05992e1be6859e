"""The municipalities of this installation."""

from typing import Final

from flask import g, has_request_context
from sqlalchemy import exists, select

from surveyapp.core.command import RefusedError
from surveyapp.core.database import by_text, glance, reading, writing
from surveyapp.core.models import Municipality

ANY_DEMO: Final = exists().where(Municipality.demo)
"""Whether invented demonstration data are loaded, for who asks the database for something else in the same breath."""


class UnknownMunicipalityError(RefusedError):
    """No such municipality, or more than one and none was named."""


def create(slug: str, name: str, *, demo: bool = False) -> int:
    """Add a municipality and return its id; returns the existing one if *slug* is already there.

    Raises:
        RefusedError: a name is longer than databases keep it.
    """
    for what, given, most in (("short name", slug, 64), ("name", name, 200)):
        if len(given) > most:
            raise RefusedError(f"The {what} of a municipality has at most {most} characters; this one has {len(given)}.")
    with writing() as session:
        found = session.scalar(select(Municipality).where(Municipality.slug == slug))
        if found is None:
            found = Municipality(slug=slug, name=name, demo=demo)
            session.add(found)
            session.flush()
        return found.id


def find(slug: str | None) -> Municipality:
    """Return the municipality called *slug*, or the only one if *slug* is None.

    Raises:
        UnknownMunicipalityError: there is none, or several and none was named; the message lists them.
    """
    with reading() as session:
        every = session.scalars(select(Municipality).order_by(by_text(Municipality.slug))).all()
    fitting = [one for one in every if slug in {None, one.slug}]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(one.slug for one in every) or "none yet: run 'surveyapp init' first"
    raise UnknownMunicipalityError(f"Name the municipality with --municipality (known: {known}).")


def slug_of(municipality_id: int) -> str:
    """Return the short name of a municipality."""
    with reading() as session:
        return session.get_one(Municipality, municipality_id).slug


def by_id(municipality_id: int) -> Municipality:
    """Return one municipality; it exists, for something of it was found."""
    with reading() as session:
        return session.get_one(Municipality, municipality_id)


def every_id() -> list[int]:
    """Return the id of every municipality."""
    with reading() as session:
        return list(session.scalars(select(Municipality.id).order_by(Municipality.id)))


def any_demo() -> bool:
    """Say whether invented demonstration data are loaded; a request asks once."""
    known: bool | None = g.get("any_demo") if has_request_context() else None
    if known is None:
        with glance() as connection:
            known = bool(connection.scalar(select(ANY_DEMO)))
        note_demo(there=known)
    return known


def note_demo(*, there: bool) -> None:
    """Note for the rest of this request what ``ANY_DEMO`` said."""
    if has_request_context():
        g.any_demo = there


def any_real() -> bool:
    """Say whether a municipality that is not a demonstration exists."""
    with reading() as session:
        return session.scalar(select(Municipality.id).where(Municipality.demo.is_(False)).limit(1)) is not None
