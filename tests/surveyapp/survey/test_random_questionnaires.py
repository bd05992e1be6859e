"""Whatever the questionnaire and whatever is sent: it is sealed as it was meant, or the page comes back with all of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from questionnaires.conditions import holds
from questionnaires.library import content_hash
from questionnaires.survey_types import Item, Questionnaire
from surveyapp.core.database import reading, writing
from surveyapp.core.text import clean
from surveyapp.survey import sealing
from surveyapp.survey.boxes import Content, Layout
from surveyapp.survey.models import QuestionnaireVersion, SealedBox, Wave
from tests.conftest import app_on
from tests.databases import fresh
from tests.questionnaires.anything import questionnaires
from tests.questionnaires.test_grammar_properties import data_of, written
from tests.surveyapp.survey.pages import Data, Page, opened, read, send, switch
from tests.surveyapp.survey.rounds import Round
from tests.surveyapp.survey.small import running

EXAMPLES = 30
MOST = 1_000_000
languages = st.sampled_from(["lv", "en", "ru"])
anything = questionnaires() | questionnaires("feedback")
words = st.text("aāž<&\"' \n", min_size=1, max_size=30).filter(str.strip)
# Without shrinking: every step is a whole way through the door, and looking for a smaller example takes minutes.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
quickly = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)


@dataclass
class Asked:
    """A running wave whose questionnaire the test changes; its one code takes as many answers as there are examples."""

    app: Flask
    this: Round

    def ask(self, questionnaire: Questionnaire) -> FlaskClient:
        """Let the wave ask *questionnaire* from now on."""
        text = written(data_of(questionnaire))
        with self.app.app_context(), writing() as session:
            # What is published never changes: a worker knows it by its checksum.
            session.execute(update(QuestionnaireVersion).values(text=text, hash=content_hash(text), key="any"))
            session.execute(update(Wave).values(free_text=True))
        return self.app.test_client()

    def boxes(self) -> dict[bytes, bytes]:
        """The stored boxes by their key."""
        with self.app.app_context(), reading() as session:
            return {box.box_key: box.ciphertext for box in session.scalars(select(SealedBox))}

    def unsealed(self, questionnaire: Questionnaire, before: dict[bytes, bytes]) -> Content:
        """What lies in the one box that is not among those *before*."""
        new = {key: sealed for key, sealed in self.boxes().items() if key not in before}
        assert len(new) == 1
        ((key, sealed),) = new.items()
        with self.app.app_context():
            wave_id = self.this.facts().id
        return Layout(questionnaire, free_text=True).unpack(sealing.unseal(self.this.private, wave_id, key, sealed))


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("random")
    app = app_on(fresh(folder), folder)
    yield Asked(app, running(app, "group", codes=1))
    app.extensions["engine"].dispose()


# --- what people send ---


@st.composite
def valid(draw: st.DrawFn, questionnaire: Questionnaire) -> tuple[Data, Content]:
    """A sheet that somebody filled in well, item after item, and what it means."""
    sheet: Data = {}
    meant = Content({}, {})
    answers: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    for item in questionnaire.items:
        left_out = item.requirement != "required" and draw(st.booleans())
        if item.kind == "information" or left_out or not holds(item.show_if, answers):
            continue
        if item.kind == "text":
            typed = draw(words)[: item.longest]
            kept = clean(typed, item.longest, lines=item.long)
            texts |= {item.id: kept} if kept else {}
            sheet[f"q-{item.id}"] = [typed]
        elif item.kind == "number":
            number = draw(st.integers(item.minimum or 0, item.maximum or 0))
            answers[item.id] = (item.band_of(number),)
            sheet[f"q-{item.id}"] = [draw(st.sampled_from([str(number), f" {number:,} ".replace(",", " ")]))]
        else:
            answers[item.id] = tuple(draw(chosen(item)))
            sheet[f"q-{item.id}"] = list(answers[item.id])
    meant = Content(answers, texts)
    return sheet, meant


@st.composite
def chosen(draw: st.DrawFn, item: Item) -> list[str]:
    free = [choice.id for choice in item.choices if not choice.exclusive]
    if item.kind != "multiple":
        return [draw(st.sampled_from([choice.id for choice in item.choices]))]
    if len(free) < len(item.choices) and draw(st.booleans()):
        return [next(choice.id for choice in item.choices if choice.exclusive)]
    some = draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
    return [choice for choice in free if choice in some]


def broken(item: Item, sheet: Data) -> list[list[str]]:
    """The ways in which the answer to a shown *item* can be wrong."""
    ways: list[list[str]] = [] if item.requirement != "required" else [[]]
    if item.kind == "number":
        return [*ways, [str((item.maximum or 0) + 1)], ["five"], ["1.5"], ["-1"], ["9" * 30], ["⁵"]]
    if item.kind == "text":
        return [["x" * (item.longest + 1)]]
    ways = [*ways, ["no such choice"]]
    alone = [choice.id for choice in item.choices if choice.exclusive]
    if alone:
        ways.append([item.choices[0].id, alone[0]])
    elif item.kind != "multiple" and f"q-{item.id}" in sheet:
        ways.append([choice.id for choice in item.choices[:2]])
    return ways


def shown_again(item: Item, sent: list[str]) -> list[str]:
    """What a browser shows of what was *sent*: choices that exist, one where only one can be chosen; typed text as it is."""
    if item.kind in ("number", "text"):
        text = next((kept for value in sent if (kept := clean(value, MOST, lines=item.long))), "")
        return [text] if text else []
    ticked = sent if item.kind == "multiple" else [value for value in sent if value][:1]
    return sorted(choice.id for choice in item.choices if choice.id in ticked)


def assert_all_there(page: Page, questionnaire: Questionnaire, sheet: Data) -> None:
    """Nothing of what was sent is missing on *page*."""
    found = {f"q-{item.id}": shown_again(item, sheet.get(f"q-{item.id}", [])) for item in questionnaire.items}
    expected = {name: values for name, values in found.items() if values}
    assert {name: values if name in page.typed else sorted(values) for name, values in page.kept.items()} == expected


def sent_at_last(client: FlaskClient, page: Page, sheet: Data, lang: str) -> Page:
    """The page after sending, once more if it only asked whether something may stay empty."""
    answer = read(send(client, {**page.hidden, **sheet}, lang))
    return answer if answer.receipt else read(send(client, {**answer.hidden, **sheet}, lang))


def same(questionnaire: Questionnaire) -> Callable[[Content], tuple[dict[str, list[str]], dict[str, str]]]:
    """Contents as they are compared: several choices of one item in no order."""
    return lambda content: (
        {item.id: sorted(content.answers[item.id]) for item in questionnaire.asked if content.answers.get(item.id)},
        dict(content.texts),
    )


# --- what happens to it ---


@quickly
@given(data=st.data(), questionnaire=anything, lang=languages)
def test_a_wrong_sheet_comes_back_whole_and_the_mended_one_is_sealed_as_it_was_meant(
    wave: Asked, data: st.DataObject, questionnaire: Questionnaire, lang: str
) -> None:
    client, before = wave.ask(questionnaire), wave.boxes()
    page = opened(client, wave.this.codes[0].link, lang)
    sheet, meant = data.draw(valid(questionnaire))
    shown = [item for item in questionnaire.items if item.kind != "information" and holds(item.show_if, meant.answers)]
    ways = [(item, way) for item in shown for way in broken(item, sheet)]
    item, way = data.draw(st.sampled_from(ways))
    wrong = {**sheet, f"q-{item.id}": way}
    refused = send(client, {**page.hidden, **wrong}, lang)
    assert refused.status_code == 422
    assert wave.boxes() == before
    assert_all_there(read(refused), questionnaire, wrong)
    assert f'href="#q-{item.id}' in refused.get_data(as_text=True)
    received = sent_at_last(client, read(refused), sheet, lang)
    assert received.receipt == page.hidden["receipt"][0]
    alike = same(questionnaire)
    assert alike(wave.unsealed(questionnaire, before)) == alike(meant)


@st.composite
def anything_at_all(draw: st.DrawFn, questionnaire: Questionnaire) -> Data:
    """What a broken or hostile program might send: none, several, invented choices, to invented items too."""
    sheet: Data = {}
    for item in questionnaire.items:
        known = st.sampled_from([choice.id for choice in item.choices] or ["1"])
        number = st.integers(-1, 1_000_001).map(str)
        likely = number if item.kind == "number" else words if item.kind == "text" else known
        value = likely if draw(st.integers(0, 9)) else st.text("<>&\"'ab\x00\u202e", max_size=4)
        sheet[f"q-{item.id}"] = draw(st.lists(value, max_size=3 if item.kind == "multiple" else 2, unique=True))
    if not draw(st.integers(0, 9)):
        sheet["q-no_such_item"] = ["1"]
    return {name: values for name, values in sheet.items() if values}


@quickly
@given(data=st.data(), questionnaire=anything, lang=languages)
def test_whatever_is_sent_stays_over_a_change_of_language_and_there_is_a_receipt_or_all_of_it(
    wave: Asked, data: st.DataObject, questionnaire: Questionnaire, lang: str
) -> None:
    client, before = wave.ask(questionnaire), wave.boxes()
    page = opened(client, wave.this.codes[0].link, lang)
    sheet = data.draw(anything_at_all(questionnaire))
    other = read(switch(client, {**page.hidden, **sheet}, data.draw(languages)))
    assert_all_there(other, questionnaire, sheet)
    assert other.offered == page.offered, "shuffled choices keep their order"
    after = read(send(client, {**page.hidden, **sheet}, lang))
    if after.receipt:
        assert after.receipt == page.hidden["receipt"][0]
        assert len(wave.boxes()) == len(before) + 1
    else:
        assert wave.boxes() == before
        assert "data-touched" in after.html
        assert_all_there(after, questionnaire, sheet)
