"""The command line turns questionnaires into XLSForm workbooks and back, and never writes over a file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from questionnaires.grammar import read_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.problems import FileRefusedError
from surveyapp import cli
from surveyapp.core import workbooks
from surveyapp.core.command import RefusedError

PUBLISHED = find_questionnaire("specialists/2")
Convert = Callable[[Path, Path], Result]


@pytest.fixture
def convert() -> Convert:
    """Run the command; it needs no app and no database."""
    return lambda source, target: CliRunner().invoke(cli.commands, ["questionnaire", "convert", str(source), str(target)])


def test_a_published_questionnaire_comes_back_from_a_workbook_as_it_was(convert: Convert, tmp_path: Path) -> None:
    book, back = tmp_path / "form.xlsx", tmp_path / "back.yaml"
    out = convert(PUBLISHED, book)
    asked = read_questionnaire(PUBLISHED)
    assert out.output == f"specialists/2, {len(asked.items)} questions and notes, is in {book}.\n"
    assert list(workbooks.read(book.read_bytes(), "form.xlsx"))[:3] == ["survey", "choices", "settings"]
    assert convert(book, back).exit_code == 0
    assert read_questionnaire(back) == asked


def test_a_file_that_is_there_stays_as_it_is(convert: Convert, tmp_path: Path) -> None:
    there = tmp_path / "form.xlsx"
    there.write_text("somebody's work")
    out = convert(PUBLISHED, there)
    assert isinstance(out.exception, RefusedError)
    assert "exists already and stays as it is" in str(out.exception)
    assert there.read_text() == "somebody's work"


@pytest.mark.parametrize("name", ["form.yaml", "form.ods", "form"])
def test_only_yaml_and_workbooks_turn_into_one_another(convert: Convert, tmp_path: Path, name: str) -> None:
    out = convert(PUBLISHED, tmp_path / name)
    assert isinstance(out.exception, RefusedError)
    assert f"to {name}: one must be a .yaml file and the other an .xlsx workbook" in str(out.exception)
    assert not (tmp_path / name).exists()


def test_a_form_with_problems_is_refused_row_by_row_and_nothing_is_written(convert: Convert, tmp_path: Path) -> None:
    form, target = tmp_path / "form.xlsx", tmp_path / "back.yaml"
    form.write_bytes(workbooks.write({"survey": [["type", "name", "label::English (en)"], ["geopoint", "where", "Where?"]]}))
    out = convert(form, target)
    assert isinstance(out.exception, FileRefusedError)
    assert f"{form}:2: survey!A2 (type): geopoint exists in XLSForm, but nothing here answers to it" in str(out.exception)
    assert not target.exists()


def test_checking_a_workbook_says_to_make_a_questionnaire_file_of_it_first(convert: Convert, tmp_path: Path) -> None:
    book = tmp_path / "form.xlsx"
    convert(PUBLISHED, book)
    out = CliRunner().invoke(cli.commands, ["questionnaire", "check", str(book)])
    assert isinstance(out.exception, RefusedError)
    assert f"surveyapp questionnaire convert {book} NEW.yaml" in str(out.exception)
