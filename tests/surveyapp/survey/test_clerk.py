"""Typing in sheets of paper: through the respondents' door, number by number, and afterwards like any other answer."""

import re
from html import escape, unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from questionnaires.grammar import parse_questionnaire
from surveyapp.core.database import reading
from surveyapp.core.text import clean
from surveyapp.survey import finding, opened_store, opening, rules, store, wave_store
from surveyapp.survey.door import clerk
from surveyapp.survey.models import Invitation, SealedBox
from surveyapp.survey.store import AlreadyReceived
from tests.surveyapp.survey import pages, small
from tests.surveyapp.survey.pages import Data, Page
from tests.surveyapp.survey.rounds import WHO, Beginning, Given, Round

SMALL = parse_questionnaire(small.YAML, "small.yaml")
WHOLE = {"role": "1", "years": "7", "ready": "3", "topics": "1 2"}
WHOLE_MEANS: Given = {"role": ("teacher",), "years": ("from_5",), "ready": ("3",), "topics": ("signs", "talk")}

BEGINNING = Beginning(small.running)


@pytest.fixture(scope="module")
def furnish() -> Beginning:
    """Every database begins with a wave that takes answers."""
    return BEGINNING


def opened(client: FlaskClient, code: str) -> Page:
    """The lines of the sheet with that code."""
    response = client.post("/s/clerk?lang=en", data={"code": code})
    assert response.status_code == 200
    return pages.read(response)


def typed(page: Page, **numbers: str) -> Data:
    """What the browser sends when the clerk typed *numbers*."""
    return {**page.hidden, **{f"q-{item}": [text] for item, text in numbers.items()}}


def send(client: FlaskClient, data: Data, button: str = "send") -> TestResponse:
    """Press a button of the sheet."""
    return client.post("/s/clerk/sheet?lang=en", data={**data, button: ["en" if button == "lang" else "1"]})


def type_in(client: FlaskClient, code: str, **numbers: str) -> Page:
    """Type in a whole sheet; the page that follows."""
    response = send(client, typed(opened(client, code), **numbers))
    assert response.status_code == 200, response.get_data(as_text=True)
    return pages.read(response)


def said(response: TestResponse) -> str:
    """What the page says."""
    return unescape(response.get_data(as_text=True))


def boxes(app: Flask) -> int:
    """How many boxes are stored."""
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(SealedBox)) or 0


def opened_answers(app: Flask, this: Round) -> list[Given]:
    """All answers of the wave after its opening, without the role, in an order that says nothing."""
    with app.app_context():
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        found = list(opened_store.responses(this.facts()))
    return sorted(({item: tuple(chosen) for item, chosen in one.answers.items()} for one in found), key=repr)


def numbers_for(answers: Given) -> dict[str, str]:
    """What a clerk types for *answers*."""
    years = {"from_0": "2", "from_5": "11", "from_15": "40"}
    said = {item: " ".join(str(1 + place_of(item, choice)) for choice in chosen) for item, chosen in answers.items()}
    return {**said, "years": years[answers["years"][0]]}


def place_of(item: str, choice: str) -> int:
    """Where a choice stands on the sheet."""
    return [one.id for one in SMALL.item(item).choices].index(choice)


def test_a_stack_of_sheets_opens_to_the_same_answers_as_if_they_had_been_given_online(app: Flask) -> None:
    paper, online = small.running(app, name="paper"), small.running(app, name="online")
    sheets = [small.sheet(number) for number in range(12)]
    for code, answers in zip(paper.codes, sheets, strict=True):
        assert type_in(app.test_client(), code.typed, **numbers_for(answers)).receipt
    with app.app_context():
        for code, answers in zip(online.codes, sheets, strict=True):
            store.submit(code.link, store.new_receipt(), answers)
    assert opened_answers(app, paper) == opened_answers(app, online)


def test_nothing_in_the_database_tells_a_typed_sheet_from_an_answer_given_online(app: Flask) -> None:
    this = small.running(app, free_text=True, name="other")
    typed_in = this.codes[::2]
    for code in this.codes:
        if code in typed_in:
            type_in(app.test_client(), code.typed, **WHOLE, long_word="something to add")
        else:
            with app.app_context():
                store.submit(code.typed, store.new_receipt(), WHOLE_MEANS)
    with app.app_context(), reading() as session:
        every = session.execute(select(SealedBox.box_key, func.length(SealedBox.ciphertext))).all()
        uses = set(session.scalars(select(Invitation.boxes).where(Invitation.wave_id == this.facts().id)))
    assert len({(len(key), size) for key, size in every}) == 1
    assert (len(every), uses) == (len(this.codes), {1})


@pytest.mark.parametrize("paper_first", [True, False])
def test_the_same_code_on_paper_and_online_counts_once(one_app: Flask, *, paper_first: bool) -> None:
    this, client = BEGINNING.of(one_app), one_app.test_client()
    if paper_first:
        type_in(client, this.codes[0].typed, **WHOLE)
        with one_app.app_context():
            assert store.submit(this.codes[0].link, store.new_receipt(), WHOLE_MEANS) == AlreadyReceived(same_receipt=False)
    else:
        data = typed(opened(client, this.codes[0].typed), **WHOLE)
        with one_app.app_context():
            store.submit(this.codes[0].link, store.new_receipt(), WHOLE_MEANS)
        response = send(client, data)
        assert (response.status_code, "does not count. Put it aside" in said(response)) == (409, True)
    assert boxes(one_app) == 1


