"""Waves and answering: who may answer when, and every code once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from questionnaires.problems import FileRefusedError
from surveyapp.core import municipalities
from surveyapp.core.clock import Clock
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.core.models import Municipality
from surveyapp.survey import population, privacy, questionnaire_store, response_store, store, wave_store, wrong_codes
from surveyapp.survey.codes import check_character, new_link
from surveyapp.survey.models import Invitation, QuestionnaireVersion
from surveyapp.survey.privacy import FactKey, Terms
from surveyapp.survey.rules import State
from surveyapp.survey.store import AlreadyReceived, AnswersRefusedError, CodeProblem, Door, Submitted
from surveyapp.survey.wave_store import NewWave
from tests.conftest import MakeApp
from tests.surveyapp.survey.rounds import CLOSES, OPENS, REFERENCE, WHO, answered, drafted, publish, running, some_answers

UNKNOWN_TYPED = "ABCDEFGHJKMN" + check_character("ABCDEFGHJKMN")


def nobody(_: object) -> None:
    """Take what is handed over, for a test that never gets so far."""


def on(day: date) -> Clock:
    return lambda: datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def test_both_forms_of_a_code_open_the_same_door(app: Flask) -> None:
    this = running(app)
    with app.app_context():
        doors = [store.look_up(form) for form in (this.codes[0].typed, this.codes[0].typed.lower(), this.codes[0].link)]
        assert doors[0] == doors[1] == doors[2]
        assert isinstance(doors[0], Door)
        assert (doors[0].wave_name, doors[0].closes, doors[0].municipality) == ("second", CLOSES, "Cēsu novads")
        assert doors[0].questionnaire.id == "specialists"


def test_looking_at_a_code_never_spends_it(app: Flask) -> None:
    this = running(app)
    with app.app_context():
        for _ in range(3):
            assert isinstance(store.look_up(this.codes[0].link), Door)


def test_a_code_answers_once_in_whichever_form(app: Flask) -> None:
    this = running(app)
    with app.app_context():
        sheet = some_answers(this.facts().questionnaire, 1)
        assert isinstance(store.submit(this.codes[0].typed, store.new_receipt(), sheet), Submitted)
        assert store.look_up(this.codes[0].link) is CodeProblem.USED
        again = store.submit(this.codes[0].link, store.new_receipt(), sheet)
        assert again == AlreadyReceived(same_receipt=False)


def test_the_same_submission_once_more_is_a_success_and_counts_once(app: Flask) -> None:
    this = running(app)
    with app.app_context():
        sheet, receipt = some_answers(this.facts().questionnaire, 1), store.new_receipt()
        assert store.submit(this.codes[0].link, receipt, sheet) == Submitted(receipt)
        for form in (this.codes[0].link, this.codes[0].typed):
            assert store.submit(form, receipt.lower(), sheet) == AlreadyReceived(same_receipt=True)
        with reading() as session:
            assert len(session.scalars(select(Invitation.boxes).where(Invitation.boxes > 0)).all()) == 1


def test_a_receipt_that_was_tampered_with_is_replaced(app: Flask) -> None:
    this = running(app)
    with app.app_context():
        done = store.submit(this.codes[0].link, "mine", some_answers(this.facts().questionnaire, 1))
        assert isinstance(done, Submitted)
        assert len(done.receipt) == 19


def test_of_two_submissions_at_once_exactly_one_is_stored(app: Flask) -> None:
    this = running(app)
    with app.app_context():
        sheet = some_answers(this.facts().questionnaire, 1)
        for code in this.codes[:6]:
            outcomes = at_once(app, partial(store.submit, code.link, store.new_receipt(), sheet))
            assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyReceived", "Submitted"]
        with reading() as session:
            assert len(session.scalars(select(Invitation.boxes).where(Invitation.boxes > 0)).all()) == 6


def at_once(app: Flask, what: Callable[[], object]) -> list[object]:
    """Do *what* in two threads at the same moment."""
    start, outcomes = threading.Barrier(2), []

    def one() -> None:
        with app.app_context():
            start.wait()
            outcomes.append(what())

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 19), CodeProblem.NOT_OPEN_YET),
        (OPENS, None),
        (CLOSES, None),
        (date(2026, 12, 1), CodeProblem.CLOSED),
    ],
)
def test_answers_are_taken_from_the_first_to_the_last_day(make_app: MakeApp, day: date, expected: CodeProblem | None) -> None:
    this = running(make_app())
    with make_app(now=on(day)).app_context():
        found = store.look_up(this.codes[0].link)
        given = some_answers(this.facts().questionnaire, 1)
        stored = store.submit(this.codes[0].link, store.new_receipt(), given)
        assert (found, stored) == (expected, expected) if expected else isinstance(stored, Submitted)


def test_a_wave_closed_early_takes_no_more_answers(app: Flask) -> None:
    this = running(app)
    answered(app, this, 1)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
        assert store.look_up(this.codes[1].link) is CodeProblem.CLOSED
        assert store.look_up(this.codes[0].link) is CodeProblem.USED
        with pytest.raises(RefusedError, match="cannot be closed: it is closed"):
            wave_store.close(this.facts(), WHO)


def test_mistyped_and_unknown_codes_are_told_apart(app: Flask) -> None:
    running(app)
    with app.app_context():
        assert store.look_up("ABCD-EFGH-JKMN-" + ("A" if UNKNOWN_TYPED[-1] != "A" else "B")) is CodeProblem.MISTYPED
        assert store.look_up(UNKNOWN_TYPED) is CodeProblem.UNKNOWN
        assert store.submit(new_link(), store.new_receipt(), {}) is CodeProblem.UNKNOWN


def test_answers_that_do_not_fit_are_refused_without_spending_the_code(app: Flask) -> None:
    this = running(app)
    with app.app_context():
        sheet = some_answers(this.facts().questionnaire, 1) | {"role": ("marker",)}
        with pytest.raises(AnswersRefusedError, match="role: unknown_choice") as caught:
            store.submit(this.codes[0].link, store.new_receipt(), sheet)
        assert "marker" not in str(caught.value)
        assert isinstance(store.look_up(this.codes[0].link), Door)


def test_two_waves_at_once_keep_their_codes_apart(app: Flask) -> None:
    rounds = [running(app, name=name) for name in ("one", "two")]
    with app.app_context():
        doors = [store.look_up(this.codes[0].typed) for this in rounds]
        assert [door.wave_name for door in doors if isinstance(door, Door)] == ["one", "two"]


def test_too_many_codes_that_do_not_exist_are_noticed_by_source(app: Flask) -> None:
    this = running(app)
    for address, tries, expected in (("192.0.2.1", wrong_codes.MOST_PER_SOURCE, True), ("192.0.2.2", 1, False)):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            for _ in range(tries):
                assert store.look_up(new_link()) is CodeProblem.UNKNOWN
            assert store.too_many_wrong_codes() is expected
            assert isinstance(store.look_up(this.codes[0].link), Door), "a good code is served all the same"


def test_all_sources_together_are_counted_as_a_bare_number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    running(app)
    monkeypatch.setattr(wrong_codes, "MOST_IN_ALL", 3)
    for last in range(3):
        with app.test_request_context(environ_base={"REMOTE_ADDR": f"192.0.2.{last}"}):
            assert not store.too_many_wrong_codes()
            store.look_up(new_link())
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.99"}):
        assert store.too_many_wrong_codes()


def test_codes_wait_for_the_trial_box(app: Flask) -> None:
    with app.app_context():
        wave, _ = drafted()
        with pytest.raises(RefusedError, match="First prove that the key works"):
            wave_store.invite(wave, 20, WHO, hand_over=nobody)


def test_a_trial_with_another_key_proves_nothing(app: Flask) -> None:
    with app.app_context():
        wave, _ = drafted("one")
        _, other = drafted("two")
        with pytest.raises(RefusedError, match="not the key of the wave 'one'"):
            wave_store.trial(wave, other, WHO)
        assert wave_store.find(wave.municipality_id, "one").state is State.DRAFT


def test_more_codes_can_be_made_and_used_flags_stay(app: Flask) -> None:
    this = running(app)
    answered(app, this, 2)
    with app.app_context():
        wave_store.invite(this.facts(), 1, WHO, hand_over=this.codes.extend)
        assert [store.look_up(code.link) is CodeProblem.USED for code in this.codes[:3]] == [True, True, False]
        assert isinstance(store.look_up(this.codes[12].typed), Door)
        with reading() as session:
            stored = session.scalars(select(Invitation.typed_hash, Invitation.boxes)).all()  # no index holds both
        assert len(stored) == 13
        assert list(stored) == sorted(stored), "the rows lie in the order of their hashes"


def test_codes_that_cannot_be_handed_over_are_not_made(app: Flask) -> None:
    this = running(app)

    def full_disk(_: object) -> None:
        raise OSError("no space left")

    with app.app_context():
        with pytest.raises(OSError, match="no space left"):
            wave_store.invite(this.facts(), 5, WHO, hand_over=full_disk)
        assert response_store.response(this.facts()).whole.codes == 12


@pytest.mark.parametrize(
    ("count", "group", "reason"), [(9, None, "at least 10 codes"), (9, "school", "at least 10"), (0, None, "Between 1")]
)
def test_too_few_codes_are_refused_with_the_reason(app: Flask, count: int, group: str | None, reason: str) -> None:
    with app.app_context():
        wave, private = drafted()
        wave_store.trial(wave, private, WHO)
        with pytest.raises(RefusedError, match=reason):
            wave_store.invite(wave_store.find(wave.municipality_id, wave.name), count, WHO, group=group, hand_over=nobody)


def test_the_response_is_one_stored_figure_a_day(make_app: MakeApp) -> None:
    app = make_app()
    this = running(app, 24)
    answered(app, this, 11)
    with app.app_context():
        assert response_store.response(this.facts()).whole.received == 11
        sheet = some_answers(this.facts().questionnaire, 1)
        store.submit(this.codes[20].link, store.new_receipt(), sheet)
        assert response_store.response(this.facts()).whole.received == 11
    with make_app(now=on(date(2026, 11, 22))).app_context():
        assert response_store.response(this.facts()).whole.received == 12


def test_fewer_than_ten_answers_are_not_told_as_a_number(app: Flask) -> None:
    this = running(app)
    answered(app, this, 9)
    with app.app_context():
        assert response_store.response(this.facts()).whole.received is None


def test_a_group_is_told_only_if_nobody_can_be_subtracted_from_the_whole(app: Flask) -> None:
    this = running(app, 10)
    with app.app_context():
        wave_store.invite(this.facts(), 12, WHO, group="school", hand_over=this.codes.extend)
        assert response_store.response(this.facts()).groups["school"].codes == 12
    other = running(app, 12, name="other")
    with app.app_context():
        wave_store.invite(other.facts(), 12, WHO, group="school", hand_over=other.codes.extend)
        with writing() as session:  # as if spares without a group had been handed back
            spares = select(Invitation).where(Invitation.wave_id == other.facts().id, Invitation.group_name.is_(None)).limit(5)
            for spare in session.scalars(spares):
                session.delete(spare)
        assert response_store.response(other.facts()).groups == {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": " "}, "Give the wave a name"),
        ({"opens": date(2026, 12, 2)}, "would close .* before it opens"),
        ({"opens": date(2020, 1, 1), "closes": date(2020, 2, 1)}, "is past"),
        ({"questionnaire": "specialists/9"}, r"'specialists/9' is not published \(known: specialists/2\)"),
        ({"questionnaire": "x"}, "not published"),
    ],
)
def test_a_wave_that_cannot_be_is_refused_with_the_reason(app: Flask, change: dict[str, Any], reason: str) -> None:
    whole = NewWave("w", REFERENCE, OPENS, CLOSES, {"teacher": 30})
    with app.app_context(), pytest.raises(RefusedError, match=reason):
        wave_store.create(publish(), replace(whole, **change), WHO, hand_over=nobody)


def test_the_name_of_a_wave_is_taken_once_in_a_municipality(app: Flask) -> None:
    with app.app_context():
        drafted("one")
        with pytest.raises(RefusedError, match="There is a wave called 'one' already"):
            drafted("one")


def test_a_published_version_never_changes(app: Flask) -> None:
    with app.app_context():
        place = publish()
        _, questionnaire = questionnaire_store.published(place, REFERENCE)
        assert questionnaire.version == 2
        publish()  # word for word the same: nothing to refuse
        with reading() as session:
            text = session.scalars(select(QuestionnaireVersion.text)).one()
        with pytest.raises(RefusedError, match="published already with another text"):
            questionnaire_store.publish(place, text.replace("minutes: 1", "minutes: 2"), "f.yaml", WHO)


def test_a_question_for_one_role_alone_is_not_published(app: Flask) -> None:
    with app.app_context():
        publish()
        with reading() as session:
            text = session.scalars(select(QuestionnaireVersion.text)).one()
    found = "show_if: {item: t_received, any_of: [signs, conversation, reporting, hsb, online]}"
    assert found in text
    with pytest.raises(FileRefusedError, match="would show the role"):
        questionnaire_store.check(text.replace(found, "show_if: {item: role, any_of: [doctor]}"), "f.yaml")
    questionnaire_store.check(text.replace(found, "show_if: {item: role, any_of: [teacher]}"), "f.yaml")  # a whole group


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["f.csv:1: The first line must be: stratum,population (or stratum;population)."]),
        ("stratum,people\n", ["f.csv:1: The first line must be: stratum,population (or stratum;population)."]),
        ("stratum,population\n", ["f.csv:1: There is no stratum below the first line; add one line for each."]),
        ("stratum,population\nteacher,1,2\n", ["f.csv:2: There are 3 cells; write stratum,population."]),
        ("stratum,population\nteacher,-1\n", ["f.csv:2: population: '-1' is not a whole number between 0 and 10000000."]),
        ("stratum,population\nteacher,²\n", ["f.csv:2: population: '²' is not a whole number between 0 and 10000000."]),
        (
            "stratum,population\ncare,5\n\nsocial,3\n",
            ["f.csv:4: stratum: These people are counted in line 2 already; name each stratum, or its parts, once."],
        ),
    ],
)
def test_a_population_file_is_refused_with_every_problem(app: Flask, text: str, expected: list[str]) -> None:
    with app.app_context():
        _, questionnaire = questionnaire_store.published(publish(), REFERENCE)
        with pytest.raises(FileRefusedError) as caught:
            population.parse_population(text, "f.csv", questionnaire)
    assert str(caught.value).splitlines() == expected


def test_a_population_file_may_part_its_columns_by_semicolons_as_spreadsheets_here_do(app: Flask) -> None:
    with app.app_context():
        _, questionnaire = questionnaire_store.published(publish(), REFERENCE)
    read = population.parse_population("stratum;population\r\nteacher;40\r\ncare;20\r\n", "f.csv", questionnaire)
    assert read == {"teacher": 40, "care": 20}


def test_the_promise_is_written_down_when_the_codes_go_out_and_never_changes(app: Flask) -> None:
    this = running(app)
    with app.app_context():
        door = store.look_up(this.codes[0].link)
        assert isinstance(door, Door)
        assert {len(door.promise[language]) for language in ("lv", "en", "ru")} == {len(door.promise["lv"])}
        assert "2026. gada 30. novembris" in " ".join(door.promise["lv"])
        with writing() as session:
            session.get_one(Municipality, municipalities.find("cesis").id).demo = True
        app.extensions.pop("wave_promises")
        again = store.look_up(this.codes[0].link)
        assert isinstance(again, Door)
        assert again.promise == door.promise


def test_the_promise_tells_the_wave_as_it_is(app: Flask) -> None:
    with app.app_context():
        _, questionnaire = questionnaire_store.published(publish(), REFERENCE)
    terms = Terms(questionnaire, "code", OPENS, CLOSES, demo=False, free_text=False, supplementary=False)
    facts = {fact.key: fact for fact in privacy.statement(terms)}
    assert facts[FactKey.SEALED_UNTIL].day == CLOSES
    assert facts[FactKey.OPENED_TOGETHER].number == 10
    assert FactKey.KEPT_WITH_GROUP_AND_BAND in facts
    assert FactKey.INVENTED not in facts
    assert FactKey.INVENTED in {fact.key for fact in privacy.statement(replace(terms, demo=True))}
