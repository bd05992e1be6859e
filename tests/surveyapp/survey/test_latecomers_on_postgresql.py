"""Latecomers whose answers join those of their main wave on PostgreSQL: nobody subtracts the one from the other afterwards."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from surveyapp.core.database import engine, reading, writing
from surveyapp.survey import opening, wave_store
from surveyapp.survey.models import Response
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import lock
from tests.conftest import app_on
from tests.surveyapp.survey.rounds import OPENS, WHO, Round
from tests.surveyapp.survey.small import running
from tests.surveyapp.survey.test_modes import answer, late
from tests.waiting import until

pytestmark = pytest.mark.postgres


@dataclass
class Town:
    """A closed wave of twelve answers, and its closed supplement of ten."""

    app: Flask
    main: Round
    supplement: Round


@pytest.fixture
def town(postgresql_url: str, tmp_path: Path) -> Iterator[Town]:
    days: list[date] = [OPENS]
    app = app_on(postgresql_url, tmp_path, lambda: datetime(days[0].year, days[0].month, days[0].day, 10, tzinfo=UTC))
    main = running(app)
    with app.app_context():
        answer(main.codes, range(12))
    supplement = late(app, main, days)
    with app.app_context():
        answer(supplement.codes, range(20, 30))
        wave_store.close(supplement.facts(), WHO)
    yield Town(app, main, supplement)
    app.extensions["engine"].dispose()


def test_no_count_of_the_latecomers_alone_stays_in_the_table_once_they_are_counted_with_the_others(town: Town) -> None:
    with town.app.app_context():
        assert opening.open_wave(town.supplement.facts(), town.supplement.private, WHO) == 10
        assert opening.open_wave(town.main.facts(), town.main.private, WHO) == 22
        with reading() as session:
            rows = session.scalars(text("SELECT ctid::text FROM tally ORDER BY ctid")).all()
        assert rows[0] == "(0,1)", "deleted counts lie before those that are there"


def test_latecomers_who_are_opened_while_their_main_wave_is_join_it_or_stand_on_their_own_never_half(town: Town) -> None:
    def open_late() -> int:
        with town.app.app_context():
            return opening.open_wave(town.supplement.facts(), town.supplement.private, WHO)

    with town.app.app_context(), ThreadPoolExecutor(1) as elsewhere:
        main, supplement = town.main.facts().id, town.supplement.facts().id
        with writing() as session:  # another server, which has put in the answers of the main wave and is about to commit
            lock(session, main).state = State.OPENED
            session.flush()
            opened = elsewhere.submit(open_late)
            until(lambda: opened.done() or _somebody_waits(), "the supplement was not being opened")
        assert opened.result() == 10
        with reading() as session:
            assert set(session.scalars(select(Response.wave_id))) == {supplement}


def _somebody_waits() -> bool:
    with engine().connect() as apart:
        return bool(apart.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
