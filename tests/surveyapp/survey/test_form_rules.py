"""Whatever the questionnaire and whatever is sent: the page comes back with what was chosen, or there is a receipt."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from werkzeug.datastructures import MultiDict

from questionnaires.conditions import holds
from questionnaires.survey_types import Item, Questionnaire
from surveyapp.core.database import reading, writing
from surveyapp.survey import forms, rules
from surveyapp.survey.models import QuestionnaireVersion, SealedBox
from tests.conftest import app_on
from tests.questionnaires.anything import CHOSEN, questionnaires
from tests.questionnaires.test_grammar_properties import data_of, written
from tests.surveyapp.survey.pages import opened, read, send, switch
from tests.surveyapp.survey.rounds import Round, running

EXAMPLES = 40
Answers = dict[str, list[str]]
languages = st.sampled_from(["lv", "en", "ru"])


@st.composite
def sent(draw: st.DrawFn, questionnaire: Questionnaire) -> Answers:
    """What anybody might send: mostly choices that exist, also none, several, and invented ones, to invented items too."""
    answers = {}
    for item in questionnaire.asked:
        known = st.sampled_from([choice.id for choice in item.choices])
        likely = known if draw(st.integers(0, 9)) else st.text("<>&\"'ab\x00", max_size=4)
        most = 3 if item.kind == "multiple" or not draw(st.integers(0, 9)) else 1
        answers[f"q-{item.id}"] = draw(st.lists(likely, max_size=most, unique=True))
    if not draw(st.integers(0, 9)):
        answers["q-no_such_item"] = ["1"]
    return {name: chosen for name, chosen in answers.items() if chosen}


def shown_again(item: Item, chosen: list[str]) -> list[str]:
    """What a browser can show of *chosen*: existing choices in the order of the page, one where only one can be chosen."""
    kept = chosen if item.kind == "multiple" else chosen[:1]
    return [choice.id for choice in item.choices if choice.id in kept]


def expected(questionnaire: Questionnaire, answers: Answers) -> Answers:
    found = {f"q-{item.id}": shown_again(item, answers.get(f"q-{item.id}", [])) for item in questionnaire.asked}
    return {name: chosen for name, chosen in found.items() if chosen}


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Round]]:
    """An app with one code for each example."""
    folder = tmp_path_factory.mktemp("rules")
    file = folder / "surveyapp.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    app = app_on(f"sqlite:///{file}", folder)
    yield app, running(app, codes=EXAMPLES + 10)
    app.extensions["engine"].dispose()


def serve(app: Flask, questionnaire: Questionnaire) -> int:
    """Let the wave ask *questionnaire* from now on; returns how many answers there are so far."""
    with app.app_context(), writing() as session:
        session.execute(update(QuestionnaireVersion).values(text=written(data_of(questionnaire)), key="any"))
        return stored(app)


def stored(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(SealedBox)) or 0


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), questionnaire=questionnaires(kinds=CHOSEN), lang=languages)
def test_everything_sent_comes_back_or_there_is_a_receipt(
    served: tuple[Flask, Round], data: st.DataObject, questionnaire: Questionnaire, lang: str
) -> None:
    app, this = served
    before = serve(app, questionnaire)
    client = app.test_client()
    page = opened(client, this.codes[before].link, lang)
    answers = data.draw(sent(questionnaire))
    other = read(switch(client, {**page.hidden, **answers}, data.draw(languages)))
    assert other.ticked == expected(questionnaire, answers)
    after = read(send(client, {**page.hidden, **answers}, lang))
    if after.receipt:
        assert after.receipt == page.hidden["receipt"][0]
        assert stored(app) == before + 1
    else:
        assert stored(app) == before
        assert "data-touched" in after.html
        assert after.ticked == expected(questionnaire, answers)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), questionnaire=questionnaires(kinds=CHOSEN))
def test_only_answers_to_shown_questions_count_and_none_of_those_falls_away(
    data: st.DataObject, questionnaire: Questionnaire
) -> None:
    answers = data.draw(sent(questionnaire))
    given_answers = forms.given(questionnaire, forms.read(MultiDict(answers)))
    assert all(problem.code != "not_shown" for problem in rules.check_answers(questionnaire, given_answers))
    assert given_answers == one_after_the_other(questionnaire, answers)


def one_after_the_other(questionnaire: Questionnaire, answers: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """The same by walking through the questionnaire as a person does, which is what the page's script does."""
    found: dict[str, tuple[str, ...]] = {}
    for item in questionnaire.asked:
        chosen = tuple(dict.fromkeys(value.replace("\x00", "") for value in answers.get(f"q-{item.id}", ())))
        if chosen and holds(item.show_if, found):
            found[item.id] = chosen
    return found
