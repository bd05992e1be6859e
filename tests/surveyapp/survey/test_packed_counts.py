"""Counting packed answers by columns: whatever is asked and whatever lies in the boxes, as if each were looked at by itself."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.counts import count_answers
from questionnaires.grammar import read_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.survey_types import Choice, Questionnaire
from questionnaires.texts import Text
from surveyapp.survey import packing, rules
from surveyapp.survey.boxes import Content, Layout
from surveyapp.survey.gathering import Gathered
from surveyapp.survey.packing import PackingError
from surveyapp.survey.rules import REST
from tests.questionnaires.anything import questionnaires
from tests.surveyapp.survey.test_random_questionnaires import chosen, valid

SHIPPED = read_questionnaire(find_questionnaire("specialists/2"))
unhurried = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def widened(questionnaire: Questionnaire) -> Questionnaire:
    """The same with so many choices of each multiple item that they take two bytes."""
    more = tuple(Choice(f"more{number}", Text("a", "a", "a")) for number in range(9))
    sections = tuple(
        replace(section, items=tuple(
            replace(item, choices=(*more, *item.choices)) if item.kind == "multiple" else item for item in section.items
        ))
        for section in questionnaire.sections
    )  # fmt: skip
    return replace(questionnaire, sections=sections)


kinds = (
    questionnaires() | questionnaires("feedback") | questionnaires("game") | questionnaires().map(widened) | st.just(SHIPPED)
)


@st.composite
def packed(draw: st.DrawFn, layout: Layout) -> bytes:
    """What lies in a box: answers of somebody who was asked, answers of nobody, or bytes that a forger changed."""
    asked = layout.questionnaire
    content = draw(valid(asked))[1]
    pool = draw(st.sampled_from(["row 1", "row 2", None])) if layout.pooled else None
    texts = content.texts if layout.free_text else {}
    kind = draw(st.integers(0, 5))
    if kind == 0:
        picked = draw(st.lists(st.sampled_from(asked.asked), unique_by=lambda item: item.id)) if asked.asked else []
        whole = layout.pack(Content({item.id: tuple(draw(chosen(item))) for item in picked}, texts, pool))
    else:
        whole = layout.pack(Content(content.answers, texts, pool))
    if kind == 1:
        place = draw(st.integers(0, len(whole) - 1))
        whole = whole[:place] + bytes([draw(st.integers(0, 255))]) + whole[place + 1 :]
    return whole[:-1] if kind == 2 and not draw(st.integers(0, 3)) else whole


def looked_at_one_by_one(layout: Layout, content: bytes) -> Content | None:
    """What a box holds by the rules of a single one."""
    try:
        found = layout.unpack(content)
    except PackingError:
        return None
    wrong = rules.check_box(layout.questionnaire, found.answers) + rules.check_texts(layout.written, found.texts)
    return None if wrong else found


@unhurried
@given(data=st.data(), questionnaire=kinds, free_text=st.booleans(), together=st.integers(1, 60))
def test_counts_rows_and_words_are_those_of_every_box_by_itself(
    data: st.DataObject, questionnaire: Questionnaire, *, free_text: bool, together: int
) -> None:
    layout = Layout(questionnaire, free_text)
    contents = 2 * data.draw(st.lists(packed(layout), max_size=30))  # many say the same as somebody else
    found = [one for content in contents if (one := looked_at_one_by_one(layout, content))]
    role = questionnaire.stratum_item
    pools = Counter(one.pool or REST for one in found)
    told = rules.pools_told(pools)
    strata = [
        questionnaire.reporting_group(one.answers[role][0]) if role else pool if (pool := one.pool or REST) in told else REST
        for one in found
    ]
    apart = {role, questionnaire.band_item}
    rows = Counter(
        (
            stratum,
            next(iter(one.answers.get(questionnaire.band_item or "", ())), None),
            packing.pack(questionnaire, {item: picked for item, picked in one.answers.items() if item not in apart}),
        )
        for stratum, one in zip(strata, found, strict=True)
    )
    with Gathered(layout, Path(), len(contents)) as gathered:
        for start in range(0, len(contents), together):
            gathered.add(contents[start : start + together])
            assert gathered.number <= start + together  # it counts what there is so far
        assert gathered.number == len(found)
        answers = ((stratum, one.answers) for stratum, one in zip(strata, found, strict=True))
        assert gathered.counts() == count_answers(questionnaire, answers)
        assert Counter(row[1:] for part in gathered.rows() for row in part) == rows
        words = Counter((item, text) for part in gathered.words() for _, item, text in part)
        assert words == Counter(pair for one in found for pair in one.texts.items())
