"""A large answer file is counted column by column: it says what reading it row by row says, whatever stands in it."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.answer_columns import count_columns
from analysis.answer_file import read_answers
from analysis.counts import WaveCounts
from questionnaires.grammar import parse_questionnaire, read_questionnaire
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import Item, Questionnaire
from tests.analysis.answers_by_hand import Counts, Places, read_by_hand
from tests.surveyapp.survey.small import YAML

GOLDEN: Final = Path(__file__).with_name("golden") / "questionnaire.yaml"
ASKED: Final = (parse_questionnaire(YAML, "small.yaml"), read_questionnaire(GOLDEN))
EVERY_SIZE: Final = 0
NO_SIZE: Final = 1 << 60
ODD_CELLS: Final = ("no such choice", " ", '"', '"a"b', "a;a", "\u00a0", "NA", "null", "0", "007", "1e3", "#", "\x00", "\ufeff")
ODD_ENDS: Final = ("", "\n", "\n\n", ",", ",,", "\n ", "\r\n", "\r")


def cells(item: Item) -> st.SearchStrategy[str]:
    """Cells that an item can take, and in one of twelve rows something odd."""
    choices = st.sampled_from([choice.id for choice in item.choices] or ["x"])
    plain = st.one_of(st.just(""), choices, choices.map(" {} ".format))
    several = st.lists(choices, max_size=3, unique=True).map(";".join) if item.kind == "multiple" else choices
    number = st.integers(0, 60).map(str) if item.kind == "number" else choices
    return st.one_of(plain, several, number)


@st.composite
def files(draw: st.DrawFn, questionnaire: Questionnaire, *, odd: bool) -> str:
    """An answer file of some of the questionnaire's columns in any order; *odd*: with something in it that may be wrong."""
    asked = draw(st.permutations(questionnaire.asked))[draw(st.integers(0, 3)) :]
    quoted = draw(st.sampled_from(["none", "some", "all"]))
    nodes = st.sampled_from(["", *(node.id for node in questionnaire.strata.walk())])
    between = draw(st.sampled_from([",", ";"])) if quoted == "all" or all(i.kind != "multiple" for i in asked) else ","
    stratum = odd and draw(st.booleans())
    rows = [
        [*([draw(nodes)] if stratum else []), *(draw(cells(item)) for item in asked)] for _ in range(draw(st.integers(0, 12)))
    ]
    if odd and rows:
        for _ in range(draw(st.integers(0, 2))):
            row = draw(st.sampled_from(rows))
            row[draw(st.integers(0, len(row) - 1))] = draw(st.sampled_from(ODD_CELLS))
        if draw(st.booleans()):
            draw(st.sampled_from(rows)).pop()
        if draw(st.booleans()):
            draw(st.sampled_from(rows)).append(draw(st.sampled_from(["", "1"])))
    rows = [[*(["stratum"] if stratum else []), *(item.id for item in asked)], *rows]
    if quoted != "none":
        rows = [[f'"{cell}"' if quoted == "all" or draw(st.booleans()) else cell for cell in row] for row in rows]
    lines = [between.join(row) for row in rows]
    return (
        draw(st.sampled_from(["", "\ufeff"]))
        + draw(st.sampled_from(["\n", "\r\n"])).join(lines)
        + draw(st.sampled_from(ODD_ENDS if odd else ["\n", ""]))
    )


def read(path: Path, questionnaire: Questionnaire, large: int) -> WaveCounts | list[Problem]:
    """The counts of a file, or everything that is wrong with it."""
    try:
        return read_answers(path, questionnaire, large=large)
    except FileRefusedError as refused:
        return list(refused.problems)


@given(data=st.data(), questionnaire=st.sampled_from(ASKED), odd=st.booleans())
def test_both_ways_of_reading_give_the_same_counts_or_the_same_problems(
    data: st.DataObject, questionnaire: Questionnaire, tmp_path_factory: pytest.TempPathFactory, *, odd: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "answers.csv"
    text = data.draw(files(questionnaire, odd=odd))
    path.write_bytes(text.encode())
    found = read(path, questionnaire, EVERY_SIZE)
    assert found == read(path, questionnaire, NO_SIZE)
    assert short(found) == read_by_hand(text, questionnaire)


def short(found: WaveCounts | list[Problem]) -> Counts | Places:
    """The counts above 0, or the places and codes of the problems."""
    if isinstance(found, WaveCounts):
        return Counter({(stratum, item, option): people for stratum, item, option, people in found.to_tally() if people})
    return [(problem.line, problem.key, problem.code) for problem in found]


@pytest.mark.parametrize("between", [",", '","', '";"'])
@pytest.mark.parametrize("questionnaire", ASKED, ids=["small", "golden"])
def test_a_plain_file_is_counted_by_column_whatever_its_size(
    questionnaire: Questionnaire, tmp_path: Path, between: str
) -> None:
    asked = [item for item in questionnaire.asked if item.choices]
    rows = [[item.id for item in asked], *([item.choices[at % len(item.choices)].id for item in asked] for at in range(600))]
    several = next(at for at, item in enumerate(asked) if item.kind == "multiple")
    rows[9][several] = ";".join(choice.id for choice in asked[several].choices if not choice.exclusive)
    quote = '"' if '"' in between else ""
    lines = [quote + between.join(row) + quote for row in rows]
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    counts = count_columns(path, questionnaire, [item.id for item in asked], None, rows=250)
    assert counts == read(path, questionnaire, NO_SIZE)
    assert counts is not None
    assert counts.respondents == 600
