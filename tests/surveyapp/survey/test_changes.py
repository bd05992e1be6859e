"""Replacing and taking back answers until the close: only code and receipt together lead to them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from questionnaires.conditions import Answers
from surveyapp.core.database import reading
from surveyapp.survey import opened_store, opening, store, wave_store
from surveyapp.survey.codes import Code, Hasher, new_link
from surveyapp.survey.models import Invitation, SealedBox
from surveyapp.survey.rules import Mode
from surveyapp.survey.store import AlreadyReceived, CodeProblem, NotFound, Submitted, Withdrawn
from tests.conftest import MakeApp
from tests.surveyapp.survey.rounds import CLOSES, WHO, Beginning, Round
from tests.surveyapp.survey.small import running, sheet

RECEIPT = "ABCD-EFGH-JKMN-PQRT"

BEGINNING = Beginning(running)


@pytest.fixture(scope="module")
def furnish() -> Beginning:
    """Every database begins with a wave that takes answers."""
    return BEGINNING


def numbers() -> tuple[int, int]:
    """Boxes stored, and boxes that the codes tell of."""
    with reading() as session:
        boxes = session.scalar(select(func.count()).select_from(SealedBox)) or 0
        return boxes, session.scalar(select(func.sum(Invitation.boxes))) or 0


def opened_answers(this: Round) -> list[Answers]:
    wave = this.facts()
    if wave.state == "open":
        wave_store.close(wave, WHO)
    opening.open_wave(this.facts(), this.private, WHO)
    return [one.answers for one in opened_store.responses(this.facts())]


def test_a_replacement_counts_once_and_the_first_answers_are_gone(app: Flask) -> None:
    this = BEGINNING.of(app)
    with app.app_context():
        for number, code in enumerate(this.codes):
            store.submit(code.link, RECEIPT, sheet(number))
        assert store.replace(this.codes[0].typed, RECEIPT, {**sheet(0), "ready": ("hard_to_say",)}) == Submitted(RECEIPT)
        assert numbers() == (12, 12)
        said = [answers["ready"] for answers in opened_answers(this)]
        assert said.count(("hard_to_say",)) == 1
        assert len(said) == 12


def test_taking_answers_back_frees_the_code(app: Flask) -> None:
    this = BEGINNING.of(app)
    with app.app_context():
        store.submit(this.codes[0].link, RECEIPT, sheet(0))
        assert store.received(this.codes[0].link, RECEIPT) is True
        assert store.withdraw(this.codes[0].typed, RECEIPT) == Withdrawn()
        assert numbers() == (0, 0)
        assert store.received(this.codes[0].link, RECEIPT) is False
        assert store.withdraw(this.codes[0].link, RECEIPT) == NotFound()
        assert numbers() == (0, 0)
        assert isinstance(store.submit(this.codes[0].link, RECEIPT, sheet(1)), Submitted)


@pytest.mark.parametrize("receipt", ["PQRT-ABCD-EFGH-JKMN", "", "no receipt at all", RECEIPT[:-1]])
def test_a_strangers_receipt_does_nothing(app: Flask, receipt: str) -> None:
    this = BEGINNING.of(app)
    with app.app_context():
        store.submit(this.codes[0].link, RECEIPT, sheet(0))
        code = this.codes[0].link
        assert store.received(code, receipt) is False
        assert store.replace(code, receipt, sheet(1)) == NotFound()
        assert store.withdraw(code, receipt) == NotFound()
        assert store.withdraw(this.codes[1].link, RECEIPT) == NotFound(), "the right receipt with another code"
        assert store.withdraw(new_link(), RECEIPT) is CodeProblem.UNKNOWN
        assert numbers() == (1, 1)


def test_answers_that_do_not_fit_replace_nothing(app: Flask) -> None:
    this = BEGINNING.of(app)
    with app.app_context():
        store.submit(this.codes[0].link, RECEIPT, sheet(0))
        with pytest.raises(store.AnswersRefusedError):
            store.replace(this.codes[0].link, RECEIPT, {"role": ("teacher", "doctor")})
        assert store.received(this.codes[0].link, RECEIPT) is True


def test_after_the_close_nothing_can_be_changed_any_more(make_app: MakeApp) -> None:
    days = [date(2026, 11, 21)]
    app = make_app(now=lambda: datetime(days[0].year, days[0].month, days[0].day, 10, tzinfo=UTC))
    this = BEGINNING.of(app)
    with app.app_context():
        for number, code in enumerate(this.codes):
            store.submit(code.link, RECEIPT, sheet(number))
        days[0] = CLOSES.replace(month=12, day=1)
        assert store.replace(this.codes[0].link, RECEIPT, sheet(1)) is CodeProblem.CLOSED
        assert store.withdraw(this.codes[0].link, RECEIPT) is CodeProblem.CLOSED
        assert store.look_up_to_change(this.codes[0].link) is CodeProblem.CLOSED
        opened_answers(this)
        assert store.withdraw(this.codes[0].link, RECEIPT) is CodeProblem.UNKNOWN


def test_of_a_withdrawal_and_a_repeat_at_once_no_number_goes_wrong(app: Flask) -> None:
    this = BEGINNING.of(app)

    def again(step: int) -> object:
        with app.app_context():
            if step % 2:
                return store.withdraw(this.codes[0].link, RECEIPT)
            return store.submit(this.codes[0].link, RECEIPT, sheet(step))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(again, range(12)))
    with app.app_context():
        boxes, counted = numbers()
        assert boxes == counted
        assert boxes in {0, 1}


@pytest.mark.parametrize("mode", ["group", "open"])
def test_a_groups_code_takes_many_answers_each_under_its_own_receipt(app: Flask, mode: Mode) -> None:
    this = running(app, mode, codes=1, name=mode)
    with app.app_context():
        code = this.codes[0]
        receipts = [store.new_receipt() for _ in range(11)]
        for number, receipt in enumerate(receipts):
            assert store.submit(code.link, receipt, sheet(number)) == Submitted(receipt)
        assert store.submit(code.link, receipts[0], sheet(5)) == AlreadyReceived(same_receipt=True), "a repeat counts once"
        assert store.withdraw(code.link, receipts[0]) == Withdrawn()
        assert isinstance(store.replace(code.link, receipts[1], sheet(7)), Submitted)
        assert numbers() == (10, 10)
        assert len(opened_answers(this)) == 10


def test_a_typed_code_is_stretched_once_however_often_one_request_asks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    this = BEGINNING.of(app)
    stretched: list[Code] = []
    slow = Hasher.stretched

    def counted(keyed: Hasher, code: Code) -> bytes:
        stretched.append(code)
        return slow(keyed, code)

    monkeypatch.setattr(Hasher, "stretched", counted)
    with app.app_context():
        store.look_up(this.codes[0].typed)
        store.submit(this.codes[0].typed, RECEIPT, sheet(0))
    assert len(stretched) == 1