def test_a_sheet_that_is_sent_twice_counts_once_and_shows_its_receipt_again(one_app: Flask) -> None:
    this, client = BEGINNING.of(one_app), one_app.test_client()
    data = typed(opened(client, this.codes[0].typed), **WHOLE)
    first, second = (pages.read(send(client, data)).receipt for _ in range(2))
    assert first == second is not None
    assert boxes(one_app) == 1


def test_a_question_left_empty_on_paper_is_asked_about_once_and_stays_unanswered(one_app: Flask) -> None:
    this, client = BEGINNING.of(one_app), one_app.test_client()
    incomplete = {**WHOLE, "ready": ""}
    for code in this.codes:
        asked = send(client, typed(opened(client, code.typed), **incomplete))
        assert asked.status_code == 422
        assert "1 question is empty. Is it empty on the sheet too?" in said(asked)
        assert pages.read(send(client, typed(pages.read(asked), **incomplete))).receipt
    assert all("ready" not in answers for answers in opened_answers(one_app, this))


def test_a_question_emptied_after_the_others_were_confirmed_is_asked_about_as_well(one_app: Flask) -> None:
    this, client = BEGINNING.of(one_app), one_app.test_client()
    asked = pages.read(send(client, typed(opened(client, this.codes[0].typed), **{**WHOLE, "ready": ""})))
    again = send(client, typed(asked, **{**WHOLE, "ready": "", "topics": ""}))
    assert (again.status_code, boxes(one_app)) == (422, 0)


@pytest.mark.parametrize("sheet", [{**WHOLE, "role": ""}, {}])
def test_a_sheet_without_its_role_is_never_taken(one_app: Flask, sheet: dict[str, str]) -> None:
    this, client = BEGINNING.of(one_app), one_app.test_client()
    page = opened(client, this.codes[0].typed)
    for _ in range(3):
        response = send(client, typed(page, **sheet))
        assert "Without this answer the sheet cannot be counted." in said(response)
        page = pages.read(response)
    assert boxes(one_app) == 0


@pytest.mark.parametrize(
    ("item", "text", "advice"),
    [
        ("role", "3", "Only the numbers 1 to 2 stand beside boxes here."),
        ("role", "0", "Only the numbers 1 to 2 stand beside boxes here."),
        ("role", "1 2", "Only one answer counts here. If the sheet has several, leave it empty."),
        ("ready", "yes", "Type the number that stands beside the box, such as 2."),
        ("topics", "1 4", "“None” does not go together with other answers."),
        ("years", "61", "Only 0 to 60 are possible."),
        ("years", "about ten", "Type a whole number."),
        ("short_word", "x" * 41, "There is room for 40 characters"),
    ],
)
def test_what_cannot_stand_on_a_sheet_is_said_beside_its_line_and_stays_typed(
    one_app: Flask, item: str, text: str, advice: str
) -> None:
    this, client = small.running(one_app, free_text=True, name="other"), one_app.test_client()
    response = send(client, typed(opened(client, this.codes[0].typed), **{**WHOLE, item: text}))
    assert response.status_code == 422
    assert f'id="q-{item}-remark">{escape(advice, quote=False)}' in response.get_data(as_text=True)
    assert re.search(f'href="#q-{item}">[^<]*</a> {re.escape(advice)}', said(response)), "also in the list"
    assert f'value="{text}"' in said(response)
    assert boxes(one_app) == 0


def test_every_problem_of_a_sheet_is_listed_at_once(one_app: Flask) -> None:
    this, client = BEGINNING.of(one_app), one_app.test_client()
    response = send(client, typed(opened(client, this.codes[0].typed), role="9", years="99", ready="9", topics="9"))
    assert "4 lines need you before sending:" in said(response)


def test_answers_off_the_path_and_own_words_not_asked_by_the_wave_are_not_stored(one_app: Flask) -> None:
    this, client = small.running(one_app, ruled=True, name="other"), one_app.test_client()
    newcomer = {**WHOLE, "years": "1", "stayed": "1"}
    assert type_in(client, this.codes[0].typed, **newcomer).receipt, "only those who are there longer are asked"
    silent = small.running(one_app, name="silent")
    assert "q-short_word" not in said(client.post("/s/clerk", data={"code": silent.codes[0].typed}))
    assert type_in(client, silent.codes[0].typed, **WHOLE, short_word="never asked").receipt


def test_the_sheets_of_a_group_follow_one_another_under_its_one_code(one_app: Flask) -> None:
    this, client = small.running(one_app, "group", codes=1, name="other"), one_app.test_client()
    for number in range(1, 4):
        page = type_in(client, this.codes[0].typed, **WHOLE)
        assert f'value="{this.codes[0].typed}"' in page.html
        assert boxes(one_app) == number


