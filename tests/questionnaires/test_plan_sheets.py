"""A plan becomes a workbook and comes back the same; what is wrong in a workbook is told by sheet, row and column."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.library import ROOT
from questionnaires.plan_grammar import parse_plan, read_plan
from questionnaires.plan_sheet_names import BY_NAME, SHEETS
from questionnaires.plan_sheets import read_sheets
from questionnaires.plan_sheets_writer import header, to_sheets
from questionnaires.plan_types import Indicator, Money, OpenQuestion, Period, Plan, Quarter, Reading, Target, Written
from questionnaires.plan_writer import to_yaml
from questionnaires.problems import FileRefusedError
from questionnaires.sheets import numbered
from questionnaires.texts import Text
from surveyapp.core import workbooks

EXAMPLES = Path(__file__).parent / "examples"
PLANS = [*sorted((ROOT / "plans").glob("*/*.yaml")), EXAMPLES / "plan.yaml", EXAMPLES / "plan_measured.yaml"]
SMALL = read_plan(EXAMPLES / "plan.yaml")
Sheets = dict[str, list[list[str]]]


def through_a_workbook(plan: Plan) -> Plan:
    return read_sheets(workbooks.read(workbooks.write(to_sheets(plan)), "plan.xlsx"), "plan.xlsx")


def problems(change: Callable[[Sheets], None], plan: Plan = SMALL) -> list[str]:
    """Return what is said of the small plan's workbook after *change*, place and sentence."""
    sheets = to_sheets(plan)
    change(sheets)
    with pytest.raises(FileRefusedError) as refusal:
        read_sheets(numbered(sheets), "plan.xlsx")
    return [f"{each.key} {each.line}: {each.message}" for each in refusal.value.problems]


def put(sheets: Sheets, sheet: str, line: int, column: str, text: str) -> None:
    """Write *text* into a cell; *line* is the number of the row as people see it."""
    sheets[sheet][line - 1][header(BY_NAME[sheet]).index(column)] = text


