"""Answers that come at the same moment are stored in one transaction, each as if it had come alone."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import event, select, text, update

from surveyapp.core.database import is_sqlite, reading, writing
from surveyapp.core.together import Together
from surveyapp.survey import box_store, finding, store
from surveyapp.survey.box_store import Box, Outcome
from surveyapp.survey.models import Invitation, SealedBox, Wave
from surveyapp.survey.store import AlreadyReceived, Submitted
from tests.surveyapp.survey.rounds import Round, running, some_answers
from tests.waiting import until


def test_answers_of_one_moment_are_stored_in_one_transaction_each_once(app: Flask) -> None:
    this = running(app)
    codes = [code.link for code in this.codes]
    sent = [codes[0], *codes[1:9], codes[1], codes[2]]  # two codes are sent twice at the same moment, with two receipts
    commits: list[object] = []
    told = at_the_same_moment(app, this, sent, commits)
    assert Counter(type(one) for one in told) == {Submitted: 9, AlreadyReceived: 2}
    assert len(commits) == 3  # that for which all waited; the first, who came alone; then all the others
    with app.app_context(), reading() as session:
        assert sorted(session.scalars(select(Invitation.boxes))) == [0] * 3 + [1] * 9
        assert len(session.scalars(select(SealedBox.box_key)).all()) == 9


def test_what_was_stored_together_lies_in_two_orders_that_tell_nothing_of_each_other(app: Flask) -> None:
    this = running(app)
    at_the_same_moment(app, this, [code.link for code in this.codes], [])
    with app.app_context(), reading() as session:
        # SQLite keeps both tables in the order of their keys whatever is done; PostgreSQL in that in which they were written.
        place, written = ("", "'all'") if is_sqlite() else ("ORDER BY ctid", "xmin::text")
        for table, key in (("invitation", "typed_hash"), ("sealed_box", "box_key")):
            used = "WHERE boxes > 0" if table == "invitation" else ""
            rows = session.execute(text(f"SELECT {written}, {key} FROM {table} {used} {place}")).all()  # noqa: S608 - our own names
            together = Counter(moment for moment, _ in rows).most_common(1)[0][0]
            keys = [key for moment, key in rows if moment == together]
            assert len(keys) >= 11
            assert keys == sorted(keys)


def test_a_code_that_was_stopped_after_somebody_looked_takes_nothing(app: Flask) -> None:
    this = running(app)
    with app.app_context():
        found = finding.find_code(this.codes[0].link)
        assert isinstance(found, finding.Found)
        with writing() as session:  # what stopping a code does, while its holder is sending
            session.execute(update(Invitation).where(Invitation.typed_hash == found.typed_hash).values(stopped=True))
        box = Box(found.wave.id, found.typed_hash, 1, bytes(32), b"sealed", bytes(32))
        assert box_store.store(box) is Outcome.STOPPED
        with reading() as session:
            assert session.scalars(select(SealedBox.box_key)).all() == []


def at_the_same_moment(app: Flask, this: Round, sent: list[str], commits: list[object]) -> list[object]:
    """Answer with *sent* codes while nothing can be written yet; what came of each, and the commits that it took."""
    with app.app_context():
        sheet = some_answers(this.facts().questionnaire, 1)
        wave_id = this.facts().id

    def answer(code: str) -> object:
        with app.app_context():
            return store.submit(code, store.new_receipt(), sheet)

    with ThreadPoolExecutor(len(sent)) as people, app.app_context(), writing() as session:
        session.scalar(select(Wave.id).where(Wave.id == wave_id).with_for_update())
        told = [people.submit(answer, sent[0])]
        until(lambda: box_store._KEY in app.extensions and begun(line_of(app)), "nobody began to store")
        told += [people.submit(answer, code) for code in sent[1:]]
        until(lambda: len(line_of(app)._line) == len(sent) - 1, "not everybody stood in line")
        event.listen(app.extensions["engine"], "commit", commits.append)
    return [one.result() for one in told]


def line_of(app: Flask) -> Together[Box, Outcome]:
    """The line in which boxes wait until they can be stored."""
    found: Together[Box, Outcome] = app.extensions[box_store._KEY]
    return found


def begun(line: Together[Box, Outcome]) -> bool:
    """Whether somebody is storing all who came so far."""
    return line._writing.locked() and not line._line
