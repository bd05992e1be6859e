"""Matching columns with items and texts with choices: the guesses, the mapping as a file, every problem by row and column."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.grammar import parse_questionnaire
from questionnaires.problems import FileRefusedError
from questionnaires.survey_types import Item
from surveyapp.survey.importing.import_answers import Reading, read_answers
from surveyapp.survey.importing.import_file import Sheet, read_sheet
from surveyapp.survey.importing.import_guess import complete, guess
from surveyapp.survey.importing.import_mapping import IGNORE, ColumnUse, ImportMapping
from surveyapp.survey.importing.import_mapping_file import as_yaml, read_mapping
from surveyapp.survey.importing.import_problems import ImportRefusedError, lines
from tests.surveyapp.survey.export_styles import MARKER, SMALL, SPECIALISTS, STYLES, google, limesurvey
from tests.surveyapp.survey.rounds import Given, some_answers
from tests.surveyapp.survey.small import REFERENCE, YAML, sheet

ROOT = Path(__file__).parents[3]


def read(rows: Sequence[Sequence[str]]) -> Sheet:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return read_sheet(text.getvalue().encode(), "answers.csv")


def name(item: Item) -> str:
    return item.id


def answers(found: Sheet, mapping: ImportMapping) -> Reading:
    return read_answers(found, mapping, SMALL, name)


def told(reading: Reading) -> list[str]:
    return [str(line) for line in lines(reading.faults)]


def people(number: int = 12) -> list[Given]:
    return [sheet(one) for one in range(number)]


def counted(sheets: Sequence[object]) -> Counter[str]:
    return Counter(repr(sorted(dict(one).items())) for one in sheets)  # type: ignore[call-overload]  # answers are maps


def answered() -> st.SearchStrategy[Given]:
    """Answers as any tool may hold them: everything but the role may be missing."""
    topics = next(item for item in SMALL.asked if item.id == "topics")
    together = [choice.id for choice in topics.choices if not choice.exclusive]
    several = st.sets(st.sampled_from(together), min_size=1).map(lambda chosen: tuple(sorted(chosen, key=together.index)))
    one = {
        item.id: st.sampled_from([(choice.id,) for choice in item.choices]) for item in SMALL.asked if item.kind != "multiple"
    }
    return st.fixed_dictionaries(
        {"role": one["role"]},
        optional={"years": one["years"], "ready": one["ready"], "topics": several | st.just(("none",))},
    )


@given(st.sampled_from(sorted(STYLES)), st.lists(answered(), min_size=1, max_size=15))
@settings(max_examples=60, deadline=None)
def test_any_answers_come_back_from_every_style_as_they_were(style: str, sheets: list[Given]) -> None:
    found = read(STYLES[style](SMALL, sheets))
    mapping = guess(found, SMALL, REFERENCE)
    reading = answers(found, mapping)
    assert told(reading) == []
    assert counted(reading.answers) == counted(sheets)
    assert MARKER not in as_yaml(mapping)


@given(st.sampled_from(sorted(STYLES)), st.lists(answered(), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_a_mapping_comes_back_from_its_file_as_it_was(style: str, sheets: list[Given]) -> None:
    found = read(STYLES[style](SMALL, sheets))
    mapping = replace(
        guess(found, SMALL, REFERENCE), texts={"role": {'Skola "A": b': "teacher", "cits": "", "x" * 290: IGNORE}}
    )
    assert read_mapping(as_yaml(mapping), "mapping.yaml", SMALL, REFERENCE) == mapping


def test_labels_that_hold_the_separator_are_read_whole() -> None:
    questionnaire = SPECIALISTS
    sheets = [some_answers(questionnaire, seed) for seed in range(20)]
    found = read(google(questionnaire, sheets))
    reading = read_answers(found, guess(found, questionnaire, "specialists/2"), questionnaire, name)
    assert told(reading) == []
    assert counted(reading.answers) == counted(sheets)


def test_every_separator_is_recognised() -> None:
    for between in (";", "; ", ",", ", ", "|"):
        found = read(google(SMALL, people(), between=between))
        assert counted(answers(found, guess(found, SMALL, REFERENCE)).answers) == counted(people()), between


def test_columns_of_choices_by_code_are_matched_by_hand() -> None:
    rows = limesurvey(SMALL, people())
    code = rows[0].index(next(header for header in rows[0] if header.startswith("G01Q04[SQ001]")))
    rows[0][code : code + 4] = ["G01Q04[SQ001]", "G01Q04[SQ002]", "G01Q04[SQ003]", "G01Q04[SQ004]"]
    found = read(rows)
    mapping = guess(found, SMALL, REFERENCE)
    assert not any(use.item == "topics" for use in mapping.columns)
    choices = dict(zip(rows[0][code : code + 4], ("signs", "talk", "online", "none"), strict=True))
    by_hand = [
        replace(use, item="topics", choice=choices[use.header]) if use.header in choices else use for use in mapping.columns
    ]
    reading = answers(found, replace(mapping, columns=tuple(by_hand)))
    assert counted(reading.answers) == counted(people())


def test_another_text_is_open_until_somebody_says_what_it_means() -> None:
    rows = google(SMALL, people())
    for row in rows[1:4]:
        row[2] = "Pamatskolā"
    found = read(rows)
    mapping = guess(found, SMALL, REFERENCE)
    assert mapping.texts == {"role": {"Pamatskolā": ""}}
    where = "column C (Kur Jūs strādājat?), rows 2, 3, 4: "
    what = "“Pamatskolā” is none of the choices of role: match this text with a choice, or leave it out."
    assert told(answers(found, mapping)) == [where + what]
    said = replace(mapping, texts={"role": {"Pamatskolā": "teacher"}})
    assert Counter(one["role"] for one in answers(found, said).answers)[("teacher",)] == 8


def test_every_problem_is_named_by_row_and_column() -> None:
    rows = google(SMALL, people())
    rows[2][2] = ""
    rows[3][3] = "99"
    rows[4][5] = "Pazīmes, Nekādas"
    rows[5][4] = "zvaniet anna@example.org"
    rows[6][5] = "Pazīmes, Kaut kas cits"
    reading = answers(read(rows), guess(read(rows), SMALL, REFERENCE))
    found = [(line.code, line.rows, (line.column or "")[0], dict(line.facts).get("text")) for line in lines(reading.faults)]
    assert found == [
        ("stratum_missing", (3,), "C", None),
        ("number_beyond", (4,), "D", None),
        ("exclusive", (5,), "F", None),
        ("hidden_text", (6,), "E", None),
        ("unknown_text", (7,), "F", "Kaut kas cits"),
    ]
    assert "anna" not in repr(reading)


def test_a_cell_that_can_be_read_in_two_ways_is_not_guessed() -> None:
    topics = SMALL.item("topics")
    assert topics.kind == "multiple"
    rows = google(SMALL, people())
    rows[1][5] = "Pazīmes, Saruna"
    both = {"topics": {"Pazīmes, Saruna": "online"}}
    reading = answers(read(rows), replace(guess(read(rows), SMALL, REFERENCE), texts=both))
    assert {fault.code for fault in reading.faults} == {"ambiguous"}


def test_peoples_own_words_are_never_quoted() -> None:
    rows = google(SMALL, people(70))
    for number, row in enumerate(rows[1:]):
        row[4] = f"Mans stāsts numur {number}"
    found = read(rows)
    mapping = guess(found, SMALL, REFERENCE)
    assert "stāsts" not in as_yaml(mapping)
    assert [fault.code for fault in answers(found, mapping).faults] == ["own_words"]


def test_the_mapping_must_fit_the_file() -> None:
    found = read(google(SMALL, people()))
    mapping = guess(found, SMALL, REFERENCE)
    role, years = "Kur Jūs strādājat?", "Cik gadu Jūs tur strādājat?"
    wrong = {role: None, years: "ready"}
    columns = tuple(ColumnUse(use.header, wrong.get(use.header, use.item)) for use in mapping.columns)
    more = (ColumnUse("Laikspiedols", "years"), ColumnUse("Cita", "years"), ColumnUse("Vienā vārdā?", "topics", "talk"))
    kept = tuple(use for use in columns if use.header != "Vienā vārdā?")
    assert told(answers(found, replace(mapping, columns=kept + more))) == [
        "The mapping names the column “Laikspiedols”, which tells who answered or when: take it out of the mapping.",
        "The mapping names the column “Cita”, which the file does not have: mend the mapping.",
        "ready is filled from more than one column: keep one of them.",
        "topics is filled from one column for all choices and from columns for single ones: keep one way.",
        "No column says role: match one, because reporting groups are made from it.",
    ]


def test_every_problem_of_a_mapping_file_is_named_with_its_line() -> None:
    text = """\