def test_sheets_are_counted_in_the_form_alone(one_app: Flask) -> None:
    this, client = BEGINNING.of(one_app), one_app.test_client()
    page = type_in(client, this.codes[0].typed, **WHOLE)
    assert page.hidden["done"] == ["1"]
    following = pages.read(client.post("/s/clerk?lang=en", data={**page.hidden, "code": this.codes[1].typed}))
    assert "2 sheets typed in since you began." in said(send(client, typed(following, **WHOLE)))


def test_a_wave_with_an_open_address_has_no_sheets(one_app: Flask) -> None:
    this, client = small.running(one_app, "open", name="other"), one_app.test_client()
    response = client.post("/s/clerk?lang=en", data={"code": this.codes[0].typed})
    assert (response.status_code, "there are no sheets for it" in said(response)) == (422, True)
    sent = send(client, {"code": [this.codes[0].typed], **{f"q-{item}": [text] for item, text in WHOLE.items()}})
    assert (sent.status_code, boxes(one_app)) == (422, 0)


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("", "The field is empty."),
        ("ABCD", "A character is wrong, missing or too many."),
        ("x" * 24, "There is no such code now."),
        ("\ufb2c" * 200, "A character is wrong, missing or too many."),  # one letter that is three in the form it is kept in
    ],
)
def test_a_code_that_opens_nothing_stays_typed(one_app: Flask, code: str, advice: str) -> None:
    response = one_app.test_client().post("/s/clerk?lang=en", data={"code": code})
    assert response.status_code == 422
    assert advice in said(response)
    assert f'name="code" value="{clean(code, 600)}"' in said(response)


def test_what_is_said_to_be_empty_may_grow_in_its_letter_form(one_app: Flask) -> None:
    this, client = BEGINNING.of(one_app), one_app.test_client()
    data = typed(opened(client, this.codes[0].typed), **WHOLE)
    assert send(client, {**data, "empty": ["\ufb2c" * 200]}).status_code == 200
    assert boxes(one_app) == 1


def test_switching_the_language_keeps_what_is_typed(one_app: Flask) -> None:
    this, client = BEGINNING.of(one_app), one_app.test_client()
    data = typed(opened(client, this.codes[0].typed), **WHOLE)
    page = said(client.post("/s/clerk/sheet?lang=ru", data={**data, "lang": ["ru"]}))
    assert all(f'name="q-{item}" value="{text}"' in page for item, text in WHOLE.items())
    assert "В школе" in page


def test_without_script_enter_says_what_the_numbers_mean_and_goes_to_the_next_empty_line(one_app: Flask) -> None:
    this, client = BEGINNING.of(one_app), one_app.test_client()
    response = send(client, typed(opened(client, this.codes[0].typed), role="2", years="7"), "check")
    assert re.search(r'<output class="means" for="q-role">At a clinic<', said(response))
    assert re.search(r'name="q-ready"[^>]*autofocus', said(response))
    assert boxes(one_app) == 0


def test_without_script_a_line_says_whom_it_concerns(one_app: Flask) -> None:
    this = small.running(one_app, ruled=True, name="other")
    page = opened(one_app.test_client(), this.codes[0].typed)
    assert "Only if the number that you gave in question 2 is one of these: 5–14 years, 15–60 years." in page.text


def test_while_the_database_is_silent_nothing_that_was_typed_is_lost(one_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("the database is silent", {}, Exception())

    this, client = BEGINNING.of(one_app), one_app.test_client()
    data = typed(opened(client, this.codes[0].typed), **WHOLE)
    with monkeypatch.context() as silent:
        silent.setattr(finding, "_find", fail)
        kept = send(client, data)
        code = client.post("/s/clerk", data={"code": this.codes[0].typed})
    assert (kept.status_code, code.status_code) == (503, 503)
    assert f'value="{this.codes[0].typed}"' in said(code)
    assert pages.read(send(client, pages.read(kept).hidden)).receipt
    assert boxes(one_app) == 1


@given(st.lists(st.integers(1, 3), min_size=1, unique=True), st.sampled_from([" ", ",", ", ", ";", " + ", "  "]))
def test_several_numbers_are_read_in_any_order_and_with_any_mark_between_them(numbers: list[int], between: str) -> None:
    item = SMALL.item("topics")
    expected = tuple(item.choices[number - 1].id for number in sorted(numbers))
    assert clerk.chosen(item, between.join(map(str, numbers))) == expected


@given(st.text(max_size=12))
def test_whatever_is_typed_is_an_answer_that_fits_or_a_problem(text: str) -> None:
    for item in SMALL.asked:
        found = clerk.chosen(item, text)
        if not isinstance(found, clerk.Problem) and found:
            problems = rules.check_box(SMALL, {"role": ("teacher",), item.id: found})
            assert problems == []


def test_a_box_may_miss_answers_but_neither_the_role_nor_all() -> None:
    assert rules.check_box(SMALL, {"role": ("teacher",)}) == []
    assert [problem.item for problem in rules.check_box(SMALL, {"ready": ("1",)})] == ["role"]
    assert [problem.item for problem in rules.check_box(SMALL, {})] == ["role", "years", "ready", "topics"]
