"""Cleaning after an opening on PostgreSQL: who works in the database keeps it waiting, and nobody waits behind it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, text

from surveyapp.core.command import RefusedError
from surveyapp.core.database import engine, reading, writing
from surveyapp.survey import opening, scrubbing, store, wave_store
from surveyapp.survey.models import FreeText
from surveyapp.survey.rules import State
from tests.conftest import app_on
from tests.surveyapp.survey.rounds import WHO, answered, running, some_answers

pytestmark = pytest.mark.postgres


@pytest.fixture
def town(postgresql_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = app_on(postgresql_url, tmp_path)
    yield app
    app.extensions["engine"].dispose()


def test_answers_to_another_wave_go_in_while_the_cleaning_waits_for_somebody_who_reads(
    town: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    this, other = running(town), running(town, name="other")
    answered(town, this)
    monkeypatch.setattr(scrubbing, "_LOCK_MS", 100)
    monkeypatch.setattr(scrubbing, "_TRIES", 5)

    def open_it() -> int:
        with town.app_context():
            return opening.open_wave(this.facts(), this.private, WHO)

    def answer(number: int) -> object:
        with town.app_context():
            sheet = some_answers(other.facts().questionnaire, number)
            return store.submit(other.codes[number].link, store.new_receipt(), sheet)

    with town.app_context():
        wave_store.close(this.facts(), WHO)
        with engine().connect() as reader, ThreadPoolExecutor(1) as elsewhere:
            reader.exec_driver_sql("SELECT count(*) FROM sealed_box")
            opened = elsewhere.submit(open_it)
            number = 0
            while not opened.done():
                if number < len(other.codes):
                    assert isinstance(answer(number), store.Submitted)
                    number += 1
            with pytest.raises(RefusedError, match="Repeat the command; answers and counts are safe"):
                opened.result()
        assert this.facts().state is State.OPENED
        assert number > 0
    assert open_it() == 12
    with town.app_context():
        assert this.facts().state is State.SCRUBBED


def test_a_wave_is_not_cleaned_while_somebody_may_still_look_at_its_boxes(town: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    this = running(town)
    answered(town, this)
    monkeypatch.setattr(scrubbing, "_TRIES", 2)
    with town.app_context():
        wave_store.close(this.facts(), WHO)
        with engine().connect().execution_options(isolation_level="REPEATABLE READ") as backup:
            backup.exec_driver_sql("SELECT count(*) FROM municipality")  # from now on it sees everything as it is
            with pytest.raises(RefusedError, match="Repeat the command; answers and counts are safe"):
                opening.open_wave(this.facts(), this.private, WHO)
            assert this.facts().state is State.OPENED
        assert opening.open_wave(this.facts(), this.private, WHO) == 12
        assert this.facts().state is State.SCRUBBED
        with reading() as session:
            assert session.scalar(text("SELECT pg_relation_size('sealed_box') + pg_relation_size('invitation')")) == 0


def test_a_text_that_was_deleted_waits_for_a_running_backup_and_keeps_nobody_waiting_behind_it(town: Flask) -> None:
    this = running(town)
    with town.app_context():
        with writing() as session:
            session.add(FreeText(wave_id=this.facts().id, key=bytes(16), item="own", text="words", released=False))
        with engine().connect().execution_options(isolation_level="REPEATABLE READ") as backup:
            backup.exec_driver_sql("SELECT count(*) FROM free_text")
            with writing() as session:
                session.execute(delete(FreeText))
            assert not scrubbing.scrub_texts()
            with engine().connect() as other:
                other.exec_driver_sql("SET lock_timeout = 100")
                assert other.exec_driver_sql("SELECT count(*) FROM free_text").scalar() == 0
                other.exec_driver_sql("SET lock_timeout = 0")
        scrubbing.finish(WHO)
        with reading() as session:
            assert session.scalar(text("SELECT pg_relation_size('free_text')")) == 0
