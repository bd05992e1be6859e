"""Opening a wave: all or nothing, once, with the steward's key, and nothing left that ties an answer to a code."""

import resource
from collections import Counter
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from sqlalchemy import func, select

from analysis import steps
from analysis.counts import count_answers, merge_small
from surveyapp import cli
from surveyapp.core import audit, municipalities
from surveyapp.core.command import RefusedError
from surveyapp.core.database import Base, reading, writing
from surveyapp.core.models import AuditEntry
from surveyapp.survey import (
    opened_store,
    opening,
    packing,
    questionnaire_store,
    response_store,
    scrubbing,
    sealing,
    store,
    wave_store,
)
from surveyapp.survey.models import Invitation, Response, SealedBox, Tally, Wave
from surveyapp.survey.rules import State
from surveyapp.survey.store import CodeProblem
from surveyapp.survey.wave_store import NewWave
from tests.conftest import MakeApp
from tests.surveyapp.survey import small
from tests.surveyapp.survey.rounds import CLOSES, OPENS, WHO, Given, Round, answered, running

POPULATION = {"teacher": 30, "care": 15, "response": 15}


def closed(app: Flask, codes: int = 12, answers: int | None = None) -> tuple[Round, list[Given]]:
    """A closed wave and what was answered in it."""
    this = running(app, codes)
    sheets = answered(app, this, answers)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
    return this, sheets


def rows(table: type[Base]) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def opened(app: Flask, this: Round) -> int:
    with app.app_context():
        return opening.open_wave(this.facts(), this.private, WHO)


def test_opening_gives_back_every_answer_without_the_role(app: Flask) -> None:
    this, sheets = closed(app, 14)
    assert opened(app, this) == 14
    with app.app_context():
        questionnaire = this.facts().questionnaire
        expected = Counter(
            (
                questionnaire.reporting_group(sheet["role"][0]),
                sheet["experience"][0],
                packing.pack(
                    questionnaire, {key: chosen for key, chosen in sheet.items() if key not in {"role", "experience"}}
                ),
            )
            for sheet in sheets
        )
        found = list(opened_store.responses(this.facts()))
        assert Counter((one.stratum, one.band, packing.pack(questionnaire, one.answers)) for one in found) == expected
        assert not any({"role", "experience"} & set(one.answers) for one in found)


def test_the_tally_is_what_was_answered_by_reporting_group(app: Flask) -> None:
    this, sheets = closed(app, 30)
    opened(app, this)
    with app.app_context():
        wave = this.facts()
        group = wave.questionnaire.reporting_group
        whole = count_answers(wave.questionnaire, [(group(sheet["role"][0]), sheet) for sheet in sheets], POPULATION)
        counts = opened_store.counts(wave)
        assert counts.strata == merge_small(whole, wave.questionnaire).strata
        assert counts.population == POPULATION
        assert counts.respondents == 30
        assert min(part.respondents for part in counts.strata.values()) >= 5


def test_no_count_is_finer_than_the_rows_so_that_both_together_name_no_role(app: Flask) -> None:
    this, _ = closed(app, 40)
    opened(app, this)
    with app.app_context():
        wave = this.facts()
        groups = {group.id: set(group.leaves()) for group in wave.questionnaire.reporting_groups}
        nodes = {node.id: set(node.leaves()) for node in wave.questionnaire.strata.walk()}
        assert {one.stratum for one in opened_store.responses(wave)} <= set(groups)
        for stratum in opened_store.counts(wave).strata:
            assert all(not leaves & nodes[stratum] or leaves <= nodes[stratum] for leaves in groups.values()), stratum


def test_after_the_opening_no_box_and_no_code_is_left(app: Flask) -> None:
    this, _ = closed(app)
    opened(app, this)
    with app.app_context():
        assert (rows(SealedBox), rows(Invitation), rows(Response)) == (0, 0, 12)
        assert this.facts().state is State.SCRUBBED
        assert store.look_up(this.codes[0].link) is CodeProblem.UNKNOWN
        assert response_store.response(this.facts()).whole.received == 12


