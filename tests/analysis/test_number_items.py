"""Numbers are counted by their bands, and what people wrote in their own words is never counted."""

import json
from pathlib import Path

import pytest

from analysis.answer_file import read_answers
from analysis.compare_files import main
from analysis.counts import count_answers
from questionnaires.grammar import parse_questionnaire
from questionnaires.problems import FileRefusedError
from tests.surveyapp.survey.small import YAML, sheet

SMALL = parse_questionnaire(YAML, "small.yaml")


def test_a_number_is_counted_by_its_band() -> None:
    counts = count_answers(SMALL, [("schools", sheet(number)) for number in range(9)])
    assert counts.strata["schools"].items["years"].options == {"from_0": 3, "from_5": 3, "from_15": 3}


def test_own_words_have_no_counts() -> None:
    counts = count_answers(SMALL, [("schools", sheet(number)) for number in range(9)])
    assert {"short_word", "long_word"}.isdisjoint(counts.strata["schools"].items)


@pytest.mark.parametrize(
    ("number", "band"), [(0, "from_0"), (4, "from_0"), (5, "from_5"), (14, "from_5"), (15, "from_15"), (60, "from_15")]
)
def test_every_number_falls_into_one_band(number: int, band: str) -> None:
    assert SMALL.item("years").band_of(number) == band


@pytest.mark.parametrize("number", [-1, 61])
def test_a_number_beyond_the_limits_falls_into_none(number: int) -> None:
    with pytest.raises(ValueError, match="years"):
        SMALL.item("years").band_of(number)


def test_bands_say_where_they_begin_and_end_in_every_language() -> None:
    assert [choice.label.lv for choice in SMALL.item("years").choices] == ["0–4 gadi", "5–14 gadi", "15–60 gadi"]
    assert [choice.label.ru for choice in SMALL.item("years").choices] == ["0–4 лет", "5–14 лет", "15–60 лет"]


def write(path: Path, years: list[str]) -> Path:
    lines = [f"{'teacher' if at % 2 else 'doctor'},{cell},{at % 3 + 1}" for at, cell in enumerate(years)]
    path.write_text("\n".join(["role,years,ready", *lines]) + "\n", encoding="utf-8")
    return path


def test_files_may_hold_numbers_or_bands(tmp_path: Path) -> None:
    numbers = read_answers(write(tmp_path / "a.csv", ["3", "7", "60", "0"] * 5), SMALL)
    bands = read_answers(write(tmp_path / "b.csv", ["from_0", "from_5", "from_15", "from_0"] * 5), SMALL)
    assert numbers == bands


def test_a_number_beyond_the_limits_is_refused_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError) as caught:
        read_answers(write(tmp_path / "a.csv", ["3", "61", "x"]), SMALL)
    assert [problem.line for problem in caught.value.problems] == [3, 4]


def test_bands_of_two_waves_are_compared_like_choices(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    questionnaire = tmp_path / "small.yaml"
    questionnaire.write_text(YAML, encoding="utf-8")
    before = write(tmp_path / "before.csv", ["2"] * 30 + ["8"] * 20 + ["20"] * 20)
    after = write(tmp_path / "after.csv", ["2"] * 20 + ["8"] * 20 + ["20"] * 30)
    assert (
        main(["--questionnaire", str(questionnaire), "--before", str(before), "--after", str(after), "--format", "json"]) == 0
    )
    rows = json.loads(capfd.readouterr().out)
    town = {
        row["choice"]: row for row in rows if row["item"] == "years" and row["stratum"] == "*" and row["measure"] == "share"
    }
    assert town["from_15"]["before"] == pytest.approx(20 / 70)
    assert town["from_15"]["after"] == pytest.approx(30 / 70)
    assert not {row["item"] for row in rows} & {"short_word", "long_word"}
