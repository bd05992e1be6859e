"""What the writer of questionnaire files puts down is read back as the same questionnaire, and is pleasant to read by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from questionnaires.grammar import parse_questionnaire, read_questionnaire
from questionnaires.library import ROOT
from questionnaires.survey_types import Questionnaire
from questionnaires.texts import Text
from questionnaires.yaml_lines import WIDTH
from questionnaires.yaml_writer import to_yaml
from tests.questionnaires.anything import anything

EXAMPLE = Path(__file__).parent / "examples" / "questionnaire.yaml"
SHIPPED = sorted((ROOT / "surveys").glob("*/*.yaml"))


@given(anything)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_any_questionnaire_comes_back_as_it_was(questionnaire: Questionnaire) -> None:
    text = to_yaml(questionnaire)
    back = parse_questionnaire(text, "q.yaml")
    assert back == questionnaire
    assert to_yaml(back) == text, "the same questionnaire always gives the same text"


@pytest.mark.parametrize("path", [EXAMPLE, *SHIPPED], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_questionnaire_written_by_hand_keeps_its_layout(path: Path) -> None:
    by_hand = path.read_text(encoding="utf-8").splitlines()
    written = to_yaml(read_questionnaire(path)).splitlines()
    assert parse_questionnaire("\n".join(written), "q.yaml") == read_questionnaire(path)
    unlike = [line for line in written if line not in by_hand]
    assert len(unlike) < len(written) / 10, "\n".join(unlike)


def test_short_texts_stand_on_one_line_and_long_ones_on_one_line_per_language() -> None:
    example = read_questionnaire(EXAMPLE)
    assert 'intro: {lv: "Atbildes ir anonīmas.", en: "Answers are anonymous.", ru: "Ответы анонимны."}' in to_yaml(example)
    long = replace(example, intro=Text("ā" * WIDTH, "b", "в"))
    assert f'intro:\n  lv: "{"ā" * WIDTH}"\n  en: "b"\n  ru: "в"\n' in to_yaml(long)


def test_paragraphs_stand_as_paragraphs() -> None:
    paragraphs = Text("Pirmā rinda.\n\nOtrā: rinda # nav piezīme", "One", "Одна")
    text = to_yaml(replace(read_questionnaire(EXAMPLE), intro=paragraphs))
    assert 'intro:\n  lv: |-\n    Pirmā rinda.\n\n    Otrā: rinda # nav piezīme\n  en: "One"\n  ru: "Одна"\n' in text
    assert parse_questionnaire(text, "q.yaml").intro == paragraphs


def test_words_that_other_readers_take_for_flags_or_numbers_are_quoted() -> None:
    example = EXAMPLE.read_text(encoding="utf-8").replace("id: short", "id: no").replace("none_of: [short]", "none_of: [no]")
    text = to_yaml(parse_questionnaire(example, "q.yaml"))
    assert '- {id: "no", label:' in text
    assert '- {id: "1", label:' in text
