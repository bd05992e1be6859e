"""Two people press their buttons in the same moment: of the same thing one is done, and the other person is told."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from surveyapp.core import audit
from surveyapp.core.database import reading
from surveyapp.survey import store, wave_store
from surveyapp.survey.models import Invitation, SealedBox
from tests.surveyapp.events import test_upload as sheets
from tests.surveyapp.events.plans import PLAN, load_plan
from tests.surveyapp.events.sheets import logged, workbook
from tests.surveyapp.plans import test_plan_pages as plans
from tests.surveyapp.signing_in import sign_in
from tests.surveyapp.survey import small
from tests.surveyapp.survey.rounds import WHO

ROUNDS = 5


def at_once(buttons: Sequence[Callable[[], object]]) -> list[object]:
    """Press every button in the same moment; returns what each of them did."""
    start = Barrier(len(buttons))

    def wait_and_press(button: Callable[[], object]) -> object:
        start.wait()
        return button()

    with ThreadPoolExecutor(len(buttons)) as pool:
        return list(pool.map(wait_and_press, buttons))


def people(app: Flask, role: str) -> list[FlaskClient]:
    """The browsers of two people with the same role and institution."""
    both = [app.test_client(), app.test_client()]
    for number, client in enumerate(both):
        sign_in(client, app, role, email=f"{role}{number}@example.org")
        client.get("/?lang=en")
    return both


def press(agree: Callable[[FlaskClient, TestResponse], TestResponse], client: FlaskClient, page: TestResponse) -> int:
    """Press the button of *page*; returns the status of the answer."""
    return agree(client, page).status_code


@pytest.mark.postgres
def test_two_organisers_who_upload_the_same_sheet_log_it_once(app: Flask) -> None:
    load_plan(app)
    clients, expected = people(app, "organiser"), []
    for turn in range(ROUNDS):
        expected.append(("1.1.a", date(2026, 10, 1 + turn), f"Mācības {turn}", 25, 25))
        pages = [sheets.choose(client, workbook(expected[-1])) for client in clients]
        assert sorted(
            map(str, at_once([partial(press, sheets.agree, *each) for each in zip(clients, pages, strict=True)]))
        ) == ["302", "409"]
        assert logged(app) == expected
    with app.app_context():
        assert audit.examine().broken is None


@pytest.mark.postgres
@pytest.mark.parametrize("other", ["Programma", "Cita programma"])
def test_of_two_texts_of_one_version_one_is_loaded(app: Flask, other: str) -> None:
    load_plan(app)
    clients = people(app, "coordinator")
    for turn in range(ROUNDS):
        text = PLAN.replace("version: 1", f"version: {turn + 2}")
        pages = [
            plans.choose(client, one) for client, one in zip(clients, (text, text.replace("Programma", other)), strict=True)
        ]
        told = Counter(map(str, at_once([partial(press, plans.agree, *each) for each in zip(clients, pages, strict=True)])))
        assert told["302"] >= 1
        assert told["500"] == 0
        assert told["302"] == 1 or other == "Programma", "one was told that their text is loaded, and it is not"
        assert plans.versions(app) == [("small", number) for number in range(1, turn + 3)]
    with app.app_context():
        assert audit.examine().broken is None


@pytest.mark.postgres
def test_whoever_sends_while_the_wave_is_closed_is_in_or_is_told_that_they_are_not(app: Flask) -> None:
    this = small.running(app, codes=12)
    receipts = [store.new_receipt() for _ in this.codes]

    def sending(number: int) -> Callable[[], object]:
        def send() -> object:
            with app.app_context():
                return type(store.submit(this.codes[number].link, receipts[number], small.sheet(number))).__name__

        return send

    def close() -> object:
        with app.app_context():
            wave_store.close(this.facts(), WHO)
        return "closed"

    told = at_once([*(sending(number) for number in range(6)), close, *(sending(number) for number in range(6, 12))])
    with app.app_context(), reading() as session:
        boxes = session.scalar(select(func.count()).select_from(SealedBox))
        counted = session.scalar(select(func.sum(Invitation.boxes)))
    assert boxes == counted == told.count("Submitted")
    assert told.count("Submitted") + told.count("CodeProblem") == len(receipts)


@pytest.mark.postgres
def test_a_form_sent_twice_in_one_moment_is_one_box_and_both_are_told_so(app: Flask) -> None:
    this = small.running(app, codes=12)
    for number in range(ROUNDS):
        code, receipt = this.codes[number].link, store.new_receipt()

        def send(number: int = number, code: str = code, receipt: str = receipt) -> object:
            with app.app_context():
                done = store.submit(code, receipt, small.sheet(number))
                return isinstance(done, store.Submitted) or (isinstance(done, store.AlreadyReceived) and done.same_receipt)

        assert at_once([send] * 4) == [True] * 4
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(SealedBox)) == ROUNDS
