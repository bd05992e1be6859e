"""pyxform, the reference reader of XLSForm, accepts every workbook that we write, and what it makes of it asks the same."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from questionnaires import xlsform
from questionnaires.grammar import parse_questionnaire, read_questionnaire
from questionnaires.library import ROOT
from questionnaires.survey_types import Questionnaire
from surveyapp.core import workbooks
from tests import pyxform_venv
from tests.questionnaires.anything import anything
from tests.questionnaires.forms import form, mended_library

# Together on one worker: the environment of pyxform is made once, by whoever comes first.
pytestmark = pytest.mark.xdist_group("pyxform")
HERE = Path(__file__).parent
EXAMPLE = HERE / "examples" / "questionnaire.yaml"
WORDS = "as and at data div end group instance meta mod name not or selected start string today true type"
"""Words that mean something to XPath, XForms or pyxform, or might."""


def accepted(folder: Path, *questionnaires: Questionnaire) -> list[dict[str, Any]]:
    """Return what pyxform makes of the workbooks of *questionnaires*: xform and warnings, or why it refuses them."""
    paths = [folder / f"{number}.xlsx" for number in range(len(questionnaires))]
    for path, questionnaire in zip(paths, questionnaires, strict=True):
        path.write_bytes(workbooks.write(xlsform.to_sheets(questionnaire)))
    command = [str(pyxform_venv.prepare()), str(HERE / "accept.py"), *(str(path) for path in paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return list(json.loads(done.stdout))


def problems(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in found if "xform" not in each or each["warnings"]]


def test_pyxform_accepts_our_questionnaires_and_those_by_others_without_a_warning(tmp_path: Path) -> None:
    ours = [read_questionnaire(path) for path in [*sorted((ROOT / "surveys").glob("*/*.yaml")), EXAMPLE]]
    others = [
        xlsform.read_sheets(xlsform.numbered(each), "form.xlsx") for each in (form("road"), form("garden"), mended_library())
    ]
    found = accepted(tmp_path, *ours, *others)
    assert len(found) >= 10
    assert problems(found) == []


def test_pyxform_accepts_any_questionnaire_that_our_grammar_allows(tmp_path: Path) -> None:
    drawn: list[Questionnaire] = []

    @settings(deadline=None, max_examples=60, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(anything)
    def draw(questionnaire: Questionnaire) -> None:
        drawn.append(questionnaire)

    draw()
    assert len(drawn) >= 60
    assert problems(accepted(tmp_path, *drawn)) == []


def test_pyxform_accepts_ids_that_are_words_of_its_own(tmp_path: Path) -> None:
    example = EXAMPLE.read_text(encoding="utf-8")
    renamed = [parse_questionnaire(example.replace("experience", word), "q.yaml") for word in WORDS.split()]
    assert problems(accepted(tmp_path, *renamed)) == []


def test_what_pyxform_makes_of_it_asks_the_same_in_three_languages(tmp_path: Path) -> None:
    (found,) = accepted(tmp_path, read_questionnaire(EXAMPLE))
    xform = found["xform"]
    for part in (
        '<translation lang="Latviešu (lv)" default="true()">',
        '<translation lang="Русский (ru)">',
        "<value>Сообщать – не моя работа</value>",
        'appearance="likert"',
        'required="true()"',
    ):
        assert part in xform
    rule = "( /data/about/role  = 'teacher' or  /data/about/role  = 'coach')"
    assert rule.replace(" ", "") in xform.replace(" ", "")


def test_pyxform_shows_what_it_lets_pass_so_that_we_must_not(tmp_path: Path) -> None:
    """Why our own reader checks: the reference reader takes a choice that is in no list, and a rule that looks at itself."""
    sheets = xlsform.to_sheets(read_questionnaire(EXAMPLE))
    relevant = sheets["survey"][0].index("relevant")
    sheets["survey"][7][relevant] = "${role} = 'nobody'"
    sheets["survey"][8][relevant] = "${duty} = '1'"
    path = tmp_path / "form.xlsx"
    path.write_bytes(workbooks.write(sheets))
    command = [str(pyxform_venv.prepare()), str(HERE / "accept.py"), str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert problems(json.loads(done.stdout)) == []
    with pytest.raises(ValueError, match="there is no choice nobody") as refused:
        xlsform.read_sheets(xlsform.numbered(sheets), "form.xlsx")
    assert "duty → duty" in str(refused.value)
