"""Every problem of a questionnaire file has its sentence in the reader's language, with the same facts."""

import re
from pathlib import Path

import polib
import pytest
from flask import Flask, g

import surveyapp
from questionnaires.grammar import parse_questionnaire
from questionnaires.messages import LOCK, MESSAGES
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_sheets import read_sheets
from questionnaires.plan_sheets_writer import to_sheets
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.sheets import numbered
from surveyapp.core.problem_words import SENTENCES, place, sentence
from surveyapp.survey.questionnaire_store import check
from tests.surveyapp.survey.workshops import SECOND

CODES = sorted(set(MESSAGES) - set(LOCK))


def facts_of(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("code", CODES)
def test_every_problem_has_the_words_of_the_english_message(code: str) -> None:
    english = str(SENTENCES[code]._args[0])
    names = {name: f"<{name}>" for name in facts_of(english)}
    assert english % names == MESSAGES[code].format(**names), "write the message in problem_words.py, too"


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_every_sentence_is_translated_with_all_its_facts(language: str) -> None:
    path = Path(surveyapp.__file__).parent / "core" / "translations" / language / "LC_MESSAGES" / "messages.po"
    told = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
    for code in CODES:
        english = str(SENTENCES[code]._args[0])
        assert facts_of(told[english]) == facts_of(english), code


def told(app: Flask, text: str, language: str) -> list[str]:
    with app.test_request_context("/"):
        g.language = language
        try:
            check(text, "q.yaml")
        except FileRefusedError as refused:
            return [f"{place(each)}: {sentence(each)}" for each in refused.problems]
    return []


def test_words_of_ours_inside_a_sentence_are_translated_and_words_of_the_file_are_not(one_app: Flask) -> None:
    broken = (
        SECOND.replace(', ru: "Ваша роль"', "").replace("correct: now", "correct: list").replace("minutes: 10", "minutes: [10]")
    )
    assert told(one_app, broken, "lv") == [
        "5. rinda, minutes: šeit jābūt vienai vērtībai; ir: saraksts",
        "33. rinda, sections[about].items[role].label: trūkst teksta krievu valodā; pievienojiet ru:",
        "58. rinda, sections[main].items[deadline].correct: nav atrasts: atbilde list; zināmi: now, week, dont_know",
    ]
    assert told(one_app, broken, "ru")[1].endswith("нет текста на русском; добавьте ru:")


def test_a_rule_that_would_show_the_role_is_told_in_words(one_app: Flask) -> None:
    (only,) = told(one_app, SECOND.replace("any_of: [teacher, coach]", "any_of: [teacher]"), "lv")
    assert "nosacījums izšķir amatus vienas grupas iekšienē" in only


def test_a_problem_without_words_is_told_as_it_stands() -> None:
    assert sentence(Problem("f", None, "", "unheard_of", "something new")) == "something new"


def test_the_example_itself_has_no_problem() -> None:
    assert parse_questionnaire(SECOND, "q.yaml").version == 2


def test_problems_of_a_plan_s_workbook_are_told_by_sheet_and_cell_in_the_reader_s_language(one_app: Flask) -> None:
    sheets = to_sheets(read_plan(Path(__file__).parents[2] / "questionnaires" / "examples" / "plan.yaml"))
    sheets["actions"][1][1] = "7"
    sheets["steps"] = sheets["steps"][:1]
    with pytest.raises(FileRefusedError) as refusal:
        read_sheets(numbered(sheets), "plans.xlsx")
    with one_app.test_request_context("/"):
        g.language = "lv"
        told = [f"{place(each)}: {sentence(each)}" for each in refusal.value.problems]
    assert told[0] == "2. rinda, actions!B2 (goal): nav atrasts: mērķis 7; zināmi: 1, 3"
    assert told[-1] == "3. rinda, targets: lapā steps nekas pie šā nepieder; pievienojiet tur rindu"