def test_a_wave_opens_once(app: Flask) -> None:
    this, _ = closed(app)
    opened(app, this)
    with pytest.raises(RefusedError, match="a wave is opened once"):
        opened(app, this)
    with app.app_context():
        assert rows(Response) == 12


def test_a_wave_opens_after_its_closing_date_without_being_closed_by_hand(make_app: MakeApp) -> None:
    app = make_app()
    this = running(app)
    answered(app, this)
    with pytest.raises(RefusedError, match="still takes answers until 2026-11-30"):
        opened(app, this)
    assert opened(make_app(now=lambda: datetime(2026, 12, 1, tzinfo=UTC)), this) == 12


def test_a_box_that_comes_while_others_are_unsealed_is_not_deleted_unread(app: Flask) -> None:
    """No answer is taken any more then; this is about whoever put one in by another way."""
    this, _ = closed(app)

    def heard(step: str, _done: int, _of: int) -> None:
        if step == "count":
            with writing() as session:
                session.add(SealedBox(wave_id=this.facts().id, box_key=b"k" * 32, ciphertext=b"c", mark=b"m" * 32))

    with steps.heard_by(heard), pytest.raises(RefusedError, match="changed meanwhile; nothing was changed"):
        opened(app, this)
    with app.app_context():
        assert (rows(SealedBox), rows(Response), rows(Tally)) == (13, 0, 0)


def test_a_process_that_opens_a_wave_leaves_no_copy_of_its_memory_with_the_key_in_it(one_app: Flask) -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        opened(one_app, closed(one_app)[0])
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


def test_a_wrong_key_loses_nothing(app: Flask) -> None:
    this, _ = closed(app)
    with app.app_context(), pytest.raises(RefusedError, match=r"not the key of the wave 'second'; nothing was changed"):
        opening.open_wave(this.facts(), X25519PrivateKey.generate(), WHO)
    assert opened(app, this) == 12


def test_fewer_than_ten_boxes_stay_sealed(app: Flask) -> None:
    this, _ = closed(app, 12, 9)
    with pytest.raises(RefusedError, match=r"fewer than 10 boxes.*could be recognised"):
        opened(app, this)
    with app.app_context():
        assert (rows(SealedBox), rows(Response)) == (9, 0)


def test_a_damaged_box_stops_the_opening_and_nothing_changes(app: Flask) -> None:
    this, _ = closed(app)
    with app.app_context(), writing() as session:
        box = session.scalars(select(SealedBox).limit(1)).one()
        box.ciphertext = box.ciphertext[:-1] + bytes([box.ciphertext[-1] ^ 1])
    with pytest.raises(opening.MismatchError, match=r"12 answers were taken, there are 12 boxes, and 1 of them cannot be read"):
        opened(app, this)
    with app.app_context():
        assert (rows(SealedBox), rows(Invitation), rows(Response), rows(Tally)) == (12, 12, 0, 0)
        assert this.facts().state is State.CLOSED


def test_a_box_that_took_another_ones_place_is_noticed(app: Flask) -> None:
    this, _ = closed(app)
    with app.app_context(), writing() as session:
        one, other = session.scalars(select(SealedBox).limit(2)).all()
        one.ciphertext = other.ciphertext
    with pytest.raises(opening.MismatchError, match="1 of them cannot be read"):
        opened(app, this)


def test_a_box_with_answers_that_no_form_takes_is_noticed(app: Flask) -> None:
    this, _ = closed(app)
    with app.app_context(), writing() as session:
        wave = this.facts()
        box = session.scalars(select(SealedBox).limit(1)).one()
        nothing = packing.pack(wave.questionnaire, {})
        box.ciphertext = sealing.seal(sealing.WaveKey(wave.id, wave.public_key or b""), box.box_key, nothing)
    with pytest.raises(opening.MismatchError, match="1 of them cannot be read"):
        opened(app, this)