@pytest.mark.parametrize("path", PLANS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_plan_goes_through_yaml_and_a_workbook_and_comes_back_as_it_was(path: Path) -> None:
    plan = read_plan(path)
    assert parse_plan(to_yaml(plan), "plan.yaml") == plan
    assert through_a_workbook(plan) == plan
    assert to_sheets(through_a_workbook(plan)) == to_sheets(plan)


def full() -> Plan:
    """Return the small plan with what no other file holds: a contradiction that was decided, and readings of every form."""
    first, *more = SMALL.indicators
    meetings, *others = first.targets
    readings = [Reading("in_2026", meetings.label, Period("named_year", 2026))]
    readings.append(Reading("by_may", meetings.label, Period("by", day=date(2028, 5, 1))))
    readings.append(Reading("a_while", meetings.label, Period("year", since=date(2025, 7, 1), until=date(2026, 6, 30))))
    decided = Written("+", ">", "Protokols Nr. 1")
    rows = [replace(first, targets=(replace(meetings, readings=(*meetings.readings, *readings)), *others)), *more]
    changes = [replace(each, written=decided) if each.kind == "delta_up" else each for each in rows[1].targets]
    return replace(SMALL, indicators=(rows[0], replace(rows[1], targets=tuple(changes)), *rows[2:]))


def test_every_column_is_filled_by_some_plan_so_that_no_key_of_the_grammar_is_lost() -> None:
    filled: set[tuple[str, str]] = set()
    for plan in (full(), *map(read_plan, PLANS)):
        assert through_a_workbook(plan) == plan == parse_plan(to_yaml(plan), "plan.yaml")
        for title, (names, *rows) in to_sheets(plan).items():
            filled |= {(title, name) for row in rows for name, cell in zip(names, row, strict=True) if cell}
    every = {(sheet.name, name) for sheet in SHEETS for name in header(sheet)}
    assert filled == every


letters = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), max_codepoint=0x2FFF, exclude_characters="{}%$")
names = st.text(letters, min_size=1, max_size=12).map(lambda text: normalize("NFC", " ".join(text.split()) or "x"))
texts = st.builds(Text, names, names, names)
amounts = st.floats(0, 1e9, allow_nan=False).map(lambda value: round(value, 4))
quarters = st.lists(st.tuples(st.integers(2025, 2027), st.integers(1, 4)), unique=True).map(
    lambda marked: tuple(Quarter(year, quarter) for year, quarter in sorted(marked))
)
moneys = st.builds(
    Money,
    st.dictionaries(st.integers(2025, 2027), amounts).map(lambda years: tuple(sorted(years.items()))),
    st.lists(names, unique=True, max_size=3).map(tuple),
)
questions = st.builds(
    OpenQuestion,
    st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True),
    names,
    texts,
    st.one_of(st.just(()), st.lists(texts, min_size=2, max_size=4).map(tuple)),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Return the small plan with anything in its rows and targets that the grammar lets stand there."""

    def target(each: Target) -> Target:
        value = draw(amounts) if each.value is not None else None
        return replace(
            each,
            label=draw(texts),
            value=value,
            upper=each.upper and (value or 0) + 1,
            ages=draw(ages),
            readings=(),
            baseline=None,
        )

    def row(each: Indicator) -> Indicator:
        return replace(
            each,
            name=draw(texts),
            quarters=draw(quarters),
            money=draw(moneys),
            sensitive=draw(st.booleans()),
            reading_note=draw(st.none() | names),
            questions=tuple(draw(st.lists(questions, max_size=2, unique_by=lambda question: question.id))),
            targets=tuple(target(each) for each in each.targets),
        )

    return replace(SMALL, title=draw(texts), source=draw(names), indicators=tuple(row(each) for each in SMALL.indicators))


ages = st.none() | st.tuples(st.integers(0, 120), st.integers(0, 120)).map(lambda both: (min(both), max(both)))


@given(plans())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_any_plan_comes_back_as_it_was(plan: Plan) -> None:
    again = parse_plan(to_yaml(plan), "plan.yaml")
    assert again == plan
    assert through_a_workbook(plan) == plan


def called(language: str) -> Sheets:
    """Return the small plan's workbook with titles and headers in *language*."""
    return to_sheets(SMALL, language)


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_sheets_and_columns_in_each_language_are_read_like_english_ones(language: str) -> None:
    sheets = called(language)
    assert read_sheets(numbered(sheets), "plan.xlsx") == SMALL
    shouted = {title.upper(): [[f" {cell.upper()} * " for cell in rows[0]], *rows[1:]] for title, rows in sheets.items()}
    assert read_sheets(numbered(shouted), "plan.xlsx") == SMALL


def test_days_numbers_and_flags_are_read_as_people_write_them() -> None:
    sheets = to_sheets(SMALL)
    put(sheets, "plan", 2, "starts", "01.01.2025.")
    put(sheets, "plan", 2, "ends", "31.12.2027")
    put(sheets, "rows", 2, "sensitive", "Jā")
    put(sheets, "targets", 5, "value", "0,8")
    put(sheets, "targets", 5, "baseline_value", "−1,5")
    put(sheets, "money", 2, "amount", "6\u00a0820")
    assert read_sheets(numbered(sheets), "plan.xlsx") == SMALL


def test_sheets_and_columns_of_somebody_s_own_notes_are_left_alone_while_they_are_empty_or_elsewhere() -> None:
    sheets = to_sheets(SMALL) | {"Notes": [["anything"], ["at all"]]}
    sheets["rows"][0].append("remarks")
    assert read_sheets(numbered(sheets), "plan.xlsx") == SMALL


def test_every_problem_is_told_by_sheet_row_and_column() -> None:
    def spoil(sheets: Sheets) -> None:
        put(sheets, "targets", 2, "comparator", "betwen")
        put(sheets, "targets", 3, "row", "1.1.x")
        put(sheets, "targets", 4, "period_year", "")
        put(sheets, "rows", 2, "name_ru", "")
        put(sheets, "rows", 2, "quarters", "2025 Q1")
        put(sheets, "goals", 2, "number", "")
        sheets["institutions"].append(["school_board", "a", "b", "c"])

    known = "ge, le, bare, all, between, approx, exists, delta_up, delta_down, trend_up, trend_down, none"
    assert problems(spoil) == [
        "institutions!A4 (id) 4: school_board stands here twice; delete one",
        "goals 2: the column number of the sheet goals is missing or empty here; fill it in",
        "actions!B2 (goal) 2: there is no goal 1; known are 3",
        "rows 2: the Russian text is missing; fill in the column name_ru",
        "rows!K2 (quarters) 2: 2025 Q1 does not name quarters; write each year with its quarters, such as 2025: 1, 3; 2026: 1",
        f"targets!G2 (comparator) 2: betwen is not known here; did you mean between? Allowed are {known}",
        "targets!A3 (row) 3: there is no 1.1.x in the sheet rows; add it there or mend the name here",
        "targets!4 (period) 4: the column period_year of the sheet targets is missing or empty here; fill it in",
        "steps!A2 (target) 2: there is no 1.1.a/survey in the sheet targets; add it there or mend the name here",
        "steps!A3 (target) 3: there is no 1.1.a/survey in the sheet targets; add it there or mend the name here",
    ]  # fmt: skip


