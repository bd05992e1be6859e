"""Waves by group code, by open address, for latecomers, and of feedback: what each takes, tells and leaves behind."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from sqlalchemy import event, func, select

from questionnaires.problems import FileRefusedError
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading
from surveyapp.survey import opened_store, opening, questionnaire_store, response_store, store, wave_store
from surveyapp.survey.models import FreeText, Response, Tally
from surveyapp.survey.rules import Mode, pools_told
from surveyapp.survey.wave_store import NewCode, NewWave
from tests.conftest import MakeApp
from tests.surveyapp.survey.pages import opened, send
from tests.surveyapp.survey.rounds import CLOSES, OPENS, WHO, Round
from tests.surveyapp.survey.small import YAML, publish, running, sheet
from tests.surveyapp.survey.test_boxes import FEEDBACK_YAML


def answer(codes: Sequence[NewCode], numbers: Sequence[int]) -> None:
    """One sheet for each number, with its code."""
    for code, number in zip(codes, numbers, strict=False):
        done = store.submit(code.link, store.new_receipt(), sheet(number))
        assert isinstance(done, store.Submitted), done


def close_and_open(this: Round) -> int:
    wave_store.close(this.facts(), WHO)
    return opening.open_wave(this.facts(), this.private, WHO)


def test_groups_of_ten_answers_or_more_are_told_and_the_rest_is_not_to_be_subtracted(app: Flask) -> None:
    this = running(app, "group", codes=3)
    with app.app_context():
        for group, number in zip(this.codes, (14, 11, 3), strict=True):
            answer([group] * number, range(number))
        told = response_store.response(this.facts())
        assert told.whole.received == 28
        # 28 less 14 less 11 would tell of the three others.
        assert {group: figure.received for group, figure in told.groups.items()} == {"group 0": 14}


@pytest.mark.parametrize("mode", ["group", "open"])
def test_the_work_for_a_code_that_many_have_does_not_tell_whether_any_of_them_answered(one_app: Flask, mode: Mode) -> None:
    this, client, asked = running(one_app, mode, codes=1), one_app.test_client(), list[str]()
    event.listen(one_app.extensions["engine"], "before_cursor_execute", lambda *told: asked.append(told[2]))

    def work() -> list[str]:
        hidden = opened(client, this.codes[0].link).hidden
        asked.clear()
        assert send(client, hidden).status_code == 422, "nothing was filled in"
        return list(asked)

    before = [work(), work()][1]  # a worker reads some things once
    with one_app.app_context():
        answer(this.codes, [0])
    assert work() == before


def test_a_group_that_was_kept_back_once_stays_kept_back(moving: Flask, days: list[date]) -> None:
    this = running(moving, "group", codes=3)
    with moving.app_context():
        for group, number in zip(this.codes, (12, 11, 3), strict=True):
            answer([group] * number, range(number))
        assert set(response_store.response(this.facts()).groups) == {"group 0"}
        days[0] = date(2026, 11, 21)
        answer([this.codes[1]] * 2, range(2))  # now the other one is the smaller
        # 28 less 13 today, beside 26 less 12 the day before, would leave the third group alone.
        assert set(response_store.response(this.facts()).groups) <= {"group 0"}


def test_an_open_address_tells_no_groups_and_cannot_be_made_for_one(app: Flask) -> None:
    this = running(app, "open")
    with app.app_context():
        answer(this.codes * 12, range(12))
        assert response_store.response(this.facts()).groups == {}
        with pytest.raises(RefusedError):
            wave_store.invite(this.facts(), 1, WHO, group="kindergarten", hand_over=lambda _: None)
        assert close_and_open(this) == 12


def test_a_group_gets_one_code_and_must_have_a_name(app: Flask) -> None:
    this = running(app, "group", codes=1)
    with app.app_context():
        for count, group in ((2, "a"), (1, None)):
            with pytest.raises(RefusedError):
                wave_store.invite(this.facts(), count, WHO, group=group, hand_over=lambda _: None)


def test_own_words_are_kept_apart_each_under_a_key_of_its_own(app: Flask) -> None:
    this = running(app, free_text=True)
    with app.app_context():
        for number, code in enumerate(this.codes):
            texts = {"short_word": f"word {number}"}
            if number % 3:
                texts["long_word"] = f"longer words {number}"
            assert isinstance(store.submit(code.link, store.new_receipt(), sheet(number), texts), store.Submitted)
        assert close_and_open(this) == 12
        with reading() as session:
            rows = session.scalars(select(FreeText)).all()
            keys = set(session.scalars(select(Response.key)))
        assert len(rows) == 12 + 8
        assert {row.key for row in rows}.isdisjoint(keys)
        assert not any(row.released for row in rows)


def test_own_words_are_asked_of_everybody_or_nobody() -> None:
    asked = 'label: {lv: "Ko vēl vēlaties piebilst?"'
    for rule in ("{item: role, any_of: [doctor]}", '{item: ready, any_of: ["1"]}'):
        with pytest.raises(FileRefusedError, match="Own words"):
            questionnaire_store.check(YAML.replace(asked, f"show_if: {rule}\n        {asked}"), "small.yaml")


def test_a_wave_that_does_not_ask_for_own_words_takes_none(app: Flask) -> None:
    this = running(app)
    with app.app_context(), pytest.raises(store.AnswersRefusedError):
        store.submit(this.codes[0].link, store.new_receipt(), sheet(1), {"short_word": "hello"})


def late(app: Flask, main: Round, days: list[date]) -> Round:
    days[0] = date(2026, 12, 2)
    with app.app_context():
        main_id = main.facts().id
    return running(app, name="late", supplements=main_id, days=(date(2026, 12, 2), date(2026, 12, 9)))


@pytest.fixture
def days() -> list[date]:
    """The day on which it all happens; tests move it."""
    return [OPENS]


@pytest.fixture
def moving(make_app: MakeApp, days: list[date]) -> Flask:
    return make_app(now=lambda: datetime(days[0].year, days[0].month, days[0].day, 10, tzinfo=UTC))


def test_latecomers_asked_before_the_opening_are_counted_with_the_others_and_nowhere_else(
    moving: Flask, days: list[date]
) -> None:
    main = running(moving)
    with moving.app_context():
        answer(main.codes, range(12))
    supplement = late(moving, main, days)
    with moving.app_context():
        answer(supplement.codes, range(20, 30))
        assert close_and_open(supplement) == 10
        assert opened_store.opened_waves(main.facts().municipality_id) == [], "nothing of its own to show"
        assert opening.open_wave(main.facts(), main.private, WHO) == 22
        (shown,) = opened_store.opened_waves(main.facts().municipality_id)
        counts = opened_store.counts(shown)
        assert shown.name == main.name
        assert counts.respondents == 22
        sheets = [sheet(number) for number in (*range(12), *range(20, 30))]
        for group, role in (("schools", "teacher"), ("clinics", "doctor")):
            ready = [one["ready"][0] for one in sheets if one["role"] == (role,)]
            assert counts.strata[group].items["ready"].options == {
                choice: ready.count(choice) for choice in ("1", "2", "3", "hard_to_say")
            }
        with reading() as session:
            assert set(session.scalars(select(Tally.wave_id))) == {main.facts().id}
            assert set(session.scalars(select(Response.wave_id))) == {main.facts().id}


def test_latecomers_asked_after_the_opening_stand_on_their_own(moving: Flask, days: list[date]) -> None:
    main = running(moving)
    with moving.app_context():
        answer(main.codes, range(12))
        days[0] = CLOSES.replace(month=12, day=1)
        opening.open_wave(main.facts(), main.private, WHO)
        before = opened_store.counts(main.facts())
    supplement = late(moving, main, days)
    with moving.app_context():
        answer(supplement.codes, range(20, 30))
        assert close_and_open(supplement) == 10
        assert opened_store.counts(main.facts()) == before, "what was published never changes"
        assert len(opened_store.opened_waves(main.facts().municipality_id)) == 2


def test_latecomers_of_a_wave_that_stays_sealed_stand_on_their_own(moving: Flask, days: list[date]) -> None:
    main = running(moving)
    with moving.app_context():
        answer(main.codes, range(4))
    supplement = late(moving, main, days)
    with moving.app_context():
        answer(supplement.codes, range(20, 30))
        close_and_open(supplement)
        (shown,) = opened_store.opened_waves(main.facts().municipality_id)
        assert (shown.name, opened_store.counts(shown).respondents) == ("late", 10)


def test_a_supplement_of_fewer_than_ten_stays_sealed(moving: Flask, days: list[date]) -> None:
    main = running(moving)
    with moving.app_context():
        answer(main.codes, range(12))
    supplement = late(moving, main, days)
    with moving.app_context():
        answer(supplement.codes, range(9))
        with pytest.raises(RefusedError, match="fewer than 10"):
            close_and_open(supplement)


def test_a_wave_that_still_takes_answers_needs_no_supplement(app: Flask) -> None:
    main = running(app)
    with app.app_context():
        main_id = main.facts().id
    with pytest.raises(RefusedError, match="still takes answers"):
        running(app, name="late", supplements=main_id)


def feedback(app: Flask, rows: dict[str, int]) -> Round:
    """A feedback wave in which so many gave feedback on each plan row."""
    with app.app_context():
        place = publish()
        questionnaire_store.publish(place, FEEDBACK_YAML, "feedback.yaml", WHO)
        keys: list[X25519PrivateKey] = []
        new = NewWave("feedback", "after-event/1", OPENS, CLOSES, {}, "group")
        wave = wave_store.create(place, new, WHO, hand_over=keys.append)
        wave_store.trial(wave, keys[0], WHO)
        this = Round("feedback", keys[0], [])
        for row, number in rows.items():
            wave_store.invite(this.facts(), 1, WHO, group=f"after {row}", pool=row, hand_over=this.codes.extend)
            for _ in range(number):
                store.submit(this.codes[-1].link, store.new_receipt(), {"useful": ("yes",)})
        return this


def test_feedback_is_pooled_by_what_it_is_about_from_ten_answers_up(app: Flask) -> None:
    this = feedback(app, {"1.1.a": 12, "1.1.b": 11, "1.1.c": 4, "1.1.d": 6})
    with app.app_context():
        assert close_and_open(this) == 33
        counts = opened_store.counts(this.facts())
        assert {pool: part.respondents for pool, part in counts.strata.items()} == {"1.1.a": 12, "1.1.b": 11, "*rest": 10}
        assert {one.stratum for one in opened_store.responses(this.facts())} == {"1.1.a", "1.1.b", "*rest"}
        assert opened_store.opened_waves(this.facts().municipality_id) == [], "no survey, not to be compared"
        assert len(opened_store.opened_waves(this.facts().municipality_id, "feedback")) == 1


def test_a_rest_of_fewer_than_ten_takes_the_smallest_pool_with_it() -> None:
    assert pools_told({"a": 30, "b": 10, "c": 3}) == {"a"}
    assert pools_told({"a": 30, "b": 10}) == {"a", "b"}
    assert pools_told({"a": 12, "c": 3}) == frozenset()


def test_only_group_codes_can_ask_for_feedback(app: Flask) -> None:
    with app.app_context():
        questionnaire_store.publish(publish(), FEEDBACK_YAML, "feedback.yaml", WHO)
        with pytest.raises(RefusedError, match="codes of groups"):
            wave_store.draft(1, NewWave("feedback", "after-event/1", OPENS, CLOSES, {}), WHO)


def test_one_key_serves_several_drafts_and_gives_way_until_it_is_proved(app: Flask) -> None:
    with app.app_context():
        place = publish()
        drafts = [
            wave_store.draft(place, NewWave(name, "small/1", OPENS, CLOSES, {"schools": 20}), WHO) for name in ("one", "two")
        ]
        keys: list[X25519PrivateKey] = []
        wave_store.give_key(drafts, WHO, hand_over=keys.append)
        wave_store.give_key(drafts, WHO, hand_over=keys.append)
        one, two = (wave_store.find(place, name) for name in ("one", "two"))
        with pytest.raises(RefusedError, match="not the key"):
            wave_store.trial(one, keys[0], WHO)
        for wave in (one, two):
            wave_store.trial(wave, keys[1], WHO)
        with pytest.raises(RefusedError, match="proved already"):
            wave_store.give_key([one], WHO, hand_over=keys.append)


def test_a_draft_without_a_key_can_neither_be_proved_nor_invited_to(app: Flask) -> None:
    with app.app_context():
        wave = wave_store.draft(publish(), NewWave("one", "small/1", OPENS, CLOSES, {"schools": 20}), WHO)
        with pytest.raises(RefusedError, match="no key yet"):
            wave_store.trial(wave, X25519PrivateKey.generate(), WHO)
        with pytest.raises(RefusedError, match="prove"):
            wave_store.invite(wave, 12, WHO, hand_over=lambda _: None)
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(Response)) == 0
