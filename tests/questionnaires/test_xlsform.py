"""Questionnaires become XLSForms and come back the same; forms written by others are read as far as they can be."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from questionnaires import xlsform
from questionnaires.conditions import Chosen, Every, Some
from questionnaires.grammar import parse_questionnaire, read_questionnaire
from questionnaires.library import ROOT
from questionnaires.problems import FileRefusedError
from questionnaires.survey_types import Questionnaire
from questionnaires.xlsform_names import COLUMNS, TEXTS
from questionnaires.xlsform_names import OURS as OUR_PREFIX
from questionnaires.yaml_writer import to_yaml
from surveyapp.core import workbooks
from tests.questionnaires.anything import anything
from tests.questionnaires.forms import Form, as_workbook, form, mended_library

EXAMPLE = Path(__file__).parent / "examples" / "questionnaire.yaml"
OURS = {f"{path.parent.name}/{path.stem}": path for path in [*sorted((ROOT / "surveys").glob("*/*.yaml")), EXAMPLE]}
BY_OTHERS = {"road": form("road"), "garden": form("garden"), "library": mended_library()}


def read(sheets: Form) -> Questionnaire:
    return xlsform.read_sheets(xlsform.numbered(sheets), "form.xlsx")


def by_others(name: str) -> Questionnaire:
    return xlsform.read_sheets(workbooks.read(as_workbook(BY_OTHERS[name]), "form.xlsx"), "form.xlsx")


def through_a_workbook(questionnaire: Questionnaire) -> Questionnaire:
    content = workbooks.write(xlsform.to_sheets(questionnaire))
    return xlsform.read_sheets(workbooks.read(content, "form.xlsx"), "form.xlsx")


@given(anything)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_any_questionnaire_comes_back_as_it_was(questionnaire: Questionnaire) -> None:
    sheets = xlsform.to_sheets(questionnaire)
    assert read(sheets) == questionnaire
    assert xlsform.to_sheets(read(sheets)) == sheets


@pytest.mark.parametrize("name", OURS)
def test_a_questionnaire_of_ours_goes_through_a_workbook_and_back(name: str) -> None:
    questionnaire = read_questionnaire(OURS[name])
    assert through_a_workbook(questionnaire) == questionnaire


@pytest.mark.parametrize("name", BY_OTHERS)
def test_a_form_by_others_goes_through_yaml_and_back(name: str) -> None:
    questionnaire = by_others(name)
    assert parse_questionnaire(to_yaml(questionnaire), "q.yaml") == questionnaire
    assert through_a_workbook(questionnaire) == questionnaire


def test_there_are_at_least_ten_of_them() -> None:
    assert len(OURS) + len(BY_OTHERS) >= 10


def test_what_xlsform_has_a_word_for_is_said_in_that_word() -> None:
    sheets = xlsform.to_sheets(read_questionnaire(EXAMPLE))
    head, *rows = sheets["survey"]
    cells = {row[1]: dict(zip(head, row, strict=True)) for row in rows}
    assert cells["about"]["type"] == "begin_group"
    assert cells["about"]["label::English (en)"] == "About you"
    assert (cells["role"]["type"], cells["role"]["required"]) == ("select_one role", "yes")
    assert (cells["duty"]["type"], cells["duty"]["appearance"]) == ("select_one agreement", "likert")
    assert cells["duty"]["hint::Русский (ru)"] == "Один ответ"
    rule = "(${role} = 'teacher' or ${role} = 'coach') and (${experience} != 'short' or false())"
    assert cells["duty"]["relevant"] == rule
    assert cells["training"]["type"] == "select_multiple training"
    assert sheets["settings"][0][:4] == ["form_id", "version", "default_language", "surveyapp_minutes"]


def test_older_spellings_and_layout_are_read_and_rules_of_groups_hold_for_their_questions() -> None:
    road = by_others("road")
    assert [section.id for section in road.sections] == ["section_1", "cycling", "section_2"]
    assert road.sections[0].title == road.title, "questions outside groups stand under the title of the form"
    assert road.version == 1, "a form without a version is the first"
    bicycle = Chosen("mode", ("bicycle",))
    assert road.item("helmet").show_if == bicycle
    helmet, no_car = Chosen("helmet", ("yes",)), Chosen("mode", ("car",), negated=True)
    assert road.item("lights").show_if == Every((bicycle, Every((helmet, no_car))))
    assert road.item("lights").shuffled
    assert [road.item(name).requirement for name in ("mode", "helmet", "lights")] == ["required", "required", "optional"]
    assert (road.item("wish").longest, road.item("wish").long) == (300, True)


def test_numbers_are_compared_by_their_bands_and_the_usual_language_needs_no_name() -> None:
    garden = by_others("garden")
    assert garden.item("hours").label.en == "How many hours did you work?"
    assert (garden.item("hours").minimum, garden.item("hours").maximum) == (1, 12)
    assert garden.item("easy").show_if == Chosen("hours", ("from_4", "from_8"))
    later, hard = Chosen("hours", ("from_1",), negated=True), Chosen("easy", ("1",), negated=True)
    assert garden.item("again").show_if == Every((later, hard))
    assert garden.item("advice").show_if == Chosen("again", ("1", "2", "3"))
    assert garden.item("advice").longest == 200


def test_a_shared_list_of_choices_serves_every_question_that_names_it() -> None:
    library = by_others("library")
    assert library.item("recommend").choices == library.item("return_soon").choices
    assert library.item("quiet").scale == library.item("hours").scale == "agree"
    assert library.item("purpose").show_if == Chosen("visits_month", ("from_1", "from_8"))
    assert library.reporting_group("station") == "town"


def test_a_plain_form_is_told_everything_that_it_lacks_for_us_and_where() -> None:
    with pytest.raises(FileRefusedError) as refused:
        read(form("library"))
    assert [(each.line, each.key, dict(each.facts).get("column", each.code)) for each in refused.value.problems] == [
        (1, "survey", "hint::Latviešu (lv)"),
        (1, "survey", "hint::Русский (ru)"),
        (2, "settings", "surveyapp_title_en"),
        (2, "settings", "surveyapp_title_ru"),
        (2, "settings", "surveyapp_intro_lv"),
        (2, "settings", "surveyapp_intro_en"),
        (2, "settings", "surveyapp_intro_ru"),
        (2, "settings", "surveyapp_minutes"),
        (2, "settings", "strata_needed"),
        (2, "settings", "surveyapp_headline"),
        (4, "survey", "surveyapp_bands"),
        (10, "survey!A10 (type)", "favourable"),
        (10, "survey!A10 (type)", "favourable_reversed"),
        (13, "survey!I13 (relevant)", "unknown_reference"),
    ]


def test_an_item_whose_name_xlsform_keeps_for_itself_gets_another_there_and_its_own_back() -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("id: experience", "id: meta")
    questionnaire = parse_questionnaire(
        text.replace("item: experience", "item: meta").replace("band: exp", "band: meta #"), "q"
    )
    sheets = xlsform.to_sheets(questionnaire)
    assert "meta_" in [row[1] for row in sheets["survey"]]
    assert any("${meta_} != 'short'" in cell for row in sheets["survey"] for cell in row)
    assert read(sheets) == questionnaire
    looked_at = Some((Chosen("meta", ("short",), negated=True),))
    assert questionnaire.item("duty").show_if == Every((Chosen("role", ("teacher", "coach")), looked_at))


def test_every_column_and_sheet_of_ours_is_explained() -> None:
    page = (Path(__file__).parents[2] / "docs" / "xlsform.md").read_text(encoding="utf-8")
    explained = {name.removesuffix("_lv") for name in re.findall(r"surveyapp_[a-z_]+", page)}
    texts = {base for bases in TEXTS.values() for base in bases}
    columns = {name for names in COLUMNS.values() for name in names if name.startswith(OUR_PREFIX)} | texts
    sheets = {sheet for sheet in COLUMNS if sheet.startswith(OUR_PREFIX)}
    titles = {"surveyapp_title_en", "surveyapp_title_ru", OUR_PREFIX}
    assert explained - titles == (columns | sheets) - {"surveyapp_title"}
