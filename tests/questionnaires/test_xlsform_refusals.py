"""A form is read whole, or refused with every problem, its sheet, row and column, and how to mend it."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import xlsform
from questionnaires.messages import MESSAGES, XLSFORM
from questionnaires.problems import FileRefusedError, Problem
from tests.questionnaires.forms import Form, form, mended_library, with_columns

TYPE, NAME, LABEL, APPEARANCE, REQUIRED, RELEVANT, CONSTRAINT = 0, 1, 2, 6, 7, 8, 9
Edit = Callable[[Form], object]


def problems_of(sheets: Form) -> list[Problem]:
    try:
        xlsform.read_sheets(xlsform.numbered(sheets), "form.xlsx")
    except FileRefusedError as refused:
        return list(refused.problems)
    return []


def cell(sheet: str, row: int, column: int, text: str) -> Edit:
    """Return an edit that puts *text* into one cell; *row* is the number that people see, *column* counts from 0."""

    def edit(sheets: Form) -> None:
        sheets[sheet][row - 1][column] = text

    return edit


def column(sheet: str, row: int, name: str, text: str) -> Edit:
    """Return an edit that adds the column *name* to a sheet, filled in one row."""

    def edit(sheets: Form) -> None:
        sheets[sheet] = with_columns(sheets[sheet], row, {name: text})

    return edit


def survey(row: int, at: int, text: str) -> Edit:
    return cell("survey", row, at, text)


def extra_row(sheet: str, *cells: str) -> Edit:
    return lambda sheets: sheets[sheet].append([*cells, *[""] * (len(sheets[sheet][0]) - len(cells))])


REFUSED: list[tuple[str, Edit, str]] = [
    # sheets and columns
    ("sheet_missing", lambda sheets: sheets.pop("survey"), ""),
    ("sheet_near", lambda sheets: sheets.update(surveyapp_scale=[["a"], ["b"]]), ""),
    ("sheet_unsupported", lambda sheets: sheets.update(external_choices=[["a"], ["b"]]), ""),
    ("settings_rows", extra_row("settings", "Other"), "3 settings"),
    ("column_unknown", column("survey", 3, "remarks", "ask"), "3 survey!O3 (remarks)"),
    ("column_unknown_near", column("survey", 3, "appearence", "minimal"), "3 survey!O3 (appearence)"),
    ("column_unsupported", column("survey", 3, "calculation", "1 + 1"), "3 survey!O3 (calculation)"),
    (
        "column_unsupported",
        column("survey", 3, "media::image::English (en)", "a.png"),
        "3 survey!O3 (media::image::English (en))",
    ),
    ("column_unsupported", column("choices", 2, "image", "a.png"), "2 choices!F2 (image)"),
    ("column_twice", column("survey", 3, "name", "again"), "1 survey!O1 (name)"),
    ("column_unnamed", column("survey", 3, "", "stray"), "3 survey!O3"),
    ("column_needed", survey(3, TYPE, ""), "3 survey"),
    ("column_needed", survey(3, NAME, ""), "3 survey"),
    ("column_needed", cell("choices", 3, 0, ""), "3 choices"),
    ("cell_text_missing", survey(3, LABEL, ""), "3 survey"),
    ("language_unknown", column("survey", 3, "label::Deutsch (de)", "Welche?"), "1 survey!O1 (label::Deutsch (de))"),
    ("language_unsaid", column("survey", 3, "hint", "Which?"), "1 survey!O1 (hint)"),
    # rows
    ("type_unsupported", survey(4, TYPE, "geopoint"), "4 survey!A4 (type)"),
    ("type_unsupported", survey(4, TYPE, "begin repeat"), "4 survey!A4 (type)"),
    ("type_unsupported", survey(3, TYPE, "select_one branch or_other"), "3 survey!A3 (type)"),
    ("unknown_word_near", survey(4, TYPE, "intger"), "4 survey!A4 (type)"),
    ("unknown_word_near", survey(3, TYPE, "select_one"), "3 survey!A3 (type)"),
    ("unknown_reference_near", survey(3, TYPE, "select_one brunch"), "3 survey!A3 (type)"),
    ("appearance_unsupported", survey(3, APPEARANCE, "minimal map"), "3 survey!G3 (appearance)"),
    ("appearance_unsupported", survey(5, APPEARANCE, "likert"), "5 survey!G5 (appearance)"),
    ("parameter_unsupported", column("survey", 3, "parameters", "seed=${x}"), "3 survey!O3 (parameters)"),
    ("cell_not_for_type", survey(3, CONSTRAINT, ". >= 0"), "3 survey!J3 (constraint)"),
    ("cell_not_for_type", survey(2, REQUIRED, "yes"), "2 survey!H2 (required)"),
    ("group_nested", survey(4, TYPE, "begin_group"), "4 survey"),
    ("group_not_open", extra_row("survey", "end group"), "15 survey"),
    ("group_not_closed", survey(14, TYPE, "note"), "8 survey"),
    ("group_missing", cell("surveyapp_strata", 3, 1, "city"), "3 surveyapp_strata!B3 (parent)"),
    ("duplicate_value", cell("surveyapp_strata", 3, 0, "town"), "3 surveyapp_strata!A3 (id)"),
    ("strata_needed", lambda sheets: sheets.pop("surveyapp_strata"), "2 settings"),
    ("requirement_both", column("survey", 3, "surveyapp_requirement", "soft"), "3 survey!O3 (surveyapp_requirement)"),
    ("required_form", survey(4, REQUIRED, "${branch} = 'bus'"), "4 survey!H4 (required)"),
    ("constraint_needed", survey(4, CONSTRAINT, ""), "4 survey"),
    ("constraint_form", survey(4, CONSTRAINT, ". mod 2 = 0"), "4 survey!J4 (constraint)"),
    # ids and values: 1 and 1.0 are different texts, of which one is no id; as numbers of a sheet they are the same one
    ("bad_id", cell("choices", 8, 1, "1.0"), "8 choices!B8 (name)"),
    ("bad_id", cell("choices", 11, 1, "TRUE"), "11 choices!B11 (name)"),
    ("duplicate_id", cell("choices", 9, 1, "1"), "9 choices!B9 (name)"),
    ("duplicate_id", survey(5, NAME, "branch"), "5 survey!B5 (name)"),
    ("not_a_flag", column("survey", 3, "surveyapp_headline", "maybe"), "3 survey!O3 (surveyapp_headline)"),
    # rules
    ("expression_broken", survey(13, RELEVANT, "${recommend} == 'yes'"), "13 survey!I13 (relevant)"),
    ("expression_ends", survey(13, RELEVANT, "(${recommend} = 'yes'"), "13 survey!I13 (relevant)"),
    ("expression_function", survey(13, RELEVANT, "count-selected(${purpose}) > 1"), "13 survey!I13 (relevant)"),
    ("expression_long", survey(13, RELEVANT, "(" * 50 + "${recommend} = 'yes'" + ")" * 50), "13 survey!I13 (relevant)"),
    ("expression_multiple", survey(13, RELEVANT, "${purpose} = 'read'"), "13 survey!I13 (relevant)"),
    ("expression_bands", survey(13, RELEVANT, "${visits_month} > 4"), "13 survey!I13 (relevant)"),
    ("expression_never", survey(13, RELEVANT, "${recommend} = 'yes' and false()"), "13 survey!I13 (relevant)"),
    ("unknown_reference_near", survey(13, RELEVANT, "${recomend} = 'yes'"), "13 survey!I13 (relevant)"),
    ("unknown_reference", survey(13, RELEVANT, "${recommend} = 'perhaps'"), "13 survey!I13 (relevant)"),
    ("show_if_later", survey(5, RELEVANT, "${quiet} != ''"), "5 survey!I5 (relevant)"),
    ("show_if_circular", survey(13, RELEVANT, "${return_soon} = 'yes'"), "13 survey!I13 (relevant)"),
    ("show_if_text", survey(13, RELEVANT, "${purpose_other} != ''"), "13 survey!I13 (relevant)"),
]


@pytest.mark.parametrize(("code", "edit", "place"), REFUSED, ids=[f"{row[0]}-{n}" for n, row in enumerate(REFUSED)])
def test_each_fault_is_named_with_its_sheet_row_and_column(code: str, edit: Edit, place: str) -> None:
    sheets = mended_library()
    edit(sheets)
    found = [problem for problem in problems_of(sheets) if problem.code == code]
    assert found, [str(problem) for problem in problems_of(sheets)]
    assert place in [f"{each.line or ''} {each.key}".strip() for each in found]
    assert all(each.message == MESSAGES[code].format(**dict(each.facts)) for each in found)


def test_every_message_about_a_form_has_an_example_here() -> None:
    assert {row[0] for row in REFUSED} >= set(XLSFORM)


def test_the_form_of_these_examples_is_read_when_nothing_is_wrong_with_it() -> None:
    assert problems_of(mended_library()) == []


def test_a_form_full_of_what_we_do_not_have_is_told_all_of_it_at_once() -> None:
    found = [str(problem) for problem in problems_of(form("meals"))]
    for sentence in (
        "form.xlsx:1: survey!C1 (label): say in which language this is",
        "form.xlsx:2: survey!A2 (type): start exists in XLSForm, but nothing here answers to it",
        "form.xlsx:3: survey!A3 (type): there is no list school; known are class, taste, likes, yesno",
        "form.xlsx:3: choices!B3 (name): 5.0 cannot be an id here",
        "form.xlsx:4: survey!G4 (choice_filter): the column choice_filter exists in XLSForm",
        "form.xlsx:5: survey!A5 (type): or_other exists in XLSForm",
        "form.xlsx:6: survey!A6 (type): range exists in XLSForm",
        "form.xlsx:7: survey!A7 (type): begin repeat exists in XLSForm",
        "form.xlsx:10: survey!A10 (type): calculate exists in XLSForm",
        "form.xlsx:11: survey!D11 (relevant): the function count-selected is not known here",
        "form.xlsx:12: survey!D12 (relevant): likes takes several answers, so ask for one of them, as in selected(${likes}, ",
        "form.xlsx:13: survey!D13 (relevant): the rule ends too early",
        "form.xlsx:14: survey!D14 (relevant): there is no question wast; did you mean waste?",
        "form.xlsx:17: survey!D17 (relevant): the rule goes in a circle: again → again; break it",
    ):
        assert any(line.startswith(sentence) for line in found), sentence
    assert len(found) == len(set(found)), "nothing is said twice"


def test_a_missing_language_is_asked_for_once_and_not_in_every_row() -> None:
    sheets = mended_library()
    for sheet in ("survey", "choices"):
        place = sheets[sheet][0].index("label::Русский (ru)")
        sheets[sheet] = [[*row[:place], *row[place + 1 :]] for row in sheets[sheet]]
    assert [str(problem) for problem in problems_of(sheets)] == [
        "form.xlsx:1: choices: the Russian text is missing; fill in the column label::Русский (ru)",
        "form.xlsx:1: survey: the Russian text is missing; fill in the column label::Русский (ru)",
    ]


def test_a_group_inside_itself_is_refused_and_does_not_turn_for_ever() -> None:
    sheets = mended_library()
    sheets["surveyapp_strata"] += [["inner", "town", "a", "b", "c"], ["town", "inner", "a", "b", "c"]]
    assert "duplicate_value" in [problem.code for problem in problems_of(sheets)]


def test_groups_nested_without_end_are_refused_and_break_nothing() -> None:
    sheets = mended_library()
    sheets["surveyapp_strata"] += [[f"g{n}", f"g{n - 1}" if n else "town", "a", "b", "c"] for n in range(2000)]
    assert "too_deep" in [problem.code for problem in problems_of(sheets)]


def test_a_sheet_of_more_cells_than_any_questionnaire_is_refused_at_once() -> None:
    assert [problem.code for problem in problems_of({"survey": [["x"] * 100] * 1001})] == ["too_many_nodes"]
    assert [problem.code for problem in problems_of({"survey": [["x" * 1_000_001]]})] == ["too_large"]


@given(
    st.data(),
    st.sampled_from(["", "1", "yes", "select_one agree", "${branch}", "begin_group", "end_group", "town", "*", "\x00"]),
)
@settings(deadline=None, max_examples=150)
def test_any_value_in_any_cell_is_read_or_refused_and_never_crashes(data: st.DataObject, text: str) -> None:
    sheets = mended_library()
    rows = sheets[data.draw(st.sampled_from(sorted(sheets)))]
    row = data.draw(st.sampled_from(rows))
    row[data.draw(st.integers(0, len(row) - 1))] = text
    assert all(problem.message for problem in problems_of(sheets))
