"""Lists, waves and questions to the database that tests of letters share."""

from collections.abc import Sequence

from flask import Flask
from sqlalchemy import select

from surveyapp.core.database import reading
from surveyapp.survey import wave_store
from surveyapp.survey.letters import mail_store, mailing
from surveyapp.survey.letters.mail_store import Kind
from surveyapp.survey.letters.mailing import Outcome
from surveyapp.survey.models import MailAddress
from tests.mail_server import MailServer
from tests.surveyapp.survey.rounds import WHO, Round, drafted


def people(number: int = 12) -> list[str]:
    """Invented addresses."""
    return [f"person{n:02}@example.org" for n in range(number)]


def ready(app: Flask, name: str = "second") -> Round:
    """A wave whose key is proved and that has no codes yet."""
    with app.app_context():
        wave, private = drafted(name)
        wave_store.trial(wave, private, WHO)
        return Round(name, private, [])


def write_to(app: Flask, this: Round, addresses: Sequence[str] = (), kind: Kind = "invitation") -> Outcome:
    """Take a list and send the letters of *kind*, in this thread."""
    with app.app_context():
        wave = this.facts()
        if addresses:
            mailing.take_list(wave, addresses, WHO)
        mine = mailing.claim(wave, kind)
        assert mine is not None
        return mailing.run(wave, mine, WHO)


def invited(app: Flask, server: MailServer, number: int = 12) -> Round:
    """A wave of which *number* people got their letter."""
    server.serve(app)
    this = ready(app)
    assert write_to(app, this, people(number)).sent == number
    return this


def states(app: Flask) -> dict[str, str]:
    """How each address stands."""
    with app.app_context(), reading() as session:
        return dict(session.execute(select(MailAddress.address, MailAddress.state)).all())


def standing(app: Flask, this: Round) -> mail_store.Standing:
    """How far the letters are."""
    with app.app_context():
        return mail_store.standing(this.facts().id)