def test_a_box_that_was_taken_out_is_noticed(app: Flask) -> None:
    this, _ = closed(app)
    with app.app_context(), writing() as session:
        session.delete(session.scalars(select(SealedBox).limit(1)).one())
    with pytest.raises(opening.MismatchError, match="12 answers were taken, there are 11 boxes"):
        opened(app, this)


def test_an_interrupted_scrubbing_is_finished_by_opening_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    this, _ = closed(app)

    def power_cut(*_: object) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(opening, "scrub_opened", power_cut)
        with pytest.raises(KeyboardInterrupt):
            opened(app, this)
    with app.app_context():
        assert this.facts().state is State.OPENED
        assert opened_store.opened_waves(this.facts().municipality_id) == [], "nothing is reported before it is scrubbed"
    assert opened(app, this) == 12
    with app.app_context():
        assert this.facts().state is State.SCRUBBED
        assert [wave.name for wave in opened_store.opened_waves(this.facts().municipality_id)] == ["second"]


def test_an_interrupted_scrubbing_is_finished_by_the_next_start(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    this, _ = closed(app)
    with monkeypatch.context() as patched:
        patched.setattr(opening, "scrub_opened", lambda *_: [])
        opened(app, this)
    start = CliRunner().invoke(cli.commands, ["init"], obj=lambda: app)
    assert start.exit_code == 0, start.output
    with app.app_context():
        assert this.facts().state is State.SCRUBBED


def test_what_is_left_over_of_another_municipality_is_recorded_under_no_name(app: Flask) -> None:
    this, _ = closed(app)
    with app.app_context():
        other = municipalities.create("valka", "Valkas novads")
        questionnaire_store.publish(other, small.YAML, "small.yaml", WHO)
        with writing() as session:
            wave = wave_store.draft(other, NewWave("theirs", small.REFERENCE, OPENS, CLOSES, {"schools": 20}), WHO)
            session.get_one(Wave, wave.id).state = State.OPENED
    opened(app, this)
    with app.app_context(), reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.what == "wave.scrubbed")).all()
        assert {(entry.about, entry.who) for entry in entries} == {("second", WHO), ("theirs", "command line")}


def test_a_program_that_keeps_reading_only_delays_the_scrubbing(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    this, _ = closed(sqlite_app)
    monkeypatch.setattr(scrubbing, "_TRIES", 1)
    with sqlite_app.extensions["engine"].connect() as reader:
        reader.exec_driver_sql("PRAGMA busy_timeout=10")
        reader.exec_driver_sql("SELECT count(*) FROM sealed_box").all()
        with sqlite_app.app_context(), sqlite_app.extensions["engine"].connect() as impatient:
            impatient.exec_driver_sql("PRAGMA busy_timeout=10")
            monkeypatch.setattr(scrubbing, "truncate_write_ahead_log", lambda: False)
            with pytest.raises(RefusedError, match="Repeat the command; answers and counts are safe"):
                opening.open_wave(this.facts(), this.private, WHO)
            monkeypatch.undo()
    with sqlite_app.app_context():
        assert scrubbing.scrub_opened(WHO) == ["second"]
        assert scrubbing.scrub_opened(WHO) == []


def test_every_step_of_the_steward_stands_in_the_audit_trail(app: Flask) -> None:
    this, _ = closed(app)
    opened(app, this)
    with app.app_context(), reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        steps = [entry.what for entry in entries if entry.about == "second"]
        begun, ended = ["created", "key_made", "trial_opened", "invited"], ["closed", "opened", "scrubbed"]
        assert steps == [f"wave.{step}" for step in (*begun, *ended)]
        assert {entry.who for entry in entries} == {WHO}
        text = "".join(entry.before + entry.after for entry in entries)
        assert not any(form in text for code in this.codes for form in (code.typed, code.link))
        assert audit.examine().broken is None