import_mapping: 2
questionnaire: small/1
columns:
  - {column: Darbs, item: rolle}
  - {column: Darbs, item: role, choice: teacher}
  - {item: role}
texts:
  role: {Skola: skola, Cits: ignore}
separators: {role: ";"}
other: 1
"""
    with pytest.raises(FileRefusedError) as caught:
        read_mapping(text, "mapping.yaml", SMALL, REFERENCE)
    found = [(problem.line, problem.code) for problem in caught.value.problems]
    assert found == [
        (1, "too_big"),
        (4, "unknown_reference_near"),
        (5, "duplicate_id"),
        (5, "key_not_for_kind"),
        (6, "missing_key"),
        (8, "unknown_reference"),
        (9, "unknown_reference"),
        (10, "unknown_key"),
    ]


def test_a_mapping_for_another_questionnaire_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="other/1, not for small/1"):
        read_mapping("import_mapping: 1\nquestionnaire: other/1\ncolumns: []\n", "m.yaml", SMALL, REFERENCE)


def test_an_answer_that_would_not_have_been_asked_for_is_left_out_and_named() -> None:
    asked_if = YAML.replace("id: topics\n", "id: topics\n        show_if: {item: ready, any_of: ['3']}\n")
    questionnaire = parse_questionnaire(asked_if, "small.yaml")
    found = read(google(questionnaire, people()))
    reading = read_answers(found, guess(found, questionnaire, REFERENCE), questionnaire, name)
    assert told(reading) == []
    assert reading.left_out == ("topics",)
    kept = [{item: one[item] for item in one if item != "topics" or one["ready"] == ("3",)} for one in people()]
    assert counted(reading.answers) == counted(kept)


def test_groups_are_told_from_ten_people_on_and_never_by_subtraction() -> None:
    teachers, doctors = [{"role": ("teacher",)}] * 12, [{"role": ("doctor",)}] * 9
    assert Reading((*teachers, *doctors), (), ()).groups(SMALL) == {}
    assert Reading((*teachers, *doctors, doctors[0]), (), ()).groups(SMALL) == {"schools": 12, "clinics": 10}


def test_a_code_of_a_scale_is_matched_once_for_all_its_statements() -> None:
    sheets = [some_answers(SPECIALISTS, seed) for seed in range(40)]
    rows = google(SPECIALISTS, sheets)
    on_scale = [place for place, item in enumerate(SPECIALISTS.items, 2) if item.scale == "agreement"]
    codes = {choice.label.lv: f"AO0{number}" for number, choice in enumerate(SPECIALISTS.items[on_scale[0] - 2].choices, 1)}
    for row in rows[1:]:
        for place in on_scale:
            row[place] = codes[row[place]]
    found = read(rows)
    first = SPECIALISTS.items[on_scale[0] - 2]
    said = {codes[choice.label.lv]: choice.id for choice in first.choices}
    mapping = guess(found, SPECIALISTS, "specialists/2")
    assert len(on_scale) > 1
    assert set(mapping.texts[first.id].values()) == {""}
    matched = complete(replace(mapping, texts={**mapping.texts, first.id: said}), found, SPECIALISTS)
    reading = read_answers(found, matched, SPECIALISTS, name)
    assert told(reading) == []
    assert counted(reading.answers) == counted(sheets)


def test_a_saved_mapping_is_used_for_the_next_file_with_its_own_texts() -> None:
    rows = google(SMALL, people())
    rows[1][2] = "Pamatskolā"
    first = replace(guess(read(rows), SMALL, REFERENCE), texts={"role": {"Pamatskolā": "teacher"}})
    rows[2][2] = "Vidusskolā"
    again = complete(read_mapping(as_yaml(first), "m.yaml", SMALL, REFERENCE), read(rows), SMALL)
    assert again.texts == {"role": {"Pamatskolā": "teacher", "Vidusskolā": ""}}


def test_a_saved_mapping_reads_as_the_documentation_says() -> None:
    text = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    small_text = text.replace("specialists/2", REFERENCE)
    mapping = read_mapping(small_text, "importing.md", SMALL, REFERENCE)
    assert mapping.columns == (
        ColumnUse("Kur Jūs strādājat?", "role"),
        ColumnUse("G01Q04[SQ001]", "topics", "signs"),
        ColumnUse("Piezīmes"),
    )
    assert mapping.texts == {"role": {"Pamatskolā": "teacher", "Nevēlos teikt": IGNORE}}
    assert mapping.separators == {"topics": "; "}
    assert (mapping.not_answered, mapping.ticked, mapping.unticked) == (("N/A", "-"), ("Y", "Yes", "1"), ("N", "No", "0"))


def test_a_cell_of_a_thousand_parts_costs_nothing() -> None:
    rows = google(SMALL, people())
    rows[1][5] = ", ".join(f"vārds {number}" for number in range(190))
    rows[2][5] = ", " * 900
    found = read(rows)
    reading = answers(found, guess(found, SMALL, REFERENCE))
    assert [fault.code for fault in reading.faults] == ["own_words"]
