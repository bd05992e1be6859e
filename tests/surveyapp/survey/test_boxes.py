"""What lies in a box: every content comes back, every box of a wave has one size, damage is noticed."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.grammar import parse_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.survey_types import Questionnaire
from surveyapp.survey.boxes import Content, Layout
from surveyapp.survey.packing import PackingError
from tests.surveyapp.survey.small import YAML, sheet

SMALL = parse_questionnaire(YAML, "small.yaml")
FEEDBACK_YAML = """
id: after-event
version: 1
instrument: feedback
title: {lv: "A", en: "A", ru: "А"}
intro: {lv: "A", en: "A", ru: "А"}
minutes: 1
sections:
  - id: all
    title: {lv: "A", en: "A", ru: "А"}
    items:
      - id: useful
        kind: single
        label: {lv: "A", en: "A", ru: "А"}
        choices:
          - {id: "no", label: {lv: "Nē", en: "No", ru: "Нет"}}
          - {id: "yes", label: {lv: "Jā", en: "Yes", ru: "Да"}}
"""
FEEDBACK = parse_questionnaire(FEEDBACK_YAML, "feedback.yaml")

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@given(st.integers(0, 100), words, st.text(st.characters(codec="utf-8"), max_size=300))
def test_answers_and_own_words_come_back_from_a_box_of_one_size(number: int, short: str, long: str) -> None:
    layout = Layout(SMALL, free_text=True)
    texts = {item: text for item, text in (("short_word", short), ("long_word", long)) if text}
    packed = layout.pack(Content(sheet(number), texts))
    assert len(packed) == layout.size
    assert layout.unpack(packed) == Content(sheet(number), texts)


@given(st.one_of(st.none(), st.text(st.characters(codec="ascii"), min_size=1, max_size=64)))
def test_what_feedback_is_about_lies_in_the_box(pool: str | None) -> None:
    layout = Layout(FEEDBACK, free_text=False)
    content = Content({"useful": ("yes",)}, pool=pool)
    assert layout.unpack(layout.pack(content)) == content


def test_a_wave_without_own_words_has_no_place_for_them() -> None:
    layout = Layout(SMALL, free_text=False)
    assert layout.size < Layout(SMALL, free_text=True).size
    with pytest.raises(PackingError):
        layout.pack(Content(sheet(1), {"short_word": "hidden"}))


def test_a_survey_has_no_place_for_a_pool() -> None:
    assert (
        Layout(SMALL, free_text=False).unpack(Layout(SMALL, free_text=False).pack(Content(sheet(1), pool="row"))).pool is None
    )


@pytest.mark.parametrize("text", ["x" * 41, "ā" * 41])
def test_a_text_that_is_too_long_is_refused_and_never_cut(text: str) -> None:
    with pytest.raises(PackingError):
        Layout(SMALL, free_text=True).pack(Content(sheet(1), {"short_word": text}))


@given(st.binary(min_size=1, max_size=400), st.sampled_from([SMALL, FEEDBACK]))
def test_bytes_are_refused_or_are_exactly_one_content(junk: bytes, questionnaire: Questionnaire) -> None:
    layout = Layout(questionnaire, free_text=True)
    for candidate in (junk, junk.ljust(layout.size, b"\xff")[: layout.size]):
        with suppress(PackingError):
            assert layout.pack(layout.unpack(candidate)) == candidate


@pytest.mark.parametrize("reference", ["specialists/1", "specialists/2"])
def test_boxes_of_the_shipped_questionnaires_stay_small(reference: str) -> None:
    text = find_questionnaire(reference).read_text(encoding="utf-8")
    assert Layout(parse_questionnaire(text, reference), free_text=False).size <= 256