def test_a_latvian_workbook_is_told_its_problems_with_its_own_names() -> None:
    sheets = called("lv")
    sheets["Mērķi"] = sheets["Mērķi"][:1]
    sheets["Plāns"][1][0] = ""
    sheets["Rindas"][1][5] = ""
    with pytest.raises(FileRefusedError) as refusal:
        read_sheets(numbered(sheets), "plan.xlsx")
    said = [each.message for each in refusal.value.problems]
    assert "the column Id of the sheet Plāns is missing or empty here; fill it in" in said
    assert "the sheet Mērķi has no rows, and a plan needs some; fill it in" in said
    assert "the English text is missing; fill in the column Nosaukums (en)" in said


def test_a_russian_workbook_is_told_what_it_lacks_and_what_is_unknown_with_its_own_names() -> None:
    sheets = called("ru")
    del sheets["План"]
    sheets["Прочтение"] = sheets.pop("Прочтения")
    sheets["Строки"][0][10] = "Кварталлы"
    sheets["Деньги"][0][1] = "%%%"
    with pytest.raises(FileRefusedError) as refusal:
        read_sheets(numbered(sheets), "plan.xlsx")
    said = [each.message for each in refusal.value.problems]
    assert "there is no sheet План; add it" in said
    assert any("did you mean Прочтения?" in each for each in said)
    assert any("there is no column Кварталлы in this sheet; did you mean Кварталы?" in each for each in said)
    assert any("Строка, Год, Сумма, EUR, Источник" in each for each in said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda sheets: sheets.pop("plan"), "there is no sheet plan; add it"),
        (lambda sheets: sheets.update(plan=sheets["plan"][:1]), "the sheet plan has no rows"),
        (lambda sheets: sheets["plan"].append(sheets["plan"][1]), "settings are one row under the names of the columns"),
        (lambda sheets: sheets.update(target=sheets.pop("targets")), "the sheet target is not known; did you mean targets?"),
        (lambda sheets: sheets.update({"Rindas": sheets["rows"]}), "the sheets Rindas and rows are the same one"),
        (lambda sheets: put(sheets, "rows", 1, "quarters", "quarter"), "there is no column quarter in this sheet"),
        (lambda sheets: sheets["steps"].append(["", "x", "a", "b", "c"]), "the column target of the sheet steps is missing"),
        (lambda sheets: sheets.update(steps=sheets["steps"][:1]), "nothing in the sheet steps belongs to this"),
        (lambda sheets: sheets["money"].append(["1.1.a", "2025", "7", ""]), "2025 stands here twice; delete one"),
        (lambda sheets: sheets["money"].append(["1.1.a", "", "7", ""]), "the column year of the sheet money is missing"),
        (lambda sheets: sheets["money"].append(["1.1.a", "2027", "", ""]), "the value is empty; fill it in"),
        (lambda sheets: sheets["options"].append(["1.1.a", "other", "a", "b", "c"]), "no other in the sheet questions"),
        (lambda sheets: put(sheets, "targets", 2, "ages_to", ""), "ages are written as [from, to], the lower first"),
    ],
)  # fmt: skip
def test_what_does_not_hang_together_is_refused(change: Callable[[Sheets], None], said: str) -> None:
    assert any(said in each for each in problems(change)), problems(change)


def test_a_flood_of_cells_is_refused_before_it_is_read() -> None:
    flood = to_sheets(SMALL) | {"notes": [["x"] * 400] * 300}
    with pytest.raises(FileRefusedError, match="more than 100,000 values"):
        read_sheets(numbered(flood), "plan.xlsx")
